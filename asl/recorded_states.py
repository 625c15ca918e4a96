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
_FAILED = {"ParallelStateFailed": "Parallel", "MapStateFailed": "Map", "MapRunFailed": "Map"}


@dataclass(slots=True)
class Visit:
    """One time that a state was entered. Texts are JSON; None where the history doesn't say."""

    name: str
    type: str
    event_id: int  # of the event that entered it
    input: str | None
    variables: Mapping[str, JSON]  # as they were on entry
    parent: "Visit | None"  # the Parallel or Map that it is in
    index: int  # which branch or iteration of it
    left_id: int | None = None  # of the event that left it
    output: str | None = None
    request: str | None = None  # what the last attempt of a Task was sent
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
    return [visit for visit in all_visits(history) if visit.name == name][:most]


def all_visits(history: Iterable[Mapping[str, JSON]]) -> list[Visit]:
    """Each time that any state was entered, in order."""
    places: dict[int, _Place] = {}
    begun: dict[int, int] = {}  # by the event that started a Parallel, branches so far
    found: list[Visit] = []
    for event in history:
        previous = event.get("previousEventId", 0)
        before = places.get(previous, _OUTSIDE)
        kind, details = event["type"], _details(event)
        if kind.endswith("StateEntered"):
            index = begun[previous] = begun.get(previous, -1) + 1
            after = _entered(before, event, details, index)
            assert after.visit is not None
            found.append(after.visit)
        elif kind.endswith("StateExited"):
            after = _exited(before, event, details)
        elif kind == "EvaluationFailed":
            after = _evaluation_failed(before, found, details)
        else:
            after = _passed(before, kind, details)
        places[event["id"]] = after
    return found


def _entered(before: _Place, event: Mapping[str, JSON], details: Mapping[str, JSON], index: int) -> _Place:
    container = before.visit
    if container is None:
        parent, place = before.parent, before.index
    else:  # the first state of a branch or iteration: an iteration's number was told by the event before
        parent, place = container, before.index if before.index >= 0 else index
    kind = event["type"].removesuffix("StateEntered")
    visit = Visit(details.get("name", ""), kind, event["id"], details.get("input"), before.variables, parent, place)
    return _Place(visit, parent, place, before.variables)


def _exited(before: _Place, event: Mapping[str, JSON], details: Mapping[str, JSON]) -> _Place:
    visit = before.visit or before.parent
    while visit is not None and visit.name != details.get("name"):
        visit = visit.parent
    if visit is None:
        return before
    visit.output, visit.left_id = details.get("output"), event["id"]
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
    if kind in _FAILED:
        return _container_failed(before, _FAILED[kind], details)
    if visit is not None and kind.startswith(_TASKS):
        if kind.endswith("Scheduled"):
            visit.request = details.get("parameters", details.get("input"))
        elif kind.endswith("Succeeded"):
            visit.result = details.get("output")
        elif "error" in details or "cause" in details:
            visit.error = _error(details)
    return before


def _evaluation_failed(before: _Place, visits: list[Visit], details: Mapping[str, JSON]) -> _Place:
    """It names its state: where that failed at its entry, the event follows the one before that."""
    visit = next((one for one in reversed(visits) if one.name == details.get("state") and one.left_id is None), None)
    if visit is None:
        return before
    visit.error = _error(details)
    return _Place(visit, visit.parent, visit.index, visit.variables)


def _container_failed(before: _Place, wanted: str, details: Mapping[str, JSON]) -> _Place:
    """A Parallel or Map has the error of what failed in it, unless the event names its own."""
    container = before.visit or before.parent
    error = None if container is None else container.error
    while container is not None and container.type != wanted:
        container = container.parent
    if container is None:
        return before
    container.error = _error(details) if "error" in details else error
    return _Place(container, container.parent, container.index, container.variables)


def _error(details: Mapping[str, JSON]) -> JSON:
    return {"Error": details.get("error") or "", "Cause": details.get("cause") or ""}


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
