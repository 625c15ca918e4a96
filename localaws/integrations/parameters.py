"""A Task's Parameters turned into an operation's input, by the operation's own shapes; and where they don't fit, why.

Objects given for text become JSON text, as Step Functions does. What a service itself would refuse (a wrong value, a
missing one) is left to the service, but for required fields, which botocore wouldn't send.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from asl.json_text import dumps
from asl.json_types import JSON
from asl.service_names import sdk_parameter
from localaws.integrations.task import TaskFailure

NameRule = Callable[[str], str]


def optimized_parameter(member: str) -> str:
    """Optimized integrations keep the API's own names, in PascalCase."""
    return member[:1].upper() + member[1:]


class ParametersDoNotFit(TaskFailure):
    """The Parameters can't become a request; nothing was sent."""

    def __init__(self, parameters: JSON, problems: list[str]) -> None:
        listed = ", ".join(problems)
        super().__init__(
            "States.Runtime", f"The Parameters '{dumps(parameters)}' could not be used to start the Task: [{listed}]"
        )


def to_input(shape: StructureShape | None, parameters: JSON, *, name_rule: NameRule = sdk_parameter) -> dict[str, Any]:
    """The input for botocore. Raises `ParametersDoNotFit` with every problem, not the first."""
    problems: list[str] = []
    if not isinstance(parameters, dict):
        if parameters is not None:
            raise ParametersDoNotFit(parameters, ["Parameters must be a JSON object"])
        parameters = {}
    if shape is None:
        problems.extend(f"The field '{name}' is not supported by Step Functions" for name in parameters)
        converted: dict[str, Any] = {}
    else:
        converted = _structure(shape, parameters, name_rule, problems)
    if problems:
        raise ParametersDoNotFit(parameters, problems)
    return converted


def _structure(shape: StructureShape, value: dict[str, JSON], rule: NameRule, problems: list[str]) -> dict[str, Any]:
    members = {rule(member): member for member in shape.members}
    result: dict[str, Any] = {}
    for name, given in value.items():
        member = members.get(name)
        if member is None:
            problems.append(f"The field '{name}' is not supported by Step Functions")
        elif given is not None:
            result[member] = _value(shape.members[member], given, name, rule, problems)
    problems.extend(
        f"The field '{rule(member)}' is required but was missing"
        for member in shape.required_members
        if member not in result
        and value.get(rule(member)) is None
        and not shape.members[member].metadata.get("idempotencyToken")
    )
    return result


def _value(shape: Shape, value: JSON, name: str, rule: NameRule, problems: list[str]) -> Any:
    if isinstance(shape, StructureShape):
        if getattr(shape, "is_document_type", False):
            return value
        if isinstance(value, dict):
            return _structure(shape, value, rule, problems)
        problems.append(f"The value for the field '{name}' must be a STRUCTURE")
        return None
    if isinstance(shape, ListShape):
        if isinstance(value, list):
            return [_value(shape.member, item, name, rule, problems) for item in value]
        problems.append(f"The value for the field '{name}' must be an ARRAY")
        return None
    if isinstance(shape, MapShape):
        if isinstance(value, dict):
            return {key: _value(shape.value, item, key, rule, problems) for key, item in value.items()}
        problems.append(f"The value for the field '{name}' must be a MAP")
        return None
    return _scalar(shape, value, name, problems)


_NUMBERS = frozenset({"integer", "long", "float", "double", "short", "bigdecimal", "biginteger", "byte"})
_WHOLE = frozenset({"integer", "long", "short", "biginteger", "byte"})


def _scalar(shape: Shape, value: JSON, name: str, problems: list[str]) -> Any:
    kind = shape.type_name
    if kind == "blob":
        if shape.serialization.get("streaming"):
            return dumps(value).encode()  # recorded: PutObject stores even a string with its quotes
        return (value if isinstance(value, str) else dumps(value)).encode("utf-8", "replace")
    if kind == "string":
        if isinstance(value, (dict, list)):
            return dumps(value)
        if isinstance(value, str):
            return value
        problems.append(f"The value for the field '{name}' must be a STRING")
    elif kind == "boolean":
        if isinstance(value, bool):
            return value
        problems.append(f"The value for the field '{name}' must be a BOOLEAN")
    elif kind in _NUMBERS:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return int(value) if kind in _WHOLE else value
        problems.append(f"The value for the field '{name}' must be a NUMBER")
    elif kind == "timestamp":
        moment = _moment(value)
        if moment is not None:
            return moment
        problems.append(f"The value for the field '{name}' must be a TIMESTAMP")
    else:
        return value
    return None


def _moment(value: JSON) -> datetime | None:
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
