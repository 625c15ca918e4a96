"""How a finding could be put right: values that an editor turns into edits of the text. Nothing is changed here.

Each is an object with its ``kind`` and what belongs to it. Places are left to the finding: a repair is about the value
at the finding's path.

    target      name, near     a state's name that leads nowhere: one of the near ones, or make the state
    unreachable                a state that nothing leads to
    rename_state               a name that another state has
    add         fields         members that are missing at the path
    onward                     neither Next nor End
    keep_one    fields         members that exclude each other
    rename      field, near    a member of the object at the path, or the member at the path itself
    unknown     near           the member at the path has a name that means nothing here: rename or remove it
    remove                     the member at the path has no business here
    drop        field          a member of the object at the path has no business here
    language    wanted         the member at the path belongs to the other query language
    replace     value          the value at the path should be this one
    one_of      near           the value at the path should be one of these
    last                       the handler that the value at the path belongs to must be the last of its list
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from asl.json_types import JSON

Fix: TypeAlias = Mapping[str, Any]

MOST: Final = 3  # suggestions
CLOSE: Final = 0.6  # how alike, of 1

UNREACHABLE: Final[Fix] = MappingProxyType({"kind": "unreachable"})
RENAME_STATE: Final[Fix] = MappingProxyType({"kind": "rename_state"})
ONWARD: Final[Fix] = MappingProxyType({"kind": "onward"})
REMOVE: Final[Fix] = MappingProxyType({"kind": "remove"})
LAST: Final[Fix] = MappingProxyType({"kind": "last"})


def near(name: JSON, known: Iterable[str]) -> list[str]:
    """Those of ``known`` that ``name`` is most like, best first; case doesn't count."""
    if not isinstance(name, str):
        return []
    by_lower = {word.lower(): word for word in sorted(known, reverse=True)}
    return [by_lower[word] for word in difflib.get_close_matches(name.lower(), list(by_lower), MOST, CLOSE)]


def target(name: str, states: Iterable[str]) -> Fix:
    return {"kind": "target", "name": name, "near": near(name, states)}


def add(*fields: str) -> Fix:
    return {"kind": "add", "fields": list(fields)}


def keep_one(fields: Sequence[str]) -> Fix:
    return {"kind": "keep_one", "fields": list(fields)}


def rename(field: str, names: Sequence[str]) -> Fix:
    return {"kind": "rename", "field": field, "near": list(names)}


def unknown(name: str, known: Iterable[str]) -> Fix:
    return {"kind": "unknown", "near": near(name, known)}


def drop(field: str) -> Fix:
    return {"kind": "drop", "field": field}


def language(wanted: str) -> Fix:
    return {"kind": "language", "wanted": wanted}


def replace(value: JSON) -> Fix:
    return {"kind": "replace", "value": value}


def one_of(value: JSON, allowed: Sequence[str]) -> Fix:
    """The allowed values that ``value`` is most like; where it is like none, all of them if they are few."""
    return {"kind": "one_of", "near": near(value, allowed) or list(allowed[:MOST])}
