"""Pages' sockets as Python clients: what each was sent, when, and what was lost, doubled or out of order."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from websockets.asyncio.client import connect

if TYPE_CHECKING:
    from bench.live.sites import Place


@dataclass
class Watcher:
    """One socket of one execution; times are seconds of the machine's clock, which the endpoint shares."""

    execution: int
    ids: list[int] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)  # from the event's own time until it was here
    ages: list[float] = field(default_factory=list)
    is_over: bool = False

    def hear(self, text: str | bytes, since: float) -> None:
        now = time.time()
        message = json.loads(text)
        if message["type"] == "age" and message["seconds"] is not None:
            self.ages.append(message["seconds"])
        if message["type"] != "events":
            return
        for event in message["events"]:
            self.ids.append(event["id"])
            happened = datetime.fromisoformat(event["timestamp"]).timestamp()
            if happened >= since:
                self.delays.append(now - happened)
            # The status may be told before the history was read to its end.
            self.is_over |= event["type"] == "ExecutionAborted"

    def mistakes(self, whole: int) -> int:
        """How many of the history's ``whole`` events were lost, doubled or out of their order."""
        expected = list(range(1, whole + 1))
        if self.ids == expected:
            return 0
        doubled = len(self.ids) - len(set(self.ids))
        disordered = sum(a > b for a, b in zip(self.ids, self.ids[1:], strict=False))
        return max(1, len(set(expected) - set(self.ids)) + doubled + disordered)


async def watch(place: Place, watchers: list[Watcher], *, since: float, until: asyncio.Event) -> None:
    """Every watcher listens from its execution's first event, until its execution is over or ``until`` is set."""
    opening = asyncio.Semaphore(20)

    async def listen(watcher: Watcher) -> None:
        async with opening:
            address = place.socket_url(f"/ws/executions/{watcher.execution}/")
            socket = await connect(address, additional_headers=place.headers, compression=None, open_timeout=60)
        async with socket:
            await socket.send(json.dumps({"type": "hello", "after": 0}))
            async for text in socket:
                watcher.hear(text, since)
                if watcher.is_over:
                    return

    tasks = [asyncio.create_task(listen(watcher)) for watcher in watchers]
    over = asyncio.create_task(until.wait())
    done = asyncio.create_task(asyncio.wait(tasks))
    await asyncio.wait({over, done}, return_when=asyncio.FIRST_COMPLETED)
    over.cancel()
    for task in tasks:
        task.cancel()
    for failure in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(failure, Exception):
            raise failure
