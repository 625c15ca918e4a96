"""What the sockets of one execution are sent: read from the database once for all of them that this process holds.

A feed hears each change in the execution's group and wakes its followers. Each follower sends what it lacks, at its own
pace: whoever is up to date with the others shares their message, already written as text; who lags is sent its own
events, from the database. So two hundred watchers cost one query, and one who doesn't read holds nobody up.

Messages may be lost on their way here (Redis away, a full channel). The database is the truth: a feed looks into it
every few seconds, and what it finds there goes out. With the same beat it says how old the mirror's copy is, keeps the
execution watched, and lets a page that hears nothing know that its connection is dead.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.db import DatabaseError
from django.utils import timezone

from callboard.watching import CHANNEL_LOST
from executions import polling, selectors
from executions.database_threads import DatabaseThreads
from executions.live import group_of
from executions.models import Execution
from executions.serializers import PROGRESS, as_event, as_progress

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

T = TypeVar("T")
logger = logging.getLogger(__name__)
PAGE = 500  # events in a message
BEAT = 5.0  # seconds
WATCH_EVERY = 10.0  # seconds; well within polling.WATCHED_FOR
READERS = 3  # threads of a process in which all feeds read: they share its processor anyhow


class Batch(NamedTuple):
    """A message, and the id of the last event that who got it has."""

    text: str
    last: int
    is_all: bool


@dataclass(eq=False, slots=True)
class Follower:
    """One socket's place in a feed."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    has_news: bool = True  # or perhaps has: whoever comes is told how things are
    notices: deque[str] = field(default_factory=lambda: deque(maxlen=10))  # texts that go to it beside the events
    is_lost: bool = False  # the channel layer is away: it must end


class Feed:
    def __init__(self, execution_id: int) -> None:
        self.execution_id = execution_id
        self.followers: set[Follower] = set()
        self._batches: dict[int, asyncio.Task[Batch]] = {}  # by the last event that its reader has
        self._told: tuple[Any, ...] = ()
        self._watched_at = -WATCH_EVERY
        self._is_running = True
        self._look_now = asyncio.Event()
        self._age = ""
        self._tasks: list[asyncio.Task[None]] = []

    # -- for its followers

    def follow(self, follower: Follower) -> None:
        self.followers.add(follower)
        if self._age:
            follower.notices.append(self._age)

    async def after(self, last: int) -> Batch:
        """What came after the event ``last``, and how the execution is. Raises DatabaseError."""
        batch = self._batches.get(last)
        if batch is None:
            batch = self._batches[last] = asyncio.create_task(self._read(last))
        try:
            return await asyncio.shield(batch)
        except DatabaseError:
            self._batches.pop(last, None)
            raise

    # -- its own work

    async def open(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(group_of(self.execution_id), channel)
        _readers.open()
        self._tasks = [
            asyncio.create_task(self._hear(layer, channel)),
            asyncio.create_task(self._beat()),
        ]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._batches.values(), return_exceptions=True)
        _readers.close()

    async def _hear(self, layer: Any, channel: str) -> None:
        try:
            while True:
                message = await layer.receive(channel)
                match message["type"]:
                    case "execution.changed":
                        self._news()
                        if not self._is_running:  # it had ended: perhaps it was redriven
                            self._watched_at = -WATCH_EVERY
                            self._look_now.set()
                    case "execution.notice":
                        notice = {"type": "notice", "level": message["level"], "message": message["message"]}
                        self._tell(json.dumps(notice))
                    case _ if message["type"] == CHANNEL_LOST:
                        self._lose()
        finally:
            with contextlib.suppress(Exception):  # the layer may be away
                await layer.group_discard(group_of(self.execution_id), channel)

    async def _beat(self) -> None:
        while True:
            try:
                await self._look()
            except DatabaseError as error:  # it's back in a while, and the pages are still open
                logger.warning("Execution %s is not watched just now: %s", self.execution_id, type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), BEAT)
            self._look_now.clear()

    async def _look(self) -> None:
        if time.monotonic() - self._watched_at >= WATCH_EVERY:
            self._is_running = await _reading(self._watch)
            self._watched_at = time.monotonic()
        execution = await _reading(self._progress)
        if execution is None:
            return
        told = (execution.last_event_id, execution.status, execution.stopped_at)
        if told != self._told:
            self._told = told
            self._news()
        self._age = json.dumps({"type": "age", "seconds": age_of(execution)})
        self._tell(self._age)

    def _watch(self) -> bool:
        was_watched = polling.is_watched(self.execution_id)
        is_running = polling.watch(self.execution_id)
        if is_running and not was_watched:
            from executions.services import hint_poll

            hint_poll(Execution(pk=self.execution_id))
        return is_running

    def _progress(self) -> Execution | None:
        rows = Execution.objects.filter(pk=self.execution_id)
        return rows.only("last_event_id", "status", "stopped_at", "next_poll_at", "looked_at").first()

    def _news(self) -> None:
        self._batches.clear()  # what is being read now may be without it
        for follower in self.followers:
            follower.has_news = True
            follower.wake.set()

    def _tell(self, text: str) -> None:
        for follower in self.followers:
            follower.notices.append(text)
            follower.wake.set()

    def _lose(self) -> None:
        for follower in self.followers:
            follower.is_lost = True
            follower.wake.set()

    async def _read(self, last: int) -> Batch:
        return await _reading(self._batch_after, last)

    def _batch_after(self, last: int) -> Batch:
        # The execution first: events that come in between are announced again.
        execution = Execution.objects.only(*PROGRESS).get(pk=self.execution_id)
        events = selectors.events_after(self.execution_id, last, PAGE)
        message = {"type": "events", "events": [as_event(row) for row in events], "execution": as_progress(execution)}
        return Batch(json.dumps(message), events[-1].event_id if events else last, len(events) < PAGE)


class _Readers:
    """The threads in which feeds read, there as long as any feed is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._feeds = 0
        self._threads: DatabaseThreads | None = None

    def open(self) -> None:
        with self._lock:
            self._feeds += 1
            if self._threads is None:
                self._threads = DatabaseThreads(READERS, "feeds")

    def close(self) -> None:
        with self._lock:
            self._feeds -= 1
            if not self._feeds and self._threads is not None:
                self._threads.stop()
                self._threads = None

    async def read(self, function: Callable[..., T], *args: Any) -> T:
        threads = self._threads
        assert threads is not None, "only open feeds read"
        return await asyncio.wrap_future(threads.run(function, *args))


_readers = _Readers()
_reading = _readers.read


def age_of(execution: Execution) -> float | None:
    """Seconds since its history was read; None of what has ended and is whole, or was never read."""
    if execution.next_poll_at is None or execution.looked_at is None:
        return None
    return round((timezone.now() - execution.looked_at).total_seconds(), 1)


# One server loop a process; a test's loops come and go.
_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Feed]] = WeakKeyDictionary()
_opening: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


@contextlib.asynccontextmanager
async def following(execution_id: int) -> AsyncIterator[tuple[Feed, Follower]]:
    """A place in the execution's feed, which is open as long as somebody follows it. Raises what the layer raises."""
    loop = asyncio.get_running_loop()
    feeds, lock = _feeds.setdefault(loop, {}), _opening.setdefault(loop, asyncio.Lock())
    follower = Follower()
    async with lock:
        feed = feeds.get(execution_id)
        if feed is None:
            feed = Feed(execution_id)
            await feed.open()
            feeds[execution_id] = feed
        feed.follow(follower)
    try:
        yield feed, follower
    finally:
        feed.followers.discard(follower)
        if not feed.followers and feeds.get(execution_id) is feed:
            del feeds[execution_id]
            await feed.close()
