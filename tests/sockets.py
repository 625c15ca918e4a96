"""A WebSocket to the ASGI application, as a signed-in browser opens it. (`channels.testing` wants daphne, which isn't used.)"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.test import Client

OWN_ORIGIN = "http://127.0.0.1"


class Socket:
    """``async with Socket(path, user) as socket``; ``closed`` holds the close code once the server has closed it."""

    def __init__(self, path: str, user: Any, *, origin: str = OWN_ORIGIN) -> None:
        self.path, self.user, self.origin = path, user, origin
        self.closed: int | None = None

    async def __aenter__(self) -> Self:
        from callboard.asgi import application

        headers = [(b"origin", self.origin.encode()), (b"host", b"127.0.0.1")]
        if self.user is not None:
            headers.append((b"cookie", f"sessionid={await session_of(self.user)}".encode()))
        scope = {"type": "websocket", "path": self.path, "query_string": b"", "headers": headers, "subprotocols": []}
        self._communicator = ApplicationCommunicator(application, scope)
        await self._communicator.send_input({"type": "websocket.connect"})
        answer = await self._communicator.receive_output(timeout=5)
        if answer["type"] == "websocket.close":
            self.closed = answer.get("code") or 1006
        return self

    async def __aexit__(self, *error: object) -> None:
        if self.closed is None:
            await self._communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._communicator.wait(timeout=5)

    async def send(self, **message: Any) -> None:
        await self.send_text(json.dumps(message))

    async def send_text(self, text: str) -> None:
        await self._communicator.send_input({"type": "websocket.receive", "text": text})

    async def receive(self) -> dict[str, Any]:
        """The next message. AssertionError where the server closes instead."""
        answer = await self._communicator.receive_output(timeout=5)
        if answer["type"] == "websocket.close":
            self.closed = answer.get("code")
            raise AssertionError(f"closed with {self.closed}")
        return json.loads(answer["text"])

    async def code(self, patience: float = 0.2) -> int | None:
        """The close code if the server closes it soon, else None."""
        while self.closed is None:
            if await self._communicator.receive_nothing(timeout=patience):
                return None
            answer = await self._communicator.receive_output(timeout=1)
            if answer["type"] == "websocket.close":
                self.closed = answer.get("code") or 1000
        return self.closed


@database_sync_to_async
def session_of(user: Any) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


async def eventually(condition: Any, *, limit: float = 5) -> Any:
    end = asyncio.get_running_loop().time() + limit
    while asyncio.get_running_loop().time() < end:
        found = await database_sync_to_async(condition)()
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {limit} s")
