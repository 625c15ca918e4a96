"""Callbacks in an execution's history, as the environment tells it now: the one record that can't lag behind.

The mirror (executions.HistoryEvent) has its task tokens blotted out; here a token is looked for in the fresh answer of
GetExecutionHistory, which is read, compared and forgotten. An activity's token stands in no history, but the name of
the worker that it was handed to does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from executions import quota
from executions.mirror import history

if TYPE_CHECKING:
    from datetime import datetime

    from designer.models import Environment

JSON = Any
Event = Mapping[str, JSON]
SUCCEEDED, FAILED, TIMED_OUT, ABORTED = "TaskSucceeded", "TaskFailed", "TaskTimedOut", "TaskStateAborted"
ACTIVITY_STARTED = "ActivityStarted"
# How a callback ends, and an activity's task: the latter's words mean the same.
MEANING = {
    **{name: name for name in (SUCCEEDED, FAILED, TIMED_OUT)},
    **{name.replace("Task", "Activity"): name for name in (SUCCEEDED, FAILED, TIMED_OUT)},
}
ENDS = frozenset(MEANING)
SCHEDULED = frozenset({"TaskScheduled", "ActivityScheduled"})
SCOPE_STARTS = frozenset({"ParallelStateStarted", "MapStateStarted"})
SCOPE_ENDS = frozenset({"ParallelStateSucceeded", "ParallelStateFailed", "MapStateSucceeded", "MapStateFailed"})
EXECUTION_ENDS = frozenset({"ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"})
CALLBACK = ".waitForTaskToken"
LONGEST_EXECUTION = 365 * 86_400  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """The scheduled event of a callback or of an activity's task. ``earlier`` are those of the same state before it."""

    event_id: int
    state_name: str
    scheduled_at: datetime
    timeout_seconds: int | None
    heartbeat_seconds: int | None
    earlier: tuple[int, ...]


def read_events(environment: Environment, execution_arn: str) -> list[Event]:
    """The whole history, ascending. Takes its calls from the mirror's share of the quota. Raises botocore's errors."""
    quota.wait(environment, execution_arn, quota.GET_HISTORY)
    return list(history(environment, execution_arn))


def find_callback(events: Sequence[Event], token: str) -> Callback | None:
    """The callback that ``token`` belongs to. The newest first: a token is never used twice."""
    by_id = {event["id"]: event for event in events}
    for event in reversed(events):
        details = event.get("taskScheduledEventDetails")
        if event["type"] == "TaskScheduled" and details and holds(details.get("parameters", ""), token):
            return _callback(by_id, event["id"], event["timestamp"], details)
    return None


def find_activity_task(events: Sequence[Event], worker_name: str) -> Callback | None:
    """The activity's task that was handed to the worker of this name, which has asked for a single one."""
    by_id = {event["id"]: event for event in events}
    for event in reversed(events):
        if worker_of(event) == worker_name:
            scheduled = next((one for one in ancestors(by_id, event["id"]) if one["type"] == "ActivityScheduled"), None)
            if scheduled is not None:
                details = scheduled["activityScheduledEventDetails"]
                return _callback(by_id, scheduled["id"], scheduled["timestamp"], details)
    return None


def worker_of(event: Event) -> str:
    """To whom an ActivityStarted event says that a task was handed; empty for any other event."""
    details = event.get("activityStartedEventDetails") or {}
    return str(details.get("workerName", "")) if event["type"] == ACTIVITY_STARTED else ""


def _callback(by_id: Mapping[int, Event], event_id: int, at: datetime, details: Event) -> Callback:
    timeout = details.get("timeoutInSeconds")
    return Callback(
        event_id=event_id,
        state_name=state_of(by_id, event_id),
        scheduled_at=at,
        # An activity's task without a time-out says 99999999: it waits as long as its execution may run.
        timeout_seconds=timeout if timeout and timeout <= LONGEST_EXECUTION else None,
        heartbeat_seconds=details.get("heartbeatInSeconds"),
        earlier=tuple(_earlier_attempts(by_id, event_id)),
    )


def holds(parameters: str, token: str) -> bool:
    """Whether parameters (JSON text) hold the token, at any depth of JSON in JSON."""
    if token in parameters:
        return True
    try:
        return token in json.dumps(json.loads(parameters), ensure_ascii=False).replace("\\/", "/")
    except ValueError:
        return False


def end_of(events: Sequence[Event], scheduled_event_id: int) -> Event | None:
    """The event that ended the callback scheduled by ``scheduled_event_id``; None while it waits.

    An execution that ended ended its callbacks: when it is redriven, they are scheduled anew.
    """
    by_id = {event["id"]: event for event in events}
    for event in events:
        if event["type"] in ENDS and scheduled_event_id in _until_scheduled(by_id, event):
            return event
    ends = (event for event in events if event["type"] in EXECUTION_ENDS and event["id"] > scheduled_event_id)
    return _abort_of(by_id, events, scheduled_event_id) or next(ends, None)


def _abort_of(by_id: Mapping[int, Event], events: Sequence[Event], scheduled_event_id: int) -> Event | None:
    """TaskStateAborted points at the event that caused it, in another branch, so it can't be joined to its callback.

    But a callback is over when a Parallel or Map state around it is over.
    """
    aborts = [event for event in events if event["type"] == ABORTED and event["id"] > scheduled_event_id]
    if not aborts:
        return None
    around = set(_open_scopes(by_id, scheduled_event_id))
    for event in events:
        if event["type"] in SCOPE_ENDS and event["id"] > scheduled_event_id:
            ended = next(_open_scopes(by_id, event.get("previousEventId", 0)), None)
            if ended in around:
                return aborts[0]
    return None


def _open_scopes(by_id: Mapping[int, Event], event_id: int) -> Iterator[int]:
    """The ids of the start events of the Parallel and Map states that an event lies within, innermost first."""
    closed = 0
    for event in ancestors(by_id, event_id):
        if event["type"] in SCOPE_ENDS:
            closed += 1
        elif event["type"] in SCOPE_STARTS:
            if closed:
                closed -= 1
            else:
                yield event["id"]


def state_of(by_id: Mapping[int, Event], event_id: int) -> str:
    for event in ancestors(by_id, event_id):
        if event["type"] == "TaskStateEntered":
            return str(event["stateEnteredEventDetails"]["name"])
    return ""


def ancestors(by_id: Mapping[int, Event], event_id: int) -> Iterator[Event]:
    """The event and what led to it, newest first."""
    while event := by_id.get(event_id):
        yield event
        event_id = event.get("previousEventId", 0)


def _until_scheduled(by_id: Mapping[int, Event], event: Event) -> list[int]:
    """The ids from an end event back to the TaskScheduled it ends, and no further."""
    seen = []
    for event_before in ancestors(by_id, event["id"]):
        seen.append(event_before["id"])
        if event_before["type"] in SCHEDULED | {"TaskStateEntered"}:
            break
    return seen


def _earlier_attempts(by_id: Mapping[int, Event], event_id: int) -> Iterator[int]:
    """Scheduled events of the same stay in the state: a retry goes on in it, and a redrive takes it up again."""
    entered = _entered(by_id, event_id)
    for event in by_id.values():
        if event["type"] in SCHEDULED and event["id"] < event_id and _entered(by_id, event["id"]) == entered:
            yield event["id"]


def _entered(by_id: Mapping[int, Event], event_id: int) -> int | None:
    return next((event["id"] for event in ancestors(by_id, event_id) if event["type"] == "TaskStateEntered"), None)
