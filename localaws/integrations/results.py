"""An operation's answer turned into a Task's result: names by rule, times as ISO 8601 text, bytes as text."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from asl.json_types import JSON
from asl.service_names import sdk_parameter
from localaws.integrations.parameters import NameRule


def from_output(
    shape: StructureShape | None, answer: Mapping[str, Any], *, name_rule: NameRule = sdk_parameter
) -> dict[str, JSON]:
    """The result: what the model declares and the service sent. ResponseMetadata is botocore's own and left out."""
    return {} if shape is None else _structure(shape, answer, name_rule)


# What services say only when they're asked; moto and botocore's own defaults say it anyway.
_ONLY_IF_ASKED = {
    "ConsumedCapacity": "ReturnConsumedCapacity",
    "ItemCollectionMetrics": "ReturnItemCollectionMetrics",
    "EncodingType": "EncodingType",
}


def without_unasked(params: Mapping[str, Any], result: dict[str, JSON]) -> dict[str, JSON]:
    """``result`` without what AWS adds only on request."""
    return {
        name: value for name, value in result.items() if name not in _ONLY_IF_ASKED or _ONLY_IF_ASKED[name] in params
    }


def _structure(shape: StructureShape, value: Mapping[str, Any], rule: NameRule) -> dict[str, JSON]:
    return {
        rule(member): _value(member_shape, value[member], rule)
        for member, member_shape in shape.members.items()
        if value.get(member) is not None
    }


def _value(shape: Shape, value: Any, rule: NameRule) -> JSON:
    if value is None:
        return None
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return dict(value) if getattr(shape, "is_document_type", False) else _structure(shape, value, rule)
    if isinstance(shape, ListShape) and isinstance(value, (list, tuple)):
        return [_value(shape.member, item, rule) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {str(key): _value(shape.value, item, rule) for key, item in value.items()}
    if isinstance(value, datetime):
        return iso_time(value)
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, (bytes, bytearray)):
        return as_text(bytes(value))
    return value


def iso_time(moment: datetime) -> str:
    """As Java's Instant prints itself: in UTC, with three or six digits of a second or none."""
    utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    text = utc.strftime("%Y-%m-%dT%H:%M:%S")
    if utc.microsecond % 1000:
        text += f".{utc.microsecond:06d}"
    elif utc.microsecond:
        text += f".{utc.microsecond // 1000:03d}"
    return text + "Z"


def as_text(data: bytes) -> str:
    """Bytes as a JSON string: as the UTF-8 text they are, or in Base64 where they aren't text."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()
