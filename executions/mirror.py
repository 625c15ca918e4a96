"""Copying what Step Functions says about an execution into our rows: upserts, so a poll may repeat or overlap.

Reads GetExecutionHistory backwards until the last known event id (a quiet poll is one call); the first copy of a
history is read forwards in pages of 1,000. The end of an execution is read from its last event: DescribeExecution is
eventually consistent and would be a second call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from callboard.aws import client
from executions.live import announce
from executions.models import Execution, HistoryEvent
from executions.quota import GET_HISTORY, wait
from executions.redaction import redact, redact_text
from executions.related import link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from designer.models import Environment

_FIRST_PAGE = 1000  # the API's maximum
_NEXT_PAGE = 100
_FIXED_KEYS = {"id", "previousEventId", "type", "timestamp"}
_END: dict[str, str] = {
    "ExecutionSucceeded": Execution.Status.SUCCEEDED,
    "ExecutionFailed": Execution.Status.FAILED,
    "ExecutionTimedOut": Execution.Status.TIMED_OUT,
    "ExecutionAborted": Execution.Status.ABORTED,
}


def copy_history(execution: Execution) -> list[HistoryEvent]:
    """Fetch and store the events after the last known one; returns them in ascending order. Raises ClientError."""
    events = [as_row(execution, event) for event in fetch_new_events(execution)]
    if events:
        store(execution, events)
        link(execution, events)
    return events


def fetch_new_events(execution: Execution) -> list[dict[str, Any]]:
    """The first page's call is taken from the share of the quota by whoever asks, each further page's here."""
    if execution.last_event_id == 0:
        return list(history(execution.environment, execution.arn, page=_FIRST_PAGE))
    new: list[dict[str, Any]] = []
    for event in history(execution.environment, execution.arn, reverse=True, page=_NEXT_PAGE):
        if event["id"] <= execution.last_event_id:
            break
        new.append(event)
    return new[::-1]


def history(
    environment: Environment, arn: str, *, reverse: bool = False, page: int = _FIRST_PAGE
) -> Iterator[dict[str, Any]]:
    """GetExecutionHistory, event by event. Raises ClientError."""
    pages = (
        client(environment, "stepfunctions")
        .get_paginator("get_execution_history")
        .paginate(
            executionArn=arn, reverseOrder=reverse, includeExecutionData=True, PaginationConfig={"PageSize": page}
        )
    )
    for answer in pages:
        yield from answer["events"]
        if answer.get("nextToken"):
            wait(environment, arn, GET_HISTORY)


def as_row(execution: Execution, event: dict[str, Any]) -> HistoryEvent:
    details = {key: storable(redact(value)) for key, value in event.items() if key not in _FIXED_KEYS}
    return HistoryEvent(
        execution=execution,
        event_id=event["id"],
        previous_event_id=event.get("previousEventId", 0),
        type=event["type"],
        timestamp=event["timestamp"],
        details=details,
    )


def storable(value: Any) -> Any:
    """``value`` (JSON) without what PostgreSQL stores in no text: NUL, and half of a surrogate pair."""
    match value:
        case str():
            return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
        case list():
            return [storable(item) for item in value]
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
        case _:
            return value


def store(execution: Execution, events: list[HistoryEvent]) -> None:
    """Upsert ``events`` and what they say about the execution, in one transaction."""
    last = events[-1]
    changes: dict[str, Any] = {"last_event_id": last.event_id}
    if events[0].event_id == 1:
        changes |= beginning(execution, events[0])
    if last.type in _END:
        changes |= ending(last)
    elif execution.status != Execution.Status.RUNNING:  # redriven
        changes |= {"status": Execution.Status.RUNNING, "stopped_at": None, "output": "", "error": "", "cause": ""}
    with transaction.atomic():
        upsert(events)
        # Another poll may have come further meanwhile: never go back.
        Execution.objects.filter(pk=execution.pk, last_event_id__lt=last.event_id).update(**changes)
        execution.refresh_from_db()
        announce(execution, events)


def upsert(events: list[HistoryEvent]) -> None:
    HistoryEvent.objects.bulk_create(
        events,
        update_conflicts=True,
        unique_fields=["execution", "event_id"],
        update_fields=["previous_event_id", "type", "timestamp", "details"],
        batch_size=500,
    )


def take_up_again(execution: Execution) -> None:
    """Step Functions says that an ended execution was redriven: it runs, whether or not its history says so yet.

    Where another poll has come further than ``execution``, the history has said so.
    """
    rows = Execution.objects.filter(pk=execution.pk, last_event_id=execution.last_event_id)
    rows.exclude(status=Execution.Status.RUNNING).update(
        status=Execution.Status.RUNNING,
        stopped_at=None,
        output="",
        error="",
        cause="",
        next_poll_at=timezone.now(),
        quiet_polls=0,
    )
    execution.refresh_from_db()
    announce(execution, [])


def beginning(execution: Execution, event: HistoryEvent) -> dict[str, Any]:
    said: dict[str, Any] = event.details.get("executionStartedEventDetails", {})
    found = {"input": said.get("input", "")} if not execution.input else {}
    for column, key in (("version", "stateMachineVersionArn"), ("alias", "stateMachineAliasArn")):
        if said.get(key):
            found[column] = said[key].rpartition(":")[2]
    return found


def ending(event: HistoryEvent) -> dict[str, Any]:
    said: dict[str, Any] = next(iter(event.details.values()), {})
    return {
        "status": _END[event.type],
        "stopped_at": event.timestamp,
        "output": said.get("output", ""),
        "error": said.get("error", ""),
        "cause": said.get("cause", ""),
    }


def apply_description(execution: Execution, description: dict[str, Any]) -> None:
    """What DescribeExecution says, for executions whose history can't be read any more."""
    stopped: datetime | None = description.get("stopDate")
    Execution.objects.filter(pk=execution.pk).update(
        status=description["status"],
        stopped_at=stopped,
        output=storable(redact_text(description.get("output", ""))),
        error=storable(description.get("error", "")),
        cause=storable(redact_text(description.get("cause", ""))),
    )
    execution.refresh_from_db()
    announce(execution, [])
