"""Telling the other applications that an execution changed: at once, or after what people look at was looked at.

What they do then (close a task, count what a run used, raise an alert) takes longer than what a page is told. Fifty
executions that end in one moment would have the last of their pages wait for all of it. What is put off and lost with
its process is caught up on as what was never told is: by the applications' own sweeps
(what a run used by `usage.sweep`).
"""

from __future__ import annotations

import copy
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from executions.models import Execution, HistoryEvent
from executions.signals import execution_changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from executions.database_threads import DatabaseThreads

_later: ContextVar[DatabaseThreads | None] = ContextVar("later", default=None)


def tell(execution: Execution, new_events: Sequence[HistoryEvent]) -> None:
    threads, events = _later.get(), list(new_events)
    if threads is None:
        _send(execution, events)
    else:
        threads.run(_send, copy.copy(execution), events)  # the next look changes the one that it was given


def _send(execution: Execution, new_events: list[HistoryEvent]) -> None:
    execution_changed.send_robust(sender=Execution, execution=execution, new_events=new_events)


@contextmanager
def telling_by(threads: DatabaseThreads) -> Iterator[None]:
    """Inside, ``threads`` tell; one thread keeps the order."""
    token = _later.set(threads)
    try:
        yield
    finally:
        _later.reset(token)
