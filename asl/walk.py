"""Every state of a definition, wherever it lies, with its place. What isn't a state machine simply holds no states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asl.fields import JSONPATH
from asl.findings import at
from asl.json_types import JSON


@dataclass(frozen=True, slots=True)
class Place:
    """A state where it stands."""

    name: str
    path: str  # JSON Pointer of the state
    scope: str  # JSON Pointer of the machine, branch or processor whose States it is in; "" is the machine
    state: JSON  # what stands there, which need not be an object
    query_language: str  # the one in force


def states(document: JSON, *, of_one_machine: bool = False) -> Iterator[Place]:
    """All states in the order of the text, each container right before what it holds.

    What a distributed Map holds runs as state machines of its own; ``of_one_machine`` leaves it out.
    """
    language = document.get("QueryLanguage", JSONPATH) if isinstance(document, dict) else JSONPATH
    yield from _in_scope(document, "", language, of_one_machine=of_one_machine)


def inner_scopes(state: JSON, path: str) -> Iterator[tuple[JSON, str]]:
    """The branches of a Parallel and the processor of a Map, with their JSON Pointers."""
    if not isinstance(state, dict):
        return
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else ()):
        yield branch, at(at(path, "Branches"), index)
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            yield state[field], at(path, field)


def is_distributed(state: Mapping[str, JSON]) -> bool:
    """Is it a Map whose items are executions of their own?"""
    processor = state.get("ItemProcessor", state.get("Iterator"))
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    return isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"


def _in_scope(scope: JSON, path: str, language: str, *, of_one_machine: bool) -> Iterator[Place]:
    found = scope.get("States") if isinstance(scope, Mapping) else None
    for name, state in found.items() if isinstance(found, dict) else ():
        here = at(at(path, "States"), name)
        own = state.get("QueryLanguage", language) if isinstance(state, dict) else language
        yield Place(name, here, path, state, own)
        if of_one_machine and isinstance(state, dict) and is_distributed(state):
            continue
        for inner, place in inner_scopes(state, here):
            yield from _in_scope(inner, place, language, of_one_machine=of_one_machine)
