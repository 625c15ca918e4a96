"""AWS JSON 1.0 as botocore speaks it: which operation a request asks for, who asks, and how answers and errors look.

Decides nothing about operations themselves; those are functions of a `Call` in `localaws.operations`.
"""

import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from asl.json_types import JSON

TARGET_PREFIX = b"AWSStepFunctions."
CONTENT_TYPE = b"application/x-amz-json-1.0"
# Where a model name for an error's type is expected, AWS writes the service's own; botocore reads what follows the "#".
ERROR_NAMESPACE = "com.amazonaws.swf.service.v2.model#"
Headers: TypeAlias = Mapping[bytes, bytes]

# Authorization: AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/states/aws4_request, SignedHeaders=...
_CREDENTIAL_SCOPE = re.compile(rb"Credential=[^/,\s]+/\d{8}/([a-z0-9-]+)/")
_ACCOUNT = re.compile(rb"Credential=(\d{12})/")


class ServiceError(Exception):
    """An error that AWS would answer: ``code`` is the exception's name, ``message`` its whole text."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """One request for an operation: its checked input, and where the caller stands."""

    operation: str
    input: dict[str, JSON]
    region: str
    account: str
    disconnected: Callable[[], Awaitable[None]] | None = None  # returns once nobody waits for the answer any more


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def operation_name(headers: Headers) -> str | None:
    """The Step Functions operation that is asked for; None when the request is for another service."""
    target = headers.get(b"x-amz-target", b"")
    return target[len(TARGET_PREFIX) :].decode("latin-1") if target.startswith(TARGET_PREFIX) else None


def region_of(headers: Headers, default: str) -> str:
    """The Region of the caller's client, from the credential scope of its signature."""
    scope = _CREDENTIAL_SCOPE.search(headers.get(b"authorization", b""))
    return scope.group(1).decode("ascii") if scope else default


def account_of(headers: Headers, default: str) -> str:
    """The caller's account: an access key id of twelve digits is one, any other belongs to the endpoint's own."""
    found = _ACCOUNT.search(headers.get(b"authorization", b""))
    return found.group(1).decode("ascii") if found else default


def parse_input(body: bytes) -> dict[str, JSON]:
    if not body:
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ServiceError("SerializationException", "The request body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise ServiceError("SerializationException", "Start of structure or map found where not expected.")
    return value


def answer(output: dict[str, JSON]) -> Answer:
    return Answer(200, _headers(), _dumps(output))


def error_answer(error: ServiceError) -> Answer:
    body = _dumps({"__type": ERROR_NAMESPACE + error.code, "message": error.message})
    return Answer(error.status, [*_headers(), (b"x-amzn-errortype", error.code.encode())], body)


def internal_error() -> Answer:
    """What a fault of our own looks like: AWS's 500, which clients retry. The log has the reason."""
    return error_answer(ServiceError("InternalFailure", "The endpoint failed; its log says why.", status=500))


def _dumps(output: dict[str, JSON]) -> bytes:
    try:
        return orjson.dumps(output)
    except TypeError:  # an integer beyond 64 bits, half a surrogate pair
        return json.dumps(output).encode()


def _headers() -> list[tuple[bytes, bytes]]:
    return [(b"content-type", CONTENT_TYPE), (b"x-amzn-requestid", str(uuid.uuid4()).encode())]
