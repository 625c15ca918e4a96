"""Sending to the groups of Channels from anywhere: a view, a Celery thread, another process.

The in-memory layer isn't thread-safe: a ``group_send`` from a Celery thread to an idle loop arrives late or never.
Where web and worker share a process, messages are therefore handed to the server's own loop.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

_server_loop: asyncio.AbstractEventLoop | None = None


def remember_loop(loop: asyncio.AbstractEventLoop | None) -> None:
    """Called by the ASGI application when it starts and stops."""
    global _server_loop  # noqa: PLW0603  (one server loop a process: it is a fact of the process)
    _server_loop = loop


def publish(group: str, message: dict[str, Any]) -> None:
    """Send ``message`` (it needs a ``type``: the consumer's method) to ``group``. A lost message loses no data:
    clients ask again from the last event they have.
    """
    layer = get_channel_layer()
    if layer is None:
        return
    if settings.CALLBOARD_SINGLE_PROCESS:
        loop = _server_loop
        if loop is not None and loop.is_running():
            asyncio.run_coroutine_threadsafe(layer.group_send(group, message), loop)
        return
    try:
        layer.publish(group, message)
    except (OSError, RedisError) as error:  # Redis is away: the socket's client catches up when it asks again
        logger.warning("A live message to %s was not sent: %s", group, type(error).__name__)
