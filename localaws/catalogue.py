"""State machines, their definitions and tags, as the store holds them; parsed definitions are kept ready.

A definition's text is stored once and named by its hash, so an execution keeps the one it began with for nothing.
Writes happen inside the engine's transaction.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

import orjson

from asl import json_text
from asl.definition import StateMachine
from asl.json_types import JSON
from asl.parse import parse
from localaws.activities import Activities
from localaws.kept import Kept
from localaws.variable_references import variable_references
from localaws.versions import Versions

RECORDS_KEPT = 1_000  # state machines
TEXT_KEPT = 2_000_000  # characters of parsed definitions; parsed, one takes some ten times its text
_NOT_THERE = ("DELETED", "MAP_RUN")  # for clients: the rows serve executions


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRecord:
    """A row of state_machine. Times are seconds since the epoch."""

    id: int
    arn: str
    name: str
    type: str
    status: str
    role_arn: str
    definition_id: int
    revision_id: str | None
    created_at: float
    updated_at: float
    configuration: Mapping[str, JSON]
    last_version: int = 0


_COLUMNS = (
    "id, arn, name, type, status, role_arn, definition_id, revision_id, created_at, updated_at, configuration,"
    " last_version"
)


def _record(row: tuple[JSON, ...]) -> MachineRecord:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return MachineRecord(**values | {"configuration": orjson.loads(values["configuration"])})


class Catalogue:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.versions = Versions(connection)
        self.activities = Activities(connection)
        self._records: Kept[str, MachineRecord] = Kept(RECORDS_KEPT)
        self._parsed: Kept[int, StateMachine] = Kept(TEXT_KEPT)
        self._references: Kept[int, dict[str, list[str]]] = Kept(TEXT_KEPT)

    def forget(self) -> None:
        """After a rollback: what was read inside the lost transaction may not be so."""
        self._records.clear()
        self._parsed.clear()
        self._references.clear()

    def logging(self, machine_arn: str, version: int | None) -> Mapping[str, JSON]:
        """The loggingConfiguration of a state machine or of a version of it; empty where there is none."""
        record = self.find(machine_arn, deleted=True)
        if record is None:
            return {}
        published = None if version is None else self.versions.find(record.id, version)
        configuration = record.configuration if published is None else published.configuration
        found: Mapping[str, JSON] = configuration.get("loggingConfiguration") or {}
        return found

    # -- definitions

    def save_definition(self, text: str) -> int:
        digest = hashlib.sha256(text.encode()).digest()
        self._connection.execute("INSERT OR IGNORE INTO definition (digest, text) VALUES (?, ?)", (digest, text))
        (found,) = self._connection.execute("SELECT id FROM definition WHERE digest = ?", (digest,)).fetchone()
        return int(found)

    def definition_text(self, definition_id: int) -> str:
        (text,) = self._connection.execute("SELECT text FROM definition WHERE id = ?", (definition_id,)).fetchone()
        return str(text)

    def parsed(self, definition_id: int) -> StateMachine:
        """The compiled definition; parsed at most once while it's in use."""
        machine = self._parsed.get(definition_id)
        if machine is None:
            text = self.definition_text(definition_id)
            machine = self._parsed.keep(definition_id, parse(text, known=True), len(text))
        return machine

    def references(self, definition_id: int) -> dict[str, list[str]]:
        """Which variables the definition's states read; found once while it's in use."""
        found = self._references.get(definition_id)
        if found is None:
            text = self.definition_text(definition_id)
            found = self._references.keep(definition_id, variable_references(json_text.loads(text)), len(text))
        return found

    # -- state machines

    def find(self, arn: str, *, deleted: bool = False) -> MachineRecord | None:
        """The state machine, also while it's being deleted; None where there is none (any more, unless ``deleted``)."""
        record = self._records.get(arn) or self._read(arn)
        return None if record is None or (record.status in _NOT_THERE and not deleted) else record

    def by_id(self, machine_id: int, *, definition_id: int) -> MachineRecord:
        """One that is there, with this definition."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM state_machine WHERE id = ?", (machine_id,)).fetchone()  # noqa: S608
        return replace(_record(row), definition_id=definition_id)

    def _read(self, arn: str) -> MachineRecord | None:
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM state_machine WHERE arn = ?", (arn,)).fetchone()  # noqa: S608
        if row is None:
            return None
        return self._records.keep(arn, _record(row))

    def create(self, record: MachineRecord) -> None:
        """``record.id`` is ignored: a name that was used before takes its old row, and its old executions with it."""
        self._records.drop(record.arn)
        self._connection.execute(
            "INSERT INTO state_machine (arn, name, type, status, role_arn, definition_id, revision_id, created_at,"
            " updated_at, configuration, last_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
            " ON CONFLICT (arn) DO UPDATE SET"
            " type = excluded.type, status = excluded.status, role_arn = excluded.role_arn,"
            " definition_id = excluded.definition_id, revision_id = excluded.revision_id,"
            " created_at = excluded.created_at, updated_at = excluded.updated_at,"
            " configuration = excluded.configuration, last_version = 0",
            (
                record.arn,
                record.name,
                record.type,
                record.status,
                record.role_arn,
                record.definition_id,
                record.revision_id,
                record.created_at,
                record.updated_at,
                orjson.dumps(record.configuration).decode(),
            ),
        )

    def update(self, record: MachineRecord) -> None:
        self._records.drop(record.arn)
        self._connection.execute(
            "UPDATE state_machine SET role_arn = ?, definition_id = ?, revision_id = ?, updated_at = ?,"
            " configuration = ?, status = ?, last_version = ? WHERE id = ?",
            (
                record.role_arn,
                record.definition_id,
                record.revision_id,
                record.updated_at,
                orjson.dumps(record.configuration).decode(),
                record.status,
                record.last_version,
                record.id,
            ),
        )

    def machine_of_map_run(self, parent: MachineRecord, name: str, kind: str, definition_id: int) -> MachineRecord:
        """Whose executions a Map Run starts: ``name`` is the parent's, a slash and the Map's label."""
        arn = f"{parent.arn.rpartition(':')[0]}:{name}"
        existing = self.find(arn, deleted=True)
        record = replace(
            parent, id=0, arn=arn, name=name, type=kind, status="MAP_RUN", definition_id=definition_id, revision_id=None
        )
        if existing is None or (existing.type, existing.definition_id) != (kind, definition_id):
            self.create(record)
        found = self.find(arn, deleted=True)
        assert found is not None
        return replace(record, id=found.id)

    def delete(self, record: MachineRecord) -> None:
        """Gone at once, or once the last of its executions has ended (`finish_deletions`)."""
        self.update(replace(record, status="DELETING"))
        self.versions.delete_all(record.id)
        self._connection.execute("DELETE FROM tag WHERE resource_arn = ?", (record.arn,))
        self.finish_deletion(record.arn)

    def finish_deletion(self, arn: str) -> None:
        """Delete a state machine that is being deleted and has no running execution left."""
        record = self.find(arn)
        if record is None or record.status != "DELETING":
            return
        running = self._connection.execute(
            "SELECT 1 FROM execution WHERE state_machine_id = ? AND status = 'RUNNING' LIMIT 1", (record.id,)
        ).fetchone()
        if running is None:
            self.update(replace(record, status="DELETED"))

    def machines(self, prefix: str, *, after: str | None, limit: int) -> list[MachineRecord]:
        """Those of an account and Region (``prefix`` of the ARN) in the order of their names."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM state_machine WHERE arn > ? AND arn < ? AND status NOT IN ('DELETED', 'MAP_RUN')"  # noqa: S608
            " ORDER BY arn LIMIT ?",
            (after or prefix, prefix + "\U0010ffff", limit),
        )
        return [_record(row) for row in rows]

    def has_machines(self, prefix: str, count: int) -> bool:
        """Are there so many in an account and Region (``prefix`` of the ARN)?"""
        found = self._connection.execute(
            "SELECT 1 FROM state_machine WHERE arn > ? AND arn < ? AND status NOT IN ('DELETED', 'MAP_RUN')"
            " LIMIT 1 OFFSET ?",
            (prefix, prefix + "\U0010ffff", count - 1),
        ).fetchone()
        return found is not None

    # -- tags

    def tags(self, arn: str) -> list[dict[str, str]]:
        rows = self._connection.execute("SELECT key, value FROM tag WHERE resource_arn = ? ORDER BY rowid", (arn,))
        return [{"key": key, "value": value} for key, value in rows]

    def set_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        self._connection.executemany(
            "INSERT INTO tag VALUES (?, ?, ?) ON CONFLICT (resource_arn, key) DO UPDATE SET value = excluded.value",
            [(arn, key, value) for key, value in tags.items()],
        )

    def remove_tags(self, arn: str, keys: list[str]) -> None:
        self._connection.executemany("DELETE FROM tag WHERE resource_arn = ? AND key = ?", [(arn, key) for key in keys])
