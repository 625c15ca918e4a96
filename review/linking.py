"""Which execution, state and attempt a task belongs to, learned from the execution's own history.

A message needn't name its execution (the talk's Lambda payload doesn't). The history knows: its TaskScheduled event has
the token. With the event come the state's name, its time-out and heartbeat, and which earlier attempt it replaces.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from django.db.models import F, Q
from django.utils import timezone

from executions.models import Execution, HistoryEvent
from review import histories, live, tokens
from review.audit import record
from review.clock import wind
from review.models import ReviewTask, TaskEvent
from review.services import supersede

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from designer.models import Environment

logger = logging.getLogger(__name__)
UNLINKED_LIMIT = 200
WAITING_LIMIT = 5000
SHORTEST_HEARTBEAT = 3  # seconds: heartbeats go out at a third of it, and are looked for every second
TOO_SHORT = "set HeartbeatSeconds to {}: too short to be kept alive for sure. Give the state 3 or more"
HISTORIES = 20  # to look into in one go for tasks that name no execution; each new callback is looked at anyway
LINKED_WITHIN = timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = 15, 3600  # seconds between two looks for one task, doubling
LEARNED = (
    "execution_arn",
    "execution",
    "scheduled_event_id",
    "state_name",
    "due_at",
    "times_out_at",
    "heartbeat_seconds",
    "heartbeat_at",
)


def link_tasks(tasks: Iterable[ReviewTask]) -> int:
    """Find the tasks' callbacks, each in its execution's history, or in those that wait for somebody unknown; how many
    were found. A history is read once, whatever the number of tasks; a task that wasn't found is looked for later.
    """
    by_environment: dict[int, list[ReviewTask]] = {}
    for task in tasks:
        by_environment.setdefault(task.environment_id, []).append(task)
    linked = 0
    for unlinked in by_environment.values():
        environment = unlinked[0].environment
        for arn in _candidates(environment, unlinked):
            wanting = [task for task in unlinked if task.scheduled_event_id is None and task.execution_arn in ("", arn)]
            linked += link(environment, arn, wanting) if wanting else 0
        for task in unlinked:
            if task.scheduled_event_id is None:
                _try_later(task)
    return linked


def due_for_linking(now: datetime) -> QuerySet[ReviewTask]:
    """Open tasks whose callback isn't known and should be looked for, for a day."""
    unlinked = ReviewTask.objects.filter(
        Q(next_link_at=None) | Q(next_link_at__lte=now),
        status=ReviewTask.Status.OPEN,
        scheduled_event_id=None,
        created_at__gte=now - LINKED_WITHIN,
    )
    return unlinked.select_related("environment").order_by("created_at")[:UNLINKED_LIMIT]


def _try_later(task: ReviewTask) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(task.link_attempts, 10), LONGEST_PAUSE)
    ReviewTask.objects.filter(pk=task.pk).update(
        link_attempts=F("link_attempts") + 1, next_link_at=timezone.now() + timedelta(seconds=pause)
    )


def _candidates(environment: Environment, tasks: Sequence[ReviewTask]) -> list[str]:
    """The executions to look into: those that the tasks name, then those that wait and whose callback was scheduled
    nearest to when a nameless task came.
    """
    named = [task.execution_arn for task in tasks if task.execution_arn]
    nameless = [task for task in tasks if not task.execution_arn]
    named += _handed_to(environment, [task.worker_name for task in nameless if task.worker_name])
    came = [task.created_at for task in nameless if not task.worker_name]
    if not came:
        return list(dict.fromkeys(named))
    waiting = sorted(_waiting_executions(environment), key=lambda found: min(abs(found[1] - moment) for moment in came))
    return list(dict.fromkeys([*named, *dict.fromkeys(arn for arn, _ in waiting[: HISTORIES + len(came)])]))


def _handed_to(environment: Environment, workers: Sequence[str]) -> list[str]:
    """The executions whose mirrored history names one of ``workers`` as who took an activity's task."""
    if not workers:
        return []
    started = HistoryEvent.objects.filter(
        execution__environment=environment,
        execution__status=Execution.Status.RUNNING,
        type=histories.ACTIVITY_STARTED,
        details__activityStartedEventDetails__workerName__in=list(workers),
    )
    return list(started.values_list("execution__arn", flat=True).distinct().order_by())


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
    # The oldest first: a later attempt then finds the one that it supersedes.
    return sum(_link_one(task, execution_arn, events) for task in sorted(tasks, key=lambda task: task.created_at))


def _link_one(task: ReviewTask, execution_arn: str, events: Sequence[histories.Event]) -> bool:
    from review.signals import close_by

    try:
        callback = (
            histories.find_activity_task(events, task.worker_name)
            if task.worker_name
            else histories.find_callback(events, tokens.unseal(task.sealed_token))
        )
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
        task.times_out_at = ends
    if callback.heartbeat_seconds:
        task.heartbeat_seconds = callback.heartbeat_seconds
        third = callback.scheduled_at + timedelta(seconds=callback.heartbeat_seconds / 3)
        task.heartbeat_at = min(task.heartbeat_at or third, third)
        if callback.heartbeat_seconds < SHORTEST_HEARTBEAT:
            record(task, TaskEvent.Kind.ASKED, text=TOO_SHORT.format(callback.heartbeat_seconds))
    elif task.worker_name:  # it was kept alive without knowing whether it must be
        task.heartbeat_seconds = task.heartbeat_at = None
    task.save(update_fields=LEARNED)
    wind(task)
    for old in ReviewTask.objects.filter(
        environment_id=task.environment_id, execution_arn=execution_arn, scheduled_event_id__in=callback.earlier
    ):
        supersede(old, task)
    end = histories.end_of(events, callback.event_id)
    if end is not None:  # it came late: its execution went on, or was redriven
        close_by(task, end)
    live.task_changed(task)
    return True


def _waiting_executions(environment: Environment) -> list[tuple[str, datetime]]:
    """Running executions with a callback that no task answers for, and when it was scheduled."""
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
    newest = waiting.order_by("-timestamp").only("event_id", "timestamp", "execution__arn")[:WAITING_LIMIT]
    return [
        (event.execution.arn, event.timestamp) for event in newest if (event.execution_id, event.event_id) not in taken
    ]


def close_if_ended(task: ReviewTask) -> bool:
    """Ask the history of a task that should have ended by now; True where it had."""
    from review.signals import close_by

    try:
        events = histories.read_events(task.environment, task.execution_arn)
    except (ClientError, BotoCoreError):
        return False
    end = histories.end_of(events, task.scheduled_event_id or 0)
    return end is not None and close_by(task, end)
