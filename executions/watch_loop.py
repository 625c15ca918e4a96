"""The poller of what somebody watches: one loop in each worker process, instead of a message for each poll.

Each turn claims what is due of what is watched, lets a few threads look at it (executions.polling.look), and writes
when each is looked at next, many in one statement. Two processes never claim the same: the claim locks the rows and
passes over those that are locked. Whatever a process leaves that dies comes due again when its short lease is over,
and the sweep (executions.tasks) takes up what no loop took.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from celery import bootsteps
from django.db import DatabaseError
from django.utils import timezone

from executions import polling
from executions.database_threads import DatabaseThreads, close_connections
from executions.polling import Seen

if TYPE_CHECKING:
    from concurrent.futures import Future

    from executions.models import Execution

logger = logging.getLogger(__name__)
THREADS = 4
TURN = 0.03  # seconds between two turns while something is watched
IDLE = 0.5  # while nothing is
AT_ONCE = 64  # executions that one process has claimed at a time
_STAY_AWAKE = 5.0  # seconds after the last that was watched


class WatchLoop:
    """`start` returns at once; `stop` waits for what is being looked at, a while."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._awake = threading.Event()
        self._looked: dict[Future[Seen], Execution] = {}
        # What was seen, until it is written when each is looked at next: the database may be away meanwhile.
        self._seen: dict[int, tuple[Execution, Seen]] = {}
        self._last_watched = 0.0
        self._thread = threading.Thread(target=self._run, name="watch-loop", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, timeout: float = 5) -> None:
        self._over.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def wake(self) -> None:
        """Something is watched from now on."""
        self._awake.set()

    def _run(self) -> None:
        threads = DatabaseThreads(THREADS, "watch-loop-looks")
        try:
            while not self._over.is_set():
                self._turn_safely(threads)
                if time.monotonic() - self._last_watched < _STAY_AWAKE:
                    self._over.wait(TURN)
                else:
                    self._awake.wait(IDLE)
                self._awake.clear()
        finally:
            threads.stop(timeout=3)
            self._turn_safely(None)  # what they saw last
            close_connections()

    def _turn_safely(self, threads: DatabaseThreads | None) -> None:
        try:
            self._turn(threads)
        except DatabaseError as error:
            logger.warning("Watched executions are not looked at just now: %s", type(error).__name__)
            close_connections()
            self._over.wait(IDLE)
        except Exception:  # whatever it is, those that are watched must not wait for the next start
            logger.exception("A turn of the watched executions' loop failed")
            self._over.wait(IDLE)

    def _turn(self, threads: DatabaseThreads | None) -> None:
        for look in [look for look in self._looked if look.done()]:
            execution = self._looked.pop(look)
            self._seen[execution.pk] = (execution, _result(look, execution))
        if self._seen:
            polling.schedule_watched(list(self._seen.values()))
            self._seen.clear()
        if threads is None or len(self._looked) >= AT_ONCE:
            return
        claimed = polling.claim_watched(timezone.now(), limit=AT_ONCE - len(self._looked))
        for execution in claimed:
            self._looked[threads.run(polling.look, execution)] = execution
        if self._looked:
            self._last_watched = time.monotonic()


def _result(look: Future[Seen], execution: Execution) -> Seen:
    error = look.exception()
    if error is None:
        return look.result()
    if isinstance(error, DatabaseError):
        logger.warning("Execution %s was not stored: %s", execution.arn, type(error).__name__)
    else:
        logger.error("Execution %s was not polled", execution.arn, exc_info=error)
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
