"""How the event loop waits for the next request: for a moment by looking again and again, then asleep.

A process that sleeps has to be woken, and on a virtual machine so has its processor: some tens of microseconds, paid at
each request of a client that sends the next one as soon as it has an answer. So while requests come like that, within
`seconds` of each other, the loop looks for them without sleeping. One longer pause ends it. It isn't done while more
wants to run than there are processors: whoever does would pay for it.
"""

import asyncio
import os
import selectors
import time
from collections.abc import Callable
from pathlib import Path

LOAD = Path("/proc/loadavg")  # "0.20 0.18 0.12 2/80 11206": the fourth field is how many run or want to, of how many
QUOTA = Path("/sys/fs/cgroup/cpu.max")  # "100000 100000" or "max 100000": microseconds, and of how many
LOOK_AROUND = 0.02  # seconds until the machine's load is looked at again


def event_loop(seconds: float) -> asyncio.AbstractEventLoop:
    """A loop that looks for ``seconds``; with 0, or where the load can't be read, the usual one."""
    room = Room.of_this_machine() if seconds > 0 else None
    return asyncio.SelectorEventLoop(None if room is None else BusyPoll(seconds, room))


class BusyPoll(selectors.DefaultSelector):
    """``has_room`` says whether there is a processor that nobody else wants."""

    def __init__(
        self, seconds: float, has_room: Callable[[], bool], clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__()
        self._seconds = seconds
        self._has_room = has_room
        self._clock = clock
        self._in_turn = False  # the last event came soon after the loop had nothing more to do

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        began = self._clock()
        if self._in_turn and self._has_room():
            end = began + (self._seconds if timeout is None else min(self._seconds, timeout))
            while True:
                found = super().select(0)
                if found:
                    return found
                if self._clock() >= end:
                    break
                os.sched_yield()
            if timeout is not None:
                timeout = max(timeout - (end - began), 0)
        found = super().select(timeout)
        if found:
            self._in_turn = self._clock() - began <= self._seconds
        return found


class Room:
    """Whether a processor is free for this process, by the number of those that run or want to, itself included."""

    def __init__(self, load: Path, processors: int, clock: Callable[[], float] = time.perf_counter) -> None:
        self._load = load
        self._processors = processors
        self._clock = clock
        self._looked_at = -LOOK_AROUND
        self._found = False

    @classmethod
    def of_this_machine(cls) -> "Room | None":
        """None where it can't be known."""
        return cls(LOAD, _processors()) if LOAD.exists() else None

    def __call__(self) -> bool:
        now = self._clock()
        if now - self._looked_at >= LOOK_AROUND:
            self._looked_at = now
            wanting = int(self._load.read_bytes().split()[3].partition(b"/")[0])
            self._found = wanting <= self._processors
        return self._found


def _processors() -> int:
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = QUOTA.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return allowed
    return allowed if quota == "max" else min(allowed, int(quota) // int(period))
