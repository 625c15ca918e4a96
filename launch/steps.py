"""A run in plain words: which step it is at, how long each took, and where it failed. Pure: events in, steps out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from launch.catalogue import Step

ENTERED = "StateEntered"


class Event(Protocol):
    """A mirrored history event."""

    type: str
    timestamp: datetime
    details: dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One line of the list. ``kind`` is one of idle, run, wait, ok, fail, stop, time: the theme's states."""

    kind: str
    title: str
    detail: str
    seconds: float | None
    since: datetime | None
    states: tuple[str, ...]
    models: bool = False

    def told(self, title: str, detail: str) -> StepView:
        """The same step in other words."""
        return replace(self, title=title, detail=detail)


def progress(
    steps: Sequence[Step],
    events: Iterable[Event],
    *,
    status: str,
    waiting_state: str = "",
    stopped_at: datetime | None = None,
    problem: str = "",
) -> list[StepView]:
    """The steps of a run whose execution has ``status``; ``waiting_state`` is the state that asks a person."""
    stays, current, since = _stays(steps, events)
    if current is not None and since is not None and stopped_at is not None:
        stays[current].append((stopped_at - since).total_seconds())
    asking = next((index for index, step in enumerate(steps) if waiting_state in step.states), None)
    ahead = asking is not None and status == "RUNNING" and asking != current
    if ahead:  # the question came faster than the mirror: what lies before it is done
        current, since = asking, None
    views = []
    for index, step in enumerate(steps):
        kind = _kind(index, current, ahead or bool(stays[index]), status, waiting=waiting_state in step.states)
        views.append(
            StepView(
                kind=kind,
                title=step.done if kind == "ok" else step.title,
                detail=problem if kind in {"fail", "stop", "time"} and problem else step.detail,
                seconds=sum(stays[index]) if kind not in {"idle", "run", "wait"} and stays[index] else None,
                since=since if kind in {"run", "wait"} else None,
                states=step.states,
                models=step.models,
            )
        )
    return views


def _stays(steps: Sequence[Step], events: Iterable[Event]) -> tuple[list[list[float]], int | None, datetime | None]:
    """Seconds of each stay in each step, the step that the run is in, and since when."""
    step_of = {name: index for index, step in enumerate(steps) for name in step.states}
    stays: list[list[float]] = [[] for _ in steps]
    current, since = None, None
    for event in events:
        if not event.type.endswith(ENTERED):
            continue
        index = step_of.get(str(event.details.get("stateEnteredEventDetails", {}).get("name", "")))
        if index is None or index == current:
            continue
        if current is not None and since is not None:
            stays[current].append((event.timestamp - since).total_seconds())
        current, since = index, event.timestamp
    return stays, current, since


def _kind(index: int, current: int | None, been: bool, status: str, *, waiting: bool) -> str:
    if status == "SUCCEEDED":
        return "ok" if been or index == current else "idle"
    if current is None:
        return "run" if status == "RUNNING" and index == 0 else "idle"
    if index < current:
        return "ok" if been else "idle"
    if index > current:
        return "idle"
    if status == "RUNNING":
        return "wait" if waiting else "run"
    return {"ABORTED": "stop", "TIMED_OUT": "time"}.get(status, "fail")
