"""Who may listen at a socket, asked when it opens and again for as long as it stays open.

A session's permissions are those of the moment it was read; an open page may outlive them. So the person is read anew
every few seconds, and a socket whose person is gone, deactivated or no longer allowed is closed with 4403, which pages
take as "don't come back".
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.db import DatabaseError

from callboard.roles import allowed

logger = logging.getLogger(__name__)
NOT_ALLOWED = 4403
CHECK_EVERY = 10  # seconds


class Guarded:
    """For a consumer of Channels: names ``required_permission``, and calls `admitted` when it connects and `released`
    when it disconnects.
    """

    required_permission: str
    scope: Any
    _checking: asyncio.Task[None] | None = None

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
