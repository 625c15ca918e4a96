"""Telling open pages that an execution changed. Messages carry ids; the consumer reads the database, the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from callboard.live import publish
from executions.telling import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executions.models import Execution, HistoryEvent

LIST_GROUP = "executions"
# What changes a row of a list: its status, or that it waits for a person.
_SHOWN_IN_LISTS = {
    "ExecutionStarted",
    "ExecutionSucceeded",
    "ExecutionFailed",
    "ExecutionTimedOut",
    "ExecutionAborted",
    "ExecutionRedriven",
    "TaskSubmitted",
    "TaskSucceeded",
    "TaskFailed",
    "TaskTimedOut",
}


def group_of(execution_id: int) -> str:
    return f"execution.{execution_id}"


def announce(execution: Execution, new_events: Sequence[HistoryEvent]) -> None:
    """Once the transaction is committed: sockets, then the other applications."""

    def send() -> None:
        publish(group_of(execution.pk), {"type": "execution.changed"})
        if not new_events or any(event.type in _SHOWN_IN_LISTS for event in new_events):
            announce_row(execution.pk)
        tell(execution, new_events)

    transaction.on_commit(send)


def announce_row(execution_id: int) -> None:
    publish(LIST_GROUP, {"type": "execution.row", "id": execution_id})


def announce_notice(execution: Execution, level: str, message: str) -> None:
    publish(group_of(execution.pk), {"type": "execution.notice", "level": level, "message": message})
