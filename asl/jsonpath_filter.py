"""Filters inside a JSONPath: ``[?(@.price < 10 && @.category == 'fiction')]``.

or      := and ('||' and)*
and     := not ('&&' not)*
not     := '!' not | '(' or ')' | term
term    := operand (operator operand)?
operand := ('@' | '$') segment* | string | number | true | false | null | word | '[' literals ']' | '/regex/flags'
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from asl.java_text import to_text
from asl.json_types import JSON
from asl.jsonpath_syntax import Function, Indices, InvalidPathError, Names, Segment, parse_quoted, parse_segments

Test: TypeAlias = Callable[[JSON, JSON], bool]
Operand: TypeAlias = Callable[[JSON, JSON], JSON]

_MISSING = object()
_operator = re.compile(r"\s*(==|!=|<=|>=|<|>|=~|(?:in|nin|subsetof|anyof|noneof|size|empty|contains)\b)\s*")
_number = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_word = re.compile(r"(true|false|null)\b")
_bare = re.compile(r"[A-Za-z_][\w-]*")
_WORDS = {"true": True, "false": False, "null": None}
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


def parse_filter(text: str, position: int) -> tuple[Test, int]:
    """The test after ``?(`` and the position after its closing parenthesis."""
    test, position = _either(text, position)
    position = _blanks(text, position)
    if not text.startswith(")", position):
        raise InvalidPathError(f"a filter isn't closed at character {position + 1}")
    return test, position + 1


def _blanks(text: str, position: int) -> int:
    while text.startswith(" ", position):
        position += 1
    return position


def _either(text: str, position: int) -> tuple[Test, int]:
    test, position = _both(text, position)
    tests = [test]
    while text.startswith("||", _blanks(text, position)):
        test, position = _both(text, _blanks(text, position) + 2)
        tests.append(test)
    return (test if len(tests) == 1 else lambda item, root: any(one(item, root) for one in tests)), position


def _both(text: str, position: int) -> tuple[Test, int]:
    test, position = _not(text, position)
    tests = [test]
    while text.startswith("&&", _blanks(text, position)):
        test, position = _not(text, _blanks(text, position) + 2)
        tests.append(test)
    return (test if len(tests) == 1 else lambda item, root: all(one(item, root) for one in tests)), position


def _not(text: str, position: int) -> tuple[Test, int]:
    position = _blanks(text, position)
    if text.startswith("!", position):
        test, position = _not(text, position + 1)
        return (lambda item, root: not test(item, root)), position
    if text.startswith("(", position):
        test, position = _either(text, position + 1)
        position = _blanks(text, position)
        if not text.startswith(")", position):
            raise InvalidPathError(f"a parenthesis isn't closed at character {position + 1}")
        return test, position + 1
    return _term(text, position)


def _term(text: str, position: int) -> tuple[Test, int]:
    left, position = _operand(text, position)
    found = _operator.match(text, position)
    if found is None:
        return (lambda item, root: left(item, root) is not _MISSING), position
    right, position = _operand(text, found.end())
    compare = _COMPARISONS[found[1]]
    return (lambda item, root: compare(left(item, root), right(item, root))), position


def _operand(text: str, position: int) -> tuple[Operand, int]:
    position = _blanks(text, position)
    start = text[position : position + 1]
    if start in ("@", "$"):
        segments, position = parse_segments(text, position + 1, in_filter=True)
        return _path(segments, from_item=start == "@"), position
    if start in ("'", '"'):
        string, position = parse_quoted(text, position)
        return _literal(string), position
    if start == "/":
        return _regex(text, position)
    if start == "[":
        return _list(text, position)
    number = _number.match(text, position)
    if number is not None:
        return _literal(float(number[0]) if re.search(r"[.eE]", number[0]) else int(number[0])), number.end()
    word = _word.match(text, position)
    if word is not None:
        return _literal(_WORDS[word[1]]), word.end()
    bare = _bare.match(text, position)
    if bare is not None:  # text without its quotes, which AWS takes too
        return _literal(bare[0]), bare.end()
    raise InvalidPathError(f"a filter's operand is missing at character {position + 1}")


def _literal(value: JSON) -> Operand:
    return lambda _item, _root: value


def _path(segments: tuple[Segment, ...], *, from_item: bool) -> Operand:
    from asl.jsonpath import find  # the two evaluate each other

    definite = all(
        isinstance(segment, Function)
        or (isinstance(segment, Names) and len(segment.names) == 1)
        or (isinstance(segment, Indices) and len(segment.indices) == 1)
        for segment in segments
    )

    def read(item: JSON, root: JSON) -> JSON:
        try:
            found = find(item if from_item else root, segments, root)
        except LookupError:
            return _MISSING
        if not definite:
            return found
        return found[0] if found else _MISSING

    return read


def _regex(text: str, position: int) -> tuple[Operand, int]:
    end = position + 1
    while end < len(text) and text[end] != "/":
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise InvalidPathError("a regular expression isn't closed")
    flags = 0
    last = end + 1
    while last < len(text) and text[last] in _FLAGS:
        flags |= _FLAGS[text[last]]
        last += 1
    try:
        return _literal(re.compile(text[position + 1 : end], flags)), last
    except re.error as reason:
        raise InvalidPathError(f"a regular expression is wrong: {reason}") from None


def _list(text: str, position: int) -> tuple[Operand, int]:
    values: list[JSON] = []
    position = _blanks(text, position + 1)
    while not text.startswith("]", position):
        operand, position = _operand(text, position)
        values.append(operand(None, None))
        position = _blanks(text, position)
        if text.startswith(",", position):
            position = _blanks(text, position + 1)
        elif not text.startswith("]", position):
            raise InvalidPathError(f"a list isn't closed at character {position + 1}")
    return _literal(values), position + 1


def _equal(left: JSON, right: JSON) -> bool:
    """A number is also equal to the text that says it, as with Jayway."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, int | float):
        return left == to_text(right)
    if isinstance(left, int | float) and isinstance(right, str):
        return _number.fullmatch(right) is not None and left == float(right)
    return bool(left == right)


def _matches(left: JSON, right: JSON) -> bool:
    if not isinstance(right, re.Pattern) or not isinstance(left, str | int | float):
        return False
    return right.fullmatch(to_text(left)) is not None


def _ordered(compare: Callable[[JSON, JSON], bool]) -> Callable[[JSON, JSON], bool]:
    def test(left: JSON, right: JSON) -> bool:
        if isinstance(left, bool) or isinstance(right, bool):
            return False
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        return (numbers or (isinstance(left, str) and isinstance(right, str))) and compare(left, right)

    return test


def _has_size(left: JSON, right: JSON) -> bool:
    return isinstance(left, list | str) and len(left) == right


_COMPARISONS: dict[str, Callable[[JSON, JSON], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
    "=~": _matches,
    "in": lambda left, right: isinstance(right, list) and any(_equal(left, one) for one in right),
    "nin": lambda left, right: not (isinstance(right, list) and any(_equal(left, one) for one in right)),
    "contains": lambda left, right: isinstance(left, list | str) and right in left,
    "size": _has_size,
    "empty": lambda left, right: isinstance(left, list | str) and (not left) is right,
    "subsetof": lambda left, right: isinstance(left, list) and all(one in right for one in left),
    "anyof": lambda left, right: isinstance(left, list) and any(one in right for one in left),
    "noneof": lambda left, right: isinstance(left, list) and not any(one in right for one in left),
}
