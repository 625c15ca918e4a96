"""How a store of an earlier format becomes one of the next. What is here is never changed again, only added to."""

from collections.abc import Mapping

# From a version to the one that follows it.
MIGRATIONS: Mapping[int, str] = {
    1: """
ALTER TABLE state_machine ADD COLUMN last_version INTEGER NOT NULL DEFAULT 0;
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
    routing TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    PRIMARY KEY (state_machine_id, name)
) WITHOUT ROWID;
CREATE TABLE execution_2 (
    id INTEGER PRIMARY KEY,
    state_machine_id INTEGER NOT NULL REFERENCES state_machine (id),
    name TEXT NOT NULL,
    definition_id INTEGER NOT NULL REFERENCES definition (id),
    status TEXT NOT NULL,
    started_at REAL NOT NULL,
    stopped_at REAL,
    last_event_id INTEGER NOT NULL,
    continues INTEGER NOT NULL,
    role_arn TEXT NOT NULL,
    trace_header TEXT,
    revision_id TEXT,
    version INTEGER,
    alias TEXT,
    error TEXT,
    cause TEXT,
    header BLOB,
    input TEXT NOT NULL,
    output TEXT,
    UNIQUE (state_machine_id, name)
);
INSERT INTO execution_2 (id, state_machine_id, name, definition_id, status, started_at, stopped_at, last_event_id,
    continues, role_arn, trace_header, revision_id, error, cause, header, input, output)
SELECT e.id, state_machine_id, e.name, e.definition_id, e.status, started_at, stopped_at, last_event_id, continues,
    e.role_arn, trace_header, CASE WHEN m.definition_id = e.definition_id THEN m.revision_id END, error, cause, header,
    input, output
FROM execution e JOIN state_machine m ON m.id = e.state_machine_id;
DROP TABLE execution;
ALTER TABLE execution_2 RENAME TO execution;
CREATE INDEX execution_by_machine ON execution (state_machine_id, id);
CREATE INDEX execution_by_status ON execution (state_machine_id, status, id);
CREATE INDEX execution_by_version ON execution (state_machine_id, version, id) WHERE version IS NOT NULL;
CREATE INDEX execution_by_alias ON execution (state_machine_id, alias, id) WHERE alias IS NOT NULL;
CREATE INDEX execution_continues ON execution (id) WHERE continues = 1;
""",
    2: """
CREATE TABLE activity (
    arn TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at REAL NOT NULL,
    configuration TEXT NOT NULL
) WITHOUT ROWID;
""",
    3: """
CREATE TABLE child (
    execution_id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    child_id INTEGER NOT NULL REFERENCES execution (id),
    resource TEXT NOT NULL,
    PRIMARY KEY (execution_id, task_id)
) WITHOUT ROWID;
""",
}
