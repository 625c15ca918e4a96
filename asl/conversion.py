"""From JSONPath to JSONata: states, or a whole machine, as documents that do the same.

A state is converted whole or not at all, for a state has one query language. What can't be converted is refused with
its reason; what gives the same only under a condition is converted and marked for review with that condition. Where
every state is in JSONata afterwards, the machine says so and its states need not.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from asl.conversion_states import StateConverter, field_pointer
from asl.conversion_values import RefusedError
from asl.fields import JSONATA, JSONPATH
from asl.findings import at
from asl.json_types import JSON

Outcome: TypeAlias = Literal["CONVERTED", "REVIEW", "REFUSED"]


@dataclass(frozen=True, slots=True)
class Note:
    path: str  # JSON Pointer in the document as it was
    message: str


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of one state that was in JSONPath."""

    path: str
    name: str
    outcome: Outcome
    notes: tuple[Note, ...]  # why it is refused, or what to look at


@dataclass(frozen=True, slots=True)
class Conversion:
    document: JSON
    states: tuple[Converted, ...]


def convert(document: dict[str, Any], paths: Collection[str] | None = None) -> Conversion:
    """``document`` is a definition that `asl.validate` finds right; it isn't changed.

    ``paths``: JSON Pointers of the states to convert, with what is inside them; None is all of them.
    """
    if document.get("QueryLanguage") == JSONATA:
        return Conversion(document, ())
    converter = _Converter(paths)
    converted = converter.scope(document, "", wanted=paths is None)
    if not converter.left:
        converted = _said_once({name: value for name, value in converted.items() if name != "QueryLanguage"})
    return Conversion(converted, tuple(converter.states))


def _said_once(document: dict[str, Any]) -> dict[str, Any]:
    """With the query language of the whole machine, before StartAt."""
    before = {name: document[name] for name in document if name == "Comment"}
    rest = {name: value for name, value in document.items() if name not in before}
    return _without_languages({**before, "QueryLanguage": JSONATA, **rest}, top=True)


def _without_languages(scope: dict[str, Any], *, top: bool = False) -> dict[str, Any]:
    kept = {name: value for name, value in scope.items() if top or name != "QueryLanguage"}
    return {**kept, "States": {name: _without_language(state) for name, state in scope["States"].items()}}


def _without_language(state: dict[str, Any]) -> dict[str, Any]:
    state = {name: value for name, value in state.items() if name != "QueryLanguage"}
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            state[field] = _without_languages(state[field])
    if "Branches" in state:
        state["Branches"] = [_without_languages(branch) for branch in state["Branches"]]
    return state


class _Converter:
    def __init__(self, paths: Collection[str] | None) -> None:
        self.paths = frozenset(paths or ())
        self.states: list[Converted] = []
        self.left = False  # is there a state that stays in JSONPath?

    def scope(self, scope: dict[str, Any], path: str, *, wanted: bool) -> dict[str, Any]:
        place = at(path, "States")
        return {
            **scope,
            "States": {
                name: self.state(name, state, at(place, name), wanted=wanted) for name, state in scope["States"].items()
            },
        }

    def state(self, name: str, state: dict[str, Any], path: str, *, wanted: bool) -> dict[str, Any]:
        wanted = wanted or path in self.paths
        if state.get("QueryLanguage", JSONPATH) == JSONPATH:
            converted = self._converted(name, state, path) if wanted else None
            self.left = self.left or converted is None
            state = state if converted is None else converted
        return self._inner(state, path, wanted=wanted)

    def _converted(self, name: str, state: dict[str, Any], path: str) -> dict[str, Any] | None:
        converter = StateConverter(state, path)
        try:
            body = converter.convert()
        except RefusedError as reason:
            note = Note(field_pointer(path, converter.field), _sentence(str(reason)))
            self.states.append(Converted(path, name, "REFUSED", (note,)))
            return None
        notes = tuple(Note(field_pointer(path, field), _sentence(message)) for field, message in converter.notes)
        self.states.append(Converted(path, name, "REVIEW" if notes else "CONVERTED", notes))
        kind = body.pop("Type")
        return {"Type": kind, "QueryLanguage": JSONATA, **body}

    def _inner(self, state: dict[str, Any], path: str, *, wanted: bool) -> dict[str, Any]:
        state = dict(state)
        for field in ("ItemProcessor", "Iterator"):
            if field in state:
                state[field] = self.scope(state[field], at(path, field), wanted=wanted)
        if "Branches" in state:
            place = at(path, "Branches")
            state["Branches"] = [
                self.scope(branch, at(place, index), wanted=wanted) for index, branch in enumerate(state["Branches"])
            ]
        return state


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
