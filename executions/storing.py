"""Writing what polls brought: those that come while another is written are written together, in one transaction.

Whoever comes first writes its own at once; who comes meanwhile waits, and the next of them writes for all that wait. A
poll alone waits for nothing, and a hundred that come at once cost a few commits. Nobody's trouble is another's: where
they can't be stored together, each is stored alone.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from executions.models import Execution, HistoryEvent, UncountedRun
from executions.turns import writing

if TYPE_CHECKING:
    from collections.abc import Iterable

GRACE: Final = timedelta(seconds=30)  # in which the process that stored an end counts what the run used, too


@dataclass(slots=True)
class _Part:
    execution: Execution
    events: list[HistoryEvent]
    changes: dict[str, Any]
    is_done: bool = False
    error: Exception | None = None


_lock = threading.Lock()
_writing = threading.Lock()
_waiting: list[_Part] = []


def store(execution: Execution, events: list[HistoryEvent], changes: dict[str, Any]) -> None:
    """Upsert ``events`` and change the execution's row, unless another poll has come further; ``execution`` is then as
    its row is. Raises DatabaseError where that couldn't be done, Execution.DoesNotExist where the row is gone.
    """
    if transaction.get_connection().in_atomic_block:  # it must go, or be undone, with what is around it
        with writing():
            _write([_Part(execution, events, changes)])
        return
    part = _Part(execution, events, changes)
    with _lock:
        _waiting.append(part)
    with _writing:
        if not part.is_done:
            _write_what_waits()
    if part.error is not None:
        raise part.error


def _write_what_waits() -> None:
    with _lock:
        parts = _waiting.copy()
        _waiting.clear()
    try:
        with writing():
            _write(parts)
    except Exception as error:  # noqa: BLE001 - each of those that wait is told
        if len(parts) == 1:
            parts[0].error = error
        else:
            for part in parts:
                _write_alone(part)
    finally:
        for part in parts:
            part.is_done = True


def _write_alone(part: _Part) -> None:
    try:
        with writing():
            _write([part])
    except Exception as error:  # noqa: BLE001 - its own poll is told
        part.error = error


def _write(parts: list[_Part]) -> None:
    # Rows in one order, whoever writes: two processes then wait for each other, and never both.
    parts = sorted(parts, key=lambda part: part.execution.pk)
    with transaction.atomic():
        upsert(event for part in parts for event in part.events)
        for part in parts:
            # Another poll may have come further meanwhile: never go back.
            rows = Execution.objects.filter(pk=part.execution.pk, last_event_id__lt=part.changes["last_event_id"])
            rows.update(**part.changes)
        ended = (part.execution for part in parts if part.changes.get("stopped_at"))
        UncountedRun.objects.bulk_create(
            (UncountedRun(execution=execution, due_at=timezone.now() + GRACE) for execution in ended),
            ignore_conflicts=True,
        )
        rows_now = Execution.objects.in_bulk({part.execution.pk for part in parts})
    for part in parts:
        _become(part.execution, rows_now.get(part.execution.pk))


def _become(execution: Execution, row: Execution | None) -> None:
    """As ``refresh_from_db``, which forgets the environment: it is asked for after every look."""
    if row is None:
        raise Execution.DoesNotExist(f"{execution} was deleted meanwhile")
    for column in Execution._meta.concrete_fields:  # noqa: SLF001 - Django documents `_meta`
        setattr(execution, column.attname, getattr(row, column.attname))


def upsert(events: Iterable[HistoryEvent]) -> None:
    """Each event once, whoever brought it first."""
    unique = {(event.execution_id, event.event_id): event for event in events}
    HistoryEvent.objects.bulk_create(
        [unique[key] for key in sorted(unique)],
        update_conflicts=True,
        unique_fields=["execution", "event_id"],
        update_fields=["previous_event_id", "type", "timestamp", "details"],
        batch_size=500,
    )
