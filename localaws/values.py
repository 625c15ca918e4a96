"""Plain values (None, bool, int, float, str, bytes, list, tuple, dict) as bytes for the journal; shared parts once.

Pickle, because its memo keeps a value that many history events share a single one (a payload of 200 KB in twenty events
is written once) and because JSON can't hold every integer quickly. It is safe here: what is written holds plain values
only, and reading refuses every class and function that a pickle could name: no file can make reading run code.

What is large and comes again in later rows of the same execution is written once, too: it has a row of its own, and
other rows refer to it by a number (`Shared`).
"""

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias

from asl import json_text
from asl.calls import room_for_calls
from asl.json_types import JSON

LARGE = 1024  # bytes as packed, or characters: from here on a row of its own
PLAIN = 1024  # bytes that rows may have ...
PLAIN_EVENT = 256  # ... and for each history event, before it is looked for what is large
KEPT = 4  # large values that an execution in memory keeps at hand; one that was dropped is written again
DEPTH = 6  # a large value is looked for so deep inside lists and dicts of few members
FEW = 8  # members; a list or dict of more is large as a whole or not at all

_CONTAINERS = frozenset({dict, list, tuple})
_LARGE_KINDS = _CONTAINERS | {str}

Load: TypeAlias = Callable[[int], Any]


class _PlainUnpickler(pickle.Unpickler):
    def __init__(self, data: bytes, load: Load | None) -> None:
        super().__init__(io.BytesIO(data))
        self._load = load

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"the journal holds plain values only, not {module_name}.{global_name}")

    def persistent_load(self, reference: Any, /) -> Any:
        if self._load is None or type(reference) is not int:
            raise pickle.UnpicklingError(f"there is no shared value {reference!r} here")
        return self._load(reference)


def pack(value: Any, references: Mapping[int, int] | None = None) -> bytes:
    """``references`` says what is not written but referred to, by ``id``."""
    try:
        return _pack(value, references)
    except RecursionError:  # pickle goes half as deep as readers of JSON do
        with room_for_calls:
            return _pack(value, references)


def _pack(value: Any, references: Mapping[int, int] | None) -> bytes:
    if not references:
        return pickle.dumps(value, protocol=5)
    file, known = io.BytesIO(), references.get
    pickler: Any = pickle.Pickler(file, protocol=5)
    pickler.persistent_id = lambda part: known(id(part))  # asked for every part: a method takes half as long again
    pickler.dump(value)
    return file.getvalue()


def unpack(data: bytes, load: Load | None = None) -> Any:
    """``load`` gives the value that a reference is to. UnpicklingError for what isn't plain."""
    return _PlainUnpickler(data, load).load()


class Shared:
    """The large values of one execution: which are stored, under which number, and which are to be stored.

    A reference is twice a row's number, and one more where the row is JSON text and its value is meant. Number 0 is the
    execution's input, which its own row holds. Values are known by identity, so those at hand are kept alive.
    """

    __slots__ = ("_kept", "last", "new", "references")

    def __init__(self, input_text: str, last: int = 0) -> None:
        self.last = last  # the highest number that was given out
        self.new: list[tuple[int, bytes]] = []  # (number, bytes) to be stored with the next commit
        self.references: dict[int, int] = {}
        self._kept: OrderedDict[int, Any] = OrderedDict()  # by reference
        if len(input_text) >= LARGE:
            self.keep(0, input_text)

    def __bool__(self) -> bool:
        return bool(self.references)

    def keep(self, reference: int, value: Any) -> None:
        """It is stored: what refers to it need not hold it."""
        if id(value) in self.references:
            return
        self._kept[reference] = value
        self.references[id(value)] = reference

    def trim(self) -> None:
        """Let go of all but the last few and the input, which is in memory anyway."""
        for reference in list(self._kept)[: -2 * KEPT] if len(self._kept) > 2 * KEPT else ():
            if reference:
                del self.references[id(self._kept.pop(reference))]

    def take_new(self) -> list[tuple[int, bytes]]:
        """The rows to be stored, once all that refers to them is packed."""
        new, self.new = self.new, []
        self.trim()
        return new

    def pack_events(self, events: Sequence[Sequence[Any]]) -> bytes:
        """History events as bytes; what is large in them is stored by itself."""
        seen, found = None, False
        for event in events:
            for member in event[3:]:
                kind = type(member)
                if kind in _CONTAINERS:
                    if member is not seen:  # one state's output is mostly the next one's input
                        seen = member
                        found |= self.note(member)
                elif kind is str and len(member) >= LARGE:
                    found |= self._store(member)
        return pack(events, self.references if found else None)

    def pack_row(self, row: Sequence[Any]) -> bytes:
        """A row of the interpreter's state, or a task's, as bytes."""
        found = bool(self.references) and type(row) in _CONTAINERS and self.note(row, wide=len(row))
        return pack(row, self.references if found else None)

    def note_pair(self, value: JSON, text: str | None) -> None:
        """A value that came as ``text`` is read from it again: only the text is stored."""
        if text is not None and len(text) >= LARGE:
            self.note(text)
            reference = self.references.get(id(text))
            if reference is not None and type(value) in (dict, list, str):
                self.keep(reference + 1, value)

    def note(self, value: Any, depth: int = DEPTH, wide: int = FEW) -> bool:
        """Store what is large in ``value``, unless it is stored. Is there anything to refer to?"""
        kind = type(value)
        if kind is str:
            return len(value) >= LARGE and self._store(value)
        if kind not in _CONTAINERS:
            return False
        if id(value) in self.references:
            self._kept.move_to_end(self.references[id(value)])
            return True
        if len(value) > wide or not depth:
            return not json_text.is_small(value) and self._store(value)
        found = False
        for member in value.values() if kind is dict else value:
            if type(member) in _LARGE_KINDS:
                found |= self.note(member, depth - 1)
        return found

    def _store(self, value: Any) -> bool:
        """Give it a row of its own, unless it has one or is too small for one."""
        reference = self.references.get(id(value))
        if reference is not None:
            self._kept.move_to_end(reference)
            return True
        data = pack(value)
        if len(data) < LARGE:
            return False
        self.last += 1
        self.new.append((self.last, data))
        self.keep(2 * self.last, value)
        return True

    def load(self, reference: int, rows: Callable[[int], Any]) -> Any:
        """What a reference is to; ``rows`` reads the value of a row."""
        found = self._kept.get(reference)
        if found is None:
            found = rows(reference // 2) if not reference % 2 else json_text.loads(self.load(reference - 1, rows))
            self.keep(reference, found)
        return found
