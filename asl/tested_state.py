"""Which state a test is about: one that stands alone, or one of a whole state machine; checked as at its creation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from asl import json_text
from asl.compile import compile_state
from asl.definition import State
from asl.diagnostics import DefinitionError, Diagnostic, is_error
from asl.fields import JSONATA, JSONPATH
from asl.findings import MISSING_TARGET
from asl.json_types import JSON
from asl.validate import MISSING_END, NOT_JSON, diagnose
from asl.walk import states

# What AWS calls the state under test, in places and in the Context Object, whatever its name in a state machine.
NAME: Final = "StateName"


@dataclass(frozen=True, slots=True)
class TestedState:
    definition: Mapping[str, JSON]
    query_language: str  # the one in force

    @property
    def type(self) -> str:
        return str(self.definition["Type"])

    @property
    def is_jsonata(self) -> bool:
        return self.query_language == JSONATA

    def compiled(self) -> State:
        return compile_state(NAME, self.definition, self.query_language)


def alone(text: str) -> TestedState:
    """The definition is a state's. Raises `DefinitionError`; what its Next names isn't there to be looked at."""
    machine = f'{{"StartAt": "{NAME}", "States": {{"{NAME}": {text}}}}}'
    found = diagnose(text, placeholders=False)
    if not any(one.code == NOT_JSON for one in found):
        found = diagnose(machine, placeholders=False)
    _refuse([one for one in found if not _leads_elsewhere(one)])
    definition = json_text.loads(text)
    return TestedState(definition, definition.get("QueryLanguage", JSONPATH))


def _leads_elsewhere(found: Diagnostic) -> bool:
    """Is it about where the state itself leads, not one inside it?"""
    if found.code == MISSING_END:
        return True
    own = found.path.removeprefix(f"/States/{NAME}").split("/")[1:2]
    return found.code == MISSING_TARGET and own[0] in {"Next", "Default", "Choices", "Catch"}


def of_machine(text: str, name: str) -> TestedState | None:
    """The state of this name, wherever in the machine it is; None where there is none. Raises `DefinitionError`."""
    _refuse(diagnose(text, placeholders=False))
    for place in states(json_text.loads(text)):
        if place.name == name:
            return TestedState(place.state, place.query_language)
    return None


def _refuse(found: list[Diagnostic]) -> None:
    errors = [one for one in found if is_error(one)]
    if errors:
        raise DefinitionError(errors)
