"""How large values are as JSON text. What is large and comes again, in this state's output and the next one's, is
measured once: a payload that is carried through many states would otherwise be serialised in each.
"""

from collections import OrderedDict

from asl import json_text
from asl.json_types import JSON

KEPT = 4  # large values that are remembered
LARGE = 256  # bytes
FEW = 8  # members; a list or dict of more is measured as a whole
DEPTH = 3


class Sizes:
    """Those of one execution. Values are known by identity, so those that are remembered are kept alive."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[JSON, int, int]] = OrderedDict()

    def exceed_limit(self, value: JSON, text: str | None) -> bool:
        """Is the value larger than a payload may be? ``text`` is the value as it came, where it came as text."""
        if text is not None:
            return json_text.text_exceeds_limit(text)
        if json_text.is_small(value):
            return False
        try:
            return self._size(value, DEPTH)[0] > json_text.PAYLOAD_LIMIT
        except RecursionError:  # nested deeper than any JSON reader goes
            return True

    def _size(self, value: JSON, depth: int) -> tuple[int, int]:
        """Bytes of its compact text in UTF-8, and how many levels lie above what was last measured as a whole.

        RecursionError: a value that grows by a level in each state is never measured as a whole again, and ends here.
        """
        known = self._known.get(id(value))
        if known is not None:
            self._known.move_to_end(id(value))
            return known[1:]
        levels, kind = 0, type(value)
        if depth and kind is dict and len(value) <= FEW:
            size = max(len(value) + 1, 2)
            for name, member in value.items():
                inner, above = self._size(member, depth - 1)
                size += json_text.size(name) + 1 + inner
                levels = max(levels, above + 1)
        elif depth and kind is list and len(value) <= FEW:
            size = max(len(value) + 1, 2)
            for member in value:
                inner, above = self._size(member, depth - 1)
                size += inner
                levels = max(levels, above + 1)
        else:
            size = json_text.size(value)
        if levels > json_text.NESTING_LIMIT:
            raise RecursionError(f"nested more than {json_text.NESTING_LIMIT} deep")
        if size >= LARGE:
            self._known[id(value)] = value, size, levels
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return size, levels
