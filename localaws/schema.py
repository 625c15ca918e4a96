"""The journal's tables. An older store is brought up to date; one of a newer version is refused, never guessed at."""

import sqlite3

from localaws import migrations

VERSION = 8

# Columns that may be large stand last in a row, so that a list reads no overflow pages.
TABLES = """
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE definition (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, text TEXT NOT NULL);

-- A deleted state machine keeps its row: its executions can still be read.
CREATE TABLE state_machine (
    id INTEGER PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,  -- ACTIVE, DELETING, DELETED; MAP_RUN: only a Map Run's executions are its
    role_arn TEXT NOT NULL,
    definition_id INTEGER NOT NULL REFERENCES definition (id),
    revision_id TEXT,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    configuration TEXT NOT NULL,  -- JSON: loggingConfiguration, tracingConfiguration, encryptionConfiguration
    last_version INTEGER NOT NULL DEFAULT 0  -- a deleted version's number doesn't come again
);

-- What a state machine was when it was published.
CREATE TABLE version (
    state_machine_id INTEGER NOT NULL REFERENCES state_machine (id),
    number INTEGER NOT NULL,
    revision_id TEXT,
    definition_id INTEGER NOT NULL REFERENCES definition (id),
    role_arn TEXT NOT NULL,
    created_at REAL NOT NULL,
    description TEXT,
    configuration TEXT NOT NULL,
    PRIMARY KEY (state_machine_id, number)
) WITHOUT ROWID;

CREATE TABLE alias (
    state_machine_id INTEGER NOT NULL REFERENCES state_machine (id),
    name TEXT NOT NULL,
    description TEXT,
    routing TEXT NOT NULL,  -- JSON: [[version, weight], ...]
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    PRIMARY KEY (state_machine_id, name)
) WITHOUT ROWID;

CREATE TABLE activity (
    arn TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at REAL NOT NULL,
    configuration TEXT NOT NULL  -- JSON: encryptionConfiguration
) WITHOUT ROWID;

CREATE TABLE tag (
    resource_arn TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (resource_arn, key)
);

-- started, so that an execution runs on with the definition it began with
CREATE TABLE execution (
    id INTEGER PRIMARY KEY,
    state_machine_id INTEGER NOT NULL REFERENCES state_machine (id),
    name TEXT NOT NULL,
    definition_id INTEGER NOT NULL REFERENCES definition (id),
    status TEXT NOT NULL,
    started_at REAL NOT NULL,
    stopped_at REAL,
    last_event_id INTEGER NOT NULL,
    continues INTEGER NOT NULL,  -- 1: a slice is owed (the interpreter's Continue)
    role_arn TEXT NOT NULL,
    trace_header TEXT,
    revision_id TEXT,
    version INTEGER,  -- the version and the alias that it was started by
    alias TEXT,
    error TEXT,
    cause TEXT,
    header BLOB,  -- the interpreter's state outside frames; NULL once the execution has ended for good
    input TEXT NOT NULL,  -- '': it is large, and the execution's value with the number 0
    output TEXT,
    UNIQUE (state_machine_id, name)
);
CREATE INDEX execution_by_machine ON execution (state_machine_id, id);
CREATE INDEX execution_by_status ON execution (state_machine_id, status, id);
CREATE INDEX execution_by_version ON execution (state_machine_id, version, id) WHERE version IS NOT NULL;
CREATE INDEX execution_by_alias ON execution (state_machine_id, alias, id) WHERE alias IS NOT NULL;
CREATE INDEX execution_continues ON execution (id) WHERE continues = 1;

CREATE TABLE frame (
    execution_id INTEGER NOT NULL,
    frame_id INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (execution_id, frame_id)
) WITHOUT ROWID;

-- One number for the execution's and the first event's (`journal.place`): a table with a key of several columns gives
-- each row of more than a quarter of a page a page of its own.
CREATE TABLE history (id INTEGER PRIMARY KEY, data BLOB NOT NULL);

-- What is large in an execution's other rows, once; they refer to it by its number. The key is as in history. Number 0
-- is a large input, as text: in the execution's own row it would be written again with each commit.
CREATE TABLE value (id INTEGER PRIMARY KEY, data BLOB NOT NULL);

-- Effects that are owed: a task to perform (until its call was answered), a timer to fire.
CREATE TABLE task (
    execution_id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    activity TEXT,  -- the ARN, if it is one's: then a worker comes for it
    data BLOB NOT NULL,
    PRIMARY KEY (execution_id, task_id)
) WITHOUT ROWID;
CREATE INDEX task_of_activity ON task (activity) WHERE activity IS NOT NULL;

-- A task that waits for an execution that it started (startExecution.sync).
CREATE TABLE child (
    execution_id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    child_id INTEGER NOT NULL REFERENCES execution (id),
    resource TEXT NOT NULL,
    PRIMARY KEY (execution_id, task_id)
) WITHOUT ROWID;

-- A distributed Map's run; open: 0 once nothing is left to do for it.
CREATE TABLE map_run (
    id INTEGER PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    execution_id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    state_machine_id INTEGER NOT NULL REFERENCES state_machine (id),  -- its executions'
    definition_id INTEGER NOT NULL REFERENCES definition (id),
    status TEXT NOT NULL,
    open INTEGER NOT NULL,
    started_at REAL NOT NULL,
    stopped_at REAL,
    max_concurrency INTEGER NOT NULL,
    tolerated_count INTEGER,
    tolerated_percentage REAL,
    redrive_count INTEGER NOT NULL DEFAULT 0,
    redriven_at REAL,
    total INTEGER,  -- items, once all have been read
    results_written INTEGER NOT NULL DEFAULT 0,  -- items
    settings BLOB NOT NULL
);
CREATE INDEX map_run_of_execution ON map_run (execution_id);
CREATE INDEX map_run_open ON map_run (id) WHERE open = 1;

-- The executions of a Map Run, in the order of its items.
CREATE TABLE map_child (
    map_run_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    execution_id INTEGER NOT NULL,
    items INTEGER NOT NULL,
    PRIMARY KEY (map_run_id, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX map_child_execution ON map_child (execution_id);

-- A service's job that a task waits for (glue:startJobRun.sync); wanted: 0 once nobody does, until it is stopped.
CREATE TABLE job (
    execution_id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    resource TEXT NOT NULL,
    region TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    about TEXT NOT NULL,  -- JSON: what it is looked at and stopped with
    PRIMARY KEY (execution_id, task_id)
) WITHOUT ROWID;

CREATE TABLE timer (
    execution_id INTEGER NOT NULL,
    timer_id INTEGER NOT NULL,
    due REAL NOT NULL,
    PRIMARY KEY (execution_id, timer_id)
) WITHOUT ROWID;

-- RedriveExecution that took effect, the last few of each execution: how often, when, and by which client's token.
CREATE TABLE redrive (
    execution_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at REAL NOT NULL,
    client_token TEXT,
    PRIMARY KEY (execution_id, number)
) WITHOUT ROWID;
"""


class StoreVersionError(Exception):
    """The store was written by a newer version of this program."""


class StoreDamagedError(Exception):
    """The store can't be read; the message says what to do."""


def prepare(connection: sqlite3.Connection, path: str) -> None:
    """Make the tables in a new store, bring an older one up to date; refuse one of another kind."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION or version < 0:
        raise StoreVersionError(
            f"{path} has format {version}; this version reads format {VERSION}. "
            "Start the version that wrote it, or choose another --home."
        )
    if version < VERSION:
        script = migrations.script(connection, version, TABLES) if version else TABLES
        connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {VERSION}; COMMIT;")
