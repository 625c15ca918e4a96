"""`ws/launches/<id>/`: says that a run moved on; the page then fetches what it shows. A run that somebody watches is
polled as quickly as its execution's own page would be.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from callboard.watching import Guarded
from executions import polling
from executions.models import Execution
from executions.services import hint_poll
from launch.live import group_of
from launch.models import Launch

logger = logging.getLogger(__name__)
VIEW = "launch.view_launch"
NOT_FOUND = 4404
WATCH_EVERY = 5  # seconds; also how soon a run that was only queued is watched


class LaunchConsumer(Guarded, AsyncWebsocketConsumer):  # type: ignore[misc]
    required_permission = VIEW

    async def connect(self) -> None:
        self.launch_id = int(self.scope["url_route"]["kwargs"]["launch_id"])
        self.watching: asyncio.Task[None] | None = None
        if not await self.admitted():
            return
        await self.accept()
        if not await Launch.objects.filter(pk=self.launch_id).aexists():
            await self.close(code=NOT_FOUND)
            return
        await self.channel_layer.group_add(group_of(self.launch_id), self.channel_name)
        await self.send_changed()  # whatever happened between the page and the socket
        self.watching = asyncio.create_task(self._keep_watching())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        if self.watching is not None:
            self.watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.watching
        await self.released()
        await self.channel_layer.group_discard(group_of(self.launch_id), self.channel_name)

    async def launch_changed(self, message: dict[str, Any]) -> None:  # noqa: ARG002
        await self.send_changed()

    async def send_changed(self) -> None:
        await self.send(text_data=json.dumps({"type": "changed"}))

    async def _keep_watching(self) -> None:
        running = True
        while running:
            try:
                running = await self._watch()
            except DatabaseError as error:  # it's back in a while, and the page is still open
                logger.warning("Launch %s is not watched just now: %s", self.launch_id, type(error).__name__)
            await asyncio.sleep(WATCH_EVERY)

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def _watch(self) -> bool:
        """Tell the poller that somebody looks; False once there is nothing more to see."""
        launch = Launch.objects.filter(pk=self.launch_id).first()
        if launch is None:
            return False
        execution_id = launch.execution_id
        if execution_id is None:
            return True
        running = polling.watch(execution_id)
        if running:
            hint_poll(Execution(pk=execution_id))
        return bool(running)
