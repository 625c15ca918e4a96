"""Whole numbers that a state reads from its data: TimeoutSecondsPath, HeartbeatSecondsPath, MaxConcurrencyPath."""

import re
from collections.abc import Callable

from asl import json_text
from asl.errors import EvaluationError
from asl.java_text import number_text
from asl.json_types import JSON
from asl.scope import Query, Scope
from asl.template import compile_state_path

_LONG = 1 << 63
_whole = re.compile(r"[+-]?\d{1,19}")


def text_of(value: JSON) -> str:
    """A value inside a message: a string bare, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return number_text(value)
    return json_text.dumps(value)


def parse_long(value: JSON) -> int | None:
    """Whole numbers, and strings of digits, as Java's Long.parseLong takes the value's text."""
    if isinstance(value, str) and _whole.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if is_long(value) else None


def is_long(number: float) -> bool:
    """Java's range: 64 bits."""
    return -_LONG <= number < _LONG


def compile_integer_path(text: str, field: str, check: Callable[[int], str | None]) -> Query:
    """The path's value as a whole number; ``check`` says what is wrong with a number, or None."""
    find = compile_state_path(text)

    def read(data: JSON, scope: Scope) -> JSON:
        value = find(data, scope)
        number = parse_long(value)
        if number is None:
            raise no_number(value, field, "integer", text)
        complaint = check(number)
        if complaint is not None:
            raise EvaluationError(complaint)
        return number

    return read


def no_number(value: JSON, field: str, kind: str, path: str) -> EvaluationError:
    """What is said where ``path`` finds a ``value`` that is no ``kind`` of number ("integer", "float")."""
    shown = json_text.dumps(value) if isinstance(value, dict | list) else text_of(value)
    return EvaluationError(f'The {field} field refers to value "{shown}" which is not a valid {kind}: {path}')


def must_be_positive(field: str) -> Callable[[int], str | None]:
    return lambda number: None if number > 0 else f"{field} must be positive."


def must_not_be_negative(field: str) -> Callable[[int], str | None]:
    return lambda number: None if number >= 0 else f"{field} cannot be negative."
