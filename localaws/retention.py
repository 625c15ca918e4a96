"""Ended executions are forgotten when their time is over: AWS keeps those of STANDARD workflows for 90 days.

Then all of an execution goes, its history and its name; a Map Run and its executions with the one that the Map belongs
to. Executions are gone through in the order in which they began, a few in each transaction, so that nobody waits. What
is freed in the store is used again; `compact` gives it back to the disk.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from localaws.journal import place
from localaws.wire import ServiceError

logger = logging.getLogger(__name__)

AT_ONCE = 50  # executions that are looked at in one transaction
LONGEST_PAUSE = 3600.0  # seconds between two times that all are gone through
SHARE = 0.1  # of the retention, where that is shorter

_OLDEST = (
    "SELECT e.id, e.stopped_at, e.started_at, c.map_run_id FROM execution e"
    " LEFT JOIN map_child c ON c.execution_id = e.id WHERE e.id > ? ORDER BY e.id LIMIT ?"
)
# Of a Map Run's execution: whether the Map's own is gone, or may go.
_PARENT_IS_OVER = (
    "SELECT coalesce(e.stopped_at, CASE WHEN e.id IS NULL THEN 0 END) < ? FROM map_run r"
    " LEFT JOIN execution e ON e.id = r.execution_id WHERE r.id = ?"
)
_OF_EXECUTION = tuple(
    f"DELETE FROM {table} WHERE execution_id = ?"  # noqa: S608 - names from here
    for table in ("map_child", "frame", "task", "timer", "redrive")
)
_OF_RANGE = tuple(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?" for table in ("history", "value"))  # noqa: S608
_MAP_RUNS = (
    "DELETE FROM map_run WHERE open = 0 AND NOT EXISTS (SELECT 1 FROM map_child WHERE map_run_id = map_run.id)"
    " AND NOT EXISTS (SELECT 1 FROM execution WHERE id = map_run.execution_id)"
)


class Retention:
    """``request(job)`` runs a job in a transaction of the engine's; ``seconds`` is how long ended ones are kept."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        request: Callable[[Callable[[], Any]], Awaitable[Any]],
        *,
        seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._connection = connection
        self._request = request
        self._seconds = seconds
        self._clock = clock

    async def run(self) -> None:
        """For as long as the endpoint runs."""
        while True:
            try:
                await self.sweep()
            except ServiceError as error:  # the store can't be written now
                logger.warning("Ended executions could not be forgotten: %s", error.message)
            await asyncio.sleep(min(LONGEST_PAUSE, max(self._seconds * SHARE, 1.0)))

    async def sweep(self) -> int:
        """Go through all that began long enough ago; how many were forgotten."""
        before, after, forgotten = self._clock() - self._seconds, 0, 0
        count: int
        while True:
            after, count, more = await self._request(lambda after=after: self._forget_some(after, before))  # type: ignore[misc]
            forgotten += count
            if not more:
                if forgotten:
                    await self._request(lambda: self._connection.execute(_MAP_RUNS))
                return forgotten
            await asyncio.sleep(0)

    def _forget_some(self, after: int, before: float) -> tuple[int, int, bool]:
        """Inside a transaction: (the last that was looked at, how many were forgotten, whether there may be more)."""
        rows = self._connection.execute(_OLDEST, (after, AT_ONCE)).fetchall()
        count = 0
        for execution_id, stopped_at, started_at, map_run_id in rows:
            if started_at >= before:
                return execution_id, count, False
            if stopped_at is not None and stopped_at < before and self._is_alone(map_run_id, before):
                self._forget(execution_id)
                count += 1
        return (rows[-1][0] if rows else after), count, len(rows) == AT_ONCE

    def _is_alone(self, map_run_id: int | None, before: float) -> bool:
        if map_run_id is None:
            return True
        found = self._connection.execute(_PARENT_IS_OVER, (before, map_run_id)).fetchone()
        return found is None or bool(found[0])

    def _forget(self, execution_id: int) -> None:
        for statement in _OF_EXECUTION:
            self._connection.execute(statement, (execution_id,))
        for statement in _OF_RANGE:
            self._connection.execute(statement, (place(execution_id, 0), place(execution_id + 1, -1)))
        self._connection.execute("DELETE FROM execution WHERE id = ?", (execution_id,))


def compact(store: Path) -> tuple[int, int]:
    """Write the store anew without its free pages: (bytes before, bytes after). Only while no endpoint uses it."""
    before = store.stat().st_size
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return before, store.stat().st_size
