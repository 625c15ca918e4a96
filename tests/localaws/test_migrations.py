"""A store of an earlier format is brought up to date, its rows kept; one of a later format is refused."""

import sqlite3

import pytest

from localaws import schema
from localaws.journal import Journal
from localaws.schema import StoreVersionError
from localaws.values import Shared, pack

HISTORY = pack([("ExecutionStarted", 0), ("ExecutionSucceeded", 1)]).hex()
# The tables as the first format had them, with one state machine and one execution.
FIRST = f"""
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE definition (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE state_machine (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, type TEXT NOT NULL,
    status TEXT NOT NULL, role_arn TEXT NOT NULL, definition_id INTEGER NOT NULL REFERENCES definition (id),
    revision_id TEXT, created_at REAL NOT NULL, updated_at REAL NOT NULL, configuration TEXT NOT NULL);
CREATE TABLE tag (resource_arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (resource_arn, key));
CREATE TABLE execution (id INTEGER PRIMARY KEY, state_machine_id INTEGER NOT NULL REFERENCES state_machine (id),
    name TEXT NOT NULL, definition_id INTEGER NOT NULL REFERENCES definition (id), status TEXT NOT NULL,
    started_at REAL NOT NULL, stopped_at REAL, last_event_id INTEGER NOT NULL, continues INTEGER NOT NULL,
    role_arn TEXT NOT NULL, trace_header TEXT, error TEXT, cause TEXT, header BLOB, input TEXT NOT NULL, output TEXT,
    UNIQUE (state_machine_id, name));
CREATE INDEX execution_by_machine ON execution (state_machine_id, id);
CREATE INDEX execution_by_status ON execution (state_machine_id, status, id);
CREATE INDEX execution_continues ON execution (id) WHERE continues = 1;
CREATE TABLE frame (execution_id INTEGER NOT NULL, frame_id INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (execution_id, frame_id)) WITHOUT ROWID;
CREATE TABLE history (execution_id INTEGER NOT NULL, first_id INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (execution_id, first_id)) WITHOUT ROWID;
CREATE TABLE task (execution_id INTEGER NOT NULL, task_id INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (execution_id, task_id)) WITHOUT ROWID;
CREATE TABLE timer (execution_id INTEGER NOT NULL, timer_id INTEGER NOT NULL, due REAL NOT NULL,
    PRIMARY KEY (execution_id, timer_id)) WITHOUT ROWID;
INSERT INTO definition VALUES (1, x'00', '{{}}');
INSERT INTO state_machine VALUES (1, 'arn:aws:states:us-east-1:000000000000:stateMachine:m', 'm', 'STANDARD', 'ACTIVE',
    'role', 1, 'revision', 1.0, 2.0, '{{}}');
INSERT INTO execution VALUES (5, 1, 'e', 1, 'SUCCEEDED', 3.0, 4.0, 7, 0, 'role', NULL, NULL, NULL, NULL, 'in', 'out');
INSERT INTO history VALUES (5, 1, X'{HISTORY}');
PRAGMA user_version = 1;
"""


def columns(path):
    with sqlite3.connect(path) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]
        tables = {
            name: [row[1:4] for row in connection.execute(f"PRAGMA table_info({name})")]
            for name in names
            if not name.startswith("sqlite_autoindex")
        }
        return tables, connection.execute("PRAGMA user_version").fetchone()


@pytest.fixture
def first(tmp_path):
    path = tmp_path / "first.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(FIRST)
    return path


def test_a_store_of_the_first_format_keeps_what_it_holds(first):
    journal = Journal(first)
    row = journal.find_execution("arn:aws:states:us-east-1:000000000000:stateMachine:m", "e")
    assert (row.id, row.status, row.input, row.output, row.revision_id) == (5, "SUCCEEDED", "in", "out", "revision")
    assert (row.version_arn, row.alias_arn) == (None, None)
    assert journal.history(5, 1, 7) == [(1, ("ExecutionStarted", 0)), (2, ("ExecutionSucceeded", 1))]
    assert journal.history(5, 2, 2) == [(2, ("ExecutionSucceeded", 1))]
    journal.close()


def test_a_store_brought_up_to_date_has_the_tables_of_a_new_one(first, tmp_path):
    Journal(first).close()
    Journal(tmp_path / "new.sqlite3").close()
    (migrated, number), (new, _) = columns(first), columns(tmp_path / "new.sqlite3")
    assert number == (schema.VERSION,)
    assert {name: sorted(members) for name, members in migrated.items()} == {
        name: sorted(members) for name, members in new.items()
    }


def test_a_store_of_a_later_format_is_refused(first):
    with sqlite3.connect(first) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreVersionError, match="format 99"):
        Journal(first)


def test_values_that_rows_share_keep_their_numbers(tmp_path):
    """A store of the fifth format: histories and values had keys of two columns."""
    path = tmp_path / "fifth.sqlite3"
    Journal(path).close()
    event = ("PassStateEntered", 1, 0.0, "A", None, "x" * 2000)
    shared = Shared("", last=6)
    chunk = shared.pack_events([event])
    ((number, value),) = shared.take_new()
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "DROP TABLE history; DROP TABLE value; PRAGMA user_version = 5;"
            "CREATE TABLE history (execution_id INTEGER NOT NULL, first_id INTEGER NOT NULL, data BLOB NOT NULL,"
            " PRIMARY KEY (execution_id, first_id)) WITHOUT ROWID;"
            "CREATE TABLE value (execution_id INTEGER NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL,"
            " PRIMARY KEY (execution_id, number)) WITHOUT ROWID;"
        )
        connection.execute("INSERT INTO history VALUES (3, 513, ?)", (chunk,))
        connection.execute("INSERT INTO value VALUES (3, ?, ?)", (number, value))
    journal = Journal(path)
    assert number == 7
    assert journal.history(3, 513, 513) == [(513, event)]
    journal.close()
