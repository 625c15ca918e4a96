"""What changed between two definitions, in the language's own terms: states added, removed, renamed, moved, changed.

The order of members and the layout of the text mean nothing here. A state is the same one where it has the same name;
one that is gone while another has come with all its fields but the transitions is renamed. References to a renamed
state that follow the new name are no changes of their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from asl.findings import at
from asl.json_types import JSON
from asl.walk import Place, states

Kind: TypeAlias = Literal["added", "removed", "renamed", "moved", "changed"]

_INNER: Final = ("Branches", "ItemProcessor", "Iterator")
_TRANSITIONS: Final = frozenset({"Next", "Default", "End"})


class Absent:
    """Stands where a side has no such field: null is a value."""

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field; ``path`` is a JSON Pointer below the state (below the definition, for the machine's own fields)."""

    path: str
    before: JSON  # or ABSENT
    after: JSON  # or ABSENT


@dataclass(frozen=True, slots=True)
class StateChange:
    """One state. ``before`` and ``after`` are the JSON Pointers of where it stands; None on the side that lacks it."""

    kinds: tuple[Kind, ...]  # one, or several of renamed, moved and changed
    name: str  # as it is called now; a removed state's last name
    before: str | None
    after: str | None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    machine: tuple[FieldChange, ...]
    states: tuple[StateChange, ...]  # in the order of the newer text, removed ones last

    def __bool__(self) -> bool:
        return bool(self.machine or self.states)


def compare(before: JSON, after: JSON) -> Difference:
    """What makes ``after`` of ``before``; both are parsed JSON, right or not."""
    old, new = _by_name(before), _by_name(after)
    renamed = _renamed(old, new)  # new name -> old name
    now = {former: name for name, former in renamed.items()}
    found = []
    for name, place in new.items():
        former = old.get(renamed.get(name, name))
        if former is None:
            found.append(StateChange(("added",), name, None, place.path))
            continue
        fields = tuple(_fields(_own(former, now), _own(place, {}), ""))
        is_moved = _container(former, now) != _container(place, {})
        kinds = [
            *(["renamed"] if name in renamed else []),
            *(["moved"] if is_moved else []),
            *(["changed"] if fields else []),
        ]
        if kinds:
            found.append(StateChange(tuple(kinds), name, former.path, place.path, fields))  # type: ignore[arg-type]
    found += [
        StateChange(("removed",), name, place.path, None)
        for name, place in old.items()
        if name not in new and name not in now
    ]
    return Difference(tuple(_fields(_machine(before, now), _machine(after, {}), "")), tuple(found))


def changed_fields(before: JSON, after: JSON) -> list[FieldChange]:
    """The deepest members of two values that differ; ``path`` "" is the whole value."""
    return list(_fields(before, after, ""))


def _by_name(document: JSON) -> dict[str, Place]:
    """Names are unique in a machine; where a distributed Map repeats one, its path tells them apart."""
    found: dict[str, Place] = {}
    for place in states(document):
        found[place.name if place.name not in found else place.path] = place
    return found


def _renamed(old: Mapping[str, Place], new: Mapping[str, Place]) -> dict[str, str]:
    gone = {name: place for name, place in old.items() if name not in new}
    renamed: dict[str, str] = {}
    for name, place in new.items():
        if name in old:
            continue
        for former, candidate in gone.items():
            if former not in renamed.values() and _body(candidate) == _body(place):
                renamed[name] = former
                break
    return renamed


def _body(place: Place) -> JSON:
    """What makes a state itself: all but where it goes on, and what it holds by the names inside."""
    if not isinstance(place.state, dict):
        return place.state
    body = {field: value for field, value in place.state.items() if field not in _TRANSITIONS}
    for field in _INNER:
        if field in body:
            body[field] = sorted(inner.name for inner in states({"States": {"": {field: body[field]}}}) if inner.name)
    return body


def _own(place: Place, now: Mapping[str, str]) -> JSON:
    """A state without the states inside it, which are compared for themselves; targets by the names of ``now``."""
    state = place.state
    if not isinstance(state, dict):
        return state
    own = {field: value for field, value in state.items() if field not in _INNER}
    branches = state.get("Branches")
    if isinstance(branches, list):
        own["Branches"] = [_machine(branch, now) for branch in branches]
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            own[field] = _machine(state[field], now)
    return _followed(own, now)


def _machine(document: JSON, now: Mapping[str, str]) -> JSON:
    if not isinstance(document, dict):
        return document
    return _followed({field: value for field, value in document.items() if field != "States"}, now)


def _followed(value: JSON, now: Mapping[str, str]) -> JSON:
    """With renamed targets as they are called now, where the language has a target."""
    if not now:
        return value
    if isinstance(value, dict):
        return {
            field: now.get(member, member)
            if field in {"Next", "Default", "StartAt"} and isinstance(member, str)
            else _followed(member, now)
            for field, member in value.items()
        }
    return [_followed(element, now) for element in value] if isinstance(value, list) else value


def _container(place: Place, now: Mapping[str, str]) -> str:
    """The scope a state is in, by the containers' names of today."""
    parts = place.scope.split("/")
    return "/".join(
        now.get(part, part) if index and parts[index - 1] == "States" else part for index, part in enumerate(parts)
    )


def _fields(before: JSON, after: JSON, path: str) -> Iterator[FieldChange]:
    """Down to the deepest members that differ; arrays member by member, longer ones' rest as added or removed."""
    if isinstance(before, dict) and isinstance(after, dict):
        for field in [*before, *(field for field in after if field not in before)]:
            yield from _fields(before.get(field, ABSENT), after.get(field, ABSENT), at(path, field))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            old = before[index] if index < len(before) else ABSENT
            new = after[index] if index < len(after) else ABSENT
            yield from _fields(old, new, at(path, index))
    elif type(before) is not type(after) or before != after:
        yield FieldChange(path, before, after)
