"""`ws/reviews/`: each change of a task and the counts that follow from it. Never candidates, never tokens."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from callboard.watching import Guarded
from review import selectors
from review.live import GROUP
from review.models import ReviewTask

logger = logging.getLogger(__name__)
COUNT_AFTER = 0.25  # seconds: what changes within them is counted once


class ReviewsConsumer(Guarded, AsyncWebsocketConsumer):  # type: ignore[misc]
    required_permission = selectors.VIEW
    _changed = False
    _counting: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self.user = self.scope.get("user")
        if not await self.admitted():
            return
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self._send({"type": "counts", "counts": await self._counts()})

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        await self.released()
        if self._counting is not None:
            self._counting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._counting
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def task_changed(self, message: dict[str, Any]) -> None:
        if not await self.may_see():  # a role taken away counts at once
            await self.refuse()
            return
        row = await self._row(message["task_id"])
        if row is not None:
            await self._send({"type": "task", "task": row})
        self._changed = True
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count())

    async def _count(self) -> None:
        """With fifty people deciding, a count for each change and each open page would be most of the work."""
        while self._changed:
            await asyncio.sleep(COUNT_AFTER)
            self._changed = False
            try:
                await self._send({"type": "counts", "counts": await self._counts()})
            except DatabaseError as error:
                logger.warning("Open tasks could not be counted just now: %s", type(error).__name__)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message, cls=DjangoJSONEncoder))

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def _counts(self) -> dict[str, int]:
        return selectors.counts(self.user)

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def _row(self, task_id: int) -> dict[str, Any] | None:
        try:
            return selectors.as_row(selectors.get_task(task_id))
        except ReviewTask.DoesNotExist:
            return None
