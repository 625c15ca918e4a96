"""Each time that a state was entered, with how long it took and whether it failed, from mirrored histories.

Of an event's details only the state's name is read: a run's payloads may be megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from executions.durations import percentile
from executions.models import Execution, HistoryEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

MOST_EVENTS = 100_000  # of all runs together; older runs than that are left out
_NAMES = (
    "details__stateEnteredEventDetails__name",
    "details__stateExitedEventDetails__name",
    "details__evaluationFailedEventDetails__state",
)


@dataclass(slots=True)
class StateVisit:
    name: str
    event_id: int
    entered: datetime
    left: datetime | None = None
    left_id: int | None = None  # of the event that left it
    failed: bool = False  # the last thing heard of it was an error; caught or not

    @property
    def seconds(self) -> float | None:
        return None if self.left is None else (self.left - self.entered).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFigures:
    """Of a state over several runs. ``reached`` and ``failed`` are shares, 0 to 100; times are seconds."""

    name: str
    visits: int
    reached: float
    failed: float
    median: float | None
    p95: float | None

    @property
    def tone(self) -> str:
        return "fail" if self.failed >= 50 else "retry" if self.failed else "ok"


def visits_of(execution: Execution) -> list[StateVisit]:
    """In the order in which they were entered."""
    rows = HistoryEvent.objects.filter(execution=execution).order_by("event_id")
    open_at: dict[int, tuple[StateVisit, ...]] = {}  # by event: the states around it, outermost first
    found: list[StateVisit] = []
    fields = ("event_id", "previous_event_id", "type", "timestamp", *_NAMES)
    inside: dict[str, tuple[StateVisit, ...]] = {}  # by state: as it was entered last
    for event_id, previous, kind, at, entered, left, unread in rows.values_list(*fields).iterator(2000):
        around = open_at.get(previous, ())
        if entered is not None:
            found.append(StateVisit(entered, event_id, at))
            around = inside[entered] = (*around, found[-1])
        elif left is not None:
            around = _leave(around, left, event_id, at)
        elif unread in inside:  # at its state's entry, the event follows the one before that
            around = inside[unread]
            around[-1].failed = True
        elif around and kind.endswith(("Failed", "TimedOut")):
            around[-1].failed = True
        elif around and kind.endswith("Succeeded"):
            around[-1].failed = False
        open_at[event_id] = around
    return found


def _leave(around: tuple[StateVisit, ...], name: str, event_id: int, at: datetime) -> tuple[StateVisit, ...]:
    """What a Catch leaves behind inside is left with it."""
    for place in range(len(around) - 1, -1, -1):
        if around[place].name == name:
            around[place].left, around[place].left_id = at, event_id
            return around[:place]
    return around


def figures(executions: Iterable[Execution]) -> tuple[list[StateFigures], int]:
    """By state, the most visited first, and of how many runs: the newest, as far as `MOST_EVENTS` go."""
    by_name: dict[str, list[StateVisit]] = {}
    reached: dict[str, set[int]] = {}
    runs = 0
    for execution in _within(executions):
        runs += 1
        for visit in visits_of(execution):
            by_name.setdefault(visit.name, []).append(visit)
            reached.setdefault(visit.name, set()).add(execution.pk)
    found = [_figures(name, visits, 100 * len(reached[name]) / runs) for name, visits in by_name.items()]
    return sorted(found, key=lambda one: (-one.visits, one.name)), runs


def _within(executions: Iterable[Execution]) -> Iterator[Execution]:
    left = MOST_EVENTS
    for execution in executions:
        left -= execution.last_event_id
        if left < 0:
            return
        yield execution


def _figures(name: str, visits: list[StateVisit], reached: float) -> StateFigures:
    seconds = sorted(visit.seconds for visit in visits if visit.seconds is not None)
    return StateFigures(
        name=name,
        visits=len(visits),
        reached=reached,
        failed=100 * sum(visit.failed for visit in visits) / len(visits),
        median=percentile(seconds, 0.5),
        p95=percentile(seconds, 0.95),
    )
