"""The run that asks, for the task's page: the workflow, how far it has come and with which data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callboard.access import requires
from executions.api import SEE
from executions.boot import boot_of
from executions.selectors import executions
from review import policies, selectors
from review.models import ReviewTask

if TYPE_CHECKING:
    from django.http import HttpResponse


@never_cache
@requires(selectors.VIEW)
@requires(SEE)
@require_GET
def run(request: HttpRequest, task_id: int) -> HttpResponse:
    """``{boot, state, event, blind}``: what frontend/src/review/run shows. ``event`` is the one that asked, or null."""
    task = ReviewTask.objects.filter(pk=task_id).first()
    execution = executions().filter(pk=task.execution_id).first() if task and task.execution_id else None
    if task is None or execution is None:
        raise Http404("No execution is known for this task.")
    return JsonResponse(
        {
            "boot": boot_of(execution, request.user),
            "state": task.state_name,
            "event": task.scheduled_event_id,
            "blind": policies.is_blind(task),
        }
    )
