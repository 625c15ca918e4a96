"""Which execution, state and attempt a task belongs to, learned from the execution's own history.

A message needn't name its execution (the talk's Lambda payload doesn't). The history knows: its TaskScheduled event has
the token. With the event come the state's name, its time-out and heartbeat, and which earlier attempt it replaces.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from django.db.models import Q

from executions.models import Execution, HistoryEvent
from review import histories, live, tokens
from review.models import ReviewTask
from review.services import close, supersede

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from designer.models import Environment

logger = logging.getLogger(__name__)
UNLINKED_LIMIT = 200
LEARNED = (
    "execution_arn",
    "execution",
    "scheduled_event_id",
    "state_name",
    "due_at",
    "heartbeat_seconds",
    "heartbeat_at",
)


def link_task(task: ReviewTask) -> bool:
    """Find the task's callback in its execution's history, or in those that wait for somebody unknown."""
    arns = [task.execution_arn] if task.execution_arn else list(_waiting_executions(task.environment))
    return any(link(task.environment, arn, [task]) for arn in arns)


def link_execution(execution: Execution) -> int:
    """Link the tasks of an execution whose history shows new callbacks; how many were linked."""
    adopt(execution)
    unlinked = ReviewTask.objects.filter(
        Q(execution_arn=execution.arn) | Q(execution_arn=""),
        environment_id=execution.environment_id,
        scheduled_event_id=None,
    ).order_by("-created_at")[:UNLINKED_LIMIT]
    return link(execution.environment, execution.arn, unlinked) if unlinked else 0


def adopt(execution: Execution) -> None:
    """A task may have come before the mirror knew its execution."""
    ReviewTask.objects.filter(
        environment_id=execution.environment_id, execution_arn=execution.arn, execution=None
    ).update(execution=execution)


def link(environment: Environment, execution_arn: str, tasks: Iterable[ReviewTask]) -> int:
    try:
        events = histories.read_events(environment, execution_arn)
    except (ClientError, BotoCoreError) as error:
        logger.warning("The history of %s could not be read: %s", execution_arn, type(error).__name__)
        return 0
    return sum(_link_one(task, execution_arn, events) for task in tasks)


def _link_one(task: ReviewTask, execution_arn: str, events: Sequence[histories.Event]) -> bool:
    try:
        callback = histories.find_callback(events, tokens.unseal(task.sealed_token))
    except tokens.UnreadableToken:
        return False
    if callback is None:
        return False
    task.execution_arn = execution_arn
    task.execution = Execution.objects.filter(environment_id=task.environment_id, arn=execution_arn).first()
    task.scheduled_event_id = callback.event_id
    task.state_name = callback.state_name[:80] or task.state_name
    if callback.timeout_seconds:
        ends = callback.scheduled_at + timedelta(seconds=callback.timeout_seconds)
        task.due_at = min(task.due_at or ends, ends)
    if callback.heartbeat_seconds:
        task.heartbeat_seconds = callback.heartbeat_seconds
        task.heartbeat_at = task.heartbeat_at or callback.scheduled_at
    task.save(update_fields=LEARNED)
    for old in ReviewTask.objects.filter(
        environment_id=task.environment_id, execution_arn=execution_arn, scheduled_event_id__in=callback.earlier
    ):
        supersede(old, task)
    live.task_changed(task)
    return True


def _waiting_executions(environment: Environment) -> Iterable[str]:
    """Running executions with a callback that no task answers for, the newest first."""
    waiting = HistoryEvent.objects.filter(
        execution__environment=environment,
        execution__status=Execution.Status.RUNNING,
        type="TaskScheduled",
        details__taskScheduledEventDetails__resource__endswith=histories.CALLBACK,
    ).select_related("execution")
    taken = set(
        ReviewTask.objects.filter(environment=environment, execution__status=Execution.Status.RUNNING)
        .exclude(scheduled_event_id=None)
        .values_list("execution_id", "scheduled_event_id")
    )
    found = (
        event.execution.arn
        for event in waiting.order_by("-timestamp")
        if (event.execution_id, event.event_id) not in taken
    )
    return dict.fromkeys(found)


def close_if_ended(task: ReviewTask) -> bool:
    """Ask the history of a task that should have ended by now; True where it had."""
    from review.signals import ENDS

    try:
        events = histories.read_events(task.environment, task.execution_arn)
    except (ClientError, BotoCoreError):
        return False
    end = histories.end_of(events, task.scheduled_event_id or 0)
    return end is not None and close(task, *ENDS[end["type"]])
