"""Pages over several runs of a workflow: two compared, and how its states fared over the last ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from callboard.access import requires
from callboard.templatetags.words import duration
from designer import selectors as designs
from designer.models import Environment
from designer.selectors import as_key
from designer.sharing import shown
from executions import run_comparison, selectors, state_visits
from executions.api import SEE
from executions.models import Execution

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from executions.state_visits import StateFigures

OFFERED = 50
LAST = (20, 50, 200)


@require_GET
@requires(SEE)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """One run and another of the same workflow: the one that is named, or the newest that ended before it."""
    first = get_object_or_404(selectors.executions(), pk=pk)
    rows = selectors.executions().filter(environment=first.environment, state_machine_arn=first.state_machine_arn)
    if first.state_machine_id is not None:
        rows = selectors.executions().filter(state_machine=first.state_machine_id)
    others = rows.exclude(pk=pk)
    key = as_key(request.GET.get("with", ""))
    second = get_object_or_404(others, pk=key) if key is not None else _default(first, others)
    context = {
        "first": first,
        "second": second,
        "both": (second, first),
        "others": others.defer("input", "output", "definition", "cause")[:OFFERED],
        "comparison": run_comparison.compare(second, first) if second else None,
    }
    return render(request, "executions/compare.html", context)


def _default(first: Execution, others: Any) -> Execution | None:
    """A run that went well says most about one that didn't."""
    good = others.filter(status=Execution.Status.SUCCEEDED)
    earlier = good.filter(started_at__lt=first.started_at)
    return earlier.first() or good.first() or others.first()  # type: ignore[no-any-return]


@require_GET
@requires(SEE)
def heat(request: HttpRequest, workflow: int) -> HttpResponse:
    machine = designs.machine(workflow)
    last = as_key(request.GET.get("last", ""))
    last = last if last in LAST else LAST[1]
    environment = Environment.objects.filter(pk=as_key(request.GET.get("environment", "")) or 0).first()
    runs = Execution.objects.filter(state_machine=machine).exclude(status=Execution.Status.RUNNING)
    if environment is not None:
        runs = runs.filter(environment=environment)
    figures, count = state_visits.figures(runs.only("pk", "last_event_id").order_by("-started_at")[:last])
    if count and count < min(last, runs.count()):
        messages.info(request, f"The newest {count} runs: more have too many events to be read at once.")
    newest = designs.latest_revision(machine)
    context = {
        "machine": machine,
        "figures": figures,
        "runs": count,
        "last": last,
        "choices": LAST,
        "environment": environment,
        "environments": Environment.objects.all(),
        "boot": {"definition": shown(newest.definition), "nodes": {one.name: _mark(one) for one in figures}},
    }
    return render(request, "executions/heat.html", context)


def _mark(one: StateFigures) -> dict[str, Any]:
    """Of `frontend/src/graph`'s NodeDecoration."""
    times = "" if one.median is None else f"{duration(one.median)}, 95% {duration(one.p95)}"
    failed = f"{one.failed:.0f}% failed" if one.failed else ""
    return {
        "tone": one.tone,
        "quiet": True,
        "line": ", ".join(part for part in (times, failed) if part),
        "aside": f"×{one.visits}",
        "spoken": f"entered {one.visits} times, {one.failed:.0f}% failed",
        "dimmed": one.reached < 5,
    }
