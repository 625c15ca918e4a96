"""What a message must be to be taken, and the digests by which SQS's clients check what they got."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from localaws.services.sqs import errors

# XML 1.0's characters: what SQS takes in a body.
_FORBIDDEN = re.compile("[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE_NAME = re.compile(r"(?!AWS\.|Amazon\.)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\Z", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}\Z")
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}\Z")

Attributes = Mapping[str, Mapping[str, Any]]


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def md5_of_attributes(attributes: Attributes) -> str | None:
    """The digest that SDKs recompute: each name, type and value with its length in four bytes, in order of names."""
    if not attributes:
        return None
    digest = hashlib.md5(usedforsecurity=False)

    def add(data: bytes) -> None:
        digest.update(len(data).to_bytes(4, "big") + data)

    for name in sorted(attributes):
        attribute = attributes[name]
        add(name.encode())
        add(attribute["DataType"].encode())
        if attribute["DataType"].startswith("Binary"):
            digest.update(b"\x02")
            add(base64.b64decode(attribute["BinaryValue"]))
        else:
            digest.update(b"\x01")
            add(attribute["StringValue"].encode())
    return digest.hexdigest()


def check_body(body: object, attributes: Attributes, *, limit: int) -> str:
    if body is None:
        raise errors.missing_parameter("MessageBody")
    if not isinstance(body, str) or body == "":
        raise errors.invalid_parameter("The request must contain the parameter MessageBody.")
    if _FORBIDDEN.search(body):
        raise errors.invalid_message(
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | ..."
        )
    if size(body, attributes) > limit:
        raise errors.invalid_parameter(
            f"One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes."
        )
    return body


def size(body: str, attributes: Attributes) -> int:
    """Bytes as SQS counts them against MaximumMessageSize: the body and the attributes' names, types and values."""
    total = len(body.encode())
    for name, attribute in attributes.items():
        value = attribute.get("StringValue") or attribute.get("BinaryValue") or ""
        total += len(name) + len(attribute.get("DataType", "")) + len(str(value).encode())
    return total


def check_attributes(attributes: Attributes) -> Attributes:
    if len(attributes) > 10:
        raise errors.invalid_parameter(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [10]."
        )
    for name, attribute in attributes.items():
        if not _ATTRIBUTE_NAME.match(name) or len(name) > 256:
            raise errors.invalid_parameter(f"The message attribute name '{name}' is invalid.")
        kind = str(attribute.get("DataType", "")).split(".")[0]
        if kind not in {"String", "Number", "Binary"}:
            raise errors.invalid_parameter(
                f"The message attribute '{name}' must contain a valid message attribute type."
            )
        value = attribute.get("BinaryValue" if kind == "Binary" else "StringValue")
        if not isinstance(value, str) or value == "":
            raise errors.invalid_parameter(
                f"The message attribute '{name}' must contain a non-empty value of its type."
            )
        if kind == "Binary":
            _check_base64(name, value)
        if kind == "Number":
            _check_number(name, value)
    return attributes


def _check_base64(name: str, value: str) -> None:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise errors.invalid_parameter(f"The message attribute '{name}' isn't valid base64.") from error


def _check_number(name: str, value: str) -> None:
    try:
        float(value)
    except ValueError as error:
        raise errors.invalid_parameter(f"Can't cast the value of message attribute '{name}' to a number.") from error


def check_token(name: str, value: str | None) -> str | None:
    """MessageGroupId and MessageDeduplicationId: 1 to 128 of the printable ASCII characters."""
    if value is not None and not _TOKEN.match(value):
        raise errors.invalid_parameter(
            f"Value {value} for parameter {name} is invalid. Reason: {name} can only include alphanumeric and"
            " punctuation characters. 1 to 128 in length."
        )
    return value


def check_entries(entries: list[dict[str, Any]]) -> None:
    """What must hold of a batch as a whole before any of its entries is looked at."""
    if not entries:
        raise errors.batch("EmptyBatchRequest", "There should be at least one entry in the request.")
    if len(entries) > 10:
        raise errors.batch(
            "TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are 10. You have sent {len(entries)}.",
        )
    seen: set[str] = set()
    for entry in entries:
        name = str(entry.get("Id", ""))
        if not _ENTRY_ID.match(name):
            raise errors.batch(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most"
                " 80 letters long.",
            )
        if name in seen:
            raise errors.batch("BatchEntryIdsNotDistinct", f"Id {name} repeated.")
        seen.add(name)
