"""Two edits of one revision made one: a three-way merge by state, in the language's own terms.

A state is itself under any name (`asl.diff` knows who was renamed) and in any container; its fields are merged one by
one, and what leads to a state follows it. What both sides changed differently is a conflict, never settled silently:
each one is named, shown with both sides, and decided by whoever merges. What a side didn't touch it doesn't win.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from asl.diff import compare
from designer.merging_parts import ABSENT, as_text, list_merge, same
from designer.merging_records import MACHINE, Machine, Record, read, written

if TYPE_CHECKING:
    from collections.abc import Mapping

Choice = Literal["mine", "theirs"]
WHOLE: Final = "(the whole state)"


class NotMerged(ValueError):  # noqa: N818 - it says what happened
    """One of the texts isn't JSON that holds a workflow; the message says whose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What both sides made something different of. Texts are JSON, or None where a side has no such thing."""

    key: str
    state: str  # "" is the workflow itself
    path: str  # "Parameters › Body"
    base: str | None
    mine: str | None
    theirs: str | None
    chosen: Choice


@dataclass(frozen=True, slots=True)
class Merged:
    definition: str  # JSON; only its meaning counts: the editor brings its own text there
    conflicts: list[Conflict]
    taken: list[str]  # what came from the other side, in words


@dataclass(slots=True)
class _Merge:
    """The three machines and what is found while they are put together."""

    base: Machine
    mine: Machine
    theirs: Machine
    choices: Mapping[str, Choice]
    conflicts: list[Conflict] = field(default_factory=list)

    def settle(self, who: str, path: tuple[str, ...], values: tuple[Any, Any, Any]) -> Any:
        """Note a conflict about ``values`` (base, mine, theirs) and answer the chosen side's."""
        key = json.dumps([who, *path])
        chosen: Choice = self.choices.get(key, "mine")
        base, mine, theirs = (as_text(value, self.name) for value in values)
        conflict = Conflict(
            key=key,
            state="" if who.startswith(MACHINE) else self.name(who),
            path=" › ".join(path) or WHOLE,
            base=base,
            mine=mine,
            theirs=theirs,
            chosen=chosen,
        )
        self.conflicts.append(conflict)
        return values[1] if chosen == "mine" else values[2]

    def name(self, who: str) -> str:
        """What people call a state, whichever side knows it."""
        for machine in (self.mine, self.theirs, self.base):
            if who in machine.records:
                return str(machine.records[who].name)
        return who

    def value(self, who: str, path: tuple[str, ...], base: Any, mine: Any, theirs: Any) -> Any:
        """One field, and the fields in it."""
        if same(mine, theirs) or same(base, theirs):
            return mine
        if same(base, mine):
            return theirs
        if isinstance(mine, dict) and isinstance(theirs, dict):
            old = base if isinstance(base, dict) else {}
            found = {}
            for member in [*mine, *(member for member in theirs if member not in mine)]:
                sides = (old.get(member, ABSENT), mine.get(member, ABSENT), theirs.get(member, ABSENT))
                value = self.value(who, (*path, member), *sides)
                if value is not ABSENT:
                    found[member] = value
            return found
        if isinstance(base, list) and isinstance(mine, list) and isinstance(theirs, list):
            if len(base) == len(mine) == len(theirs):
                rows = zip(base, mine, theirs, strict=True)
                return [self.value(who, (*path, str(index)), *row) for index, row in enumerate(rows)]
            merged = list_merge(base, mine, theirs)
            if merged is not None:
                return merged
        return self.settle(who, path, (base, mine, theirs))

    def record(self, who: str) -> Record | None:
        """The state ``who`` as it should be; None where it goes."""
        base, mine, theirs = (machine.records.get(who) for machine in (self.base, self.mine, self.theirs))
        if mine is None or theirs is None:
            return self._one_sided(who, base, mine, theirs)
        old = base or Record(ABSENT, ABSENT, ABSENT, {})
        own = self.value(who, (), old.own if base else ABSENT, mine.own, theirs.own)
        name = self._attribute(who, "Name", old.name, mine.name, theirs.name)
        container = self._attribute(who, "Place", old.container, mine.container, theirs.container)
        return Record(name, container, own, mine.order)

    def _attribute(self, who: str, title: str, base: Any, mine: Any, theirs: Any) -> Any:
        if theirs in (mine, base):
            return mine
        return theirs if base == mine else self.settle(who, (title,), (base, mine, theirs))

    def _one_sided(self, who: str, base: Record | None, mine: Record | None, theirs: Record | None) -> Record | None:
        if base is None:
            return mine or theirs
        if mine is None and theirs is None:
            return None
        left = mine or theirs
        if left is not None and left.means(base):
            return None  # one side deleted it, the other left it alone
        values = tuple(ABSENT if record is None else record.own for record in (base, mine, theirs))
        chosen = self.settle(who, (), values)  # type: ignore[arg-type]
        return None if chosen is ABSENT else left


def merge(base: str, mine: str, theirs: str, choices: Mapping[str, Choice] | None = None) -> Merged:
    """``mine`` with what ``theirs`` made of ``base``; a conflict without a choice keeps mine. Raises `NotMerged`."""
    documents = [_parsed(text, whose) for text, whose in ((base, "the revision both began with"),
                                                          (mine, "yours"), (theirs, "theirs"))]  # fmt: skip
    old = read(documents[0])
    merging = _Merge(old, read(documents[1], old, documents[0]), read(documents[2], old, documents[0]), choices or {})
    merged = Machine(records={}, scopes={}, keys=merging.mine.keys | merging.theirs.keys | merging.mine.keys)
    for who in _everyone(merging):
        record = merging.record(who)
        if record is not None:
            merged.records[who] = record
    _keep_owners(merged, merging)
    for scope in _scopes(merged, merging):
        sides = [machine.scopes.get(scope, ABSENT) for machine in (merging.base, merging.mine, merging.theirs)]
        if ABSENT in sides[1:]:
            merged.scopes[scope] = next((side for side in (*sides[1:], sides[0]) if side is not ABSENT), {})
        else:
            merged.scopes[scope] = merging.value(f"{MACHINE}{'/'.join(scope)}", (), *sides)
    document = written(merged)
    return Merged(json.dumps(document, indent=2, ensure_ascii=False), merging.conflicts, _taken(documents[1], document))


def _parsed(text: str, whose: str) -> Any:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotMerged(f"The text can't be merged by state: {whose} isn't JSON ({error}).") from error
    if not isinstance(document, dict) or not isinstance(document.get("States"), dict):
        raise NotMerged(f"The text can't be merged by state: {whose} has no States.")
    return document


def _everyone(merging: _Merge) -> list[str]:
    """In my order; the other side's new states each after the one that they follow there."""
    order = list(merging.mine.records)
    after = ""
    for who in merging.theirs.records:
        if who not in order:
            order.insert(order.index(after) + 1 if after in order else len(order), who)
        after = who
    return [*order, *(who for who in merging.base.records if who not in order)]


def _keep_owners(merged: Machine, merging: _Merge) -> None:
    """A state that stays keeps the container that it is in, whoever deleted that."""
    waiting = list(merged.records.values())
    while waiting:
        container = waiting.pop().container
        owner = container[0] if container else None
        if owner is not None and owner not in merged.records:
            found = next(side.records[owner] for side in (merging.theirs, merging.mine, merging.base)
                         if owner in side.records)  # fmt: skip
            merged.records[owner] = found
            waiting.append(found)


def _scopes(merged: Machine, merging: _Merge) -> list[tuple[str, ...]]:
    """Those with states in them, and empty ones that nobody took away."""
    base, mine, theirs = (set(machine.scopes) for machine in (merging.base, merging.mine, merging.theirs))
    kept = (mine & theirs) | ((mine | theirs) - base)
    empty = [scope for scope in (*merging.mine.scopes, *merging.theirs.scopes) if scope in kept]
    inhabited = [record.container for record in merged.records.values()]
    return [scope for scope in dict.fromkeys([*inhabited, *empty]) if not scope or scope[0] in merged.records]


def _taken(mine: Any, merged: Any) -> list[str]:
    """What the merge changes of my text."""
    difference = compare(mine, merged)
    words = [f"{' and '.join(change.kinds)}: {change.name}" for change in difference.states]
    return [*(["changed: the workflow's own settings"] if difference.machine else []), *words]
