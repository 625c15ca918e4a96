"""What a state was given in a past run and what came of it: samples for previews, from a history.

Events are GetExecutionHistory's, real or simulated. A history without data (a log that leaves it out) gives visits
without it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from asl.json_types import JSON

_TASKS = ("Task", "LambdaFunction", "Activity")
_ENDS = ("ParallelStateSucceeded", "MapStateSucceeded", "MapRunSucceeded")


@dataclass(slots=True)
class Visit:
    """One time that a state was entered. Texts are JSON; None where the history doesn't say."""

    name: str
    input: str | None
    variables: Mapping[str, JSON]  # as they were on entry
    parent: "Visit | None"  # the Parallel or Map that it is in
    index: int  # which branch or iteration of it
    output: str | None = None
    result: str | None = None  # of a Task, raw; of a Parallel or Map, what its branches or iterations gave
    error: JSON = None  # {"Error": ..., "Cause": ...} of the last attempt that failed
    children: dict[int, str | None] = field(default_factory=dict)  # by branch or iteration, the output so far

    def as_sample(self) -> dict[str, JSON]:
        """``index`` is the branch or iteration that it is in; None outside of Parallel and Map states."""
        return {
            "input": self.input,
            "result": self.result,
            "output": self.output,
            "error": self.error,
            "variables": dict(self.variables),
            "index": None if self.parent is None else self.index,
        }


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a branch stands after an event."""

    visit: Visit | None  # the state that it is in
    parent: Visit | None
    index: int
    variables: Mapping[str, JSON]


_OUTSIDE = _Place(None, None, 0, {})


def visits_of(history: Iterable[Mapping[str, JSON]], name: str, *, most: int = 50) -> list[Visit]:
    """The first visits of the state of this name, in the order in which it was entered."""
    places: dict[int, _Place] = {}
    begun: dict[int, int] = {}  # by the event that started a Parallel, branches so far
    found: list[Visit] = []
    for event in history:
        previous = event.get("previousEventId", 0)
        before = places.get(previous, _OUTSIDE)
        kind, details = event["type"], _details(event)
        if kind.endswith("StateEntered"):
            index = begun[previous] = begun.get(previous, -1) + 1
            after = _entered(before, details, index)
            assert after.visit is not None
            if after.visit.name == name and len(found) < most:
                found.append(after.visit)
        elif kind.endswith("StateExited"):
            after = _exited(before, details)
        else:
            after = _passed(before, kind, details)
        places[event["id"]] = after
    return found


def _entered(before: _Place, details: Mapping[str, JSON], index: int) -> _Place:
    container = before.visit
    if container is None:
        parent, place = before.parent, before.index
    else:  # the first state of a branch or iteration: an iteration's number was told by the event before
        parent, place = container, before.index if before.index >= 0 else index
    visit = Visit(details.get("name", ""), details.get("input"), before.variables, parent, place)
    return _Place(visit, parent, place, before.variables)


def _exited(before: _Place, details: Mapping[str, JSON]) -> _Place:
    visit = before.visit or before.parent
    while visit is not None and visit.name != details.get("name"):
        visit = visit.parent
    if visit is None:
        return before
    visit.output = details.get("output")
    if visit.parent is not None:
        visit.parent.children[visit.index] = visit.output
    assigned = details.get("assignedVariables") or {}
    variables = {**visit.variables, **{name: _value(text) for name, text in assigned.items()}}
    return _Place(None, visit.parent, visit.index, variables)


def _passed(before: _Place, kind: str, details: Mapping[str, JSON]) -> _Place:
    visit = before.visit
    if kind == "MapIterationStarted":
        return _Place(visit, before.parent, details.get("index", 0), before.variables)
    if kind in ("ParallelStateStarted", "MapStateStarted"):
        return _Place(visit, before.parent, -1, before.variables)
    if kind in _ENDS:
        container = before.parent if visit is None else visit
        if container is None:
            return before
        _gather(container)
        return _Place(container, container.parent, container.index, container.variables)
    if visit is not None and kind.startswith(_TASKS):
        if kind.endswith("Succeeded"):
            visit.result = details.get("output")
        elif "error" in details or "cause" in details:
            visit.error = {"Error": details.get("error") or "", "Cause": details.get("cause") or ""}
    return before


def _gather(container: Visit) -> None:
    texts = [container.children[index] for index in sorted(container.children)]
    if all(text is not None for text in texts):
        container.result = f"[{','.join(str(text) for text in texts)}]"


def _details(event: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Of the one member that says more than what every event has."""
    return next((value for key, value in event.items() if key.endswith("EventDetails") and isinstance(value, dict)), {})


def _value(text: JSON) -> JSON:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return text
