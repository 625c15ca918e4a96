"""Channels' Redis Pub/Sub layer, with what it leaves open decided: what happens when Redis goes away.

The library's own receiver logs a traceback each second until Redis is back, while the sockets wait for messages that
were lost meanwhile. Here an outage is one line in the log; every consumer is told (`CHANNEL_LOST`) and ends its socket,
and the pages come back by themselves, asking for what they missed.

It also publishes from threads without an event loop of their own, which Celery's tasks do several times for each poll:
the library would make a loop and a connection for each message.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import redis
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer, RedisSingleShardConnection

from callboard.watching import CHANNEL_LOST

logger = logging.getLogger(__name__)


class PubSubLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """``hosts`` is one URL in a list, as the library takes it."""

    def __init__(self, hosts: list[str], **options: Any) -> None:
        super().__init__(hosts=hosts, **options)
        self._url = hosts[0]
        self._lock = threading.Lock()
        self._client: redis.Redis | None = None

    def publish(self, group: str, message: dict[str, Any]) -> None:
        """``group_send`` from a thread. Raises RedisError."""
        with self._lock:
            if self._client is None:
                self._client = redis.Redis.from_url(self._url)
        self._client.publish(f"asgi__group__{group}", self.serialize(message))

    def _get_layer(self) -> _LoopLayer:
        layer = super()._get_layer()
        if not isinstance(layer, _LoopLayer):
            layer.__class__ = _LoopLayer
            layer._shards = [_Shard(shard.host, layer) for shard in layer._shards]  # noqa: SLF001
        return layer  # type: ignore[no-any-return]


class _LoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]
    def lost(self) -> None:
        """Every consumer hears that messages may have been lost, and goes."""
        message = self.channel_layer.serialize({"type": CHANNEL_LOST})
        for queue in self.channels.values():
            queue.put_nowait(message)


class _Shard(RedisSingleShardConnection):  # type: ignore[misc]
    _redis: Any
    _pubsub: Any
    _subscribed_to: set[str]

    async def _do_receiving(self) -> None:
        while True:
            try:
                if self._pubsub and self._pubsub.subscribed:
                    message = await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=0.1)
                    self._receive_message(message)
                else:
                    await asyncio.sleep(0.1)
            except (redis.RedisError, OSError) as error:
                logger.warning("Redis is away (%s): open pages are asked to come back", type(error).__name__)
                await self._forget()
                self.channel_layer.lost()

    async def _forget(self) -> None:
        """Nothing is subscribed any more; the next subscription makes a connection of its own."""
        async with self._lock:
            connection, self._redis, self._pubsub = self._redis, None, None
            self._subscribed_to.clear()
        if connection is not None:
            await connection.aclose(close_connection_pool=True)
