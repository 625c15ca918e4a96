"""Are a request's members what the API's model says? botocore's own service model, compiled to closures.

botocore's validator walks the model at each call (5.8 us); a closure per member takes a seventh of that. The words are
those of AWS's front end: every problem is listed, the first as ``1 validation error detected: Value ...``.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

import botocore.session

from asl.json_types import JSON
from localaws.wire import ServiceError

Check: TypeAlias = Callable[[JSON, str, list[str]], None]

# AWS lists an enumeration's values in the order of its own hash table; the model's order for those that aren't here.
ENUM_ORDER: Mapping[str, tuple[str, ...]] = {
    "ExecutionStatus": ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"),
}


@cache
def service_model() -> Any:
    """Botocore's model of Step Functions."""
    return botocore.session.get_session().get_service_model("stepfunctions")


@cache
def operation_names() -> frozenset[str]:
    return frozenset(service_model().operation_names)


@cache
def _check_of(operation: str) -> Check:
    return _structure(service_model().operation_model(operation).input_shape)


def check(operation: str, value: dict[str, JSON]) -> None:
    """Raises ValidationException or SerializationException with AWS's words. Unknown members pass, as with AWS."""
    problems: list[str] = []
    _check_of(operation)(value, "", problems)
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: "
        raise ServiceError("ValidationException", count + "; ".join(problems))


def _compile(shape: Any) -> Check:
    match shape.type_name:
        case "structure":
            return _structure(shape)
        case "list":
            return _list(shape)
        case "string":
            return _string(shape)
        case "integer" | "long":
            return _number(shape, (int,), "an Integer")
        case "float" | "double":
            return _number(shape, (int, float), "a Number")
        case "boolean":
            return _boolean
        case _:  # no operation takes a map, a blob or a timestamp
            return _anything


def _structure(shape: Any) -> Check:
    members = {name: _compile(member) for name, member in shape.members.items()}
    required = tuple(shape.required_members)

    def check_structure(value: JSON, path: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            raise _wrong_type(value, "a structure")
        prefix = f"{path}." if path else ""
        problems.extend(
            f"Value null at '{prefix}{name}' failed to satisfy constraint: Member must not be null"
            for name in required
            if value.get(name) is None
        )
        for name, item in value.items():
            member = members.get(name)
            if member is not None and item is not None:
                member(item, prefix + name, problems)

    return check_structure


def _list(shape: Any) -> Check:
    element, item_name = _compile(shape.member), shape.member.name
    members = tuple(shape.member.members) if shape.member.type_name == "structure" else ()
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")

    def check_list(value: JSON, path: str, problems: list[str]) -> None:
        if not isinstance(value, list):
            raise _wrong_type(value, "a list")
        if not least <= len(value) <= (len(value) if most is None else most):
            shown = ", ".join(_as_java(item, item_name, members) for item in value)
            problems.append(_length_problem(f"[{shown}]", path, len(value), least, most))
        for position, item in enumerate(value, start=1):
            element(item, f"{path}.{position}.member", problems)

    return check_list


def _string(shape: Any) -> Check:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    enum = frozenset(shape.enum)
    allowed = ", ".join(ENUM_ORDER.get(shape.name, tuple(shape.enum)))
    sensitive = bool(shape.metadata.get("sensitive"))
    pattern = shape.metadata.get("pattern")
    matches = None if pattern is None else re.compile(pattern.replace(r"\p{ASCII}", r"[\x00-\x7f]")).fullmatch

    def check_string(value: JSON, path: str, problems: list[str]) -> None:
        if type(value) is not str:
            raise _wrong_type(value, "a String")
        if enum:
            if value not in enum:
                problems.append(
                    f"Value '{value}' at '{path}' failed to satisfy constraint: "
                    f"Member must satisfy enum value set: [{allowed}]"
                )
        elif len(value) < least or (most is not None and len(value) > most):
            problems.append(_length_problem(None if sensitive else value, path, len(value), least, most))
        if matches is not None and not matches(value):
            problems.append(
                f"Value '{value}' at '{path}' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {pattern}"
            )

    return check_string


def _number(shape: Any, kinds: tuple[type, ...], wanted: str) -> Check:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")

    def check_number(value: JSON, path: str, problems: list[str]) -> None:
        if type(value) not in kinds:
            raise _wrong_type(value, wanted)
        where = f"Value '{value}' at '{path}' failed to satisfy constraint: Member must have value"
        if least is not None and value < least:
            problems.append(f"{where} greater than or equal to {least}")
        if most is not None and value > most:
            problems.append(f"{where} less than or equal to {most}")

    return check_number


def _boolean(value: JSON, path: str, problems: list[str]) -> None:  # noqa: ARG001 - one signature for all checks
    if type(value) is not bool:
        raise _wrong_type(value, "a Boolean")


def _anything(value: JSON, path: str, problems: list[str]) -> None:
    """No constraint."""


def _length_problem(value: JSON, path: str, length: int, least: int, most: int | None) -> str:
    # A sensitive member's value is not repeated.
    shown = "Value" if value is None else f"Value '{value}'"
    bound = f"greater than or equal to {least}" if length < least else f"less than or equal to {most}"
    return f"{shown} at '{path}' failed to satisfy constraint: Member must have length {bound}"


def _as_java(value: JSON, name: str, members: tuple[str, ...]) -> str:
    """A list's element as Java's toString shows it: the model's members in their order."""
    if not isinstance(value, dict):
        return str(value)
    return f"{name}({', '.join(f'{member}={value.get(member)}' for member in members)})"


def _wrong_type(value: JSON, wanted: str) -> ServiceError:
    kind = {dict: "STRUCTURE", list: "LIST", str: "STRING_VALUE", bool: "TRUE_VALUE" if value else "FALSE_VALUE"}
    return ServiceError(
        "SerializationException", f"{kind.get(type(value), 'NUMBER_VALUE')} can not be converted to {wanted}"
    )
