"""Transcription jobs on disk: what was asked for, and what came of it. Used from the event loop's thread alone."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from asl.json_types import JSON

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    region TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, request TEXT NOT NULL,
    created_at REAL NOT NULL, due_at REAL NOT NULL, completed_at REAL, output_uri TEXT, failure TEXT,
    PRIMARY KEY (region, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS job_due ON job (due_at) WHERE status = 'IN_PROGRESS';
"""
_COLUMNS = "region, name, status, request, created_at, due_at, completed_at, output_uri, failure"


class NameTaken(Exception):  # noqa: N818 - an answer, not a fault of ours
    """There is a job of that name already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row. Times are seconds since the epoch; ``request`` is StartTranscriptionJob's."""

    region: str
    name: str
    status: str
    request: dict[str, JSON]
    created_at: float
    due_at: float
    completed_at: float | None = None
    output_uri: str | None = None
    failure: str | None = None


class Jobs:
    """The table."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def add(self, region: str, name: str, request: dict[str, JSON], *, delay: float) -> Job:
        """A new job, due after ``delay`` seconds. Raises `NameTaken`."""
        now = time.time()
        try:
            self._connection.execute(
                "INSERT INTO job (region, name, status, request, created_at, due_at)"
                " VALUES (?, ?, 'IN_PROGRESS', ?, ?, ?)",
                (region, name, json.dumps(request), now, now + delay),
            )
        except sqlite3.IntegrityError as error:
            raise NameTaken from error
        return Job(region=region, name=name, status="IN_PROGRESS", request=request, created_at=now, due_at=now + delay)

    def find(self, region: str, name: str) -> Job | None:
        """The job of that name."""
        return next(self._rows("WHERE region = ? AND name = ?", (region, name)), None)

    def due(self, now: float) -> list[Job]:
        """Jobs that should be done by now."""
        return list(self._rows("WHERE status = 'IN_PROGRESS' AND due_at <= ? ORDER BY due_at", (now,)))

    def next_due(self) -> float | None:
        """When the next job should be done."""
        with closing(self._connection.execute("SELECT min(due_at) FROM job WHERE status = 'IN_PROGRESS'")) as found:
            (moment,) = found.fetchone()
        return None if moment is None else float(moment)

    def finish(self, job: Job, *, output_uri: str | None = None, failure: str | None = None) -> None:
        """Record what came of the job; one that was deleted meanwhile stays deleted."""
        self._connection.execute(
            "UPDATE job SET status = ?, completed_at = ?, output_uri = ?, failure = ? WHERE region = ? AND name = ?",
            ("FAILED" if failure else "COMPLETED", time.time(), output_uri, failure, job.region, job.name),
        )

    def delete(self, region: str, name: str) -> None:
        """Forget the job; its transcript stays."""
        self._connection.execute("DELETE FROM job WHERE region = ? AND name = ?", (region, name))

    def list(self, region: str, *, status: str | None, contains: str, offset: int, limit: int) -> list[Job]:
        """The newest first."""
        return list(
            self._rows(
                "WHERE region = ? AND (? IS NULL OR status = ?) AND instr(lower(name), lower(?)) > 0"
                " ORDER BY created_at DESC, name LIMIT ? OFFSET ?",
                (region, status, status, contains, limit, offset),
            )
        )

    def _rows(self, where: str, values: tuple[JSON, ...]) -> Iterator[Job]:
        with closing(self._connection.execute(f"SELECT {_COLUMNS} FROM job {where}", values)) as found:  # noqa: S608
            for row in found.fetchall():
                fields = dict(zip(_COLUMNS.split(", "), row, strict=True))
                yield Job(**(fields | {"request": json.loads(fields["request"])}))
