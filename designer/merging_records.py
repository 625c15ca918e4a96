"""A definition taken apart for merging: each state by itself, with who it is, where it stands and what is its own;
and put together again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from asl.diff import compare
from asl.findings import unescaped
from asl.walk import Place, states
from designer.merging_parts import Ref, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MACHINE: Final = "\x00"  # begins the name of a scope where others name a state
_INNER: Final = ("Branches", "ItemProcessor", "Iterator")


@dataclass(frozen=True, slots=True)
class Record:
    """One state. ``container`` is () or (owner, "Branches", "0") or (owner, "ItemProcessor")."""

    name: Any
    container: Any
    own: Any  # its fields without the states inside it; targets are `Ref`
    order: Any = ()  # its fields' names as they stood, the inner ones too

    def means(self, other: Record) -> bool:
        return self.name == other.name and self.container == other.container and same(self.own, other.own)


@dataclass(slots=True)
class Machine:
    records: dict[str, Record]
    scopes: dict[tuple[str, ...], Any]  # a scope's own fields, by its container
    keys: dict[str, None] = field(default_factory=dict)  # the document's fields in order


def read(document: Any, base: Machine | None = None, before: Any = None) -> Machine:
    """``base`` (and its document) say who was whom: without it everybody is who they are called."""
    places = list(states(document))
    who = _identities(places, document, before if base is not None else None)
    by_path = {place.path: who[index] for index, place in enumerate(places)}
    containers = {place.path: _container(place.scope, by_path) for place in places}
    names: dict[tuple[str, ...], dict[str, str]] = {}
    for place in places:
        names.setdefault(containers[place.path], {})[place.name] = by_path[place.path]
    found = Machine({}, {(): _scope(document, names.get((), {}))}, dict.fromkeys(document))
    for place in places:
        container = containers[place.path]
        own = _own(place.state, names[container])
        order = tuple(place.state) if isinstance(place.state, dict) else ()
        found.records[by_path[place.path]] = Record(place.name, container, own, order)
        for scope, value in _inner(place.state):
            inner = (by_path[place.path], *scope)
            found.scopes[inner] = _scope(value, names.get(inner, {}))
    return found


def _identities(places: list[Place], document: Any, before: Any) -> list[str]:
    """Names are unique in a machine; where a distributed Map repeats one, its path tells them apart."""
    renamed: dict[str, str] = {}
    added: set[str] = set()
    if before is not None:
        for change in compare(before, document).states:
            if "renamed" in change.kinds and change.after and change.before:
                renamed[change.after] = unescaped(change.before.rsplit("/", 1)[-1])
            elif "added" in change.kinds and change.after:
                added.add(change.after)
    known: set[str] = set()
    found = []
    taken = {renamed.get(place.path) for place in places}
    for place in places:
        name = renamed.get(place.path, place.name)
        if name in known or (place.path in added and place.path not in renamed and name in taken):
            name = place.path
        known.add(name)
        found.append(name)
    return found


def _container(scope: str, by_path: Mapping[str, str]) -> tuple[str, ...]:
    if not scope:
        return ()
    owner, _, last = scope.rpartition("/")
    if last in _INNER:
        return (by_path[owner], last)
    return (by_path[owner.rpartition("/")[0]], "Branches", last)


def _inner(state: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(state, dict):
        return
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else ()):
        yield ("Branches", str(index)), branch
    for member in ("ItemProcessor", "Iterator"):
        if member in state:
            yield (member,), state[member]


def _scope(value: Any, names: Mapping[str, str]) -> Any:
    if not isinstance(value, dict):
        return {}
    return _with_targets({member: each for member, each in value.items() if member != "States"}, ("StartAt",), names)


def _own(state: Any, names: Mapping[str, str]) -> Any:
    if not isinstance(state, dict):
        return state
    own = {member: value for member, value in state.items() if member not in _INNER}
    own = _with_targets(own, ("Next", "Default"), names)
    for member in ("Choices", "Catch"):
        if isinstance(own.get(member), list):
            own[member] = [_with_targets(each, ("Next",), names) for each in own[member]]
    return own


def _with_targets(value: Any, members: tuple[str, ...], names: Mapping[str, str]) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        member: Ref(names[each]) if member in members and isinstance(each, str) and each in names else each
        for member, each in value.items()
    }


def written(machine: Machine) -> Any:
    """The document again. Two states that came to the same name in one machine are told apart by a number."""
    names = _names(machine)
    inside: dict[tuple[str, ...], list[str]] = {}
    for who, record in machine.records.items():
        inside.setdefault(record.container, []).append(who)

    def scope(container: tuple[str, ...], order: Mapping[str, None] | None = None) -> dict[str, Any]:
        own = dict(_resolved(machine.scopes.get(container, {}), names))
        members = {names[who]: state(who) for who in inside.get(container, [])}
        found = {**own, "States": members}
        return {key: found[key] for key in order if key in found} | found if order else found

    def state(who: str) -> Any:
        record = machine.records[who]
        own = _resolved(record.own, names)
        if not isinstance(own, dict):
            return own
        for member, value in _holding(machine, who, inside, scope):
            own[member] = value
        return {key: own[key] for key in record.order if key in own} | own

    return scope((), machine.keys)


def _holding(
    machine: Machine, who: str, inside: Mapping[tuple[str, ...], list[str]], scope: Callable[..., Any]
) -> Iterator[tuple[str, Any]]:
    """The branches or the processor of a state."""
    containers = {*inside, *machine.scopes}
    branches = sorted((each for each in containers if each[:2] == (who, "Branches")), key=lambda each: int(each[2]))
    if branches or "Branches" in machine.records[who].order:
        yield "Branches", [scope(each) for each in branches]
    for member in ("ItemProcessor", "Iterator"):
        if (who, member) in containers:
            yield member, scope((who, member))


def _names(machine: Machine) -> dict[str, str]:
    taken: set[str] = set()
    names: dict[str, str] = {}
    for who, record in machine.records.items():
        name, number = record.name, 2
        while name in taken and not who.startswith("/"):  # a path's name may stand again: it is another machine's
            name, number = f"{record.name} {number}", number + 1
        taken.add(name)
        names[who] = name
    return names


def _resolved(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Ref):
        return names.get(value.who, value.who)
    if isinstance(value, dict):
        return {member: _resolved(each, names) for member, each in value.items()}
    return [_resolved(each, names) for each in value] if isinstance(value, list) else value
