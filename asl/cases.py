"""A test case of a state machine: an input, mocks, and what is expected of the run; and what many runs covered.

As JSON, one or many in a file next to the definition::

    {"name": "a busy model is asked again", "input": {...}, "mocks": {...},
     "expected": {"status": "SUCCEEDED", "output": {...}, "path": ["Propose", "Propose", "Ask"], "error": ...}}

Of ``expected`` only what is given is compared; without a status, SUCCEEDED is. Mocks are `asl.simulation`'s.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from asl import json_text
from asl.definition import StateMachine
from asl.findings import at
from asl.json_types import JSON
from asl.simulation import Mocks, Simulation, simulate
from asl.walk import states

_FIELDS: Final = frozenset({"name", "input", "mocks", "expected"})
_EXPECTED: Final = frozenset({"status", "output", "error", "path"})
_STATUSES: Final = ("SUCCEEDED", "FAILED", "TIMED_OUT")
_TARGETS: Final = ("Next", "Default")


class CaseError(ValueError):
    """What should be a test case isn't; the message says why."""


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    input: JSON
    mocks: Mapping[str, JSON]
    expected: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case went: it passed when nothing is ``wrong``."""

    case: Case
    run: Simulation
    wrong: Sequence[str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often each state was entered and each transition taken, by JSON Pointer: what was never is there with 0.

    A transition is ``<pointer of the state>><pointer of the next one>``; rules that lead to the same state are one.
    """

    states: Mapping[str, int] = field(default_factory=dict)
    transitions: Mapping[str, int] = field(default_factory=dict)


def read_cases(document: JSON) -> list[Case]:
    """Of a file's content: a case, an array of them, or ``{"tests": [...]}``. Raises `CaseError`, `MockError`."""
    if isinstance(document, dict) and "tests" in document:
        document = document["tests"]
    return [read_case(one) for one in (document if isinstance(document, list) else [document])]


def read_case(document: JSON) -> Case:
    """Raises `CaseError`, `MockError`."""
    if not isinstance(document, dict):
        raise CaseError("A test case is an object with name, input, mocks and expected.")
    name = document.get("name")
    if not isinstance(name, str) or not name.strip():
        raise CaseError("A test case has a name.")
    unknown = sorted(document.keys() - _FIELDS)
    if unknown:
        raise CaseError(f"{name}: a test case has no {', '.join(unknown)}.")
    expected, mocks = document.get("expected", {}), document.get("mocks", {})
    if not isinstance(expected, dict) or expected.keys() - _EXPECTED:
        raise CaseError(f"{name}: expected holds status, output, error and path, and nothing else.")
    if expected.get("status", _STATUSES[0]) not in _STATUSES:
        raise CaseError(f"{name}: the expected status is one of {', '.join(_STATUSES)}.")
    path = expected.get("path", [])
    if not isinstance(path, list) or not all(isinstance(state, str) for state in path):
        raise CaseError(f"{name}: the expected path is an array of states' names.")
    Mocks(mocks)
    return Case(name.strip(), document.get("input", {}), mocks, expected)


def run_case(machine: StateMachine, case: Case) -> Outcome:
    """Raises DefinitionError for a machine that can't run."""
    run = simulate(machine, input=json_text.dumps(case.input), mocks=case.mocks)
    return Outcome(case, run, list(_wrong(case, run)))


def _wrong(case: Case, run: Simulation) -> Iterator[str]:
    if run.problem is not None:
        yield run.problem
        return
    expected = case.expected
    status = expected.get("status", _STATUSES[0])
    if run.status != status:
        why = "" if run.error is None else f": {run.error}{': ' + run.cause if run.cause else ''}"
        yield f"Expected {status}, but the run {run.status}{why}"
    if "error" in expected and run.error != expected["error"]:
        yield f"Expected the error {expected['error']}, but it is {run.error or 'none'}"
    if "path" in expected and run.path != expected["path"]:
        yield _off_the_path(expected["path"], run.path)
    if "output" in expected and run.output is not None:
        output = json_text.loads(run.output)
        if not _is_same(output, expected["output"]):
            yield f"Expected the output {json_text.dumps(expected['output'])}, but it is {run.output}"


def _is_same(one: JSON, other: JSON) -> bool:
    """Equal as JSON: the order of members means nothing, and true isn't 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _off_the_path(expected: Sequence[str], path: Sequence[str]) -> str:
    step = next((number for number, pair in enumerate(zip(expected, path, strict=False)) if pair[0] != pair[1]), None)
    if step is None:
        step = min(len(expected), len(path))
    wanted, went = (names[step] if step < len(names) else "the end" for names in (expected, path))
    return f"Step {step + 1} of the path should be {wanted}, but is {went}"


def coverage(document: JSON, runs: Iterable[Simulation]) -> Coverage:
    """What ``runs`` of the parsed definition covered."""
    entered, taken = Counter[str](), Counter[tuple[str, str]]()
    for run in runs:
        exits: dict[int, str] = {}
        for event in run.history:
            if "stateExitedEventDetails" in event:
                exits[event["id"]] = event["stateExitedEventDetails"]["name"]
            elif "stateEnteredEventDetails" in event:
                name = event["stateEnteredEventDetails"]["name"]
                entered[name] += 1
                if event["previousEventId"] in exits:
                    taken[exits[event["previousEventId"]], name] += 1
    return Coverage(
        states={place.path: entered[place.name] for place in states(document)},
        transitions={
            f"{place.path}>{at(at(place.scope, 'States'), target)}": taken[place.name, target]
            for place in states(document)
            for target in _targets(place.state)
        },
    )


def _targets(state: JSON) -> Iterator[str]:
    for holder in (state, *state.get("Choices", ()), *state.get("Catch", ())):
        yield from (holder[field] for field in _TARGETS if field in holder)
