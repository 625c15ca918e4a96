"""How large a request may be, decided before anything of it is kept.

Django's handler writes a body to disk before any view or middleware of its own sees the request, so this stands before
it: a Content-Length that is too large is answered at once, and a body without one is counted as it streams in.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Message = Mapping[str, Any]
    Scope = dict[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MIB = 1024 * 1024


class BodyLimit:
    """An ASGI application that answers 413 for ``application`` where a body has more bytes than ``limit_of(path)``."""

    def __init__(self, application: Application, limit_of: Callable[[str], int]) -> None:
        self._application = application
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limit_of(scope["path"])
        length = dict(scope["headers"]).get(b"content-length", b"")
        if length.isdigit() and int(length) > limit:
            await _refuse(scope, send, limit)
            return
        received, begun = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            # To Django a person who went away, who is sent nothing and whose upload is thrown away.
            return {"type": "http.disconnect"} if received > limit else message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        await self._application(scope, counted, watched)
        if received > limit and not begun:
            await _refuse(scope, send, limit)


async def _refuse(scope: Scope, send: Send, limit: int) -> None:
    words = f"This is larger than {limit // MIB} MiB, the most that is taken here. Send something smaller."
    api = scope["path"].startswith("/api/")
    body = (json.dumps({"message": words}) if api else words).encode()
    kind = b"application/json" if api else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
