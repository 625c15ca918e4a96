"""The sockets of the execution pages. They send what the database holds; a dropped socket asks from its last event."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import DatabaseError

from callboard.watching import Guarded
from executions import polling, selectors
from executions.live import LIST_GROUP, group_of
from executions.models import Execution
from executions.serializers import as_event, as_progress, as_row

logger = logging.getLogger(__name__)
VIEW = "executions.view_execution"
NOT_FOUND = 4404
PAGE = 500
WATCH_EVERY = 10  # seconds; well within polling.WATCHED_FOR


class Executions(Guarded, AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """For people who may see executions."""

    required_permission = VIEW

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return json.loads(text_data)
        except ValueError:
            return None  # nonsense is nobody's request: it closes nothing and fills no log


class ExecutionConsumer(Executions):
    """``ws/executions/{id}/``: the client says the last event it has, and gets what came since, then what comes."""

    async def connect(self) -> None:
        self.execution_id = int(self.scope["url_route"]["kwargs"]["pk"])
        self.last_sent: int | None = None  # None until the client said hello
        self.sending = asyncio.Lock()
        self.watching: asyncio.Task[None] | None = None
        if not await self.admitted():
            return
        await self.accept()
        if not await Execution.objects.filter(pk=self.execution_id).aexists():
            await self.close(NOT_FOUND)
            return
        await self.channel_layer.group_add(group_of(self.execution_id), self.channel_name)
        self.watching = asyncio.create_task(self._keep_watching())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        if self.watching is not None:
            self.watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.watching
        await self.released()
        await self.channel_layer.group_discard(group_of(self.execution_id), self.channel_name)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:  # noqa: ARG002
        if not isinstance(content, dict) or content.get("type") != "hello":
            return
        after = content.get("after")
        self.last_sent = after if isinstance(after, int) and after >= 0 else 0
        await self._send_news(always=True)

    async def execution_changed(self, message: dict[str, Any]) -> None:  # noqa: ARG002
        if self.watching is not None and self.watching.done():  # it had ended: perhaps it was redriven
            self.watching = asyncio.create_task(self._keep_watching())
        if self.last_sent is not None:
            await self._send_news(always=True)

    async def execution_notice(self, message: dict[str, Any]) -> None:
        await self.send_json({"type": "notice", "level": message["level"], "message": message["message"]})

    async def _send_news(self, *, always: bool) -> None:
        async with self.sending:  # a second wake-up must not send the same events again
            while True:
                execution, events = await self._news(self.last_sent or 0)
                if events or always:
                    await self.send_json(
                        {
                            "type": "events",
                            "events": [as_event(row) for row in events],
                            "execution": as_progress(execution),
                        }
                    )
                if events:
                    self.last_sent = events[-1].event_id
                if len(events) < PAGE:
                    return
                always = False

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def _news(self, after: int) -> tuple[Execution, list[Any]]:
        # The execution first: events that come in between are announced again.
        execution = Execution.objects.get(pk=self.execution_id)
        return execution, selectors.events_after(self.execution_id, after, PAGE)

    async def _keep_watching(self) -> None:
        from executions.services import hint_poll

        running = True
        while running:
            try:
                running = await database_sync_to_async(polling.watch)(self.execution_id)
                if running:
                    await database_sync_to_async(lambda: hint_poll(Execution(pk=self.execution_id)))()
            except DatabaseError as error:  # it's back in a while, and the page is still open
                logger.warning("Execution %s is not watched just now: %s", self.execution_id, type(error).__name__)
            if running:
                await asyncio.sleep(WATCH_EVERY)


class ExecutionListConsumer(Executions):
    """``ws/executions/``: a row whenever an execution begins, changes or ends."""

    async def connect(self) -> None:
        if await self.admitted():
            await self.channel_layer.group_add(LIST_GROUP, self.channel_name)
            await self.accept()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        await self.released()
        await self.channel_layer.group_discard(LIST_GROUP, self.channel_name)

    async def execution_row(self, message: dict[str, Any]) -> None:
        row = await self._row(message["id"])
        if row is not None:
            await self.send_json({"type": "execution", "execution": row})

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def _row(self, pk: int) -> dict[str, Any] | None:
        execution = selectors.executions().filter(pk=pk).first()
        return as_row(execution) if execution else None
