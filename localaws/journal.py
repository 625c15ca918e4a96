"""The one durable store of Step Functions: SQLite, one connection on the loop's thread, one transaction per tick.

Decides how executions lie in rows and when the write-ahead log is folded back. What happens to an execution is decided
by `asl` and told by `localaws.engine`; state machines and tags have their own file, `localaws.catalogue`.
"""

import asyncio
import contextlib
import logging
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asl.json_types import JSON
from localaws import log_check, schema
from localaws.timers import Timer
from localaws.values import PLAIN, PLAIN_EVENT, Shared, pack, unpack

logger = logging.getLogger(__name__)

CHUNK = 512  # history events in a row at most
PLACES = 27  # bits of a row's key for what lies in it: history events or values of one execution
CHECKPOINT_SECONDS = 1.0
WAL_FOLD_BYTES = 4 * 1024 * 1024  # fold the log back, off the loop, when it is larger than this
WAL_RESTART_BYTES = 32 * 1024 * 1024  # ... and the rest on the loop, so that a log that never rests begins anew


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionRow:
    """What is known of an execution without loading its state. Times are seconds since the epoch."""

    id: int
    state_machine_id: int
    name: str
    definition_id: int
    status: str
    started_at: float
    stopped_at: float | None
    last_event_id: int
    role_arn: str
    trace_header: str | None
    revision_id: str | None
    version: int | None
    alias: str | None
    error: str | None
    cause: str | None
    machine_arn: str
    machine_type: str
    has_state: bool = True  # of one that ended: what a redrive needs is there
    redrive_count: int = 0
    redriven_at: float | None = None
    input: str = ""
    output: str | None = None

    @property
    def arn(self) -> str:
        kind = ":execution:" if self.machine_type == "STANDARD" else ":express:"
        return self.machine_arn.replace(":stateMachine:", kind, 1) + f":{self.name}"

    @property
    def keeps_history(self) -> bool:
        """Of a Map Run's EXPRESS executions nothing is kept but the result."""
        return self.machine_type == "STANDARD" or "/" not in self.machine_arn

    @property
    def version_arn(self) -> str | None:
        """The version that it was started by, itself or through an alias."""
        return None if self.version is None else f"{self.machine_arn}:{self.version}"

    @property
    def alias_arn(self) -> str | None:
        return None if self.alias is None else f"{self.machine_arn}:{self.alias}"


_BRIEF = (
    "e.id, e.state_machine_id, e.name, e.definition_id, e.status, e.started_at, e.stopped_at, e.last_event_id, "
    "e.role_arn, e.trace_header, e.revision_id, e.version, e.alias, e.error, e.cause, m.arn, m.type, "
    "e.header IS NOT NULL, coalesce(r.number, 0), r.at"
)
_FROM = (
    "FROM execution e JOIN state_machine m ON m.id = e.state_machine_id LEFT JOIN redrive r ON r.execution_id = e.id"
    " AND r.number = (SELECT max(number) FROM redrive WHERE execution_id = e.id)"
)


_LARGE_INPUT = f"SELECT v.data FROM value v WHERE v.id = (e.id << {PLACES})"  # noqa: S608 - a number of ours
_TEXTS = f"CASE e.input WHEN '' THEN ({_LARGE_INPUT}) ELSE e.input END, e.output"


def _row(values: Sequence[Any]) -> ExecutionRow:
    return ExecutionRow(
        id=values[0],
        state_machine_id=values[1],
        name=values[2],
        definition_id=values[3],
        status=values[4],
        started_at=values[5],
        stopped_at=values[6],
        last_event_id=values[7],
        role_arn=values[8],
        trace_header=values[9],
        revision_id=values[10],
        version=values[11],
        alias=values[12],
        error=values[13],
        cause=values[14],
        machine_arn=values[15],
        machine_type=values[16],
        has_state=bool(values[17]),
        redrive_count=values[18],
        redriven_at=values[19],
        input=values[20] if len(values) > 20 else "",
        output=values[21] if len(values) > 20 else None,
    )


@dataclass(slots=True)
class Batch:
    """The rows that one tick writes, gathered per statement so that each runs once."""

    new_executions: list[tuple[Any, ...]] = field(default_factory=list)
    executions: list[tuple[Any, ...]] = field(default_factory=list)
    ended: list[tuple[int]] = field(default_factory=list)
    ended_for_good: list[tuple[int]] = field(default_factory=list)
    redrives: list[tuple[int, int, float, str | None]] = field(default_factory=list)
    old_redrives: list[tuple[int, int]] = field(default_factory=list)
    frames: list[tuple[int, int, bytes]] = field(default_factory=list)
    gone_frames: list[tuple[int, int]] = field(default_factory=list)
    history: list[tuple[int, bytes]] = field(default_factory=list)
    values: list[tuple[int, bytes | str]] = field(default_factory=list)
    tasks: list[tuple[int, int, str | None, bytes]] = field(default_factory=list)
    gone_tasks: list[tuple[int, int]] = field(default_factory=list)
    children: list[tuple[int, int, int, str]] = field(default_factory=list)
    gone_children: list[tuple[int, int]] = field(default_factory=list)
    timers: list[tuple[int, int, float]] = field(default_factory=list)
    gone_timers: list[tuple[int, int]] = field(default_factory=list)

    def add_history(
        self,
        execution_id: int,
        first_id: int,
        events: Sequence[Any],
        shared: Shared,
        pairs: Iterable[tuple[JSON, str | None]] = (),
    ) -> None:
        """``pairs`` are the values that came as texts, looked at if anything large is there."""
        for start in range(0, len(events), CHUNK):
            chunk = list(events[start : start + CHUNK])
            data = b"" if shared else pack(chunk)
            if shared or len(data) > PLAIN + PLAIN_EVENT * len(chunk):
                for value, text in pairs:
                    shared.note_pair(value, text)
                data = shared.pack_events(chunk)
            self.history.append((place(execution_id, first_id + start), data))


def place(execution_id: int, number: int) -> int:
    """The key of a row: those of one execution lie together, in order."""
    return (execution_id << PLACES) + number


_STATEMENTS = (
    (
        "new_executions",
        (
            "INSERT INTO execution (id, state_machine_id, name, definition_id, status, started_at, stopped_at,"
            " last_event_id, continues, role_arn, trace_header, revision_id, version, alias, error, cause, header,"
            " input, output) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ),
    ),
    (
        "executions",
        (
            "UPDATE execution SET status = ?, stopped_at = ?, last_event_id = ?, continues = ?, error = ?, cause = ?,"
            " header = ?, output = ? WHERE id = ?"
        ),
    ),
    ("gone_frames", "DELETE FROM frame WHERE execution_id = ? AND frame_id = ?"),
    ("frames", "INSERT OR REPLACE INTO frame VALUES (?, ?, ?)"),
    ("history", "INSERT INTO history VALUES (?, ?)"),
    ("gone_tasks", "DELETE FROM task WHERE execution_id = ? AND task_id = ?"),
    ("values", "INSERT INTO value VALUES (?, ?)"),
    ("tasks", "INSERT OR REPLACE INTO task VALUES (?, ?, ?, ?)"),
    ("gone_children", "DELETE FROM child WHERE execution_id = ? AND task_id = ?"),
    ("children", "INSERT OR REPLACE INTO child VALUES (?, ?, ?, ?)"),
    ("gone_timers", "DELETE FROM timer WHERE execution_id = ? AND timer_id = ?"),
    ("timers", "INSERT OR REPLACE INTO timer VALUES (?, ?, ?)"),
    ("redrives", "INSERT INTO redrive VALUES (?, ?, ?, ?)"),
    ("old_redrives", "DELETE FROM redrive WHERE execution_id = ? AND number <= ?"),
    ("ended_for_good", "DELETE FROM frame WHERE execution_id = ?"),
    ("ended", "DELETE FROM task WHERE execution_id = ?"),
    ("ended", "DELETE FROM timer WHERE execution_id = ?"),
)


class Journal:
    """The store. Not for other threads: reads see exactly what the last commit wrote."""

    def __init__(self, path: Path, *, synchronous: str = "NORMAL") -> None:
        """Raises `StoreVersionError`, `StoreDamagedError`."""
        self.path = path
        self._log = path.with_name(path.name + "-wal")
        try:
            self._open(synchronous)
        except sqlite3.DatabaseError as reason:
            if isinstance(reason, sqlite3.OperationalError):  # no room, no permission: the file itself is all right
                raise OSError(f"The store {path} can't be opened: {reason}.") from reason
            raise schema.StoreDamagedError(
                f"The store {path} is damaged: {reason}. Put back a copy of the whole folder {path.parent}, or choose"
                " another --home."
            ) from reason

    def _open(self, synchronous: str) -> None:
        damage = log_check.damage(self.path)
        if damage is not None:
            self._tell(damage, refused=synchronous == "FULL")
        self.connection = _connect(self.path)
        self.connection.execute(f"PRAGMA synchronous = {synchronous}")
        # Folding the log back is `checkpoint_forever`'s, so that no commit pays for it.
        self.connection.execute("PRAGMA wal_autocheckpoint = 0")
        self.connection.execute("PRAGMA cache_size = -32000")  # KiB
        schema.prepare(self.connection, str(self.path))

    def _tell(self, damage: str, *, refused: bool) -> None:
        """A power cut may leave a log like that, unless each commit waited for the disk."""
        text = f"The write-ahead log {self._log} is damaged: {damage}."
        if refused:
            raise schema.StoreDamagedError(
                f"{text} Put back a copy of the whole folder {self.path.parent}, or set LOCALAWS_SYNCHRONOUS=NORMAL"
                " once to go on with what can be read."
            )
        logger.error("%s The store is as it was before; what was answered since is not in it.", text)

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is committed together, or nothing of it."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
            raise

    def write(self, batch: Batch) -> None:
        """Inside a transaction."""
        for name, statement in _STATEMENTS:
            rows = getattr(batch, name)
            if rows:
                self.connection.executemany(statement, rows)

    # -- what is there

    def next_execution_id(self) -> int:
        (last,) = self.connection.execute("SELECT coalesce(max(id), 0) FROM execution").fetchone()
        return int(last) + 1

    def find_execution(self, machine_arn: str, name: str) -> ExecutionRow | None:
        values = self.connection.execute(
            f"SELECT {_BRIEF}, {_TEXTS} {_FROM} WHERE m.arn = ? AND e.name = ?",
            (machine_arn, name),
        ).fetchone()
        return None if values is None else _row(values)

    def execution(self, execution_id: int) -> ExecutionRow:
        values = self.connection.execute(
            f"SELECT {_BRIEF}, {_TEXTS} {_FROM} WHERE e.id = ?",
            (execution_id,),
        ).fetchone()
        return _row(values)

    def list_executions(
        self,
        machine_id: int,
        *,
        version: int | None = None,
        alias: str | None = None,
        status: str | None,
        before: int | None,
        limit: int,
    ) -> list[ExecutionRow]:
        """The newest first, without input and output; ``before`` is the id of the last one that was seen."""
        condition = "e.state_machine_id = ?"
        parameters: list[Any] = [machine_id]
        for column, value in (("version", version), ("alias", alias)):
            if value is not None:
                condition += f" AND e.{column} = ?"
                parameters.append(value)
        if status is not None:
            condition += " AND e.status = ?"
            parameters.append(status)
        if before is not None:
            condition += " AND e.id < ?"
            parameters.append(before)
        rows = self.connection.execute(
            f"SELECT {_BRIEF} {_FROM} WHERE {condition} ORDER BY e.id DESC LIMIT ?",
            (*parameters, limit),
        )
        return [_row(values) for values in rows]

    def state(self, row: ExecutionRow) -> tuple[JSON, dict[int, JSON], Shared]:
        """The interpreter's own state of an execution: its header, its frames, and the values that they share."""
        (header,) = self.connection.execute("SELECT header FROM execution WHERE id = ?", (row.id,)).fetchone()
        (last,) = self.connection.execute(
            "SELECT coalesce(max(id), 0) FROM value WHERE id BETWEEN ? AND ?", (place(row.id, 0), place(row.id + 1, -1))
        ).fetchone()
        shared = Shared(row.input, last & ((1 << PLACES) - 1))

        def load(reference: int) -> Any:
            return shared.load(reference, lambda number: self._value(row.id, number) if number else row.input)

        frames = self.connection.execute("SELECT frame_id, data FROM frame WHERE execution_id = ?", (row.id,))
        found = {frame_id: unpack(data, load) for frame_id, data in frames}
        shared.trim()
        return unpack(header), found, shared

    def _value(self, execution_id: int, number: int) -> Any:
        """A value that rows of the execution share; number 0 is the execution's input."""
        if not number:
            return self.execution(execution_id).input
        (data,) = self.connection.execute(
            "SELECT data FROM value WHERE id = ?", (place(execution_id, number),)
        ).fetchone()
        return unpack(data)

    def _loader(self, execution_id: int) -> Callable[[int], Any]:
        """Reads each value that is referred to once."""
        shared = Shared("")
        return lambda reference: shared.load(reference, lambda number: self._value(execution_id, number))

    def history(self, execution_id: int, first: int, last: int) -> list[tuple[int, Any]]:
        """``(id, event)`` of the events from ``first`` to ``last``, both included, in ascending order."""
        start = place(execution_id, 0)
        chunks = self.connection.execute(
            "SELECT id, data FROM history WHERE id BETWEEN coalesce("
            "(SELECT max(id) FROM history WHERE id BETWEEN ? AND ?), ?) AND ? ORDER BY id",
            (start, start + first, start, start + last),
        )
        load = self._loader(execution_id)
        return [
            (event_id, event)
            for chunk_id, data in chunks
            for event_id, event in enumerate(unpack(data, load), start=chunk_id - start)
            if first <= event_id <= last
        ]

    def redrives(self, execution_id: int) -> list[tuple[float, str | None]]:
        """When the last redrives were, and by which client's token."""
        return self.connection.execute(
            "SELECT at, client_token FROM redrive WHERE execution_id = ?", (execution_id,)
        ).fetchall()

    # -- what is owed

    def owed_slices(self) -> list[int]:
        return [row[0] for row in self.connection.execute("SELECT id FROM execution WHERE continues = 1")]

    def owed_tasks(self) -> Iterator[tuple[int, int, JSON]]:
        """Those that are to be called, one at a time: there may be many, and none is needed for longer."""
        rows = self.connection.execute("SELECT execution_id, task_id, data FROM task WHERE activity IS NULL")
        for execution_id, task_id, data in rows:
            yield execution_id, task_id, unpack(data, self._loader(execution_id))

    def owed_activity_tasks(self) -> Iterator[tuple[str, int, int]]:
        """(activity's ARN, execution id, task id) of those that wait for a worker, the oldest execution's first."""
        return self.connection.execute(
            "SELECT activity, execution_id, task_id FROM task WHERE activity IS NOT NULL"
            " ORDER BY activity, execution_id, task_id"
        )

    def task(self, execution_id: int, task_id: int) -> JSON:
        """An owed task; None when it isn't owed any more."""
        found = self.connection.execute(
            "SELECT data FROM task WHERE execution_id = ? AND task_id = ?", (execution_id, task_id)
        ).fetchone()
        return None if found is None else unpack(found[0], self._loader(execution_id))

    def owed_children(self) -> list[tuple[int, int, int, str]]:
        """(execution id, task id, child's id, resource) of tasks that wait for an execution that they started."""
        return self.connection.execute("SELECT execution_id, task_id, child_id, resource FROM child").fetchall()

    def timers(self, after: Timer, until: float, limit: int) -> list[Timer]:
        """Timers due after ``after`` and not later than ``until``, in order."""
        return self.connection.execute(
            "SELECT due, execution_id, timer_id FROM timer WHERE (due, execution_id, timer_id) > (?, ?, ?)"
            " AND due <= ? ORDER BY due, execution_id, timer_id LIMIT ?",
            (*after, until, limit),
        ).fetchall()

    def count_timers(self) -> int:
        (count,) = self.connection.execute("SELECT count(*) FROM timer").fetchone()
        return int(count)

    # -- upkeep

    def secret(self, name: str, size: int = 32) -> bytes:
        """Random bytes that stay the same for the life of the store."""
        with self.transaction():
            self.connection.execute("INSERT OR IGNORE INTO secret VALUES (?, ?)", (name, secrets.token_bytes(size)))
            (value,) = self.connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
        return bytes(value)

    async def checkpoint_forever(self) -> None:
        """Fold the write-ahead log back into the file, in a thread; commits go on meanwhile.

        Under steady load there is always something that a commit wrote since, and the log would grow for ever: what the
        thread left is folded here, between two ticks, and is little.
        """
        folded = self.connection.total_changes
        while True:
            await asyncio.sleep(CHECKPOINT_SECONDS)
            written, size = self.connection.total_changes, self._log_size()
            if written == folded or size < WAL_FOLD_BYTES:
                continue
            await asyncio.to_thread(_fold, self.path)
            folded = written
            if size > WAL_RESTART_BYTES:
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _log_size(self) -> int:
        try:
            return self._log.stat().st_size
        except FileNotFoundError:
            return 0


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def _fold(path: Path) -> None:
    with contextlib.closing(_connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
