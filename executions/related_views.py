"""From an execution to another one that it started; the ways back stand on the other one's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from callboard.access import requires
from executions import map_runs, opening, selectors, services
from executions.api import SEE
from executions.express import NotLogged

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from executions.models import Execution


@require_GET
@requires(SEE)
def nested(request: HttpRequest, pk: int, event_id: int) -> HttpResponse:
    """The execution that a Task's event names."""
    execution = get_object_or_404(selectors.executions(), pk=pk)
    event = get_object_or_404(execution.events, event_id=event_id)
    back = reverse("execution", args=[pk])
    return _led(request, execution, lambda: opening.open_nested(execution, event), back)


@require_GET
@requires(SEE)
def child(request: HttpRequest, pk: int, event_id: int, name: str) -> HttpResponse:
    """An execution of a Map Run."""
    execution = get_object_or_404(selectors.executions(), pk=pk)
    event = get_object_or_404(execution.events.filter(type=map_runs.STARTED), event_id=event_id)
    back = reverse("map-run", args=[pk, event_id])
    return _led(request, execution, lambda: opening.open_child(execution, event, name), back)


def _led(request: HttpRequest, execution: Execution, opened: Callable[[], Execution], back: str) -> HttpResponse:
    try:
        found = opened()
        services.catch_up(found)
    except opening.NotRelated as error:
        raise Http404 from error
    except NotLogged:
        messages.error(request, "Not opened: of an EXPRESS execution only its log tells, and none has it (any more).")
        return redirect(back)
    except ClientError as error:
        said = error.response["Error"]
        messages.error(request, f"Not opened. {said['Code']}. {said.get('Message', '')}".strip())
        return redirect(back)
    except BotoCoreError:
        messages.error(request, f"Not opened: {execution.environment} can't be reached.")
        return redirect(back)
    return redirect("execution", pk=found.pk)
