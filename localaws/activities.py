"""Activities: the rows that say which there are, and the line in which their tasks wait for a worker.

The line is memory only. What stands in it follows from the store: a task of an activity has a row until a worker takes
it, and is put in line again when the endpoint starts. A worker that polls is a future, not a thread.
"""

import asyncio
import sqlite3
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from asl.json_types import JSON
from asl.resource import parse_resource

Key: TypeAlias = tuple[int, int]  # execution id, task id
TASK_BITS = 32


def _number(key: Key) -> int:
    return key[0] << TASK_BITS | key[1]


def is_activity(resource: str) -> bool:
    """Does a Task's Resource name an activity?"""
    if ":activity:" not in resource:
        return False
    parsed = parse_resource(resource)
    return parsed is not None and parsed.kind == "activity"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRecord:
    """A row of activity. Times are seconds since the epoch."""

    arn: str
    name: str
    created_at: float
    configuration: Mapping[str, JSON]


_COLUMNS = "arn, name, created_at, configuration"


def _record(row: tuple[Any, ...]) -> ActivityRecord:
    return ActivityRecord(arn=row[0], name=row[1], created_at=row[2], configuration=orjson.loads(row[3]))


class Activities:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, arn: str) -> ActivityRecord | None:
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM activity WHERE arn = ?", (arn,)).fetchone()  # noqa: S608
        return None if row is None else _record(row)

    def activities(self, prefix: str, *, after: str | None, limit: int) -> list[ActivityRecord]:
        """Those of an account and Region (``prefix`` of the ARN) in the order of their names."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM activity WHERE arn > ? AND arn < ? ORDER BY arn LIMIT ?",  # noqa: S608
            (after or prefix, prefix + "\U0010ffff", limit),
        )
        return [_record(row) for row in rows]

    def has(self, prefix: str, count: int) -> bool:
        """Are there so many in an account and Region (``prefix`` of the ARN)?"""
        found = self._connection.execute(
            "SELECT 1 FROM activity WHERE arn > ? AND arn < ? LIMIT 1 OFFSET ?",
            (prefix, prefix + "\U0010ffff", count - 1),
        ).fetchone()
        return found is not None

    def add(self, record: ActivityRecord) -> None:
        configuration = orjson.dumps(record.configuration).decode()
        self._connection.execute(
            f"INSERT INTO activity ({_COLUMNS}) VALUES (?, ?, ?, ?)",  # noqa: S608
            (record.arn, record.name, record.created_at, configuration),
        )

    def delete(self, arn: str) -> None:
        self._connection.execute("DELETE FROM activity WHERE arn = ?", (arn,))
        self._connection.execute("DELETE FROM tag WHERE resource_arn = ?", (arn,))


class ActivityLine:
    """Tasks that wait for a worker, first come first served, and workers that wait for a task."""

    def __init__(self) -> None:
        # Keys as one number each: with a hundred thousand tasks in line, pairs would be most of the line.
        self._tasks: dict[str, deque[int]] = {}
        self._wanted: dict[int, str] = {}  # a number in a deque that isn't here has been given up
        self._counts: dict[str, int] = {}  # of those that are wanted
        self._workers: dict[str, deque[asyncio.Future[None]]] = {}
        self._closed = False

    def add(self, arn: str, key: Key) -> None:
        number = _number(key)
        self._want(arn, number).append(number)
        self._wake(arn)

    def put_back(self, arn: str, key: Key) -> None:
        """A task that was taken and could not be handed out: it is the next."""
        number = _number(key)
        self._want(arn, number).appendleft(number)
        self._wake(arn)

    def _want(self, arn: str, number: int) -> deque[int]:
        self._wanted[number] = sys.intern(arn)  # one text for all of them
        self._counts[arn] = self._counts.get(arn, 0) + 1
        return self._tasks.setdefault(arn, deque())

    def discard(self, key: Key) -> None:
        """The task is no longer wanted."""
        number = _number(key)
        arn = self._wanted.get(number)
        if arn is None:
            return
        self._unwant(arn, number)
        waiting = self._tasks.get(arn, ())
        if len(waiting) > 64 and len(waiting) > 2 * self._counts.get(arn, 0):
            self._tasks[arn] = deque(other for other in waiting if other in self._wanted)

    def take(self, arn: str) -> Key | None:
        waiting = self._tasks.get(arn)
        while waiting:
            number = waiting.popleft()
            if number in self._wanted:
                self._unwant(arn, number)
                return number >> TASK_BITS, number & (1 << TASK_BITS) - 1
        return None

    def _unwant(self, arn: str, number: int) -> None:
        del self._wanted[number]
        self._counts[arn] -= 1
        if not self._counts[arn]:
            del self._counts[arn]
            del self._tasks[arn]

    # -- workers

    def workers(self, arn: str) -> int:
        return len(self._workers.get(arn, ()))

    @property
    def closed(self) -> bool:
        return self._closed

    def arrival(self, arn: str) -> asyncio.Future[None]:
        """Done when there is a task to take, or when the endpoint stops. To be given back with `leave`."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._workers.setdefault(arn, deque()).append(future)
        if self._closed or arn in self._counts:
            future.set_result(None)
        return future

    def leave(self, arn: str, future: asyncio.Future[None]) -> None:
        """The worker no longer waits. A task that it was called for is for the next one in line."""
        workers = self._workers[arn]
        workers.remove(future)
        if not workers:
            del self._workers[arn]
        if future.done() and arn in self._counts:
            self._wake(arn)

    def close(self) -> None:
        """The endpoint stops: nobody waits any longer."""
        self._closed = True
        for workers in self._workers.values():
            for future in workers:
                if not future.done():
                    future.set_result(None)

    def _wake(self, arn: str) -> None:
        for future in self._workers.get(arn, ()):
            if not future.done():
                future.set_result(None)
                return
