"""Reading the fields of a state on sample data, one by one: a value, an error with its place, or that it can't be told.

Which fields there are and what each of them reads is `asl.preview`'s. Here: the sample and what expressions see of it,
and what becomes of a field that `asl.validate` finds wrong, that fails, or that needs a value nobody has.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from asl.definition import Output
from asl.errors import StatesError
from asl.failure import as_failure
from asl.findings import MISSING_TARGET, at
from asl.json_types import JSON
from asl.timestamps import format_timestamp
from asl.validate import diagnose
from asl.walk import inner_scopes

UNKNOWN: Final = object()  # a value that depends on something the sample hasn't, or that failed
NAME: Final = "State"
# Members that have a step, or a place on the canvas, of their own: the condition beside them can be read all the same.
BESIDES: Final = frozenset({"Assign", "Output", "Next"})
LATE: Final = "The preview took too long; this wasn't read any more."
_ACCOUNT: Final = "us-east-1:000000000000"

Evaluate: TypeAlias = Callable[[JSON], JSON]  # a field's value as written -> what it becomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    input: JSON = field(default_factory=dict)  # the state's raw input
    result: JSON = UNKNOWN  # what its work gave: a Task's result, or the array of a Parallel or Map
    items: JSON = UNKNOWN  # the array that an ItemReader would read
    error: JSON = field(default_factory=lambda: {"Error": "States.TaskFailed", "Cause": "What went wrong"})
    variables: Mapping[str, JSON] = field(default_factory=dict)
    context: Mapping[str, JSON] = field(default_factory=dict)  # members in place of the Context Object's made-up ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One field. ``value`` is `UNKNOWN` where it failed, or (without a ``cause``) where the sample lacks something."""

    path: str  # JSON Pointer from the state: "/Parameters", "/Choices/0/And/1"
    value: JSON = UNKNOWN
    error: str | None = None  # Error Name; None for what the validator says
    cause: str | None = None
    at: str | None = None  # JSON Pointer from the state of the part that failed


class SampleScope:
    """What expressions see besides their input. The same sample gives the same identifiers and random numbers."""

    def __init__(self, sample: Sample, name: str, state: Mapping[str, JSON], now: float) -> None:
        self.item: JSON = None  # the Map item that a selector is about
        self.field = ""
        self._sample, self._name, self._state, self._now = sample, name, state, now
        self._count = 0

    def now(self) -> float:
        return self._now

    def variable(self, name: str) -> JSON:
        return self._sample.variables[name]

    def random_bits(self) -> int:
        self._count += 1
        return int.from_bytes(hashlib.sha256(f"{self.field}#{self._count}".encode()).digest(), "big")

    def begin(self, path: str) -> None:
        self.field, self._count = path, 0

    def context(self) -> JSON:
        now = format_timestamp(self._now)
        context: dict[str, JSON] = {
            "Execution": {
                "Id": f"arn:aws:states:{_ACCOUNT}:execution:preview:preview",
                "Input": self._sample.input,
                "Name": "preview",
                "RoleArn": "arn:aws:iam::000000000000:role/preview",
                "StartTime": now,
                "RedriveCount": 0,
            },
            "State": {"Name": self._name, "EnteredTime": now, "RetryCount": 0},
            "StateMachine": {"Id": f"arn:aws:states:{_ACCOUNT}:stateMachine:preview", "Name": "preview"},
        }
        if str(self._state.get("Resource", "")).endswith(".waitForTaskToken"):
            context["Task"] = {"Token": "the-task-token"}
        context |= self._sample.context
        return context if self.item is None else context | {"Map": {"Item": self.item}}


class Tracer:
    """Reads fields one after the other and writes down what came of each."""

    def __init__(
        self, state: Mapping[str, JSON], scope: SampleScope, *, language: str, is_late: Callable[[], bool]
    ) -> None:
        self.scope = scope
        self.steps: list[Step] = []
        self._is_late = is_late
        self._faults = _faults(state, language)

    def read(self, path: str, written: JSON, evaluate: Evaluate, *needs: JSON, template: bool = False) -> JSON:
        """The field's value, or `UNKNOWN`. ``template``: parts of what is written can be read by themselves."""
        step = self._fault(path) or (Step(path=path) if any(need is UNKNOWN for need in needs) else None)
        if step is None:
            step = self._evaluated(path, written, evaluate, template=template)
        self.steps.append(step)
        return step.value

    def _fault(self, path: str) -> Step | None:
        for place, message in self._faults:
            inside = place.removeprefix(f"{path}/")
            if place == path or (inside != place and inside.split("/")[0] not in BESIDES):
                return Step(path=path, cause=message, at=place)
        return None

    def _evaluated(self, path: str, written: JSON, evaluate: Evaluate, *, template: bool) -> Step:
        if self._is_late():
            return Step(path=path, cause=LATE)
        self.scope.begin(path)
        try:
            return Step(path=path, value=evaluate(written))
        except (StatesError, RecursionError) as reason:
            error = as_failure(reason)
            place = _culprit(path, written, evaluate) if template else path
            return Step(path=path, error=error.error, cause=error.cause, at=place)

    def output(self, path: str, written: JSON, make: Callable[[JSON], Output | None], *values: JSON) -> JSON:
        """A field that is made of two values: of the raw input, and of a result or an error."""
        raw, result = values

        def evaluate(value: JSON) -> JSON:
            query = make(value)
            return result if query is None else query(raw, result, self.scope)

        return self.read(path, written, evaluate, *values, template=True)


def _faults(state: Mapping[str, JSON], language: str) -> list[tuple[str, str]]:
    """What the validator says of the state alone: its branches aside, and where it leads."""
    hollow = dict(state)
    for scope, path in inner_scopes(state, ""):
        first, *rest = path.strip("/").split("/")
        branch = {"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}
        if rest:
            hollow[first] = [branch]
        else:
            config = scope.get("ProcessorConfig") if isinstance(scope, dict) else None
            hollow[first] = branch if config is None else {"ProcessorConfig": config, **branch}
    machine = {"QueryLanguage": language, "StartAt": NAME, "States": {NAME: hollow}}
    here = f"/States/{NAME}"
    found = diagnose(json.dumps(machine), placeholders=False)
    return [
        (one.path.removeprefix(here), one.message)
        for one in found
        if one.severity == "ERROR" and one.code != MISSING_TARGET and one.path.startswith(f"{here}/")
    ]


def _culprit(path: str, written: JSON, evaluate: Evaluate) -> str:
    """The innermost part that fails when it is read by itself."""
    parts: list[tuple[str, JSON, JSON]] = []
    if isinstance(written, dict):
        parts = [(at(path, key), {key: value}, value) for key, value in written.items()]
    elif isinstance(written, list):
        parts = [(at(path, index), [value], value) for index, value in enumerate(written)]
    for place, alone, value in parts:
        if _fails(evaluate, alone):
            return _culprit(place, value, evaluate)
    return path


def _fails(evaluate: Evaluate, written: JSON) -> bool:
    try:
        evaluate(written)
    except (StatesError, RecursionError):
        return True
    return False
