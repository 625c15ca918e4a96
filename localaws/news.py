"""Whose history has grown: one long-polled question for all executions, for whoever keeps a copy of their histories.

AWS has nothing like it, so nothing may need it: a copy is kept by GetExecutionHistory, and this says when that is worth
asking. What was committed is told; what nobody has asked about for a while isn't remembered. An asker gives the place
up to which it has heard. One whose place isn't known any more (the endpoint was started again, or more has grown than
is remembered) is told that it has missed something, and looks at everything itself.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

PATH = "/_localaws/news"
MOST = 1_000  # executions that are remembered
LONGEST_WAIT = 20.0  # seconds
REMEMBERED_FOR = 60.0  # seconds since anybody asked


@dataclass(frozen=True, slots=True)
class Grown:
    """``after`` is the place to ask from next; ``executions`` are ARNs, those that grew last come last."""

    after: str
    executions: list[str]
    missed: bool


class News:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._boot = secrets.token_hex(4)
        self._count = 0
        self._grown: dict[str, int] = {}  # by ARN, at which count; the last one last
        self._forgotten = 0  # all that grew up to this count may be unknown
        self._asked_at: float | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        self._is_over = False

    def add(self, arn: str) -> None:
        """On the event loop: this history has grown by what is committed."""
        if self._asked_at is None:
            return
        if not self._waiting and self._clock() - self._asked_at > REMEMBERED_FOR:
            self._asked_at = None
            self._forgotten = self._count = self._count + 1
            self._grown.clear()
            return
        self._count += 1
        self._grown.pop(arn, None)
        self._grown[arn] = self._count
        if len(self._grown) > MOST:
            self._forgotten = self._grown.pop(next(iter(self._grown)))
        self._wake()

    async def after(self, place: str, wait: float) -> Grown:
        """What has grown since ``place``; waits up to ``wait`` seconds for the first. Any other text is no place."""
        if self._asked_at is None:  # what came before wasn't written down
            self._forgotten = self._count = self._count + 1
        self._asked_at = self._clock()
        count = self._counted(place)
        if count is None:
            return Grown(self._place(), [], missed=True)
        if count == self._count and not self._is_over:
            await self._growth(min(wait, LONGEST_WAIT))
            self._asked_at = self._clock()
            if count < self._forgotten:
                return Grown(self._place(), [], missed=True)
        found: list[str] = []
        for arn, at in reversed(self._grown.items()):
            if at <= count:
                break
            found.append(arn)
        return Grown(self._place(), found[::-1], missed=False)

    def close(self) -> None:
        """Nobody waits any more."""
        self._is_over = True
        self._wake()

    def _place(self) -> str:
        return f"{self._boot}.{self._count}"

    def _counted(self, place: str) -> int | None:
        boot, _, text = place.partition(".")
        if boot != self._boot or not (text.isdecimal() and text.isascii() and len(text) < 19):
            return None
        count = int(text)
        return count if self._forgotten <= count <= self._count else None

    async def _growth(self, seconds: float) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await asyncio.wait({waiting}, timeout=seconds)
        finally:
            self._waiting.discard(waiting)

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
