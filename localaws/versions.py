"""Published versions of state machines and the aliases that point at them, as rows.

What may be published, and what an alias may point at, is decided by `localaws.operations`. Writes happen inside the
engine's transaction.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from asl.json_types import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """A row of version: what a state machine was when it was published. Times are seconds since the epoch."""

    state_machine_id: int
    number: int
    revision_id: str | None
    definition_id: int
    role_arn: str
    created_at: float
    description: str | None
    configuration: Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRecord:
    """A row of alias; ``routing`` holds (version, weight in percent), one or two of them."""

    state_machine_id: int
    name: str
    description: str | None
    routing: tuple[tuple[int, int], ...]
    created_at: float
    updated_at: float


_VERSION = "state_machine_id, number, revision_id, definition_id, role_arn, created_at, description, configuration"
_ALIAS = "state_machine_id, name, description, routing, created_at, updated_at"


def _version(row: tuple[Any, ...]) -> VersionRecord:
    values = dict(zip(_VERSION.split(", "), row, strict=True))
    return VersionRecord(**values | {"configuration": orjson.loads(values["configuration"])})


def _alias(row: tuple[Any, ...]) -> AliasRecord:
    values = dict(zip(_ALIAS.split(", "), row, strict=True))
    return AliasRecord(**values | {"routing": tuple((number, weight) for number, weight in orjson.loads(row[3]))})


class Versions:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    # -- versions

    def find(self, machine_id: int, number: int) -> VersionRecord | None:
        row = self._connection.execute(
            f"SELECT {_VERSION} FROM version WHERE state_machine_id = ? AND number = ?",  # noqa: S608
            (machine_id, number),
        ).fetchone()
        return None if row is None else _version(row)

    def newest(self, machine_id: int) -> VersionRecord | None:
        found = self.versions(machine_id, before=None, limit=1)
        return found[0] if found else None

    def versions(self, machine_id: int, *, before: int | None, limit: int) -> list[VersionRecord]:
        """The newest first; ``before`` is the number of the last one that was seen."""
        rows = self._connection.execute(
            f"SELECT {_VERSION} FROM version WHERE state_machine_id = ? AND number < ?"  # noqa: S608
            " ORDER BY number DESC LIMIT ?",
            (machine_id, before or (1 << 62), limit),
        )
        return [_version(row) for row in rows]

    def count(self, machine_id: int) -> int:
        (count,) = self._connection.execute(
            "SELECT count(*) FROM version WHERE state_machine_id = ?", (machine_id,)
        ).fetchone()
        return int(count)

    def add(self, record: VersionRecord) -> None:
        self._connection.execute(
            f"INSERT INTO version ({_VERSION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                record.state_machine_id,
                record.number,
                record.revision_id,
                record.definition_id,
                record.role_arn,
                record.created_at,
                record.description,
                orjson.dumps(record.configuration).decode(),
            ),
        )

    def delete(self, machine_id: int, number: int) -> None:
        self._connection.execute("DELETE FROM version WHERE state_machine_id = ? AND number = ?", (machine_id, number))

    # -- aliases

    def alias(self, machine_id: int, name: str) -> AliasRecord | None:
        row = self._connection.execute(
            f"SELECT {_ALIAS} FROM alias WHERE state_machine_id = ? AND name = ?",  # noqa: S608
            (machine_id, name),
        ).fetchone()
        return None if row is None else _alias(row)

    def aliases(self, machine_id: int, *, after: str = "", limit: int = -1) -> list[AliasRecord]:
        """In the order of their names."""
        rows = self._connection.execute(
            f"SELECT {_ALIAS} FROM alias WHERE state_machine_id = ? AND name > ? ORDER BY name LIMIT ?",  # noqa: S608
            (machine_id, after, limit),
        )
        return [_alias(row) for row in rows]

    def aliases_of(self, machine_id: int, number: int) -> list[AliasRecord]:
        """Those that point at a version."""
        return [alias for alias in self.aliases(machine_id) if number in dict(alias.routing)]

    def save_alias(self, record: AliasRecord) -> None:
        self._connection.execute(
            f"INSERT OR REPLACE INTO alias ({_ALIAS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                record.state_machine_id,
                record.name,
                record.description,
                orjson.dumps(record.routing).decode(),
                record.created_at,
                record.updated_at,
            ),
        )

    def delete_alias(self, machine_id: int, name: str) -> None:
        self._connection.execute("DELETE FROM alias WHERE state_machine_id = ? AND name = ?", (machine_id, name))

    def delete_all(self, machine_id: int) -> None:
        """The state machine is being deleted."""
        self._connection.execute("DELETE FROM version WHERE state_machine_id = ?", (machine_id,))
        self._connection.execute("DELETE FROM alias WHERE state_machine_id = ?", (machine_id,))
