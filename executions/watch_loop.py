"""The poller of what somebody watches: one loop in each worker process, instead of a message for each poll.

It holds what is watched and due (executions.watch_leases), remembers when each is looked at next, and lets a few
threads look (executions.polling.look). An embedded endpoint says what there is to look at
(executions.news); any other is asked again and again. So a quiet poll is one call to Step Functions and nothing else;
what several polls bring is stored together (executions.storing). Once a second it writes which histories were read, so
that pages can say how old they are.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from celery import bootsteps
from django.db import DatabaseError
from django.utils import timezone

from designer.models import Environment
from executions import polling, watch_leases
from executions.database_threads import DatabaseThreads, close_connections
from executions.news import Grown, Listeners
from executions.polling import Seen
from executions.telling import telling_by

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from executions.models import Execution
    from executions.watch_leases import Held

logger = logging.getLogger(__name__)
THREADS = 6
MOST = 400  # executions that one process holds
CLAIM_EVERY = 0.25  # seconds, while it holds any
IDLE = 0.5  # while it holds none
BOOK_EVERY = 1.0
KEEP_EVERY = 5.0  # well within a lease, and within the time that a page's watching lasts
HEARD = 1.0  # between looks, at least, where the endpoint says when one is worth while
MOST_OFTEN = 0.1  # between looks at one execution that is heard of


@dataclass(slots=True)
class _Watched:
    held: Held
    due: float  # seconds of the monotonic clock, as all times here
    is_looked_at: bool = False
    began: float = 0.0  # the last look
    wants_again: bool = False  # somebody said that there is news, while it was looked at
    was_read: bool = False  # since that was written down last
    quiet: int = 0


class WatchLoop:
    """`start` returns at once; `stop` waits for what is being looked at, a while."""

    def __init__(self) -> None:
        self._is_over = False
        self._arrived: SimpleQueue[Callable[[], None]] = SimpleQueue()  # done in the loop's own thread
        self._watched: dict[int, _Watched] = {}
        self._claim_at = self._book_at = self._keep_at = 0.0
        self._listeners = Listeners(lambda grown: self._arrived.put(partial(self._grew, grown)))
        self._thread = threading.Thread(target=self._run, name="watch-loop", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, timeout: float = 5) -> None:
        self._is_over = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def wake(self) -> None:
        """Something is watched from now on."""
        self._arrived.put(self._claim_now)

    def _run(self) -> None:
        looks, tells = DatabaseThreads(THREADS, "watch-loop-looks"), DatabaseThreads(1, "watch-loop-tells")
        look = partial(looks.run, partial(_look, tells))
        try:
            while not self._is_over:
                self._turn_safely(look)
                self._wait()
        finally:
            self._listeners.listen_to({})
            looks.stop(timeout=3)
            tells.stop(timeout=3)
            self._leave()
            close_connections()

    def _turn_safely(self, look: Callable[[Execution], Future[Seen]]) -> None:
        try:
            self._turn(look)
        except DatabaseError as error:
            logger.warning("Watched executions are not looked at just now: %s", type(error).__name__)
            self._pause()
        except Exception:  # whatever it is, those that are watched must not wait for the next start
            logger.exception("A turn of the watched executions' loop failed")
            self._pause()

    def _pause(self) -> None:
        """What was being written is written later; whatever is held is kept meanwhile, or lost to others."""
        close_connections()
        self._claim_at = time.monotonic() + IDLE
        self._book_at = max(self._book_at, self._claim_at)

    def _wait(self) -> None:
        """For a look that is done, somebody who calls, or the next thing that is due."""
        dues = [one.due for one in self._watched.values() if not one.is_looked_at]
        until = min([self._claim_at, *([self._book_at] if self._watched else []), *dues])
        try:
            self._arrived.get(timeout=max(0.001, until - time.monotonic()))()
            while True:
                self._arrived.get_nowait()()
        except Empty:
            return

    def _claim_now(self) -> None:
        self._claim_at = 0

    def _grew(self, grown: Grown) -> None:
        now = time.monotonic()
        for one in self._watched.values():
            execution = one.held.execution
            if execution.environment_id != grown.environment_id:
                continue
            if grown.arns is None or execution.arn in grown.arns:
                one.wants_again |= one.is_looked_at
                one.due = min(one.due, max(now, one.began + MOST_OFTEN))

    def _was_looked_at(self, pk: int, look: Future[Seen]) -> None:
        one = self._watched.get(pk)
        if one is None:  # lost meanwhile
            return
        one.is_looked_at = False
        execution, seen = one.held.execution, _result(look, one.held)
        if seen is Seen.SETTLED:
            del self._watched[pk]
            return
        now = time.monotonic()
        is_read = seen in (Seen.NEWS, Seen.QUIET)
        if is_read:
            one.was_read = True
            one.quiet = 0 if seen is Seen.NEWS else one.quiet + 1
        pause = polling.pause_after(execution, seen, one.quiet, timezone.now())
        if is_read and self._listeners.hear(execution.environment_id):
            pause = max(pause, HEARD)
        # At an even pace: else all that came due together would come due together for ever.
        one.due = max(now, one.began + MOST_OFTEN if one.wants_again else one.due + pause)
        one.wants_again = False

    def _turn(self, look: Callable[[Execution], Future[Seen]]) -> None:
        now = time.monotonic()
        for pk, one in sorted(self._watched.items(), key=lambda item: item[1].due):
            if one.due > now:
                break
            if not one.is_looked_at:
                one.is_looked_at, one.began = True, now
                look(one.held.execution).add_done_callback(partial(self._is_done, pk))
        if now >= self._claim_at:
            self._claim_at = now + (CLAIM_EVERY if self._watched else IDLE)
            self._claim(now)
        if self._watched and now >= self._book_at:
            self._book_at = now + BOOK_EVERY
            self._book(now)

    def _is_done(self, pk: int, look: Future[Seen]) -> None:
        self._arrived.put(partial(self._was_looked_at, pk, look))

    def _claim(self, now: float) -> None:
        claimed = watch_leases.claim(timezone.now(), limit=MOST - len(self._watched))
        for place, held in enumerate(claimed):
            known = self._watched.get(held.execution.pk)
            if known is not None:  # another process has changed what it's due: there is news, or it lost its lease
                known.held.lease, known.wants_again = held.lease, known.is_looked_at
                known.due = now
            else:
                # Many that come at once are spread over the first moments.
                self._watched[held.execution.pk] = _Watched(held, now + 0.004 * place)
        if claimed:
            self._claim_at = now + CLAIM_EVERY
            self._listen()

    def _listen(self) -> None:
        there = {one.held.execution.environment for one in self._watched.values()}
        embedded = Environment.Kind.EMBEDDED
        self._listeners.listen_to({place.pk: place.endpoint_url for place in there if place.kind == embedded})

    def _book(self, now: float) -> None:
        read = [pk for pk, one in self._watched.items() if one.was_read]
        if read:
            watch_leases.looked(read, timezone.now())
            for pk in read:
                self._watched[pk].was_read = False
        if now < self._keep_at:
            return
        self._keep_at = now + KEEP_EVERY
        at = timezone.now()
        kept = watch_leases.keep((one.held for one in self._watched.values()), at)
        keys = {held.execution.pk for held in kept}
        left = [self._watched.pop(pk).held for pk in self._watched.keys() - keys]
        # Nobody watches these any more, or another process has them, which this leaves alone.
        watch_leases.leave(left, at + timedelta(seconds=BOOK_EVERY))
        if left:
            self._listen()

    def _leave(self) -> None:
        """Another process may take at once what this one held."""
        try:
            watch_leases.leave((one.held for one in self._watched.values()), timezone.now())
        except DatabaseError as error:
            logger.warning("Watched executions wait for their leases' end: %s", type(error).__name__)


def _look(tells: DatabaseThreads, execution: Execution) -> Seen:
    with telling_by(tells):
        return polling.look(execution)


def _result(look: Future[Seen], held: Held) -> Seen:
    error = look.exception()
    if error is None:
        return look.result()
    if isinstance(error, DatabaseError):
        logger.warning("Execution %s was not stored: %s", held.execution.arn, type(error).__name__)
    else:
        logger.error("Execution %s was not polled", held.execution.arn, exc_info=error)
    return Seen.FAILED


# The process's own; None where it isn't a worker's.
_loop: WatchLoop | None = None


def wake() -> None:
    if _loop is not None:
        _loop.wake()


class WatchStep(bootsteps.StartStopStep):
    """Celery's worker starts and stops it, whether it has a process of its own or is embedded."""

    requires = ("celery.worker.components:Pool",)

    def start(self, parent: object) -> None:  # noqa: ARG002
        global _loop  # noqa: PLW0603  (one loop a process: it is a fact of the process)
        _loop = WatchLoop()
        _loop.start()

    def stop(self, parent: object) -> None:  # noqa: ARG002
        global _loop  # noqa: PLW0603
        if _loop is not None:
            _loop.stop()
            _loop = None
