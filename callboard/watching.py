"""Who may listen at a socket, asked when it opens and again for as long as it stays open.

A session's permissions are those of the moment it was read; an open page may outlive them. So the person is read anew
every few seconds, and a socket whose person is gone, deactivated or no longer allowed is closed with 4403, which pages
take as "don't come back".

A socket whose messages can't come any more (Redis is away), or whose client doesn't take what it is sent, is closed
with 1013, "try again later": pages do come back, and ask for what they missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from django.contrib.auth import get_user_model
from django.db import DatabaseError
from redis.exceptions import RedisError

from callboard.roles import allowed

logger = logging.getLogger(__name__)
NOT_ALLOWED = 4403
COME_BACK = 1013
CHANNEL_LOST = "channel.lost"  # the message with which a channel layer says that others may be missing
CHECK_EVERY = 10  # seconds
_CLOSE_WITHIN = 1.0  # seconds, for a client that doesn't read


class Guarded:
    """For a consumer of Channels: names ``required_permission``, and calls `admitted` when it connects and `released`
    when it disconnects.
    """

    required_permission: str
    scope: Any
    _checking: asyncio.Task[None] | None = None
    _over: asyncio.Future[int]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket until it is closed on either side, or `end` is called, or Redis goes away."""
        self._over = asyncio.get_running_loop().create_future()
        state = {"accepted": False, "closed": False}

        async def sending(message: Any) -> None:
            state["accepted"] |= message["type"] == "websocket.accept"
            state["closed"] |= message["type"] == "websocket.close"
            await send(message)

        serving = asyncio.ensure_future(super().__call__(scope, receive, sending))  # type: ignore[misc]
        try:
            await asyncio.wait({serving, self._over}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
                return
            code = self._over.result()
        except RedisError as error:
            logger.warning("A socket ends, because Redis is away: %s", type(error).__name__)
            code = COME_BACK
        finally:
            if not serving.done():
                await self._abandon(serving)
        if not state["closed"]:
            with contextlib.suppress(OSError, TimeoutError):  # the client is gone, or reads nothing
                async with asyncio.timeout(_CLOSE_WITHIN):
                    if not state["accepted"]:  # a close before it would reach the browser as 1006
                        await send({"type": "websocket.accept"})
                    await send({"type": "websocket.close", "code": code})

    async def _abandon(self, serving: asyncio.Future[None]) -> None:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        with contextlib.suppress(RedisError, StopConsumer):
            await self.disconnect(COME_BACK)  # type: ignore[attr-defined]

    def end(self, code: int) -> None:
        """Close the socket, from anywhere in its work."""
        if not self._over.done():
            self._over.set_result(code)

    async def channel_lost(self, message: Any) -> None:  # noqa: ARG002
        self.end(COME_BACK)

    async def admitted(self) -> bool:
        """Whether the person may listen; if not, the socket is closed already."""
        if not await self.may_see():
            await self.accept()  # type: ignore[attr-defined]  # a close before it would reach the browser as 1006
            await self.refuse()
            return False
        self._checking = asyncio.create_task(self._keep_checking())
        return True

    async def released(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._checking

    async def refuse(self) -> None:
        await self.close(code=NOT_ALLOWED)  # type: ignore[attr-defined]

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def may_see(self) -> bool:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            return False
        # Read anew: the scope's own keeps the permissions that it had when the socket opened.
        return allowed(get_user_model().objects.filter(pk=user.pk).first(), self.required_permission)

    async def _keep_checking(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY)
            try:
                if not await self.may_see():
                    await self.refuse()
                    return
            except DatabaseError as error:  # it's back in a while, and the page is still open
                logger.warning("A socket's person could not be read just now: %s", type(error).__name__)
