"""What arrives when, and what of it is committed together: group commit on the event loop.

A tick runs what has arrived, for at most `SLICE` seconds, and commits it once; only then are clients answered. A client
that is alone has its tick at once. Deliveries that come from inside (tasks, timers, slices) are tried again when a
commit fails; clients are told. What a delivery does, and what there is to write, is `localaws.engine`'s.
"""

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeAlias

from asl.events import Continued, Event
from localaws.journal import Journal
from localaws.wire import ServiceError

logger = logging.getLogger(__name__)

SLICE = 0.002  # seconds of deliveries before a commit
TURNS_BETWEEN = 2  # turns of the event loop between two ticks, while there is more to do
RETRY_SECONDS = 1.0  # after a commit that failed
UNWRITABLE = 503  # status of the error that clients get for it

Job: TypeAlias = Callable[[], Any]


class Work(Protocol):
    """`localaws.engine.Engine`, as it is needed here. All of it is called inside a tick."""

    clock: Callable[[], float]

    def take(self, execution_id: int, event: Event) -> None: ...

    def write(self) -> None:
        """Put what has changed into the transaction."""

    def committed(self) -> None: ...

    def rolled_back(self) -> None: ...

    def end_broken(self, execution_id: int) -> None:
        """End an execution that can't be written as it would be."""


@dataclass(slots=True)
class _Delivery:
    execution_id: int
    event: Event


@dataclass(slots=True)
class _Request:
    job: Job
    future: asyncio.Future[Any]


class Ticks:
    def __init__(self, journal: Journal, work: Work) -> None:
        self._journal = journal
        self._work = work
        self._queue: deque[_Delivery | _Request] = deque()
        self._handled: list[_Delivery] = []
        self._answers: list[tuple[asyncio.Future[Any], Any, BaseException | None]] = []
        self._alone = 0  # so many from the front of the queue get a commit of their own: one of them may be at fault
        self._answers_first = False
        self._settling: asyncio.Handle | None = None  # what follows from the last commit is still to be done
        self._turn_taken = False  # one request has had its commit at once in this turn of the loop
        self._crowded = False  # several clients shared the last commit: the next ones do, too
        self._wake_handle: asyncio.Handle | None = None
        self._stopped = False

    # -- what arrives

    def request(self, job: Job) -> asyncio.Future[Any]:
        """Run ``job`` inside the next transaction; the result comes after its commit. ServiceErrors pass through."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.append(_Request(job, future))
        self._wake()
        return future

    def at_once(self, job: Job) -> asyncio.Future[Any]:
        """As `request`, but a client that is alone has its commit now: then the future is done. Not inside a job.

        Alone is the first of a loop's turn, while clients come one at a time and there is nothing else to do. What
        follows from the commit is done in the next turn: the answer doesn't wait for it.
        """
        if self._queue or self._wake_handle is not None or self._turn_taken or self._crowded or self._stopped:
            return self.request(job)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._queue.append(_Request(job, future))
        self._turn_taken = True
        loop.call_soon(self._turn_over)
        self._answers_first = True
        self._tick()
        self._answers_first = False
        return future

    def _turn_over(self) -> None:
        self._turn_taken = False

    async def insist(self, job: Job) -> Any:
        """As `request`, again until the store can be written; what couldn't be committed has not happened."""
        while True:
            try:
                return await self.request(job)
            except ServiceError as error:
                if error.status != UNWRITABLE:
                    raise
                await asyncio.sleep(RETRY_SECONDS)

    def tell(self, execution_id: int, event: Event) -> None:
        """Deliver an event from inside: a task's outcome, a timer, a slice."""
        self._queue.append(_Delivery(execution_id, event))
        self._wake()

    def tell_later(self, execution_id: int, event: Event) -> None:
        """As `tell`, inside a tick: in turn with what else is there."""
        self._queue.append(_Delivery(execution_id, event))

    def stop(self) -> None:
        """Commit what has arrived. The store knows which slices are owed."""
        self._drop_slices()
        while self._queue:
            self._tick()
            self._drop_slices()
        self._settle()
        self._stopped = True

    # -- the tick

    def _wake(self) -> None:
        if self._wake_handle is None and not self._stopped:
            self._wake_handle = asyncio.get_running_loop().call_soon(self._tick)

    def _give_way(self, turns: int) -> None:
        """Let the loop turn: a request that came during a tick is read in one turn and answered in the next."""
        again, arguments = (self._give_way, (turns - 1,)) if turns > 1 else (self._tick, ())
        self._wake_handle = asyncio.get_running_loop().call_soon(again, *arguments)

    def _settle(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
            self._work.committed()

    def _tick(self) -> None:
        self._settle()
        self._wake_handle = None
        limit = time.perf_counter() + SLICE
        try:
            with self._journal.transaction():
                while self._queue:
                    self._run(self._queue.popleft())
                    if self._alone or time.perf_counter() >= limit:
                        break
                self._work.write()
        except Exception as reason:  # the store's faults above all; the loop must go on whatever it is
            logger.exception("Nothing of the last %s ms could be stored in %s.", SLICE * 1000, self._journal.path)
            self._rolled_back(reason)
        else:
            self._committed()
        self._alone = max(self._alone - 1, 0)
        if self._queue and self._wake_handle is None and not self._stopped:
            self._wake_handle = asyncio.get_running_loop().call_soon(self._give_way, TURNS_BETWEEN)

    def _run(self, item: _Delivery | _Request) -> None:
        if isinstance(item, _Delivery):
            self._handled.append(item)
            self._work.take(item.execution_id, item.event)
            return
        if item.future.cancelled():  # nobody asks any more
            return
        try:
            self._answers.append((item.future, item.job(), None))
        except Exception as reason:
            self._answers.append((item.future, None, reason))
            if isinstance(reason, sqlite3.Error):
                raise

    def _committed(self) -> None:
        answers, self._answers = self._answers, []
        self._crowded = len(answers) > 1
        self._handled.clear()
        for future, value, reason in answers:
            if future.cancelled():
                continue
            if reason is None:
                future.set_result(value)
            else:
                future.set_exception(reason)
        if self._answers_first:
            self._settling = asyncio.get_running_loop().call_soon(self._settle)
        else:
            self._work.committed()

    def _rolled_back(self, reason: Exception) -> None:
        """Tell the clients, try the rest again."""
        self._work.rolled_back()
        self._drop_slices()
        text = "The store of the local endpoint can't be written."
        failure = ServiceError("ServiceUnavailable", text, status=UNWRITABLE)
        for future, _, _ in self._answers:
            if not future.cancelled():
                future.set_exception(failure)
        self._answers.clear()
        again, self._handled = self._handled, []
        if self._alone and again and not isinstance(reason, sqlite3.Error):
            # It was tried by itself and the store isn't at fault.
            self.request(partial(self._work.end_broken, again.pop().execution_id))
        asyncio.get_running_loop().call_later(RETRY_SECONDS, self._try_again, again)

    def _drop_slices(self) -> None:
        """The store knows which are owed."""
        self._queue = deque(item for item in self._queue if not _is_slice(item))

    def _try_again(self, deliveries: list[_Delivery]) -> None:
        at = self._work.clock()
        deliveries.extend(_Delivery(owed, Continued(at=at)) for owed in self._journal.owed_slices())
        self._queue.extendleft(reversed(deliveries))
        self._alone = len(deliveries)
        self._wake()


def _is_slice(item: _Delivery | _Request) -> bool:
    return isinstance(item, _Delivery) and isinstance(item.event, Continued)
