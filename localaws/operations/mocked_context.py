"""TestState's ``context``: a Context Object of the caller's, in place of the one that an execution would have."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from asl import json_text
from asl.json_types import JSON
from asl.tested_state import TestedState
from localaws.wire import ServiceError

Kind: TypeAlias = str  # what a field must be, in words; "" for anything

FIELDS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "Execution": {
        "Id": "a string",
        "Input": "",
        "Name": "a string",
        "RoleArn": "a string",
        "StartTime": "a string",
        "RedriveCount": "a number",
        "RedriveTime": "a string",
    },
    "State": {"EnteredTime": "a string", "Name": "a string", "RetryCount": "a number"},
    "StateMachine": {"Id": "a string", "Name": "a string"},
    "Task": {"Token": "a string"},
}
_IS: Final[Mapping[Kind, Callable[[JSON], bool]]] = {
    "": lambda _value: True,
    "a string": lambda value: isinstance(value, str),
    "a number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}


def mocked_context(text: str, tested: TestedState) -> dict[str, JSON]:
    """Raises ValidationException for what no Context Object holds."""
    try:
        context = json_text.loads(text)
    except ValueError:
        raise _invalid("Context object must be valid JSON") from None
    if not isinstance(context, dict):
        raise _invalid("Context object must be a JSON object")
    if "Map" in context:
        raise _invalid("'Map' field is not supported when mocking a Context object")
    for name, part in context.items():
        _check_part(name, part)
    if "Task" in context and not _has_token(tested):
        raise _invalid(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' "
            "service integration pattern"
        )
    return context


def _check_part(name: str, part: JSON) -> None:
    if name not in FIELDS:
        raise _invalid(f"Field '{name}' is not allowed")
    if not isinstance(part, dict):
        raise _invalid(f"Field '{name}' must be an object")
    for field, value in part.items():
        if field not in FIELDS[name]:
            raise _invalid(f"Field '{field}' is not allowed")
        kind = FIELDS[name][field]
        if not _IS[kind](value):
            raise _invalid(f"Field '{field}' must be {kind}")


def _has_token(tested: TestedState) -> bool:
    resource = str(tested.definition.get("Resource", ""))
    return tested.type == "Task" and resource.endswith((".waitForTaskToken", ".sync", ".sync:2"))


def _invalid(reason: str) -> ServiceError:
    return ServiceError("ValidationException", f"Invalid Context object provided: {reason}")
