"""A run in plain words, for people who don't read definitions: how far it is, what it did when, whom it waits for.

Nothing of it is anybody's secret: no ARNs, accounts or addresses; what the run was given and gave, what went wrong and
who is asked by name are told where whoever shares it allows that. Of a history only times and states' names are read.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from designer.plain_words import hidden, story, without_resources
from executions import selectors
from executions.state_visits import visits_of

if TYPE_CHECKING:
    from datetime import datetime

    from designer.plain_words import Step, Story
    from executions.models import Execution
    from executions.state_visits import StateVisit

LONGEST_DATA: Final = 20_000  # characters of what is shown of an input or output
_ENDINGS: Final = {
    "SUCCEEDED": ("ok", "It is done."),
    "FAILED": ("fail", "It failed."),
    "TIMED_OUT": ("time", "It took too long and was ended."),
    "ABORTED": ("stop", "It was stopped."),
}
_DONE: Final = {
    "idle": "not yet",
    "run": "at it",
    "wait": "waits for an answer",
    "retry": "goes on after an error",
    "ok": "done",
    "fail": "failed",
    "stop": "stopped",
    "time": "took too long",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What whoever shares a run lets others see besides."""

    data: bool = False  # what it was given and gave, and what went wrong
    people: bool = False  # who is asked, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How a step fared. ``tone`` is one of the theme's states."""

    tone: str = "idle"
    words: str = _DONE["idle"]
    times: int = 0
    seconds: float | None = None  # of the last time that it was left
    since: datetime | None = None  # it is there now
    whom: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A step of the story with its place; ``parts`` are what happens inside it."""

    step: Step
    place: Place
    parts: list[tuple[str, list[Line]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStory:
    tone: str
    words: str
    about: str
    lines: list[Line]
    data: list[tuple[str, str]]  # titles and texts
    nodes: dict[str, dict[str, Any]]  # by state: `frontend/src/graph`'s NodeDecoration
    is_over: bool


def tell(execution: Execution, allowed: Allowed) -> RunStory:
    told = story(_definition(execution))
    places = _places(execution, told, allowed)
    tone, words = _headline(execution, places)
    return RunStory(
        tone=tone,
        words=words,
        about=told.about,
        lines=[_line(step, places) for step in told.steps],
        data=_data(execution) if allowed.data else [],
        nodes={name: _mark(place) for name, place in places.items()},
        is_over=execution.status in _ENDINGS,
    )


def definition_text(execution: Execution) -> str:
    return execution.revision.definition if execution.revision else execution.definition


def _definition(execution: Execution) -> Any:
    try:
        return json.loads(definition_text(execution))
    except (ValueError, RecursionError):
        return {}


def _places(execution: Execution, told: Story, allowed: Allowed) -> dict[str, Place]:
    """By the name that is shown, of the states that were entered."""
    steps = {step.name: step for step in _every(told.steps)}
    by_name: dict[str, list[StateVisit]] = {}
    for visit in visits_of(execution):
        by_name.setdefault(hidden(visit.name), []).append(visit)
    asked = _asked(execution, allowed)
    return {name: _place(execution, visits, steps.get(name), asked.get(name)) for name, visits in by_name.items()}


def _asked(execution: Execution, allowed: Allowed) -> dict[str, str]:
    """Whom each state that asks waits for: a role, and a name where names are allowed."""
    found = {}
    for review in selectors.reviews(execution):
        if review["status"] == "open":
            person = str(review.get("person") or "") if allowed.people else ""
            found[hidden(str(review["state_name"]))] = person or hidden(str(review.get("group") or "")) or "a reviewer"
    return found


def _place(execution: Execution, visits: list[StateVisit], step: Step | None, whom: str | None) -> Place:
    open_ones = [visit for visit in visits if visit.left is None]
    last = visits[-1]
    tone = _tone(execution, open_ones, last, step, is_asked=whom is not None)
    is_there = bool(open_ones) and execution.status not in _ENDINGS
    words = f"waits for {whom}" if tone == "wait" and whom else _DONE[tone]
    return Place(
        tone=tone,
        words=words,
        times=len(visits),
        seconds=None if is_there else last.seconds,
        since=open_ones[-1].entered if is_there else None,
        whom=whom or "" if tone == "wait" else "",
    )


def _tone(
    execution: Execution, open_ones: list[StateVisit], last: StateVisit, step: Step | None, *, is_asked: bool
) -> str:
    if not open_ones:
        return "retry" if last.failed else "ok"
    if execution.status == "FAILED":
        failed = open_ones[-1].failed or (step is not None and step.kind == "Fail")
        return "fail" if failed else "stop"
    if execution.status in _ENDINGS:  # a success leaves every state
        return _ENDINGS[execution.status][0]
    if is_asked or (step is not None and step.asks):
        return "wait"
    return "retry" if open_ones[-1].failed else "run"


def _headline(execution: Execution, places: dict[str, Place]) -> tuple[str, str]:
    if execution.status in _ENDINGS:
        tone, words = _ENDINGS[execution.status]
        at = [name for name, place in places.items() if place.tone in ("fail", "time")]
        return tone, f"{words} The step was {at[-1]}." if at else words
    waiting = [(name, place) for name, place in places.items() if place.tone == "wait"]
    if waiting:
        name, place = waiting[-1]
        return "wait", f"It waits for {place.whom or 'an answer'}, at {name}."
    at = [name for name, place in places.items() if place.since is not None]
    return "run", f"It is at {at[-1]}." if at else "It has begun."


def _every(steps: list[Step]) -> list[Step]:
    return [one for step in steps for one in (step, *(each for _, inner in step.parts for each in _every(inner)))]


def _line(step: Step, places: dict[str, Place]) -> Line:
    parts = [(title, [_line(each, places) for each in inner]) for title, inner in step.parts]
    return Line(step=step, place=places.get(step.name, Place()), parts=parts)


def _mark(place: Place) -> dict[str, Any]:
    mark: dict[str, Any] = {"tone": place.tone, "spoken": place.words, "quiet": place.tone == "retry"}
    if place.tone in ("wait", "fail", "stop", "time"):
        mark["line"] = f"{place.words[0].upper()}{place.words[1:]}"
    if place.times > 1:
        mark["aside"] = f"×{place.times}"
    return mark


def _data(execution: Execution) -> list[tuple[str, str]]:
    """What was given, what came of it and what went wrong; the resources' addresses stay out of it."""
    error = ": ".join(part for part in (execution.error, execution.cause) if part)
    found = [("What it was given", execution.input), ("What came of it", execution.output), ("What went wrong", error)]
    return [(title, _readable(text)) for title, text in found if text]


def _readable(text: str) -> str:
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    text = without_resources(text)
    return text if len(text) <= LONGEST_DATA else f"{text[:LONGEST_DATA]}… (the beginning of {len(text):,} characters)"
