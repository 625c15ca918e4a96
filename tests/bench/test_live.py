"""What is made quick on PostgreSQL finds what a plain reading of every row finds; the benchmark of it runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Django's settings are a process's own, and this one's are of SQLite.
SAME = """
from bench.live import filling
from bench.live.store import SMOKE, store

with store() as here:
    filling.prepare(here)
    filling.fill(here, whole=SMOKE.executions, share=1)
    from django.db.models import Q
    from executions import search
    from executions.filters import Filters
    from executions.models import Execution
    from executions.selectors import page_of

    rows = Execution.objects.order_by("-started_at", "-pk")
    word = rows.exclude(output="")[0].output.split()[5]
    texts = [filling.RARE.upper(), word, "100%", "a_b", "\\\\", '", "text"', "ORDERID", "is", "Throttl", rows[7].name]
    Execution.objects.filter(pk=rows[3].pk).update(input='{"of": "100%"}', error="a_b")  # the trigger hears of it
    for newest, most, looked_at in ((2_000, 5_000, 5_000), (50, 5_000, 5_000), (50, 3, 5_000), (50, 0, 20)):
        search._NEWEST, search._COMMON, search._MOST, search.LOOKED_AT = newest, 20, most, looked_at
        for text in texts:
            for filters, plain in (
                (Filters(q=text), Q(name__icontains=text) | Q(error__icontains=text)),
                (Filters(data=text, status="failed"), Q(status="FAILED") & (Q(input__icontains=text) | Q(output__icontains=text))),
            ):
                expected = set(rows.filter(plain).values_list("pk", flat=True))
                found = filters.apply(Execution.objects.all())
                assert set(found.rows.values_list("pk", flat=True)) == expected, (text, newest, most)
                assert found.is_whole
                read, place = [], {}
                while True:
                    page = page_of(filters, place | {"all": "1"})
                    read += [row.pk for row in page.object_list]
                    if not page.older:
                        break
                    place = {"before": page.older}
                assert read == list(rows.filter(plain).values_list("pk", flat=True)), text
    search._indexed = lambda *_, **__: None  # as where its time is over
    page = page_of(Filters(data=filling.RARE), {})
    assert page.looked_at and not page.object_list
print("the same")
"""


def run(*arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CALLBOARD_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_text_and_pages_on_postgresql_find_what_reading_every_execution_finds():
    done = run("-c", SAME)
    assert done.stdout.strip().endswith("the same"), done.stderr[-3000:]


@pytest.mark.proof
def test_every_part_about_what_is_stored_gives_its_figures():
    told = run("-m", "bench.live", "--smoke", "--only", "ingest,lists,inbox").stdout
    for row in (
        "ingest, 0 events",
        "by duration",
        "deep in all",
        "dashboard, month",
        "heat map",
        "folder overdue",
        "API",
    ):
        assert row in told, row
