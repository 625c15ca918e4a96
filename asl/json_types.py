"""What a JSON value is, here and in every signature of this package."""

from typing import Any, TypeAlias

# Values are shared between states and events and therefore never mutated, only replaced.
JSON: TypeAlias = Any
