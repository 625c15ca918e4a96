r"""The grammar of an intrinsic call: ``States.Format('Hello, {}', $.name)``.

call     := 'States.' name '(' (argument (',' argument)*)? ')'
argument := call | path | context path | string | number | true | false | null
string   := "'" (character | \' | \{ | \} | \\)* "'"
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from asl.json_types import JSON
from asl.jsonpath_syntax import InvalidPathError, parse_segments

NESTING_LIMIT = 10  # calls inside calls that AWS takes in one field


class InvalidIntrinsicError(ValueError):
    """The text is no intrinsic call; the message says why."""


@dataclass(frozen=True, slots=True)
class Call:
    name: str  # with "States."
    arguments: "tuple[Argument, ...]"


@dataclass(frozen=True, slots=True)
class PathArgument:
    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    value: JSON


Argument: TypeAlias = Call | PathArgument | Literal

_name = re.compile(r"States\.([A-Za-z0-9]+)\s*\(")
_number = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_])")
_word = re.compile(r"(true|false|null)(?![A-Za-z0-9_])")
_path_start = re.compile(r"\$\$?(?:[A-Za-z_][A-Za-z0-9_]*)?")
_WORDS = {"true": True, "false": False, "null": None}


def parse_call(text: str) -> Call:
    """Raises `InvalidIntrinsicError`."""
    call, end = _call(text, _blanks(text, 0), 1)
    if _blanks(text, end) != len(text):
        raise InvalidIntrinsicError(f"unexpected text after the call at character {end + 1}")
    return call


def _blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _call(text: str, position: int, depth: int) -> tuple[Call, int]:
    found = _name.match(text, position)
    if found is None:
        raise InvalidIntrinsicError("an intrinsic call reads States.Name(...)")
    if depth > NESTING_LIMIT:
        raise InvalidIntrinsicError(f"calls are nested more than {NESTING_LIMIT} deep")
    arguments: list[Argument] = []
    position = _blanks(text, found.end())
    while not text.startswith(")", position):
        argument, position = _argument(text, position, depth)
        arguments.append(argument)
        position = _blanks(text, position)
        if text.startswith(",", position):
            position = _blanks(text, position + 1)
            if text.startswith(")", position):
                raise InvalidIntrinsicError("an argument is missing after the last comma")
        elif not text.startswith(")", position):
            raise InvalidIntrinsicError(f"a comma or ) is missing at character {position + 1}")
    return Call(f"States.{found[1]}", tuple(arguments)), position + 1


def _argument(text: str, position: int, depth: int) -> tuple[Argument, int]:
    if text.startswith("States.", position):
        return _call(text, position, depth + 1)
    if text.startswith("'", position):
        return _string(text, position)
    start = _path_start.match(text, position)
    if start is not None:
        try:
            _, end = parse_segments(text, start.end())
        except InvalidPathError as reason:
            raise InvalidIntrinsicError(str(reason)) from None
        return PathArgument(text[position:end]), end
    number = _number.match(text, position)
    if number is not None:
        whole = re.search(r"[.eE]", number[0]) is None
        return Literal(int(number[0]) if whole else float(number[0])), number.end()
    word = _word.match(text, position)
    if word is not None:
        return Literal(_WORDS[word[1]]), word.end()
    raise InvalidIntrinsicError(f"an argument is missing at character {position + 1}")


def _string(text: str, position: int) -> tuple[Literal, int]:
    characters: list[str] = []
    position += 1
    while position < len(text):
        character = text[position]
        if character == "'":
            return Literal("".join(characters)), position + 1
        if character == "\\":
            escaped = text[position + 1 : position + 2]
            if escaped not in ("'", "{", "}", "\\"):
                raise InvalidIntrinsicError(f"\\{escaped} is no escape in an intrinsic's string")
            # braces stay escaped for States.Format, which alone gives them a meaning
            characters.append(f"\\{escaped}" if escaped in "{}\\" else escaped)
            position += 2
        else:
            characters.append(character)
            position += 1
    raise InvalidIntrinsicError("a string isn't closed")
