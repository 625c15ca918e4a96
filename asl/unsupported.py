"""What of the States Language this engine doesn't run yet: JSONata, variables, distributed Map. Each with its place."""

import re
from collections.abc import Iterator, Mapping

from asl.check_states import is_distributed
from asl.diagnostics import Diagnostic
from asl.fields import JSONATA, JSONPATH
from asl.findings import at
from asl.json_types import JSON

CODE = "NOT_SUPPORTED"
_WITHOUT_QUERIES = ("Branches", "ItemProcessor", "Iterator", "Result")
_variable = re.compile(r"(?<!\$)\$[A-Za-z_]")


def find_unsupported(document: Mapping[str, JSON]) -> list[Diagnostic]:
    """The findings for a definition that `asl.validate` found right."""
    found: list[Diagnostic] = []
    if document.get("QueryLanguage", JSONPATH) == JSONATA:
        found.append(_not_yet("/QueryLanguage", "The query language JSONata"))
    found.extend(_in_branch(document, "", document.get("QueryLanguage", JSONPATH)))
    return found


def _not_yet(path: str, what: str) -> Diagnostic:
    return Diagnostic(path, CODE, f"{what} is not supported by this engine yet")


def _in_branch(branch: Mapping[str, JSON], path: str, language: str) -> Iterator[Diagnostic]:
    for name, state in branch["States"].items():
        here = at(at(path, "States"), name)
        own = state.get("QueryLanguage", language)
        if own == JSONATA != language:
            yield _not_yet(at(here, "QueryLanguage"), "The query language JSONata")
        yield from _in_state(state, here, jsonata=own == JSONATA)
        for inner, place in _inner_branches(state, here):
            yield from _in_branch(inner, place, language)


def _inner_branches(state: Mapping[str, JSON], path: str) -> Iterator[tuple[Mapping[str, JSON], str]]:
    if state["Type"] == "Parallel":
        for index, inner in enumerate(state["Branches"]):
            yield inner, at(at(path, "Branches"), index)
    elif state["Type"] == "Map":
        field = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
        yield state[field], at(path, field)


def _in_state(state: Mapping[str, JSON], path: str, *, jsonata: bool) -> Iterator[Diagnostic]:
    if "Assign" in state:
        yield _not_yet(at(path, "Assign"), "Assign")
    for field in ("Choices", "Catch"):
        members = state.get(field)
        for index, member in enumerate(members if isinstance(members, list) else ()):
            if isinstance(member, dict) and "Assign" in member:
                yield _not_yet(at(at(at(path, field), index), "Assign"), "Assign")
    if state["Type"] != "Map":
        pass
    elif is_distributed(state):
        yield _not_yet(path, "A Map in the Mode DISTRIBUTED")
    else:
        for field in sorted({"ItemReader", "ItemBatcher", "ResultWriter"} & state.keys()):
            yield _not_yet(at(path, field), field)
    if not jsonata:
        own = {key: value for key, value in state.items() if key not in _WITHOUT_QUERIES}
        yield from _variables(own, path)


def _variables(value: JSON, path: str, *, is_query: bool = False) -> Iterator[Diagnostic]:
    """Where a path or an intrinsic's argument reads a variable."""
    if isinstance(value, dict):
        for key, member in value.items():
            reads = key.endswith((".$", "Path")) or key == "Variable"
            yield from _variables(member, at(path, key), is_query=reads)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _variables(element, at(path, index))
    elif is_query and isinstance(value, str) and _variable.search(_without_strings(value)):
        yield _not_yet(path, "A variable")


def _without_strings(text: str) -> str:
    return re.sub(r"'(?:[^'\\]|\\.)*'", "''", text) if text.startswith("States.") else text
