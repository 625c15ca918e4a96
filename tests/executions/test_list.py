"""The list narrowed, kept as a view, exported, and several executions stopped at once."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from designer.models import Environment
from executions import bulk
from executions.filters import Filters
from executions.models import Execution, SavedView
from executions.services import start_execution, stop_execution

pytestmark = pytest.mark.django_db
WAIT = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 300, "End": True}}}


@pytest.fixture
def rows():
    """Made up: `slow` took an hour yesterday, `quick` a second just now, `open` runs since two minutes."""
    environment = Environment.objects.create(name="Nowhere", kind="embedded", endpoint_url="http://127.0.0.1:9")
    now = timezone.now()

    def make(name, began, took, **fields):
        return Execution.objects.create(
            environment=environment,
            arn=f"arn:aws:states:us-east-1:000000000000:execution:m:{name}",
            name=name,
            state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:m",
            started_at=now - began,
            stopped_at=now - began + took if took is not None else None,
            status="SUCCEEDED" if took is not None else "RUNNING",
            **fields,
        )

    return {
        "slow": make(
            "slow",
            timedelta(days=1, hours=1),
            timedelta(hours=1),
            input='{"city": "Antwerp"}',
            alias="live",
            version="3",
        ),
        "quick": make("quick", timedelta(seconds=5), timedelta(seconds=1), output='{"city": "Bruges"}'),
        "open": make("open", timedelta(minutes=2), None),
    }


def found(**given):
    rows = Filters.of(given).apply(Execution.objects.all()).rows
    return sorted(rows.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"started": "hour"}, ["open", "quick"]),
        ({"started": "week"}, ["open", "quick", "slow"]),
        ({"longer": "60"}, ["open", "slow"]),
        ({"longer": "600"}, ["slow"]),
        ({"shorter": "60"}, ["quick"]),
        ({"data": "antwerp"}, ["slow"]),
        ({"data": "Bruges", "started": "hour"}, ["quick"]),
        ({"q": "qui", "status": "succeeded"}, ["quick"]),
        ({"alias": "live"}, ["slow"]),
        ({"version": "4"}, []),
        ({"revision": "soon"}, []),
        ({"started": "nonsense"}, []),
        ({"until": "1999-01-01"}, []),
        ({"started": "2000-02-30"}, []),
        ({"longer": "soon"}, []),
        ({"longer": "9" * 30}, []),
        ({"unknown": "x"}, ["open", "quick", "slow"]),
    ],
)
def test_the_list_is_narrowed_by_time_duration_and_text(rows, given, names):
    assert found(**given) == names


def test_until_and_started_take_times(rows):
    hour_ago = (timezone.now() - timedelta(hours=1)).isoformat()
    assert found(started=hour_ago) == ["open", "quick"]
    assert found(until=hour_ago) == ["slow"]


def test_a_page_shows_what_it_is_narrowed_to_and_exports_the_same(client, person, rows):
    client.force_login(person("Operator"))
    address = "?" + Filters(longer="60").address
    page = client.get(reverse("executions") + address).content.decode()
    assert "slow" in page
    assert ">quick<" not in page
    table = client.get(reverse("executions-csv") + address)
    assert "attachment" in table["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [line["name"] for line in lines] == ["open", "slow"]
    assert (lines[1]["seconds"], lines[1]["status"], lines[0]["seconds"]) == ("3600.000", "SUCCEEDED", "")
    listed = json.loads(client.get(reverse("executions-json") + address).content)["executions"]
    assert [row["name"] for row in listed] == ["open", "slow"]


def test_a_spreadsheet_computes_nothing_of_an_export(rows):
    Execution.objects.filter(name="quick").update(error='=HYPERLINK("https://example.com")')
    lines = csv.DictReader(io.StringIO(bulk.as_csv(Execution.objects.filter(name="quick")).removeprefix("\ufeff")))
    assert next(lines)["error"].startswith("'=")


def test_ticked_executions_are_stopped_each_with_its_own_result(client, person, deployed, embedded, rows):
    machine = deployed(WAIT)
    running = [start_execution(state_machine=machine, environment=embedded, input="{}") for _ in range(2)]
    client.force_login(person("Operator"))
    ticked = [*(row.pk for row in running), rows["quick"].pk, rows["open"].pk, 999_999]
    page = client.post(reverse("executions-stop"), {"execution": ticked, "filters": "status=RUNNING&other=x"})
    text = page.content.decode()
    assert "It had ended already: Succeeded." in text
    assert "Nowhere can&#x27;t be reached." in text
    assert text.count("Not stopped.") == 2
    assert f'href="{reverse("executions")}?status=RUNNING"' in text
    for row in running:
        row.refresh_from_db()
        assert row.status == "ABORTED"
        assert row.cause == bulk.CAUSE


def test_ticked_executions_are_redriven_each_with_its_own_result(client, person, deployed, embedded, rows):
    machine = deployed(WAIT)
    stopped = stop_execution(start_execution(state_machine=machine, environment=embedded, input="{}"))
    client.force_login(person("Operator"))
    Execution.objects.filter(pk=rows["slow"].pk).update(status="FAILED")
    ticked = {"execution": [stopped.pk, rows["quick"].pk, rows["slow"].pk]}
    text = client.post(reverse("executions-redrive"), ticked).content.decode()
    assert text.count("Not redriven.") == 2
    assert "this one: Succeeded." in text
    assert "Nowhere can&#x27;t be reached." in text
    stopped.refresh_from_db()
    assert stopped.status == "RUNNING"
    stop_execution(stopped)


def test_who_may_not_stop_is_offered_no_ticks(client, person, rows):
    client.force_login(person("Reviewer"))
    assert "Stop the ticked" not in client.get(reverse("executions")).content.decode()
    assert client.post(reverse("executions-stop"), {"execution": [rows["open"].pk]}).status_code == 403


def test_a_view_is_kept_replaced_and_deleted_by_its_owner_alone(client, person, rows):
    owner, other = person("Operator"), person("Reviewer")
    client.force_login(owner)
    save = reverse("view-save")
    client.post(save, {"name": "Long ones", "filters": "longer=60&page=3&next=//elsewhere"})
    client.post(save, {"name": "Long ones", "filters": "longer=600"})
    view = SavedView.objects.get()
    assert (view.name, view.address, view.owner) == ("Long ones", "longer=600", owner)
    assert "Long ones" in client.get(reverse("executions")).content.decode()
    client.force_login(other)
    assert "Long ones" not in client.get(reverse("executions")).content.decode()
    assert client.post(reverse("view-delete", args=[view.pk])).status_code == 404
    client.force_login(owner)
    assert client.post(reverse("view-delete", args=[view.pk])).status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "form", [{"name": "", "filters": "q=a"}, {"name": "x", "filters": ""}, {"name": "a\0b", "filters": "q=a"}]
)
def test_a_view_without_a_name_or_anything_narrowed_is_not_saved(client, person, form):
    client.force_login(person("Operator"))
    assert client.post(reverse("view-save"), form).status_code == 302
    assert not SavedView.objects.exists()
