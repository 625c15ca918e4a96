"""One timer of the event loop for every timer of every execution. Those that are due soon are in memory, in a heap; the
others are rows of the store until their time comes near.

Times are seconds since the epoch: a Wait until noon ends at noon by the clock on the wall, also when the machine slept.
A cancelled timer stays in the heap until its turn or until cancelled ones are the majority.
"""

import asyncio
import heapq
from collections.abc import Callable
from typing import TypeAlias

LONGEST_SLEEP = 5.0  # look at the wall clock at least this often: it may have been set
FIRED_AT_ONCE = 256  # then others have their turn
SOON = 60.0  # seconds ahead that timers are brought into memory ...
AT_ONCE = 1024  # ... so many at a time

Timer: TypeAlias = tuple[float, int, int]  # due, execution id, timer id
Stored: TypeAlias = Callable[[Timer, float, int], list[Timer]]

_INFINITY = float("inf")


class Timers:
    """``stored(after, until, limit)`` gives the store's timers in order; ``fire(execution_id, timer_id)`` is told."""

    def __init__(self, fire: Callable[[int, int], None], clock: Callable[[], float], stored: Stored) -> None:
        self._fire = fire
        self._clock = clock
        self._stored = stored
        self._heap: list[Timer] = []
        self._due: dict[tuple[int, int], float] = {}  # the timers of the heap that still count
        self._seen: Timer = (-_INFINITY, 0, 0)  # every timer up to this one is in memory
        self._handle: asyncio.TimerHandle | None = None
        self._wakes_at = _INFINITY

    def __len__(self) -> int:
        """How many are in memory."""
        return len(self._due)

    def start(self) -> None:
        self._look_ahead()
        self._arm()

    def add(self, execution_id: int, timer_id: int, due: float) -> None:
        """A timer that has been stored."""
        timer = due, execution_id, timer_id
        if timer <= self._seen:
            self._due[execution_id, timer_id] = due
            heapq.heappush(self._heap, timer)
            if due < self._wakes_at:
                self._arm()

    def cancel(self, execution_id: int, timer_id: int) -> None:
        self._due.pop((execution_id, timer_id), None)
        if len(self._heap) > 64 and len(self._heap) > 2 * len(self._due):
            self._heap = [(due, *key) for key, due in self._due.items()]
            heapq.heapify(self._heap)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    @property
    def _must_look_ahead_at(self) -> float:
        """When half of what has been looked ahead has passed; later if there is enough to do."""
        return self._seen[0] - SOON / 2 if len(self._heap) < AT_ONCE else _INFINITY

    def _look_ahead(self) -> None:
        """Bring what is due soon into memory."""
        until = self._clock() + SOON
        found = self._stored(self._seen, until, AT_ONCE)
        for due, execution_id, timer_id in found:
            self._due[execution_id, timer_id] = due
            heapq.heappush(self._heap, (due, execution_id, timer_id))
        self._seen = found[-1] if len(found) == AT_ONCE else max(self._seen, (until, 1 << 62, 0))

    def _arm(self) -> None:
        self.stop()
        self._wakes_at = min(self._heap[0][0] if self._heap else _INFINITY, self._must_look_ahead_at)
        delay = min(max(self._wakes_at - self._clock(), 0.0), LONGEST_SLEEP)
        self._handle = asyncio.get_running_loop().call_later(delay, self._wake)

    def _wake(self) -> None:
        now = self._clock()
        if self._must_look_ahead_at <= now:
            self._look_ahead()
        for _ in range(FIRED_AT_ONCE):
            if not self._heap or self._heap[0][0] > now:
                break
            due, execution_id, timer_id = heapq.heappop(self._heap)
            if self._due.get((execution_id, timer_id)) == due:
                del self._due[execution_id, timer_id]
                self._fire(execution_id, timer_id)
        self._arm()
