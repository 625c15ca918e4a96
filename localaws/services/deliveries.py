"""Work that somebody was promised and that nobody waits for: asynchronous invocations, executions that a rule starts.

It's kept as messages of a queue that no caller can see, so it survives kill -9 and is tried again: AWS tries an
asynchronous invocation three times, one and then two minutes apart.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localaws.services.sqs.service import Sqs
    from localaws.services.sqs.store import Queue, Received

log = logging.getLogger(__name__)

REGION = "internal"  # no signature names this Region, so no request reaches its queues
ATTEMPTS = 3
RETRY_SECONDS = (60, 120)
# How long an attempt may take: Lambda's longest time-out and a little.
_LEASE_SECONDS = 930
_AT_ONCE = 8

# (what to do, a key that stays the same over all attempts)
Perform = Callable[[Mapping[str, Any], str], Awaitable[None]]


class Deliveries:
    def __init__(self, sqs: Sqs, perform: Perform) -> None:
        """``perform`` raises when an attempt failed and another should be made."""
        self._sqs = sqs
        self._perform = perform
        self._queue: Queue = sqs.store.create(REGION, "deliveries", {"VisibilityTimeout": str(_LEASE_SECONDS)}, {})
        self._running: set[asyncio.Task[None]] = set()
        self._consumer: asyncio.Task[None] | None = None

    def add(self, work: Mapping[str, Any]) -> None:
        """From any thread; durable when it returns."""
        self._sqs.store.send(self._queue, json.dumps(work), attributes={}, system={})

    def start(self) -> None:
        self._sqs.store.release_all(self._queue)  # what a process that was killed had begun
        self._consumer = asyncio.ensure_future(self._consume())

    async def stop(self) -> None:
        tasks = [task for task in (self._consumer, *self._running) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _consume(self) -> None:
        while True:
            try:
                await self._take()
            except Exception:  # a full disk, say: what was promised is still in the queue
                log.exception("Promised work couldn't be looked for; it's tried again")
                await asyncio.sleep(1)

    async def _take(self) -> None:
        """One look: begin what is there, or wait for it."""
        if len(self._running) >= _AT_ONCE:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return
        room = min(10, _AT_ONCE - len(self._running))
        for message in await self._sqs.wait_for_messages(self._queue, limit=room, visibility=None, seconds=20):
            task = asyncio.ensure_future(self._attempt(message))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _attempt(self, message: Received) -> None:
        store, attempt = self._sqs.store, int(message.system["ApproximateReceiveCount"])
        try:
            await self._perform(json.loads(message.body), message.message_id)
        except Exception as error:  # noqa: BLE001
            if attempt < ATTEMPTS:
                log.info("Attempt %d of a delivery failed: %s", attempt, error)
                store.change_visibility(self._queue, message.receipt_handle, RETRY_SECONDS[attempt - 1])
                return
            log.warning("A delivery was given up after %d attempts: %s", attempt, error)
        store.delete_message(self._queue, message.receipt_handle)
