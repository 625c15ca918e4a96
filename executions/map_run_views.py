"""The page of one Map Run, known by the event that started it: no ARN stands in an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from callboard.access import requires
from callboard.roles import allowed
from designer.selectors import as_key
from executions import map_runs, selectors, services
from executions.api import SEE, STOP
from executions.map_runs import Limits

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from executions.models import Execution

_WORDS = {"pending": "waiting", "timedOut": "timed out", "pendingRedrive": "to redrive", "total": "all"}


@require_GET
@requires(SEE)
def map_run(request: HttpRequest, pk: int, event_id: int) -> HttpResponse:
    execution, arn = _found(pk, event_id)
    status = request.GET.get("status", "")
    context: dict[str, Any] = {"execution": execution, "event_id": event_id, "status": status, "name": arn[-36:]}
    try:
        run = map_runs.describe(execution, arn)
        rows, token = map_runs.children(execution, arn, run, status, request.GET.get("token", "")[:3000])
    except ClientError as error:
        context["problem"] = f"{execution.environment} refused: {_said(error)}"
    except BotoCoreError:
        context["problem"] = f"{execution.environment} can't be reached. Test its connection under Environments."
    else:
        context |= {
            "run": run,
            "counts": [(_WORDS.get(name, name), run.items[name], run.executions[name]) for name in run.items],
            "children": rows,
            "token": token,
            "statuses": map_runs.STATUSES,
            "may_change": run.status == "RUNNING" and allowed(request.user, STOP),
            "state": map_runs.state_of(execution.events.get(event_id=event_id)),
            **_redrive(request, execution, run.status),
        }
    return render(request, "executions/map_run.html", context)


@require_POST
@requires(STOP)
def change(request: HttpRequest, pk: int, event_id: int) -> HttpResponse:
    execution, arn = _found(pk, event_id)
    try:
        limits = _limits(request)
        map_runs.change(execution, arn, limits)
        messages.success(request, "The Map Run goes on with these limits.")
    except ValueError:
        messages.error(request, "Not changed: two whole numbers and a percentage from 0 to 100 are wanted.")
    except ClientError as error:
        messages.error(request, f"Not changed. {_said(error)}")
    except BotoCoreError:
        messages.error(request, f"Not changed: {execution.environment} can't be reached.")
    return redirect("map-run", pk=pk, event_id=event_id)


@require_POST
@requires(STOP)
def redrive(request: HttpRequest, pk: int, event_id: int) -> HttpResponse:
    """With its execution: Step Functions redrives no Map Run by itself."""
    execution, _ = _found(pk, event_id)
    try:
        services.redrive_execution(execution)
        messages.success(request, "Redriven: what didn’t succeed runs again.")
    except ClientError as error:
        messages.error(request, f"Not redriven. {_said(error)}")
    except BotoCoreError:
        messages.error(request, f"Not redriven: {execution.environment} can't be reached.")
    return redirect("map-run", pk=pk, event_id=event_id)


def _redrive(request: HttpRequest, execution: Execution, status: str) -> dict[str, Any]:
    """Whether the Map Run's execution may be redriven, and why not. Raises ClientError."""
    if status not in ("FAILED", "ABORTED") or not allowed(request.user, STOP):
        return {}
    redrivable, reason = services.redrive_status(execution)
    return {"redrivable": redrivable, "why_not": "" if redrivable else reason}


@require_GET
@requires(SEE)
def newest(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the Map state's link leads: the run's newest Map Run, or of its state, where the address names one."""
    execution = get_object_or_404(selectors.executions(), pk=pk)
    event = map_runs.begun_in(execution, request.GET.get("state", ""))
    if event is None:
        messages.info(request, "This execution has begun no Map Run yet.")
        return redirect(reverse("execution", args=[pk]))
    return redirect("map-run", pk=pk, event_id=event.event_id)


def _found(pk: int, event_id: int) -> tuple[Execution, str]:
    execution = get_object_or_404(selectors.executions(), pk=pk)
    event = get_object_or_404(execution.events.filter(type=map_runs.STARTED), event_id=event_id)
    return execution, map_runs.arn_of(event)


def _limits(request: HttpRequest) -> Limits:
    """Raises ValueError."""
    given = request.POST
    concurrency, count = as_key(given.get("concurrency", "")), as_key(given.get("count", ""))
    percentage = float(given.get("percentage", ""))
    if concurrency is None or count is None or not 0 <= percentage <= 100:
        raise ValueError
    return Limits(concurrency=concurrency, percentage=percentage, count=count)


def _said(error: ClientError) -> str:
    said = error.response["Error"]
    return f"{said['Code']}. {said.get('Message', '')}".strip()
