"""The sockets of the execution pages. They send what the database holds; a dropped socket asks from its last event."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import DatabaseError
from redis.exceptions import RedisError

from callboard.watching import COME_BACK, Guarded
from executions import selectors
from executions.feeds import Feed, Follower, following
from executions.live import LIST_GROUP
from executions.models import Execution
from executions.serializers import as_row

logger = logging.getLogger(__name__)
VIEW = "executions.view_execution"
NOT_FOUND = 4404
SLOW = 20.0  # seconds in which a client must have taken a message


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

    channel_layer_alias = "none"  # the feed listens for all sockets of the execution
    following: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self.execution_id = int(self.scope["url_route"]["kwargs"]["pk"])
        self.last_sent = 0
        self.hello = asyncio.Event()
        if not await self.admitted():
            return
        await self.accept()
        if not await Execution.objects.filter(pk=self.execution_id).aexists():
            await self.close(NOT_FOUND)
            return
        self.following = asyncio.create_task(self._follow())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        if self.following is not None:
            self.following.cancel()
            await asyncio.gather(self.following, return_exceptions=True)
        await self.released()

    async def receive_json(self, content: Any, **kwargs: Any) -> None:  # noqa: ARG002
        if not isinstance(content, dict) or content.get("type") != "hello":
            return
        after = content.get("after")
        self.last_sent = after if isinstance(after, int) and after >= 0 else 0
        self.hello.set()

    async def _follow(self) -> None:
        try:
            async with following(self.execution_id) as (feed, follower):
                await self.hello.wait()
                while not follower.is_lost:
                    await self._send_what_is_new(feed, follower)
                    await follower.wake.wait()
        except RedisError as error:
            logger.warning("Execution %s can't be followed: %s", self.execution_id, type(error).__name__)
        except TimeoutError:
            logger.info("A page of execution %s doesn't read what it is sent", self.execution_id)
        except OSError:
            return  # the client went away meanwhile: the server says so itself
        self.end(COME_BACK)

    async def _send_what_is_new(self, feed: Feed, follower: Follower) -> None:
        follower.wake.clear()
        while follower.has_news:
            follower.has_news = False
            try:
                batch = await feed.after(self.last_sent)
            except DatabaseError as error:  # the feed's next beat wakes us again
                follower.has_news = True
                logger.warning("Execution %s can't be read just now: %s", self.execution_id, type(error).__name__)
                return
            follower.has_news |= not batch.is_all
            await self._send_in_time(batch.text)
            self.last_sent = batch.last
        while follower.notices:
            await self._send_in_time(follower.notices.popleft())

    async def _send_in_time(self, text: str) -> None:
        """A client that doesn't read would hold its messages here for ever. Raises TimeoutError."""
        async with asyncio.timeout(SLOW):
            await self.send(text_data=text)


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
