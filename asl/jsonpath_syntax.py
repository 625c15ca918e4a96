"""The grammar of a JSONPath: text into segments, with the reason where it isn't one.

    path     := '$' segment*
    segment  := '.' name | '.*' | '..' (name | '*' | bracket) | '.'? bracket | '.' function '()'
    bracket  := '[' ( quoted (',' quoted)* | int (',' int)* | slice | '*' | '?(' filter ')' ) ']'

Filters are parsed by `asl.jsonpath_filter`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from asl.json_types import JSON


class InvalidPathError(ValueError):
    """The text is no JSONPath; the message says why."""


@dataclass(frozen=True, slots=True)
class Names:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indices:
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    first: int | None
    end: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Wildcard:
    pass


@dataclass(frozen=True, slots=True)
class Descent:
    inner: "Segment"


@dataclass(frozen=True, slots=True)
class Filter:
    test: Callable[[JSON, JSON], bool]  # (candidate, the whole document)


@dataclass(frozen=True, slots=True)
class Function:
    name: str


Segment: TypeAlias = Names | Indices | Slice | Wildcard | Descent | Filter | Function

FUNCTIONS = frozenset({"length", "size", "keys", "min", "max", "sum", "avg", "stddev"})

_function = re.compile(r"([A-Za-z]+)\(\s*\)")
_name = re.compile(r"[^.\[\]()\s,:*?@'\"]+")
_name_in_filter = re.compile(r"[^.\[\]()\s,:*?@'\"=<>!~&|]+")
_integers = re.compile(r"\s*-?\d+\s*(?:,\s*-?\d+\s*)*")
_slice = re.compile(r"\s*(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(-?\d*)\s*)?")
_escape = re.compile(r"\\(.)")


def parse_path(text: str) -> tuple[Segment, ...]:
    """The segments after ``$``. Blanks around a path don't count."""
    text = text.strip()
    if not text.startswith("$"):
        raise InvalidPathError("a path starts with $")
    segments, end = parse_segments(text, 1)
    if end != len(text):
        raise InvalidPathError(f"unexpected {text[end]!r} at character {end + 1}")
    return segments


def parse_segments(text: str, position: int, *, in_filter: bool = False) -> tuple[tuple[Segment, ...], int]:
    """The segments from ``position`` on, and where they end: a filter's path before its operators, blanks or not."""
    names = _name_in_filter if in_filter else _name
    segments: list[Segment] = []
    while position < len(text):
        if text.startswith("..", position):
            inner, position = _step(text, position + 2, names)
            segments.append(Descent(inner))
        elif text[position] == ".":
            segment, position = _step(text, position + 1, names)  # AWS takes a dot before a bracket too
            segments.append(segment)
        elif text[position] == "[":
            segment, position = _bracket(text, position)
            segments.append(segment)
        else:
            break
    return tuple(segments), position


def _step(text: str, position: int, names: re.Pattern[str]) -> tuple[Segment, int]:
    if text.startswith("*", position):
        return Wildcard(), position + 1
    if text.startswith("[", position):
        return _bracket(text, position)
    function = _function.match(text, position)
    if function is not None and function[1] in FUNCTIONS:
        return Function(function[1]), function.end()
    name = names.match(text, position)
    if name is None:
        raise InvalidPathError(f"a name is missing at character {position + 1}")
    return Names((name[0],)), name.end()


def _bracket(text: str, position: int) -> tuple[Segment, int]:
    start = position + 1
    while start < len(text) and text[start] == " ":
        start += 1
    if start >= len(text):
        raise InvalidPathError("a bracket isn't closed")
    if text[start] in "'\"":
        return _quoted_names(text, start)
    if text.startswith("?(", start) or text.startswith("? (", start):
        return _filter(text, text.index("(", start) + 1)
    close = text.find("]", start)
    if close < 0:
        raise InvalidPathError("a bracket isn't closed")
    content = text[start:close]
    if content.strip() == "*":
        return Wildcard(), close + 1
    if _integers.fullmatch(content):
        return Indices(tuple(int(number) for number in content.split(","))), close + 1
    bounds = _slice.fullmatch(content)
    if bounds is not None:
        first, end, step = (int(bound) if bound else None for bound in bounds.groups())
        if step == 0:
            raise InvalidPathError("a slice can't have step 0")
        return Slice(first, end, step), close + 1
    raise InvalidPathError(f"[{content}] is neither a name in quotes, an index, a slice nor a filter")


def _quoted_names(text: str, position: int) -> tuple[Segment, int]:
    names: list[str] = []
    while True:
        name, position = parse_quoted(text, position)
        names.append(name)
        while text.startswith(" ", position):
            position += 1
        if text.startswith("]", position):
            return Names(tuple(names)), position + 1
        if not text.startswith(",", position):
            raise InvalidPathError("a bracket isn't closed")
        position += 1
        while text.startswith(" ", position):
            position += 1


def parse_quoted(text: str, position: int) -> tuple[str, int]:
    """A string in single or double quotes, and where it ends. A backslash takes the next character as it is."""
    quote = text[position : position + 1]
    if quote not in ("'", '"'):
        raise InvalidPathError(f"a string in quotes is missing at character {position + 1}")
    end = position + 1
    while end < len(text) and text[end] != quote:
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise InvalidPathError("a string in quotes isn't closed")
    return _escape.sub(r"\1", text[position + 1 : end]), end + 1


def _filter(text: str, position: int) -> tuple[Segment, int]:
    from asl.jsonpath_filter import parse_filter  # the two grammars hold each other

    test, position = parse_filter(text, position)
    while text.startswith(" ", position):
        position += 1
    if not text.startswith("]", position):
        raise InvalidPathError("a filter isn't closed with )]")
    return Filter(test), position + 1
