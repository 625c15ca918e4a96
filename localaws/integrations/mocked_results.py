"""Does a mocked result look like what the service would answer? Judged by the operation's own shapes, in AWS's words.

What the integration itself reshapes is left alone: a function's Payload, a model's Body, a nested execution's Output.
Members that the model doesn't know pass: the SDK's metadata, and what services add over time.
"""

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

from asl.json_types import JSON
from asl.resource import REQUEST_RESPONSE, WAIT_FOR_TASK_TOKEN, Resource
from asl.service_names import sdk_parameter
from localaws.integrations import emr
from localaws.integrations.catalogue import WITHOUT_OPERATION, optimized_operation, sdk_operation, sibling_operation
from localaws.integrations.parameters import NameRule, optimized_parameter
from localaws.integrations.sync_actions import SYNC_ACTIONS

# Members that hold any JSON by the time the Task has them.
RESHAPED: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("lambda", "invoke"): frozenset({"Payload"}),
    ("bedrock", "invokeModel"): frozenset({"Body"}),
    ("states", "startExecution"): frozenset({"Input", "Output"}),
}

_MEMBER = re.compile(r"(?P<name>\w+)(?P<first>\[0\])?")


class MisfitError(Exception):
    """The message says which field is wrong, and how."""


def check_result(resource: Resource, result: JSON, *, strict: bool) -> None:
    """Raises `MisfitError`. ``strict`` asks for the required members, too."""
    shape, rule = _answer_of(resource)
    if shape is None:
        return
    if not isinstance(result, dict):
        raise MisfitError("Mocked result must be a JSON object.")
    free = RESHAPED.get((resource.service, resource.action)) if resource.kind == "optimized" else None
    _Checker(rule, strict=strict).structure(shape, result, free=free or frozenset())


def _answer_of(resource: Resource) -> tuple[StructureShape | None, NameRule]:
    """What the Task's result is, as far as a model says; None for what somebody else answers."""
    if resource.kind == "sdk":
        operation = sdk_operation(resource.service, resource.action) if not resource.pattern else None
        return (None if operation is None else operation.model.output_shape), sdk_parameter
    offered = resource.kind == "optimized" and resource.is_recognized()
    return (_optimized_answer(resource) if offered else None), optimized_parameter


def _optimized_answer(resource: Resource) -> StructureShape | None:
    key = resource.service, resource.action
    if key in WITHOUT_OPERATION or resource.pattern == WAIT_FOR_TASK_TOKEN:
        return None
    if resource.pattern == REQUEST_RESPONSE:
        if resource.service == emr.SERVICE and resource.action in emr.RESHAPED:
            return None
        return optimized_operation(*key).model.output_shape
    if resource.service == "states":
        return sibling_operation(*key, "DescribeExecution").model.output_shape
    look = SYNC_ACTIONS[key]
    return _part(sibling_operation(*key, look.look).model.output_shape, look.result)


def _part(shape: StructureShape | None, expression: str) -> StructureShape | None:
    """The shape of what ``expression`` finds (`SyncAction.result`); None for one that puts something new together."""
    if expression == "@" or shape is None:
        return shape
    found = _MEMBER.fullmatch(expression)
    if found is None:
        return None
    member: Shape = next(one for name, one in shape.members.items() if optimized_parameter(name) == found["name"])
    if found["first"] and isinstance(member, ListShape):
        member = member.member
    return member if isinstance(member, StructureShape) else None


class _Checker:
    def __init__(self, rule: NameRule, *, strict: bool) -> None:
        self._rule = rule
        self._strict = strict

    def structure(
        self, shape: StructureShape, value: Mapping[str, JSON], *, free: AbstractSet[str] = frozenset()
    ) -> None:
        """Members in ``free`` may hold anything."""
        for member in shape.required_members if self._strict else ():
            if self._rule(member) not in value:
                raise MisfitError(_said(f"Required field '{self._rule(member)}' is missing"))
        members = {self._rule(member): member_shape for member, member_shape in shape.members.items()}
        for name, given in value.items():
            if name in members and name not in free:
                self.value(members[name], given, name)

    def value(self, shape: Shape, value: JSON, name: str) -> None:
        if isinstance(shape, StructureShape):
            if getattr(shape, "is_document_type", False):
                return
            if not isinstance(value, dict):
                raise _wrong(name, "must be an object")
            self.structure(shape, value)
        elif isinstance(shape, ListShape):
            if not isinstance(value, list):
                raise _wrong(name, "must be an array")
            _check_length(shape, len(value), name)
            for element in value:
                self.value(shape.member, element, name)
        elif isinstance(shape, MapShape):
            if not isinstance(value, dict):
                raise _wrong(name, "must be an object")
            for member in value.values():
                self.value(shape.value, member, name)
        else:
            check = _SCALARS.get(shape.type_name)
            if check is not None:
                check(shape, value, name)


def _said(problem: str) -> str:
    return f"Mock result schema validation error: {problem}"


def _wrong(name: str, problem: str) -> MisfitError:
    return MisfitError(_said(f"Field '{name}' {problem}"))


def _check_length(shape: Shape, length: int, name: str) -> None:
    if length < shape.metadata.get("min", 0):
        raise _wrong(name, "is smaller than the minimum length")
    if length > shape.metadata.get("max", length):
        raise _wrong(name, "exceeds the maximum length")


def _check_text(shape: Shape, value: JSON, name: str) -> None:
    """Strings, and blobs and moments, which are text by the time that a Task has them."""
    if not isinstance(value, str):
        raise _wrong(name, "must be a string")
    allowed = getattr(shape, "enum", ())
    if allowed and value not in allowed:
        raise _wrong(name, "is not an expected value")
    if shape.type_name != "timestamp":
        _check_length(shape, len(value), name)


def _check_number(shape: Shape, value: JSON, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, "must be a number")
    if value < shape.metadata.get("min", value):
        raise _wrong(name, "is less than the minimum value")
    if value > shape.metadata.get("max", value):
        raise _wrong(name, "exceeds the maximum value")


def _check_boolean(_shape: Shape, value: JSON, name: str) -> None:
    if not isinstance(value, bool):
        raise _wrong(name, "must be a boolean")


_SCALARS: Final[Mapping[str, Callable[[Shape, JSON, str], None]]] = {
    **dict.fromkeys(("string", "character", "blob", "timestamp"), _check_text),
    **dict.fromkeys(("integer", "long", "short", "byte", "float", "double", "biginteger", "bigdecimal"), _check_number),
    "boolean": _check_boolean,
}
