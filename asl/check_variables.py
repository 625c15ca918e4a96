"""Are variables named and assigned right? Their names, and that an inner scope assigns none of an outer one's."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from asl.findings import Findings, at
from asl.json_types import JSON
from asl.variables import LONGEST_NAME
from asl.walk import is_distributed

RESERVED: Final = "states"
_name = re.compile(r"[^\W\d]\w*")


def check_variables(findings: Findings, branch: JSON, path: str = "", outer: frozenset[str] = frozenset()) -> None:
    """A branch and all inside it. ``outer`` are the names that the scopes around it assign."""
    own: set[str] = set()
    for name, place in _assigned(branch, path):
        own.add(name)
        _check_name(findings, name, place)
        if name in outer:
            message = f"The variable '{name}' is assigned in an outer scope and can't be assigned here"
            findings.error(place, message)
    for state, place in _states(branch, path):
        visible = frozenset() if is_distributed(state) else outer | own
        for inner, inner_place in _inner(state, place):
            check_variables(findings, inner, inner_place, visible)


def _check_name(findings: Findings, name: str, path: str) -> None:
    if name == RESERVED:
        findings.error(path, "The variable name 'states' is reserved")
    elif len(name) > LONGEST_NAME:
        findings.error(path, f"A variable's name has at most {LONGEST_NAME} characters")
    elif not _name.fullmatch(name) and not findings.is_placeholder(name):
        findings.error(path, f"'{name}' is no variable name: letters, digits and _ only, and no digit first")


def _assigned(branch: JSON, path: str) -> Iterator[tuple[str, str]]:
    for state, place in _states(branch, path):
        yield from _names(state, place)
        for field in ("Choices", "Catch"):
            members = state.get(field)
            for index, member in enumerate(members if isinstance(members, list) else ()):
                if isinstance(member, dict):
                    yield from _names(member, at(at(place, field), index))


def _names(holder: Mapping[str, JSON], path: str) -> Iterator[tuple[str, str]]:
    assign = holder.get("Assign")
    for name in assign if isinstance(assign, dict) else ():
        yield name.removesuffix(".$"), at(at(path, "Assign"), name)


def _states(branch: JSON, path: str) -> Iterator[tuple[Mapping[str, JSON], str]]:
    states = branch.get("States") if isinstance(branch, dict) else None
    for name, state in states.items() if isinstance(states, dict) else ():
        if isinstance(state, dict):
            yield state, at(at(path, "States"), name)


def _inner(state: Mapping[str, JSON], path: str) -> Iterator[tuple[JSON, str]]:
    branches = state.get("Branches")
    for index, inner in enumerate(branches if isinstance(branches, list) else ()):
        yield inner, at(at(path, "Branches"), index)
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            yield state[field], at(path, field)
