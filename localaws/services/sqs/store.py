"""Queues and messages on SQLite: what was acknowledged is there after kill -9, and is delivered at least once.

Decides order, visibility, deduplication and dead letters. What a request may say is checked before it comes here
(attributes.py, messages.py); who waits for a message is service.py's business, told through ``on_change``.

One connection under one lock serves the event loop and moto's worker thread; a call takes about 0.1 ms.
"""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.services.sqs import attributes as queue_attributes
from localaws.services.sqs import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS queues (
    id INTEGER PRIMARY KEY, region TEXT NOT NULL, name TEXT NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL,
    created_at REAL NOT NULL, modified_at REAL NOT NULL, UNIQUE (region, name)
);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue_id INTEGER NOT NULL REFERENCES queues ON DELETE CASCADE,
    message_id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, system TEXT NOT NULL,
    group_id TEXT, deduplication_id TEXT, sent_at REAL NOT NULL, visible_at REAL NOT NULL, first_received_at REAL,
    receive_count INTEGER NOT NULL DEFAULT 0, receipt TEXT
);
CREATE INDEX IF NOT EXISTS messages_visible ON messages (queue_id, visible_at);
CREATE INDEX IF NOT EXISTS messages_order ON messages (queue_id, id);
CREATE INDEX IF NOT EXISTS messages_group ON messages (queue_id, group_id, visible_at) WHERE group_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS deduplications (
    queue_id INTEGER NOT NULL REFERENCES queues ON DELETE CASCADE, scope TEXT NOT NULL, deduplication_id TEXT NOT NULL,
    message_id TEXT NOT NULL, sequence INTEGER NOT NULL, expires_at REAL NOT NULL,
    PRIMARY KEY (queue_id, scope, deduplication_id)
) WITHOUT ROWID;
"""
DEDUPLICATION_SECONDS = 300
SWEEP_SECONDS = 60
# Which messages a receive may take, each by an index that has its order (a plus keeps SQLite from another). In a FIFO
# queue a group stands still while one of its messages is out, and a message waits for those before it.
_READY = """
SELECT * FROM messages AS m WHERE queue_id = :queue AND visible_at <= :now AND sent_at > :oldest
ORDER BY visible_at, id LIMIT :limit
"""
_READY_FIFO = """
SELECT * FROM messages AS m WHERE queue_id = :queue AND +visible_at <= :now AND sent_at > :oldest
AND NOT EXISTS (
    SELECT 1 FROM messages AS other WHERE other.queue_id = m.queue_id AND other.group_id = m.group_id
    AND other.visible_at > :now AND (other.receive_count > 0 OR other.id < m.id)
) ORDER BY id LIMIT :limit
"""


@dataclass(slots=True)
class Queue:
    id: int
    region: str
    name: str
    attributes: dict[str, str]
    tags: dict[str, str]
    created_at: float
    modified_at: float
    settings: dict[str, str] = field(init=False)  # the attributes with what they default to

    def __post_init__(self) -> None:
        self.settings = queue_attributes.with_defaults(self.attributes, fifo=self.fifo)

    @property
    def fifo(self) -> bool:
        return self.name.endswith(".fifo")

    def seconds(self, attribute: str) -> int:
        return int(self.settings[attribute])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    message_id: str
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    sequence: int
    message_id: str
    receipt_handle: str
    body: str
    attributes: dict[str, Any]
    system: dict[str, str]


class Store:
    """All queues of this endpoint. Every method commits before it returns."""

    def __init__(self, path: Path, *, account: str) -> None:
        self.account = account
        self.on_change: Callable[[int], None] = lambda _queue: None
        self._lock = threading.Lock()
        self._swept: dict[int, float] = {}
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Survives kill -9; after a power failure the last commits may be missing, never a part of one.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(_SCHEMA)
        self._queues: dict[tuple[str, str], Queue] = {}
        for row in self._connection.execute("SELECT * FROM queues"):
            self._remember(row)

    def close(self) -> None:
        with self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()

    def _remember(self, row: sqlite3.Row) -> Queue:
        values = dict(row)
        queue = Queue(**values | {"attributes": json.loads(row["attributes"]), "tags": json.loads(row["tags"])})
        self._queues[queue.region, queue.name] = queue
        return queue

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    # Queues

    def queue(self, region: str, name: str) -> Queue:
        """Raises QueueDoesNotExist."""
        try:
            return self._queues[region, name]
        except KeyError:
            raise errors.queue_does_not_exist() from None

    def queues(self, region: str, prefix: str = "") -> list[Queue]:
        return sorted(
            (q for q in list(self._queues.values()) if q.region == region and q.name.startswith(prefix)),
            key=lambda queue: queue.name,
        )

    def arn(self, queue: Queue) -> str:
        return f"arn:aws:sqs:{queue.region}:{self.account}:{queue.name}"

    def by_arn(self, arn: str) -> Queue:
        _arn, _partition, _service, region, _account, name = arn.split(":", 5)
        return self.queue(region, name)

    def create(self, region: str, name: str, attributes: Mapping[str, str], tags: Mapping[str, str]) -> Queue:
        """Idempotent for the same attributes; raises QueueNameExists for different ones."""
        existing = self._queues.get((region, name))
        if existing:
            if any(existing.settings.get(key) != value for key, value in attributes.items() if key != "FifoQueue"):
                raise errors.queue_name_exists(name)
            return existing
        now = time.time()
        with self._transaction() as db:
            row = db.execute(
                "INSERT INTO queues (region, name, attributes, tags, created_at, modified_at) VALUES (?,?,?,?,?,?)"
                " RETURNING *",
                (region, name, json.dumps(dict(attributes)), json.dumps(dict(tags)), now, now),
            ).fetchone()
        return self._remember(row)

    def delete(self, queue: Queue) -> None:
        with self._transaction() as db:
            db.execute("DELETE FROM queues WHERE id = ?", (queue.id,))
        self._queues.pop((queue.region, queue.name), None)
        self.on_change(queue.id)

    def set_attributes(self, queue: Queue, changes: Mapping[str, str]) -> None:
        """An empty value takes an attribute back to its default."""
        merged = {key: value for key, value in {**queue.attributes, **changes}.items() if value != ""}
        self._update(queue, attributes=merged, tags=queue.tags)

    def set_tags(self, queue: Queue, tags: Mapping[str, str]) -> None:
        self._update(queue, attributes=queue.attributes, tags=tags)

    def _update(self, queue: Queue, *, attributes: Mapping[str, str], tags: Mapping[str, str]) -> None:
        with self._transaction() as db:
            row = db.execute(
                "UPDATE queues SET attributes = ?, tags = ?, modified_at = ? WHERE id = ? RETURNING *",
                (json.dumps(dict(attributes)), json.dumps(dict(tags)), time.time(), queue.id),
            ).fetchone()
        if row is None:
            raise errors.queue_does_not_exist()
        self._remember(row)
        self.on_change(queue.id)

    def purge(self, queue: Queue) -> None:
        with self._transaction() as db:
            db.execute("DELETE FROM messages WHERE queue_id = ?", (queue.id,))

    def counts(self, queue: Queue) -> tuple[int, int, int]:
        """(visible, in flight, delayed) messages."""
        now = time.time()
        oldest = now - queue.seconds("MessageRetentionPeriod")
        with self._lock:
            row = self._connection.execute(
                "SELECT sum(visible_at <= ?1), sum(visible_at > ?1 AND receive_count > 0),"
                " sum(visible_at > ?1 AND receive_count = 0) FROM messages WHERE queue_id = ?2 AND sent_at > ?3",
                (now, queue.id, oldest),
            ).fetchone()
        return row[0] or 0, row[1] or 0, row[2] or 0

    def dead_letter_sources(self, queue: Queue) -> list[Queue]:
        arn = self.arn(queue)
        sources = (
            other
            for other in self.queues(queue.region)
            if (queue_attributes.redrive(other.attributes) or ("",))[0] == arn
        )
        return list(sources)

    # Messages

    def send(
        self,
        queue: Queue,
        body: str,
        *,
        attributes: Mapping[str, Any],
        system: Mapping[str, Any],
        delay: int | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
    ) -> Sent:
        """Put a message, or find the one that this deduplication id put within the last five minutes."""
        now = time.time()
        visible_at = now + (queue.seconds("DelaySeconds") if delay is None or queue.fifo else delay)
        with self._transaction() as db:
            if (
                queue.fifo
                and deduplication_id is not None
                and (earlier := self._duplicate(queue, group_id, deduplication_id, now))
            ):
                return earlier
            message_id = str(uuid.uuid4())
            cursor = db.execute(
                "INSERT INTO messages (queue_id, message_id, body, attributes, system, group_id, deduplication_id,"
                " sent_at, visible_at) VALUES (?,?,?,?,?,?,?,?,?)",
                (queue.id, message_id, body, json.dumps(dict(attributes)), json.dumps(dict(system)), group_id,
                 deduplication_id, now, visible_at),
            )  # fmt: skip
            sequence = int(cursor.lastrowid or 0)
            if queue.fifo and deduplication_id is not None:
                db.execute(
                    "INSERT OR REPLACE INTO deduplications VALUES (?,?,?,?,?,?)",
                    (
                        queue.id,
                        self._scope(queue, group_id),
                        deduplication_id,
                        message_id,
                        sequence,
                        now + DEDUPLICATION_SECONDS,
                    ),
                )
        self.on_change(queue.id)
        return Sent(message_id=message_id, sequence=sequence)

    @staticmethod
    def _scope(queue: Queue, group_id: str | None) -> str:
        return (group_id or "") if queue.settings.get("DeduplicationScope") == "messageGroup" else ""

    def _duplicate(self, queue: Queue, group_id: str | None, deduplication_id: str, now: float) -> Sent | None:
        row = self._connection.execute(
            "SELECT message_id, sequence FROM deduplications WHERE queue_id = ? AND scope = ? AND deduplication_id = ?"
            " AND expires_at > ?",
            (queue.id, self._scope(queue, group_id), deduplication_id, now),
        ).fetchone()
        return Sent(message_id=row["message_id"], sequence=row["sequence"]) if row else None

    def receive(self, queue: Queue, *, limit: int, visibility: int | None = None) -> list[Received]:
        """Take up to ``limit`` messages; what was received too often goes to the dead-letter queue instead."""
        now = time.time()
        timeout = queue.seconds("VisibilityTimeout") if visibility is None else visibility
        oldest = now - queue.seconds("MessageRetentionPeriod")
        with self._lock:  # an empty poll writes nothing
            if not self._ready(queue, now, oldest, 1):
                return []
        taken: list[Received] = []
        moved: set[int] = set()
        with self._transaction():
            self._sweep(queue, now)
            target, most = self._dead_letter(queue)
            while len(taken) < limit and (rows := self._ready(queue, now, oldest, limit - len(taken))):
                dead = [row for row in rows if target and row["receive_count"] >= most]
                for row in dead:
                    assert target is not None
                    self._bury(queue, target, row, now)
                    moved.add(target.id)
                if dead:
                    continue  # the rows left may have changed with the group's head: look again
                taken += [self._take(row, now, timeout) for row in rows]
                break
        for queue_id in moved:
            self.on_change(queue_id)
        return taken

    def _sweep(self, queue: Queue, now: float) -> None:
        """Delete what is past its time, at most once a minute: it looks at the whole queue."""
        if now - self._swept.get(queue.id, 0.0) > SWEEP_SECONDS:
            self._swept[queue.id] = now
            oldest = now - queue.seconds("MessageRetentionPeriod")
            self._connection.execute("DELETE FROM messages WHERE queue_id = ? AND sent_at <= ?", (queue.id, oldest))
            self._connection.execute(
                "DELETE FROM deduplications WHERE queue_id = ? AND expires_at <= ?", (queue.id, now)
            )

    def _ready(self, queue: Queue, now: float, oldest: float, limit: int) -> list[sqlite3.Row]:
        query = _READY_FIFO if queue.fifo else _READY
        return self._connection.execute(
            query, {"queue": queue.id, "now": now, "oldest": oldest, "limit": limit}
        ).fetchall()

    def _dead_letter(self, queue: Queue) -> tuple[Queue | None, int]:
        policy = queue_attributes.redrive(queue.attributes)
        if policy is None:
            return None, 0
        try:
            return self.by_arn(policy[0]), policy[1]
        except errors.SqsError:
            return None, 0  # a dead-letter queue that was deleted: the message stays where it is

    def _bury(self, queue: Queue, target: Queue, row: sqlite3.Row, now: float) -> None:
        system = json.loads(row["system"]) | {"DeadLetterQueueSourceArn": self.arn(queue)}
        self._connection.execute("DELETE FROM messages WHERE id = ?", (row["id"],))
        self._connection.execute(
            "INSERT INTO messages (queue_id, message_id, body, attributes, system, group_id, deduplication_id, sent_at,"
            " visible_at, first_received_at, receive_count) VALUES (?,?,?,?,?,?,?,?,?,?,0)",
            (target.id, row["message_id"], row["body"], row["attributes"], json.dumps(system), row["group_id"],
             row["deduplication_id"], row["sent_at"], now, None),
        )  # fmt: skip

    def _take(self, row: sqlite3.Row, now: float, timeout: int) -> Received:
        receipt = secrets.token_urlsafe(16)
        first = row["first_received_at"] or now
        self._connection.execute(
            "UPDATE messages SET visible_at = ?, receive_count = receive_count + 1, first_received_at = ?, receipt = ?"
            " WHERE id = ?",
            (now + timeout, first, receipt, row["id"]),
        )
        system = {
            "SenderId": self.account,
            "SentTimestamp": str(int(row["sent_at"] * 1000)),
            "ApproximateReceiveCount": str(row["receive_count"] + 1),
            "ApproximateFirstReceiveTimestamp": str(int(first * 1000)),
        } | json.loads(row["system"])
        if row["group_id"] is not None:
            system["MessageGroupId"] = row["group_id"]
        if row["deduplication_id"] is not None:
            system |= {"MessageDeduplicationId": row["deduplication_id"], "SequenceNumber": sequence_number(row["id"])}
        return Received(
            sequence=row["id"],
            message_id=row["message_id"],
            receipt_handle=_handle(row["queue_id"], row["id"], receipt),
            body=row["body"],
            attributes=json.loads(row["attributes"]),
            system=system,
        )

    def delete_message(self, queue: Queue, receipt_handle: str) -> None:
        """Deleting twice succeeds; a handle that a later receive made stale deletes nothing (the message is out
        again).
        """
        message, receipt = _parse_handle(queue, receipt_handle)
        with self._transaction() as db:
            db.execute(
                "DELETE FROM messages WHERE id = ? AND queue_id = ? AND receipt = ?", (message, queue.id, receipt)
            )
        if queue.fifo:
            self.on_change(queue.id)  # the next of its group may go out

    def change_visibility(self, queue: Queue, receipt_handle: str, seconds: int) -> None:
        """Raises MessageNotInflight when nobody holds the message any more."""
        message, receipt = _parse_handle(queue, receipt_handle)
        now = time.time()
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE messages SET visible_at = ? WHERE id = ? AND queue_id = ? AND receipt = ? AND visible_at > ?",
                (now + seconds, message, queue.id, receipt, now),
            ).rowcount
        if not changed:
            reason = (
                "Value for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for"
                " visibility timeout change."
            )
            raise errors.SqsError("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", reason)
        self.on_change(queue.id)

    def release_all(self, queue: Queue) -> None:
        """Give back what is in flight, as if nobody had received it: for a queue whose only reader was this process."""
        with self._transaction() as db:
            db.execute("UPDATE messages SET visible_at = 0 WHERE queue_id = ? AND receipt IS NOT NULL", (queue.id,))

    def next_visible_at(self, queue: Queue) -> float | None:
        """When the first message that is hidden now comes back (a Unix time); None when none is hidden."""
        with self._lock:
            row = self._connection.execute(
                "SELECT min(visible_at) FROM messages WHERE queue_id = ? AND visible_at > ?", (queue.id, time.time())
            ).fetchone()
        return float(row[0]) if row[0] is not None else None

    def move_all(self, source: Queue, target: Queue) -> int:
        """StartMessageMoveTask: give every message that isn't in flight to another queue, as if sent anew."""
        now = time.time()
        with self._transaction() as db:
            moved = db.execute(
                "UPDATE messages SET queue_id = ?, receive_count = 0, receipt = NULL, first_received_at = NULL,"
                " sent_at = ?, visible_at = ?, system = json_remove(system, '$.DeadLetterQueueSourceArn')"
                " WHERE queue_id = ? AND visible_at <= ?",
                (target.id, now, now, source.id, now),
            ).rowcount
        self.on_change(target.id)
        return moved


def sequence_number(sequence: int) -> str:
    """Twenty digits, rising within a queue."""
    return str(18_000_000_000_000_000_000 + sequence)


def _handle(queue_id: int, message: int, receipt: str) -> str:
    return base64.urlsafe_b64encode(f"{queue_id}:{message}:{receipt}".encode()).decode()


def _parse_handle(queue: Queue, handle: str) -> tuple[int, str]:
    try:
        queue_id, message, receipt = base64.urlsafe_b64decode(handle.encode()).decode().split(":", 2)
        if int(queue_id) != queue.id:
            raise ValueError(queue_id)
        return int(message), receipt
    except (ValueError, TypeError) as error:
        raise errors.invalid_receipt_handle(handle) from error
