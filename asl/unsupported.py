"""What of the States Language this engine doesn't run yet: the distributed Map. Each with its place."""

from collections.abc import Iterator, Mapping

from asl.diagnostics import Diagnostic
from asl.findings import at
from asl.json_types import JSON
from asl.walk import is_distributed

CODE = "NOT_SUPPORTED"


def find_unsupported(document: Mapping[str, JSON]) -> list[Diagnostic]:
    """The findings for a definition that `asl.validate` found right."""
    return list(_in_branch(document, ""))


def _not_yet(path: str, what: str) -> Diagnostic:
    return Diagnostic(path, CODE, f"{what} is not supported by this engine yet")


def _in_branch(branch: Mapping[str, JSON], path: str) -> Iterator[Diagnostic]:
    for name, state in branch["States"].items():
        here = at(at(path, "States"), name)
        if state["Type"] == "Map":
            yield from _in_map(state, here)
        for inner, place in _inner_branches(state, here):
            yield from _in_branch(inner, place)


def _inner_branches(state: Mapping[str, JSON], path: str) -> Iterator[tuple[Mapping[str, JSON], str]]:
    if state["Type"] == "Parallel":
        for index, inner in enumerate(state["Branches"]):
            yield inner, at(at(path, "Branches"), index)
    elif state["Type"] == "Map":
        field = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
        yield state[field], at(path, field)


def _in_map(state: Mapping[str, JSON], path: str) -> Iterator[Diagnostic]:
    if is_distributed(state):
        yield _not_yet(path, "A Map in the Mode DISTRIBUTED")
        return
    for field in sorted({"ItemReader", "ItemBatcher", "ResultWriter"} & state.keys()):
        yield _not_yet(at(path, field), field)
