"""The one ASGI app on the port: guard, Step Functions here, every other AWS service to `localaws.services`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol, TypeAlias
from urllib.parse import parse_qs

import orjson

from localaws import news, wire
from localaws.browser_guard import HEALTH_PATH, Head, refusal
from localaws.news import News
from localaws.operations import Context, perform
from localaws.settings import Settings
from localaws.wire import Answer, Call, Headers, ServiceError

logger = logging.getLogger(__name__)

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

# Asked often and soon answered: none needs to know whether the client still waits, or asks for asyncio's current task.
DIRECT = frozenset(
    {
        "DescribeExecution",
        "DescribeStateMachine",
        "GetExecutionHistory",
        "ListExecutions",
        "SendTaskFailure",
        "SendTaskHeartbeat",
        "SendTaskSuccess",
        "StartExecution",
        "StartSyncExecution",
        "StopExecution",
    }
)
MAX_BODY = 4 * 1024 * 1024  # bytes; the largest request, a definition of 1 MiB, escaped


class App(Protocol):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


class Gateway:
    """ASGI. ``health`` says how the endpoint is, for the health route."""

    def __init__(
        self, settings: Settings, context: Context, services: App, health: Callable[[], dict[str, Any]], grown: News
    ) -> None:
        self._settings = settings
        self._context = context
        self._services = services
        self._health = health
        self._grown = grown

    def release(self) -> None:
        """The endpoint stops: answer the workers that wait for a task, and who waits for news."""
        self._context.engine.activity_line.close()
        self._grown.close()

    def direct(self, headers: dict[bytes, bytes]) -> str | None:
        """The operation that a POST to / with these headers asks for, if `answer` may be asked: see `DirectAnswers`."""
        operation = wire.operation_name(headers)
        if operation not in DIRECT or refusal(Head("POST", "/", "", headers), self._settings) is not None:
            return None
        return operation

    async def answer(self, operation: str, headers: dict[bytes, bytes], body: bytes) -> Answer:
        """The answer to a request that `direct` let pass."""
        return await self._answer(operation, headers, body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers: Headers = dict(scope["headers"])
        head = Head(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers)
        reason = refusal(head, self._settings)
        if reason is not None:
            logger.warning("Refused %s %s: %s", head.method, head.path, reason)
            await _send(send, _plain(403, {"message": reason}))
        elif head.path == HEALTH_PATH:
            await _send(send, _plain(200, self._health()))
        elif head.path == news.PATH and head.method == "GET":
            await _send(send, await self._news(head))
        elif head.method == "OPTIONS" and head.header(b"origin"):
            await _send(send, Answer(204, _may_read(head), b""))
        elif (operation := wire.operation_name(headers)) is not None:
            await _send(send, await self._step_functions(operation, headers, receive))
        else:
            await self._services(scope, receive, _guarded(send, head))

    async def _news(self, head: Head) -> Answer:
        """``after``: the place that the last answer gave; ``wait``: at most so many seconds for the first of it."""
        given = parse_qs(head.query)
        try:
            wait = float(given.get("wait", ["0"])[0])
            if not 0 <= wait < float("inf"):
                raise ValueError
        except ValueError:
            return _plain(400, {"message": "wait is a number of seconds, 0 or more."})
        grown = await self._grown.after(given.get("after", [""])[0], wait)
        return _plain(200, {"after": grown.after, "executions": grown.executions, "missed": grown.missed})

    async def _step_functions(self, operation: str, headers: Headers, receive: Receive) -> Answer:
        try:
            body = await _body(receive)
        except ServiceError as error:
            return wire.error_answer(error)
        return await self._answer(operation, headers, body, lambda: _disconnected(receive))

    async def _answer(
        self,
        operation: str,
        headers: Headers,
        body: bytes,
        disconnected: Callable[[], Awaitable[None]] | None = None,
    ) -> Answer:
        try:
            given = wire.parse_input(body)
            region = wire.region_of(headers, self._settings.region)
            account = wire.account_of(headers, self._settings.account)
            output = await perform(self._context, Call(operation, given, region, account, disconnected))
            return wire.answer(output)
        except ServiceError as error:
            return wire.error_answer(error)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("%s failed.", operation)
            return wire.internal_error()


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ServiceError("RequestAbortedException", "The request ended before its body did.")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            raise ServiceError("RequestEntityTooLargeException", "The request is too large.", status=413)
    return b"".join(parts)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, answer: Answer) -> None:
    headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _plain(status: int, value: dict[str, Any]) -> Answer:
    return Answer(
        status, [(b"content-type", b"application/json"), (b"x-content-type-options", b"nosniff")], orjson.dumps(value)
    )


def _may_read(head: Head) -> list[tuple[bytes, bytes]]:
    """What tells a browser that a page of this (allowed) origin may read the answer."""
    origin = head.header(b"origin")
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-methods", b"GET, HEAD"),
        (b"access-control-allow-headers", b"range"),
        (b"access-control-expose-headers", b"content-length, content-range, content-type, etag"),
        (b"vary", b"origin"),
    ]


def _guarded(send: Send, head: Head) -> Send:
    """Take moto's own CORS headers off (it lets every page in) and keep what is stored from acting as a page."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", ()) if not pair[0].lower().startswith(b"access-control-")]
            kept += _may_read(head)
            if head.header(b"sec-fetch-site"):
                kept += [(b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"sandbox")]
            message = {**message, "headers": kept}
        await send(message)

    return guarded
