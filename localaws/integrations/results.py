"""An operation's answer turned into a Task's result: names by rule, times as ISO 8601 text, bytes as text."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from asl.json_types import JSON
from asl.service_names import sdk_parameter
from localaws.integrations.parameters import NameRule, optimized_parameter


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a kind of integration writes names and times."""

    name: NameRule
    time: Callable[[datetime], JSON]


def from_output(
    shape: StructureShape | None, answer: Mapping[str, Any], spelling: Spelling | None = None
) -> dict[str, JSON]:
    """The result: what the model declares and the service sent. ResponseMetadata is botocore's own and left out."""
    return {} if shape is None else _structure(shape, answer, spelling or AWS_SDK)


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


def _structure(shape: StructureShape, value: Mapping[str, Any], rule: Spelling) -> dict[str, JSON]:
    return {
        rule.name(member): _value(member_shape, value[member], rule)
        for member, member_shape in shape.members.items()
        if value.get(member) is not None
    }


def _value(shape: Shape, value: Any, rule: Spelling) -> JSON:
    if value is None:
        return None
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return dict(value) if getattr(shape, "is_document_type", False) else _structure(shape, value, rule)
    if isinstance(shape, ListShape) and isinstance(value, (list, tuple)):
        return [_value(shape.member, item, rule) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {str(key): _value(shape.value, item, rule) for key, item in value.items()}
    if isinstance(value, datetime):
        return rule.time(value)
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


def epoch_milliseconds(moment: datetime) -> int:
    """As the AWS SDK for Java 1.x, which optimized integrations keep to, writes a date into JSON."""
    utc = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(utc.timestamp() * 1000)


AWS_SDK = Spelling(sdk_parameter, iso_time)
OPTIMIZED = Spelling(optimized_parameter, epoch_milliseconds)


def as_text(data: bytes) -> str:
    """Bytes as a JSON string: as the UTF-8 text they are, or in Base64 where they aren't text."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()
