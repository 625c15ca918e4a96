"""Copying what Step Functions says about an execution into our rows: upserts, so a poll may repeat or overlap.

Reads GetExecutionHistory backwards until the last known event id (a quiet poll is one call); the first copy of a
history is read forwards in pages of 1,000. The end of an execution is read from its last event: DescribeExecution is
eventually consistent and would be a second call. A list or a status event may tell of the end before; then the status
is shown, and the history still read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from callboard.aws import client
from executions import storing
from executions.live import announce
from executions.models import Execution, HistoryEvent
from executions.quota import GET_HISTORY, wait
from executions.redaction import redact, redact_text
from executions.related import link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from designer.models import Environment

_WHOLE = 1000  # events in a page: the API's maximum
_LOOK = 12  # in the page of a poll, which mostly finds few; boto3 takes 20 us for each
_FIXED_KEYS = {"id", "previousEventId", "type", "timestamp"}
_END: dict[str, str] = {
    "ExecutionSucceeded": Execution.Status.SUCCEEDED,
    "ExecutionFailed": Execution.Status.FAILED,
    "ExecutionTimedOut": Execution.Status.TIMED_OUT,
    "ExecutionAborted": Execution.Status.ABORTED,
}
GOING = (Execution.Status.RUNNING, Execution.Status.PENDING_REDRIVE)


def copy_history(execution: Execution) -> int:
    """Fetch and store the events after the last known one; how many there were. Raises ClientError, BotoCoreError.

    Each page is stored as it comes: a worker that dies midway leaves what it had, and the next one goes on from there.
    """
    count = 0
    for page in new_pages(execution):
        events = [as_row(execution, event) for event in page]
        store(execution, events)
        link(execution, events)
        count += len(events)
    return count


def new_pages(execution: Execution) -> Iterator[list[dict[str, Any]]]:
    """What is new, ascending, without gaps; nothing where nothing is. The first page's call is taken from the share of
    the quota by whoever asks, each further page's here.
    """
    environment, arn, known = execution.environment, execution.arn, execution.last_event_id
    if known == 0:
        yield from filter(None, pages(environment, arn))
        return
    newest = next(pages(environment, arn, reverse=True, size=_LOOK))
    if len(newest) == _LOOK and newest[-1]["id"] > known + 1:
        # More has happened than a poll mostly finds: all of it, back to what is known.
        wait(environment, arn, GET_HISTORY)
        size = min(_WHOLE, newest[0]["id"] - known + _LOOK)
        newest = []
        for page in pages(environment, arn, reverse=True, size=size):
            newest += page
            if page and page[-1]["id"] <= known + 1:
                break
    new = [event for event in reversed(newest) if event["id"] > known]
    if new:
        yield new


def history(environment: Environment, arn: str) -> Iterator[dict[str, Any]]:
    """GetExecutionHistory, event by event. Raises ClientError, BotoCoreError."""
    for page in pages(environment, arn):
        yield from page


def pages(
    environment: Environment, arn: str, *, reverse: bool = False, size: int = _WHOLE
) -> Iterator[list[dict[str, Any]]]:
    """GetExecutionHistory, page by page. Raises ClientError, BotoCoreError."""
    answers = (
        client(environment, "stepfunctions", counted=True)
        .get_paginator("get_execution_history")
        .paginate(
            executionArn=arn, reverseOrder=reverse, includeExecutionData=True, PaginationConfig={"PageSize": size}
        )
    )
    for answer in answers:
        yield answer["events"]
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
    """Upsert ``events`` and what they say about the execution, and tell the pages and the other applications."""
    storing.store(execution, events, _changes(execution, events))
    announce(execution, events)  # what hears of it only reads, mostly: others may write meanwhile


def _changes(execution: Execution, events: list[HistoryEvent]) -> dict[str, Any]:
    """What ``events`` change in their execution's row."""
    last = events[-1]
    now = timezone.now()
    changes: dict[str, Any] = {"last_event_id": last.event_id, "looked_at": now, "news_at": now}
    if events[0].event_id == 1:
        changes |= beginning(execution, events[0])
    if last.type in _END:
        changes |= ending(last)
    elif any(event.type == "ExecutionRedriven" for event in events):
        changes |= {"status": Execution.Status.RUNNING, "stopped_at": None, "output": "", "error": "", "cause": ""}
    return changes


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
        "next_poll_at": None,
        "poll_notice": "",
        "output": said.get("output", ""),
        "error": said.get("error", ""),
        "cause": said.get("cause", ""),
    }


def hear_of_end(
    environment: Environment, arn: str, *, status: str, stopped_at: datetime, **said: str | None
) -> Execution | None:
    """Step Functions says that an execution has ended, before its history was read: a list, a status event.

    ``said`` is output, error and cause, where they are told. None where nothing is new: it had ended here, isn't known,
    or was redriven since. What its history says comes when the share of the quota allows, before others' news.
    """
    texts = {key: storable(redact_text(text)) for key, text in said.items() if text is not None}
    execution = Execution.objects.filter(environment=environment, arn=arn).first()
    if execution is None:
        return None
    if execution.events.filter(type="ExecutionRedriven", timestamp__gt=stopped_at).exists():
        return None
    running = Execution.objects.filter(pk=execution.pk, next_poll_at__isnull=False, status__in=GOING)
    changes = {"status": status, "stopped_at": stopped_at, "next_poll_at": timezone.now(), "quiet_polls": 0, **texts}
    if not running.update(**changes):
        return None
    execution.refresh_from_db()
    announce(execution, [])
    return execution


def is_whole(execution: Execution) -> bool:
    """Whether its history has been read to its end, of an execution that has ended."""
    last = execution.events.filter(event_id=execution.last_event_id).values_list("type", flat=True).first()
    return last in _END


def give_up(execution: Execution, notice: str) -> None:
    """Its history can't be read any more: what is here is the last copy."""
    Execution.objects.filter(pk=execution.pk).update(next_poll_at=None, poll_notice=notice)
    execution.refresh_from_db()
    announce(execution, [])
