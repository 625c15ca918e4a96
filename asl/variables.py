"""Variables: a branch or iteration is a scope; inner scopes read the outer ones' and write their own.

An assignment takes effect when its state is exited. The values are shared, the mapping is replaced.
"""

from collections.abc import Mapping
from typing import Final

from asl import json_text
from asl.errors import DATA_LIMIT_EXCEEDED, StatesError
from asl.frames import Frame
from asl.json_types import JSON

ASSIGN_LIMIT: Final = 262_144  # bytes of all values that one Assign sets
STORED_LIMIT: Final = 10_485_760  # bytes of all variables of a scope
LONGEST_NAME: Final = 80  # characters


def assign(frame: Frame, assigned: Mapping[str, JSON]) -> dict[str, JSON]:
    """The frame's variables with these values. Raises `StatesError` where they're too large."""
    if not json_text.is_small(assigned):
        _check_sizes(frame, assigned)
    return {**frame.variables, **assigned} if frame.variables else dict(assigned)


def _check_sizes(frame: Frame, assigned: Mapping[str, JSON]) -> None:
    size = sum(map(_size, assigned.values()))
    if size > ASSIGN_LIMIT:
        raise _too_large(f"The size of the variables assigned in the state '{frame.state.name}' exceeds {ASSIGN_LIMIT}")
    kept = frame.variables or {}
    if size + sum(_size(value) for name, value in kept.items() if name not in assigned) > STORED_LIMIT:
        raise _too_large(f"The size of all variables after the state '{frame.state.name}' exceeds {STORED_LIMIT}")


def _size(value: JSON) -> int:
    return json_text.size(value)


def _too_large(what: str) -> StatesError:
    return StatesError(DATA_LIMIT_EXCEEDED, f"{what} bytes.", terminal=True)
