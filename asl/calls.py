"""Room for Python's nested calls: for what recurses as deep as the data or the expression it works on."""

import sys
import threading
from typing import Final

FRAMES: Final = 12_000  # calls: what JSONata needs at its own limit of depth, and far more than JSON that can be read


class _Room:
    """Within it calls may nest deeper, in whatever thread; all else keeps the host's limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._host_limit = 0

    def __enter__(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._host_limit = sys.getrecursionlimit()
                sys.setrecursionlimit(max(self._host_limit, FRAMES))

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                sys.setrecursionlimit(self._host_limit)


room_for_calls = _Room()
