"""What an expression may ask for besides its input: all that a query language sees of the interpreter."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from asl.json_types import JSON


class Scope(Protocol):
    def context(self) -> JSON:
        """The Context Object as it is now."""

    def now(self) -> float:
        """When the event that is handled happened: seconds since the epoch."""

    def variable(self, name: str) -> JSON:
        """The variable's value as it was when the state was entered; KeyError where there is none."""

    def random_bits(self) -> int:
        """256 bits from the execution's own seed, never the same twice; the same again when an event is replayed."""


Query: TypeAlias = Callable[[JSON, Scope], JSON]  # reads a value from a state's data
