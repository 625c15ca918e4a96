"""What the mirror learns closes and links review tasks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from callboard.celery import hint
from executions.models import Execution, HistoryEvent
from review import histories
from review.activities import WORKER
from review.models import ReviewTask
from review.services import close, close_for_execution

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)
Status = ReviewTask.Status
_ENDS_OF_TASKS = {
    histories.TIMED_OUT: (Status.EXPIRED, "Nobody answered before the state's time-out"),
    histories.SUCCEEDED: (Status.CANCELLED, "Another program answered with the same task token"),
    histories.FAILED: (Status.CANCELLED, "Another program ended it with the same task token"),
}
ENDS = {
    **_ENDS_OF_TASKS,
    histories.ABORTED: (
        Status.CANCELLED,
        "Another branch failed or the execution ended, so the workflow no longer asks",
    ),
    **{name.replace("Task", "Activity"): end for name, end in _ENDS_OF_TASKS.items()},
    **dict.fromkeys(histories.EXECUTION_ENDS, (Status.CANCELLED, "The execution ended before anyone answered")),
}
# An abort shows only once the state around it is over.
CLOSING = (frozenset(ENDS) - histories.EXECUTION_ENDS) | histories.SCOPE_ENDS


def connect() -> None:
    from executions.signals import execution_changed

    execution_changed.connect(on_execution_changed, dispatch_uid="review.on_execution_changed")


def on_execution_changed(sender: Any, execution: Execution, new_events: Iterable[Any] = (), **kwargs: Any) -> None:  # noqa: ARG001
    from review.linking import adopt
    from review.tasks import link_execution_tasks

    adopt(execution)
    events = [as_event(event) for event in new_events]
    if any(is_callback(event) for event in events):
        hint(link_execution_tasks, execution.pk)
    if any(event["type"] in CLOSING for event in events):
        close_ended(execution, events)
    close_for_execution(execution)


def is_callback(event: histories.Event) -> bool:
    if histories.worker_of(event).startswith(WORKER):
        return True
    details = event.get("taskScheduledEventDetails") or {}
    return event["type"] == "TaskScheduled" and str(details.get("resource", "")).endswith(histories.CALLBACK)


def close_ended(execution: Execution, events: list[histories.Event]) -> None:
    """Close open tasks whose callback one of ``events`` ended."""
    waiting = list(
        ReviewTask.objects.filter(
            environment_id=execution.environment_id, execution_arn=execution.arn, status=Status.OPEN
        ).exclude(scheduled_event_id=None)
    )
    if not waiting:
        return
    history = [as_event(row) for row in HistoryEvent.objects.filter(execution=execution).order_by("event_id")]
    known = {event["id"] for event in history}
    history += [event for event in events if event["id"] not in known]
    for task in waiting:
        end = histories.end_of(history, task.scheduled_event_id or 0)
        if end is not None:
            close_by(task, end)


def close_by(task: ReviewTask, end: histories.Event) -> bool:
    """Close an open task for the event that ended its callback; False where it was closed or decided already."""
    status, reason = ENDS[end["type"]]
    # A missed heartbeat is the same event: it comes before the state's own time-out.
    is_early = task.times_out_at is None or end["timestamp"] < task.times_out_at
    if status == Status.EXPIRED and task.heartbeat_seconds and is_early:
        reason = f"No heartbeat reached Step Functions within the state's {task.heartbeat_seconds} s"
    return close(task, status, reason)


def as_event(event: Any) -> histories.Event:
    """AWS's shape, of a mirror row or of what already has it."""
    if isinstance(event, HistoryEvent):
        return {
            "id": event.event_id,
            "previousEventId": event.previous_event_id,
            "type": event.type,
            "timestamp": event.timestamp,
            **event.details,
        }
    return dict(event)
