"""One heap for every timer of every execution, and one timer of the event loop for the heap.

Times are seconds since the epoch: a Wait until noon ends at noon by the clock on the wall, also when the machine slept.
A cancelled timer stays in the heap until its turn or until cancelled ones are the majority.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterable

LONGEST_SLEEP = 30.0  # look at the wall clock at least this often: it may have been set
FIRED_AT_ONCE = 256  # then others have their turn


class Timers:
    def __init__(self, fire: Callable[[int, int], None], clock: Callable[[], float]) -> None:
        self._fire = fire
        self._clock = clock
        self._heap: list[tuple[float, int, int]] = []  # due, execution id, timer id
        self._due: dict[tuple[int, int], float] = {}  # the timers that still count
        self._handle: asyncio.TimerHandle | None = None
        self._wakes_at = float("inf")

    def __len__(self) -> int:
        return len(self._due)

    def load(self, timers: Iterable[tuple[float, int, int]]) -> None:
        """Take over all timers of a store."""
        self._heap.extend(timers)
        heapq.heapify(self._heap)
        self._due.update(((execution_id, timer_id), due) for due, execution_id, timer_id in self._heap)
        self._arm()

    def add(self, execution_id: int, timer_id: int, due: float) -> None:
        self._due[execution_id, timer_id] = due
        heapq.heappush(self._heap, (due, execution_id, timer_id))
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

    def _arm(self) -> None:
        self.stop()
        if not self._heap:
            self._wakes_at = float("inf")
            return
        self._wakes_at = self._heap[0][0]
        delay = min(max(self._wakes_at - self._clock(), 0.0), LONGEST_SLEEP)
        self._handle = asyncio.get_running_loop().call_later(delay, self._wake)

    def _wake(self) -> None:
        now = self._clock()
        for _ in range(FIRED_AT_ONCE):
            if not self._heap or self._heap[0][0] > now:
                break
            due, execution_id, timer_id = heapq.heappop(self._heap)
            if self._due.get((execution_id, timer_id)) == due:
                del self._due[execution_id, timer_id]
                self._fire(execution_id, timer_id)
        self._arm()
