"""What is wrong with a definition, and where. Values only: `asl.validate` finds them, this says what one is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Severity: TypeAlias = Literal["ERROR", "WARNING"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    path: str  # JSON Pointer (RFC 6901) of the place in the definition; "" is the whole text
    code: str  # what kind of finding, stable: "MISSING_TRANSITION_TARGET", "NO_DOLLAR", ...
    message: str
    severity: Severity = "ERROR"
    place: str | None = field(default=None, compare=False)  # where AWS says that it is, if that isn't ``path``
    # What an editor needs to put it right: "kind" and what belongs to it (`asl.repairs` says what there is). None where
    # there is nothing that could be done without asking.
    fix: Mapping[str, Any] | None = field(default=None, compare=False)


class DefinitionError(Exception):
    """The definition can't be run. ``diagnostics`` holds everything that is wrong with it, not only the first."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = list(diagnostics)
        super().__init__("; ".join(f"{found.message} at {found.path or '/'}" for found in self.diagnostics))


def is_error(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity == "ERROR"
