"""What an account may have open in a Region: so many STANDARD executions, and each for a year at most.

How many are open is counted once, when somebody first asks, and kept up from then on by what is committed: starts of
one and the same commit don't see each other. Which is open for too long is found by the order in which executions
began, without a timer for each (developer guide, "Service quotas").
"""

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

from asl.events import Event, ExecutionExpired
from localaws.redrive import LONGEST
from localaws.watchers import StatusChange
from localaws.wire import ServiceError

logger = logging.getLogger(__name__)

MOST_OPEN = 1_000_000
LONGEST_SLEEP = 3600.0  # seconds; the clock on the wall may have been set
AT_ONCE = 256  # executions of a state machine that are ended before the loop has its turn
# By the index of state machine, status and number: the oldest first, and nothing is read of those that aren't open.
_OLDEST = (
    "SELECT id, started_at FROM execution WHERE state_machine_id = ? AND status = 'RUNNING' AND id > ?"
    " ORDER BY id LIMIT ?"
)
_COUNT = (
    "SELECT m.arn, count(e.id) FROM state_machine m JOIN execution e ON e.state_machine_id = m.id"
    " AND e.status = 'RUNNING' WHERE m.type = 'STANDARD' GROUP BY m.id"
)


class Executions(Protocol):
    """`localaws.engine.Engine`, as it is needed here."""

    clock: Callable[[], float]

    def tell(self, execution_id: int, event: Event) -> None: ...


class OpenExecutions:
    def __init__(self, connection: sqlite3.Connection, *, most: int = MOST_OPEN) -> None:
        self._connection = connection
        self._most = most
        self._open: Counter[str] | None = None

    def watch(self, change: StatusChange) -> None:
        """An execution began, was redriven, or ended: called after the commit that says so."""
        if self._open is not None and change.row.machine_type == "STANDARD":
            self._open[_place(change.arn)] += 1 if change.outcome.status == "RUNNING" else -1

    def refuse_if_full(self, arn: str) -> None:
        """Raises ExecutionLimitExceeded; ``arn`` is of whatever lies in the account and the Region."""
        if self._open is None:
            self._open = Counter()
            for machine, count in self._connection.execute(_COUNT):
                self._open[_place(machine)] += count
        if self._open[_place(arn)] >= self._most:
            raise ServiceError(
                "ExecutionLimitExceeded",
                "The maximum number of running executions has been reached. Running executions must end or be stopped"
                " before a new execution can be started.",
            )

    async def end_overdue(self, executions: Executions) -> None:
        """End what has been open for a year, for as long as the endpoint runs."""
        while True:
            try:
                due = await self._look(executions)
            except sqlite3.Error:
                logger.exception("What is open for too long could not be found.")
                due = executions.clock() + LONGEST_SLEEP
            await asyncio.sleep(min(max(due - executions.clock(), 1.0), LONGEST_SLEEP))

    async def _look(self, executions: Executions) -> float:
        """End what is overdue; when the next one will be."""
        soonest = executions.clock() + LONGEST
        for (machine,) in self._connection.execute("SELECT id FROM state_machine WHERE type = 'STANDARD'").fetchall():
            for execution_id, started_at in self._in_order(machine):
                now = executions.clock()
                if started_at + LONGEST > now:
                    soonest = min(soonest, started_at + LONGEST)
                    break
                executions.tell(execution_id, ExecutionExpired(at=now))
            await asyncio.sleep(0)
        return soonest

    def _in_order(self, machine: int) -> Iterator[tuple[int, float]]:
        after = 0
        while True:
            found = self._connection.execute(_OLDEST, (machine, after, AT_ONCE)).fetchall()
            yield from found
            if len(found) < AT_ONCE:
                return
            after = found[-1][0]


def _place(arn: str) -> str:
    """The Region and the account of an ARN."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return f"{region}:{account}"
