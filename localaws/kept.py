"""What was used last, kept at hand: as much of it as there is room for. The store has the rest."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """``room`` is for the sum of all weights; the newest value stays, however heavy it is."""

    __slots__ = ("_found", "_room", "_weight")

    def __init__(self, room: int) -> None:
        self._room = room
        self._weight = 0
        self._found: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: K) -> V | None:
        found = self._found.get(key)
        if found is None:
            return None
        self._found.move_to_end(key)
        return found[0]

    def keep(self, key: K, value: V, weight: int = 1) -> V:
        """Gives ``value`` back."""
        self.drop(key)
        self._found[key] = value, weight
        self._weight += weight
        while self._weight > self._room and len(self._found) > 1:
            _, (_, gone) = self._found.popitem(last=False)
            self._weight -= gone
        return value

    def drop(self, key: K) -> None:
        found = self._found.pop(key, None)
        if found is not None:
            self._weight -= found[1]

    def clear(self) -> None:
        self._found.clear()
        self._weight = 0
