"""``loggingConfiguration``: execution history events as CloudWatch Logs events; best effort, as with AWS.

Decides which events a level takes and how one looks in the log. Events wait in a bounded line, so that no execution
waits for the service that keeps them.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from asl import json_text
from asl.history import HistoryEvent, render
from asl.json_types import JSON

logger = logging.getLogger(__name__)

WAITING_AT_MOST = 10_000  # commits
EVENTS_AT_ONCE = 2_000  # of the 10,000 that PutLogEvents takes
BYTES_AT_ONCE = 900_000  # of its 1,048,576, each event counting 26 more than its text
EVENT_LIMIT = 250_000  # bytes; data is left out of a longer one
STREAMS_KEPT = 1_000
_FATAL = frozenset({"ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"})
_DATA = ("input", "output", "parameters", "assignedVariables")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one commit added to an execution's history, and how its state machine wants it logged."""

    configuration: Mapping[str, JSON]
    machine_name: str
    execution_arn: str
    first_id: int
    events: Sequence[HistoryEvent]
    redrive_count: int = 0


Put = Callable[..., Awaitable[dict[str, Any]]]


class ExecutionLogs:
    """``call(service, operation, params, region=...)`` reaches CloudWatch Logs."""

    def __init__(self, call: Put) -> None:
        self._call = call
        self._line: deque[Entry] = deque(maxlen=WAITING_AT_MOST)
        self._arrived = asyncio.Event()
        self._streams: OrderedDict[tuple[str, str], str] = OrderedDict()

    def add(self, entry: Entry) -> None:
        if wants_any(entry.configuration):
            self._line.append(entry)
            self._arrived.set()

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await self.drain()

    async def drain(self) -> None:
        """Deliver what waits."""
        while self._line:
            entries = [self._line.popleft()]
            count = len(entries[0].events)
            while self._line and count < EVENTS_AT_ONCE and _target(self._line[0]) == _target(entries[0]):
                entries.append(self._line.popleft())
                count += len(entries[-1].events)
            try:
                await self._deliver(entries)
            except Exception as reason:  # noqa: BLE001 - an execution doesn't depend on who reads of it
                logger.warning("The log of %s could not be delivered: %s", entries[0].execution_arn, reason)

    async def _deliver(self, entries: Sequence[Entry]) -> None:
        events = await asyncio.to_thread(_all_events, entries)  # a burst of them would keep requests waiting
        if not events:
            return
        group, machine = _target(entries[0])
        region = str(group).split(":")[3]
        name = str(group).split(":log-group:", 1)[1].removesuffix(":*")
        stream = await self._stream(name, machine, events[0]["timestamp"], region)
        for batch in _batches(events):
            params = {"logGroupName": name, "logStreamName": stream, "logEvents": batch}
            await self._call("logs", "PutLogEvents", params, region=region)

    async def _stream(self, group: str, machine: str, timestamp: int, region: str) -> str:
        """One stream to a state machine and minute."""
        minute = datetime.fromtimestamp(timestamp / 1000, UTC).strftime("%Y-%m-%d-%H-%M")
        key = f"{region}:{group}", f"states/{machine}/{minute}"
        stream = self._streams.get(key)
        if stream is None:
            stream = f"{key[1]}/{secrets.token_hex(4)}"
            params = {"logGroupName": group, "logStreamName": stream}
            try:
                await self._call("logs", "CreateLogStream", params, region=region)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                    raise
            self._streams[key] = stream
            if len(self._streams) > STREAMS_KEPT:
                self._streams.popitem(last=False)
        return stream


def wants_any(configuration: Mapping[str, JSON]) -> bool:
    return configuration.get("level", "OFF") != "OFF" and bool(configuration.get("destinations"))


def _target(entry: Entry) -> tuple[str, str]:
    destination = entry.configuration["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    return destination, entry.machine_name


def is_logged(kind: str, level: str) -> bool:
    """Does a level take events of this type? (Developer guide, "Log levels for Step Functions execution events")"""
    match level:
        case "ALL":
            return True
        case "ERROR":
            return kind == "FailStateEntered" or kind.endswith(("Failed", "Aborted", "TimedOut"))
        case "FATAL":
            return kind in _FATAL
        case _:
            return False


def log_events(entry: Entry) -> list[dict[str, Any]]:
    """``{"timestamp": ms, "message": JSON text}`` for each event that the configuration takes."""
    level, include = entry.configuration["level"], bool(entry.configuration.get("includeExecutionData"))
    found = []
    for event_id, event in enumerate(entry.events, start=entry.first_id):
        if is_logged(event[0], level):
            shape = render(event_id, event)
            timestamp = int(shape["timestamp"] * 1000)
            message = _message(shape, timestamp, entry, include=include)
            found.append({"timestamp": timestamp, "message": message})
    return found


def _all_events(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    events = [event for entry in entries for event in log_events(entry)]
    return sorted(events, key=lambda event: int(event["timestamp"]))


def _message(shape: dict[str, JSON], timestamp: int, entry: Entry, *, include: bool) -> str:
    details: dict[str, JSON] = next((value for name, value in shape.items() if name.endswith("EventDetails")), {})
    if not include:
        left_out = {*_DATA, *(f"{name}Details" for name in _DATA)}
        details = {name: value for name, value in details.items() if name not in left_out}
    event: dict[str, JSON] = {
        "id": str(shape["id"]),
        "type": shape["type"],
        "details": details,
        "previous_event_id": str(shape["previousEventId"]),
        "event_timestamp": str(timestamp),
        "execution_arn": entry.execution_arn,
        "redrive_count": str(entry.redrive_count),
    }
    text = json_text.dumps(event)
    if len(text) * 4 > EVENT_LIMIT and len(text.encode("utf-8", "replace")) > EVENT_LIMIT:
        cut = {f"{name}Details": {"truncated": True} for name in _DATA if name in details}
        kept = {name: value for name, value in details.items() if name not in _DATA}
        text = json_text.dumps(event | {"details": kept | cut})
    return text


def _batches(events: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    batches: list[list[dict[str, Any]]] = [[]]
    size = 0
    for event in events:
        length = len(event["message"].encode("utf-8", "replace")) + 26
        if batches[-1] and (size + length > BYTES_AT_ONCE or len(batches[-1]) >= EVENTS_AT_ONCE):
            batches.append([])
            size = 0
        batches[-1].append(event)
        size += length
    return batches
