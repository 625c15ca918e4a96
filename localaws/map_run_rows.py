"""Map Runs as the store has them: their own rows, and which executions are theirs. Written in the engine's
transactions.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asl.effects import StartMapRun
from asl.json_types import JSON
from localaws.journal import place
from localaws.values import pack, unpack

UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")


@dataclass(slots=True, kw_only=True)
class MapRunRow:
    """Times are seconds since the epoch."""

    id: int
    arn: str
    execution_id: int
    task_id: int
    state_machine_id: int
    definition_id: int
    status: str
    open: bool
    started_at: float
    stopped_at: float | None
    max_concurrency: int
    tolerated_count: int | None
    tolerated_percentage: float | None
    redrive_count: int
    redriven_at: float | None
    total: int | None
    results_written: int


@dataclass(slots=True)
class Tally:
    """How many executions, and items in them, are in each status; PENDING_REDRIVE failed before the last redrive."""

    executions: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)

    def add(self, status: str, items: int, executions: int = 1) -> None:
        self.executions[status] = self.executions.get(status, 0) + executions
        self.items[status] = self.items.get(status, 0) + items

    def move(self, before: str, after: str, items: int) -> None:
        self.add(before, -items, -1)
        self.add(after, items)

    @property
    def begun(self) -> int:
        return sum(self.executions.values())

    @property
    def begun_items(self) -> int:
        return sum(self.items.values())

    @property
    def failed_items(self) -> int:
        return sum(self.items.get(status, 0) for status in UNSUCCESSFUL)


@dataclass(frozen=True, slots=True)
class ChildRow:
    number: int
    execution_id: int
    items: int


_COLUMNS = (
    "id, arn, execution_id, task_id, state_machine_id, definition_id, status, open, started_at, stopped_at,"
    " max_concurrency, tolerated_count, tolerated_percentage, redrive_count, redriven_at, total, results_written"
)
_NAMES = tuple(_COLUMNS.split(", "))
_STATUS = (
    "CASE WHEN e.status IN ('FAILED', 'TIMED_OUT', 'ABORTED') AND e.stopped_at <= ?"
    " THEN 'PENDING_REDRIVE' ELSE e.status END"
)


def _row(values: tuple[Any, ...]) -> MapRunRow:
    found = dict(zip(_NAMES, values, strict=True))
    return MapRunRow(**found | {"open": bool(found["open"])})


class MapRunRows:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(
        self, execution_id: int, effect: StartMapRun, *, machine_id: int, definition_id: int, at: float
    ) -> MapRunRow:
        settings = effect.settings
        items = settings.get("items")
        self._connection.execute(
            "INSERT INTO map_run (arn, execution_id, task_id, state_machine_id, definition_id, status, open,"
            " started_at, max_concurrency, tolerated_count, tolerated_percentage, total, settings)"
            " VALUES (?, ?, ?, ?, ?, 'RUNNING', 1, ?, ?, ?, ?, ?, ?)",
            (
                effect.arn,
                execution_id,
                effect.task_id,
                machine_id,
                definition_id,
                at,
                settings["max_concurrency"],
                settings["tolerated_count"],
                settings["tolerated_percentage"],
                None if items is None else len(items),
                pack(settings),
            ),
        )
        found = self.find(effect.arn)
        assert found is not None
        return found

    def find(self, arn: str) -> MapRunRow | None:
        return self._one("arn = ?", arn)

    def of_task(self, execution_id: int, task_id: int) -> MapRunRow | None:
        return self._one("execution_id = ? AND task_id = ?", execution_id, task_id)

    def of_child(self, execution_id: int) -> MapRunRow | None:
        return self._one("id = (SELECT map_run_id FROM map_child WHERE execution_id = ?)", execution_id)

    def open(self) -> list[MapRunRow]:
        return self._all("open = 1 ORDER BY id")

    def of_execution(self, execution_id: int, *, after: int, limit: int) -> list[MapRunRow]:
        return self._all("execution_id = ? AND id > ? ORDER BY id LIMIT ?", execution_id, after, limit)

    def settings(self, row: MapRunRow) -> Mapping[str, JSON]:
        (data,) = self._connection.execute("SELECT settings FROM map_run WHERE id = ?", (row.id,)).fetchone()
        found: Mapping[str, JSON] = unpack(data)
        return found

    def update(self, row: MapRunRow) -> None:
        changing = [name for name in _NAMES if name not in ("id", "arn", "execution_id")]
        assignments = ", ".join(f"{name} = ?" for name in changing)
        values = [getattr(row, name) for name in changing]
        self._connection.execute(f"UPDATE map_run SET {assignments} WHERE id = ?", (*values, row.id))  # noqa: S608

    def _one(self, condition: str, *values: Any) -> MapRunRow | None:
        found = self._all(condition, *values)
        return found[0] if found else None

    def _all(self, condition: str, *values: Any) -> list[MapRunRow]:
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM map_run WHERE {condition}", values)  # noqa: S608
        return [_row(found) for found in rows.fetchall()]

    # -- its executions

    def add_child(self, row: MapRunRow, child: ChildRow) -> None:
        """In place of the one that had the number, whose execution is forgotten: an EXPRESS one that is run again."""
        before = self._connection.execute(
            "SELECT execution_id FROM map_child WHERE map_run_id = ? AND number = ?", (row.id, child.number)
        ).fetchone()
        if before is not None:
            self._connection.execute("DELETE FROM execution WHERE id = ?", before)
            self._connection.execute(
                "DELETE FROM value WHERE id BETWEEN ? AND ?", (place(before[0], 0), place(before[0] + 1, -1))
            )
        self._connection.execute(
            "INSERT OR REPLACE INTO map_child VALUES (?, ?, ?, ?)",
            (row.id, child.number, child.execution_id, child.items),
        )

    def running(self, row: MapRunRow) -> dict[int, int]:
        """Execution -> how many items it has."""
        return dict(
            self._connection.execute(
                "SELECT e.id, c.items FROM map_child c JOIN execution e ON e.id = c.execution_id"
                " WHERE c.map_run_id = ? AND e.status = 'RUNNING'",
                (row.id,),
            ).fetchall()
        )

    def tally(self, row: MapRunRow) -> Tally:
        found = self._connection.execute(
            f"SELECT {_STATUS} AS standing, sum(c.items), count(*) FROM map_child c"  # noqa: S608
            " JOIN execution e ON e.id = c.execution_id WHERE c.map_run_id = ? GROUP BY standing",
            (row.redriven_at or 0.0, row.id),
        )
        tally = Tally()
        for status, items, executions in found.fetchall():
            tally.add(status, items, executions)
        return tally

    def children(
        self, row: MapRunRow, *, standing: str | None, after: int, limit: int, newest_first: bool = False
    ) -> list[ChildRow]:
        """In the order of the items; ``after`` is the number of the last one that was seen."""
        order, compared = ("DESC", "<") if newest_first else ("ASC", ">")
        condition = "" if standing is None else f" AND {_STATUS} = ?"
        values = [row.id, after, *([] if standing is None else [row.redriven_at or 0.0, standing]), limit]
        found = self._connection.execute(
            "SELECT c.number, c.execution_id, c.items FROM map_child c JOIN execution e ON e.id = c.execution_id"  # noqa: S608
            f" WHERE c.map_run_id = ? AND c.number {compared} ?{condition} ORDER BY c.number {order} LIMIT ?",
            values,
        )
        return [ChildRow(*values) for values in found.fetchall()]

    def output_size(self, row: MapRunRow) -> int:
        """Characters of what its executions gave."""
        (size,) = self._connection.execute(
            "SELECT coalesce(sum(length(e.output)), 0) FROM map_child c JOIN execution e ON e.id = c.execution_id"
            " WHERE c.map_run_id = ? AND e.status = 'SUCCEEDED'",
            (row.id,),
        ).fetchone()
        return int(size)
