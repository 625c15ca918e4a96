"""A few threads that keep their connection to the database, for what reads or writes many times a second.

Elsewhere a connection lasts as long as a request or a task. To PostgreSQL a new one takes some ten milliseconds, more
than all that is asked over it, and a hundred pages would wait for each other's.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import DatabaseError, connections

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThreads:
    """Begins with its first work; `stop` lets what was given be done, and closes the connections."""

    def __init__(self, count: int, name: str) -> None:
        self._name = name
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._run, name=f"{name}-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        self._work.put((future, lambda: function(*args, **kwargs)))
        return future

    def stop(self, *, timeout: float = 0) -> None:
        """Waits no longer than ``timeout`` seconds for each of the threads."""
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            if timeout:
                thread.join(timeout)

    def _run(self) -> None:
        try:
            while (given := self._work.get()) is not None:
                future, work = given
                if not future.set_running_or_notify_cancel():
                    continue
                try:
                    future.set_result(work())
                except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
                    future.set_exception(error)
                    if isinstance(error, DatabaseError):
                        close_connections()  # it may be of no more use: the next work makes another
        finally:
            close_connections()


def close_connections() -> None:
    """Those of the thread that asks. Closing one that is broken may fail, and leaves it closed."""
    for connection in connections.all(initialized_only=True):
        try:
            connection.close()
        except DatabaseError as error:
            logger.debug("A connection that was broken: %s", type(error).__name__)
