r"""Regular expressions of JSONata: JavaScript's syntax on an engine whose search can be told to stop.

`/(a+)+$/` against a long text takes the standard library's engine for ever. The `regex` package takes a time-out with
each call. What differs between the two syntaxes is translated here; what stays different is in docs/adr/0008.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, Protocol, TypeVar

import regex  # type: ignore[import-untyped]

from asl.jsonata_errors import InvalidJSONataError, timeout

TIME_LIMIT: Final = 0.25  # seconds a single search, replacement or split may take
_T = TypeVar("_T")
_reference = re.compile(r"\\g<(\d{1,9})>")
_CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_"}


class Flags(Protocol):
    case_insensitive: bool
    multiline: bool


class TimedPattern:
    """A compiled pattern with the four methods that the evaluator knows a pattern by, each of which ends in time."""

    def __init__(self, pattern: "regex.Pattern[str]") -> None:
        self._pattern = pattern

    def search(self, string: str) -> "regex.Match[str] | None":
        return _in_time(lambda: self._pattern.search(string, timeout=TIME_LIMIT))

    def finditer(self, string: str) -> "Iterator[regex.Match[str]]":
        return iter(_in_time(lambda: list(self._pattern.finditer(string, timeout=TIME_LIMIT))))

    def sub(self, repl: "str | Callable[[regex.Match[str]], str]", string: str, count: int = 0) -> str:
        make = repl if callable(repl) else _template(repl)
        replaced: str = _in_time(lambda: self._pattern.sub(make, string, count, timeout=TIME_LIMIT))
        return replaced

    def split(self, string: str, maxsplit: int = 0) -> "list[str | None]":
        return _in_time(lambda: list(self._pattern.split(string, maxsplit, timeout=TIME_LIMIT)))


def _template(text: str) -> "Callable[[regex.Match[str]], str]":
    r"""The evaluator writes the language's ``$12`` as ``\g<12>``; all else in the text stands for itself."""

    def make(found: "regex.Match[str]") -> str:
        return _reference.sub(lambda reference: _group(found, reference[1]), text)

    return make


def _group(found: "regex.Match[str]", digits: str) -> str:
    """Group 12; where there are fewer, group 1 and a 2; nothing for a group that isn't there or took no part."""
    rest = ""
    while int(digits) > found.re.groups and len(digits) > 1:
        digits, rest = digits[:-1], digits[-1] + rest
    return ((found[int(digits)] or "") if int(digits) <= found.re.groups else "") + rest


def _in_time(work: Callable[[], _T]) -> _T:
    try:
        return work()
    except TimeoutError:
        raise timeout() from None


def compile_regex(pattern: str, flags: Flags) -> TimedPattern:
    """Raises `InvalidJSONataError`."""
    options = regex.IGNORECASE if flags.case_insensitive else 0
    options |= regex.MULTILINE if flags.multiline else 0
    try:
        return TimedPattern(regex.compile(translate(pattern, multiline=flags.multiline), options))
    except (regex.error, ValueError, RecursionError, OverflowError) as reason:
        raise InvalidJSONataError(f"Invalid regular expression: /{pattern}/: {reason}", 0) from None


def translate(pattern: str, *, multiline: bool) -> str:
    r"""JavaScript's ``\d``, ``\w`` are ASCII, its ``$`` is the very end, and its ``[`` in a class is a character."""
    parts: list[str] = []
    in_class = False
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            parts.append(_escape(pattern[position + 1], in_class=in_class))
            position += 2
            continue
        if in_class:
            in_class = character != "]"
            parts.append(f"\\{character}" if character in "[&|~" else character)
        elif character == "[":
            in_class = True
            parts.append(character)
        else:
            parts.append(r"\Z" if character == "$" and not multiline else character)
        position += 1
    return "".join(parts)


def _escape(character: str, *, in_class: bool) -> str:
    if character in _CLASSES:
        return _CLASSES[character] if in_class else f"[{_CLASSES[character]}]"
    if character in "DW" and not in_class:
        return f"[^{_CLASSES[character.lower()]}]"
    return f"\\{character}" if character != "/" else "/"
