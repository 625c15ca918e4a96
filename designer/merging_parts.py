"""What a three-way merge of values stands on: sameness, references to states, and lists that both sides changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Ref:
    """A transition's target: the state itself, whatever it is called."""

    who: str


class Absent:
    """Stands where a side has no such field: null is a value."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


def same(left: Any, right: Any) -> bool:
    """In the language's sense: the order of members means nothing, true isn't 1."""
    return left is right or _canonical(left) == _canonical(right)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    return {"\x00": value.who if isinstance(value, Ref) else "absent"}


def as_text(value: Any, name: Callable[[str], str]) -> str | None:
    """A side as people read it; targets by the states' names."""
    if value is ABSENT:
        return None
    if isinstance(value, Ref):
        return name(value.who)
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):  # a container
        return f"in {name(value[0])}" if value else "the workflow's own level"
    return json.dumps(value, indent=2, ensure_ascii=False, default=lambda ref: name(ref.who))


def list_merge(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any] | None:
    """Both sides' changes of a list, where they don't touch the same elements; else None."""
    hunks = sorted(_hunks(base, mine, 0) + _hunks(base, theirs, 1), key=lambda hunk: (hunk[0], hunk[1], hunk[3]))
    found: list[Any] = []
    at = 0
    for number, (start, end, members, side) in enumerate(hunks):
        for other_start, other_end, others, other_side in hunks[:number]:
            if other_side == side or ((start, end) == (other_start, other_end) and same(members, others)):
                continue
            if start < other_end or start == other_start:
                return None
        if number and hunks[number - 1][:3] == (start, end, members):
            continue  # both did the same
        found += base[at:start] + members
        at = end
    return found + base[at:]


def _hunks(base: list[Any], side: list[Any], which: int) -> list[tuple[int, int, list[Any], int]]:
    texts = [_canonical(member) for member in base], [_canonical(member) for member in side]
    codes = SequenceMatcher(None, *texts, autojunk=False).get_opcodes()
    return [(i1, i2, side[j1:j2], which) for tag, i1, i2, j1, j2 in codes if tag != "equal"]
