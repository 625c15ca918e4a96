"""The list of executions through its view, with every filter that it offers, and what else reads many executions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench.live import filling
from bench.live.requests import Reader, figure, signed_in, timed

if TYPE_CHECKING:
    from bench.live.store import Size
    from bench.report import Report

LIST = 150.0  # ms, p95, whatever the filter
DASHBOARD = 500.0
HEAT = 1500.0
SWEEP = 500.0  # ms; it is made every 20 seconds


def measure(report: Report, size: Size) -> None:
    from django.contrib.auth.models import User

    reader = Reader(report, signed_in(User.objects.create_superuser("lists")), size.requests)
    timed(reader.client, "/executions/")  # templates are compiled
    for what, queries in _cases().items():
        reader.measure(f"executions: {what}", ["/executions/?" + urlencode(query) for query in queries], LIST)
    _through_pages(reader)
    _other_pages(reader)
    _sweep(report, size)


def _cases() -> dict[str, list[dict[str, Any]]]:
    from executions.models import Execution

    runs = Execution.objects.filter(environment__kind="aws")
    machines = [key for (key,) in runs.values_list("state_machine").order_by("state_machine").distinct()]
    often, seldom = machines[0], machines[-1]
    some = runs.filter(pk__gte=runs.latest("pk").pk - 5).order_by("pk")
    words = runs.filter(status="SUCCEEDED").latest("pk").output.split()
    environments = [{"environment": key} for key in runs.values_list("environment", flat=True).distinct().order_by()]
    return {
        "all": [{}],
        "by status": [{"status": status} for status in Execution.Status.values],
        "by workflow": [{"workflow": key} for key in (often, machines[len(machines) // 2], seldom)],
        "by environment": environments,
        "by start": [{"started": period} for period in ("hour", "day", "week", "month")],
        "until a day": [{"until": str(runs.earliest("pk").started_at.date())}, {"until": "2020-01-01"}],
        "by duration": [{"longer": seconds} for seconds in ("10", "60", "600", "3600")],
        "shorter than": [{"shorter": "1"}, {"shorter": "60"}],
        "by version, alias": [
            {"workflow": often, "version": "7"},
            {"workflow": often, "version": "19", "alias": "live"},
            {"workflow": seldom, "alias": "canary"},
            {"workflow": often, "alias": "previous"},
        ],
        "by revision": [{"workflow": often, "revision": "2"}, {"workflow": seldom, "revision": "3"}],
        "text in the name": [{"q": run.name} for run in some] + [{"q": run.name[-8:-2]} for run in some],
        "text in the error": [{"q": "Throttl"}, {"q": "DataLimit"}, {"q": "states.timeout"}],
        "an ARN": [{"q": run.arn} for run in some],
        "text that is nowhere": [{"q": "nowhere at all"}, {"data": "nowhere at all"}, {"data": "xyzxyz"}],
        "rare text in the data": [{"data": filling.RARE}, {"data": filling.RARE.upper()}],
        "an id in the data": [{"data": run.input[13:45]} for run in some],
        "common text in the data": [{"data": "orderId"}, {"data": "result"}, {"data": "san"}],
        "words in the data": [{"data": word} for word in words[2:12]],
        "a phrase in the data": [{"data": " ".join(words[n : n + 3])} for n in (2, 6, 9)],
        "status, environment": [
            {"status": status, **place} for status in ("FAILED", "RUNNING") for place in environments
        ],
        "workflow, status, start": [
            {"workflow": key, "status": status, "started": "week"}
            for key in (often, seldom)
            for status in ("FAILED", "TIMED_OUT", "RUNNING")
        ],
        "status, duration": [{"status": "TIMED_OUT", "longer": "600"}, {"status": "ABORTED", "longer": "3600"}],
        "environment, duration, text": [
            {**environments[0], "longer": "600", "data": "san"},
            {**environments[-1], "longer": "3600", "data": words[3]},
        ],
        "status, text": [{"status": "FAILED", "data": word} for word in words[2:8]]
        + [{"status": "TIMED_OUT", "q": "run-00"}, {"status": "RUNNING", "data": "orderId"}],
        "workflow, text": [{"workflow": key, "data": word} for key in (often, seldom) for word in words[2:6]],
    }  # fmt: skip


def _through_pages(reader: Reader) -> None:
    """A page as its links lead to it, from everywhere in the list, the last ones too."""
    from executions.filters import Filters
    from executions.pages import place_of
    from executions.selectors import listed

    for what, query in (("deep in all", {}), ("deep in what failed", {"status": "FAILED"})):
        rows = listed(Filters.of(query)).order_by("-started_at", "-pk")
        count = rows.count()
        at = [place_of(rows[int(count * share)]) for share in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999)]
        ways = [{**query, way: place} for way in ("before", "after") for place in at]
        reader.measure(f"executions: {what}", ["/executions/?" + urlencode(way) for way in ways], LIST)


def _other_pages(reader: Reader) -> None:
    from executions.models import Execution

    for period in ("day", "week", "month"):
        reader.measure(f"dashboard, {period}", [f"/dashboard/?period={period}"], DASHBOARD)
    often = Execution.objects.filter(environment__kind="aws").order_by("state_machine")[0].state_machine_id
    heat = [f"/executions/heat/{often}/?last={last}" for last in (20, 50, 200)]
    reader.measure("heat map of 20, 50, 200 runs", heat, HEAT)
    reader.measure("list of workflows", ["/workflows/"], LIST)
    longest = Execution.objects.order_by("-last_event_id")[0]
    reader.measure("page of an execution", [f"/executions/{longest.pk}/"], LIST)
    starts = range(0, longest.last_event_id, 1000)
    pages = [f"/api/v1/executions/{longest.pk}/events?after={after}" for after in starts]
    reader.measure(f"1,000 events of one with {longest.last_event_id:,}", pages, LIST)


def _sweep(report: Report, size: Size) -> None:
    """Rules of each kind, for all workflows and for one."""
    from django.utils import timezone

    from executions import alerts
    from executions.models import AlertRule, Execution

    machine = Execution.objects.filter(environment__kind="aws").latest("pk").state_machine
    for kind in AlertRule.Kind.values:
        for one in (None, machine):
            AlertRule.objects.create(kind=kind, seconds=3600, state_machine=one)
    alerts.sweep(timezone.now())
    took = []
    for _ in range(max(1, size.requests)):
        began = time.perf_counter()
        alerts.sweep(timezone.now())
        took.append(1000 * (time.perf_counter() - began))
    report.add(figure("sweep of eight alert rules", took, SWEEP))
    AlertRule.objects.all().delete()
