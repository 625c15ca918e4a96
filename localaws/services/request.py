"""What arrived, as a value: which AWS service, Region and operation an HTTP request means.

One port serves every service, so the host says nothing. What does: the SigV4 scope (in the Authorization header or,
presigned, in the query), the ``X-Amz-Target`` header, the ``Action`` of a Query request, and last the path. Signatures
aren't verified: there are no secrets to verify them with, and the gateway keeps strangers out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# One GiB: a body is held in memory while it's stored. Larger media go up in parts (multipart upload).
BODY_LIMIT = 1 << 30

_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_TARGET_SERVICES = {  # for requests without a signature; signed ones name their service in the scope
    "AmazonSQS": "sqs",
    "AWSEvents": "events",
    "Transcribe": "transcribe",
    "DynamoDB_20120810": "dynamodb",
    "AmazonSSM": "ssm",
    "secretsmanager": "secretsmanager",
    "Logs_20140328": "logs",
}


_BOTOCORE_NAMES = {  # where the signing name is another
    "airflow": "mwaa",
    "aoss": "opensearchserverless",
    "appstream2": "appstream",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "elasticmapreduce": "emr",
    "email": "ses",
    "execute-api": "apigatewaymanagementapi",
    "mobiletargeting": "pinpoint",
    "monitoring": "cloudwatch",
    "ses": "sesv2",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}


def bedrock_service(parts: list[str]) -> str:
    """Three services share one signing name; their paths tell them apart."""
    first = parts[0] if parts else ""
    if first in {"model", "async-invoke", "guardrail"}:
        return "bedrock-runtime"
    if first in {"agents", "knowledgebases", "flows", "prompts"}:
        return "bedrock-agent"
    return "bedrock"


class BodyTooLargeError(Exception):
    """The request's body is larger than BODY_LIMIT bytes."""


class ClientDisconnectedError(Exception):
    """The caller went away before its request was answered."""


@dataclass(slots=True)
class Response:
    """A whole answer; ``headers`` as they go on the wire, without Content-Length."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


@dataclass(kw_only=True)
class Request:
    """An HTTP request to some AWS service. ``path`` is as it arrived (percent-encoded), ``query`` without its "?"."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]  # lower-case names
    body: bytes = b""
    default_region: str = "us-east-1"
    client: str | None = None  # botocore's name of the service, where the request is one of this process's own

    @cached_property
    def arguments(self) -> dict[str, str]:
        """The query string's parameters (the last of each name)."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @cached_property
    def _scope(self) -> tuple[str, str] | None:
        """(Region, signing name) out of ``AKID/date/region/service/aws4_request``."""
        found = _CREDENTIAL.search(self.headers.get("authorization", ""))
        credential = found.group(1) if found else self.arguments.get("X-Amz-Credential", "")
        parts = credential.rsplit("/", 4)
        return (parts[2], parts[3].lower()) if len(parts) == 5 else None

    @property
    def signed(self) -> bool:
        return self._scope is not None

    @property
    def region(self) -> str:
        return self._scope[0] if self._scope else self.default_region

    @property
    def service(self) -> str:
        """The name that the request was signed for (``states``, ``monitoring``, ``bedrock``); s3 where nothing says
        more.
        """
        if self._scope:
            return self._scope[1]
        prefix = self.headers.get("x-amz-target", "").rpartition(".")[0]
        return _TARGET_SERVICES.get(prefix, prefix.lower() or "s3")

    @property
    def name(self) -> str:
        """The service as botocore calls it, as far as the request tells."""
        if self.client:
            return self.client
        if self.service == "bedrock":
            return bedrock_service(self.parts)
        return _BOTOCORE_NAMES.get(self.service, self.service)

    @cached_property
    def operation(self) -> str | None:
        """The operation's name where the protocol states it: a target header, an Action, an RPC path; None for REST."""
        if target := self.headers.get("x-amz-target"):
            return target.rpartition(".")[2]
        if self.headers.get("smithy-protocol") == "rpc-v2-cbor":
            return self.path.rpartition("/")[2]
        if action := self.arguments.get("Action"):
            return action
        if (
            self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
            and self.method == "POST"
        ):
            form = dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
            return form.get("Action")
        return None

    @property
    def parts(self) -> list[str]:
        """The path's segments, decoded."""
        return [unquote(part) for part in self.path.split("/") if part]

    def json(self) -> Any:
        return json.loads(self.body or b"{}")


def from_scope(scope: Scope, *, default_region: str) -> Request:
    """The request's head; its body is read by ``read_body`` once somebody wants it."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    raw_path = scope.get("raw_path")
    path = raw_path.decode("latin-1") if raw_path else scope["path"]
    return Request(
        method=scope["method"],
        path=path,
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers,
        default_region=default_region,
    )


async def read_body(receive: Receive) -> bytes:
    """The whole body. Raises BodyTooLargeError, ClientDisconnectedError."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_LIMIT:
            raise BodyTooLargeError
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks) if len(chunks) > 1 else chunk


async def send_response(send: Send, response: Response, *, method: str) -> None:
    """Answer; a HEAD keeps the Content-Length that the operation gave and has no body."""
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in response.headers
        if method == "HEAD" or name.lower() != "content-length"
    ]
    body = b"" if method == "HEAD" else response.body
    if method != "HEAD" and response.status not in {204, 304}:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def to_scope(request: Request) -> Scope:
    """The ASGI scope that this request would have had over HTTP, for in-house services called in process."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(request.path),
        "raw_path": request.path.encode("latin-1"),
        "root_path": "",
        "query_string": request.query.encode("latin-1"),
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in request.headers.items()
        ],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }


async def call_app(app: App, request: Request) -> Response:
    """Ask an ASGI app and collect its whole answer."""
    response = Response(500)
    chunks: list[bytes] = []
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            response.status = message["status"]
            response.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await app(to_scope(request), receive, send)
    response.body = b"".join(chunks)
    return response
