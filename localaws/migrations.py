"""How a store of an earlier format becomes one of today's: tables that differ are made anew and keep their rows.

A column that the older table hasn't takes its default. What a default can't say is said here, per version; such a line
is never changed again, only added to.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping

# Statements for a store older than the version, once its tables are today's.
FILL: Mapping[int, str] = {
    2: """
UPDATE execution SET revision_id = (SELECT m.revision_id FROM state_machine m
    WHERE m.id = execution.state_machine_id AND m.definition_id = execution.definition_id);
""",
}

# What a column of today's table is made from, where the older table has these columns instead.
MADE_FROM: Mapping[tuple[str, str], str] = {
    ("history", "id"): "(execution_id << 27) + first_id",
    ("value", "id"): "(execution_id << 27) + number",
}


def script(connection: sqlite3.Connection, version: int, tables: str) -> str:
    """The statements that bring the store of ``version`` to ``tables``; to be run in one transaction."""
    with contextlib.closing(sqlite3.connect(":memory:")) as wanted:
        wanted.executescript(tables)
        return " ".join([*_rebuilt(connection, wanted), *_indexes(connection, wanted), *_filled(version)])


def _rebuilt(connection: sqlite3.Connection, wanted: sqlite3.Connection) -> Iterator[str]:
    # Otherwise a table that is renamed takes the references of others with it.
    yield "PRAGMA legacy_alter_table = ON;"
    for name, statement in _statements(wanted, "table").items():
        before, after = _columns(connection, name), _columns(wanted, name)
        if not before:
            yield f"{statement};"
        elif before != after:
            made = {column: column if column in before else MADE_FROM.get((name, column), "") for column in after}
            made = {column: expression for column, expression in made.items() if expression}
            columns, expressions = ", ".join(made), ", ".join(made.values())
            yield f"ALTER TABLE {name} RENAME TO older_{name};"
            yield f"{statement};"
            yield f"INSERT INTO {name} ({columns}) SELECT {expressions} FROM older_{name};"  # noqa: S608
            yield f"DROP TABLE older_{name};"
    yield "PRAGMA legacy_alter_table = OFF;"


def _indexes(connection: sqlite3.Connection, wanted: sqlite3.Connection) -> Iterator[str]:
    yield from (f"DROP INDEX IF EXISTS {name};" for name in _statements(connection, "index"))
    yield from (f"{statement};" for statement in _statements(wanted, "index").values())


def _filled(version: int) -> Iterator[str]:
    yield from (statement for before, statement in sorted(FILL.items()) if version < before)


def _statements(connection: sqlite3.Connection, kind: str) -> dict[str, str]:
    """The statements that made the tables or indexes, by name; SQLite's own have none."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", (kind,))
    return dict(found.fetchall())


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, tuple[str, int]]:
    """Name -> (type, whether it must not be null); empty where there is no such table."""
    return {row[1]: (row[2], row[3]) for row in connection.execute(f"PRAGMA table_info({table})")}
