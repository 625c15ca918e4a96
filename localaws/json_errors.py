"""What is wrong with a text that should be JSON, in the words of the parser that AWS uses (Jackson).

Decides only the wording: whether a text is JSON has been decided before. Finds the first fault by reading tokens.
"""

import re

VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
MAX_DEPTH = 400  # below Python's own recursion limit


class _FaultError(Exception):
    pass


def complaint(text: str) -> str:
    """The first fault of ``text``, which is known not to be JSON."""
    try:
        end = _value(text, _skip(text, 0), 0)
        if _skip(text, end) < len(text):
            return f"Unexpected character ({_shown(text, _skip(text, end))}): expected end of input"
    except _FaultError as fault:
        return str(fault)
    return "Invalid JSON"


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _shown(text: str, at: int) -> str:
    return f"'{text[at]}' (code {ord(text[at])})"


def _value(text: str, at: int, depth: int) -> int:
    if at >= len(text):
        raise _FaultError("No content to map due to end-of-input")
    if depth > MAX_DEPTH:
        raise _FaultError(f"Document nesting depth ({depth}) exceeds the maximum allowed ({MAX_DEPTH})")
    first = text[at]
    if first == "{":
        return _object(text, at + 1, depth)
    if first == "[":
        return _array(text, at + 1, depth)
    if first == '"':
        return _string(text, at)
    if first == "-" or first.isdigit():
        return _number(text, at)
    return _literal(text, at)


def _literal(text: str, at: int) -> int:
    word = _WORD.match(text, at)
    if word is None:
        raise _FaultError(f"Unexpected character ({_shown(text, at)}): expected a valid value {VALUES}")
    if word.group() not in {"null", "true", "false"}:
        raise _FaultError(f"Unrecognized token '{word.group()}': was expecting {VALUES}")
    return word.end()


def _number(text: str, at: int) -> int:
    found = _NUMBER.match(text, at)
    if found is None:
        raise _FaultError(f"Unexpected character ({_shown(text, at)}): expected digit (0-9) to follow minus sign")
    return found.end()


def _string(text: str, at: int) -> int:
    found = _STRING.match(text, at)
    if found:
        return found.end()
    for position in range(at + 1, len(text)):
        if ord(text[position]) < 0x20:
            raise _FaultError(
                f"Illegal unquoted character ((CTRL-CHAR, code {ord(text[position])})): "
                "has to be escaped using backslash to be included in string value"
            )
        if text[position] == '"' and text[position - 1] != "\\":
            raise _FaultError("Unrecognized character escape")
    raise _FaultError("Unexpected end-of-input: was expecting closing quote for a string value")


def _object(text: str, at: int, depth: int) -> int:
    at = _skip(text, at)
    if text[at : at + 1] == "}":
        return at + 1
    while True:
        at = _skip(text, at)
        if at >= len(text):
            raise _FaultError("Unexpected end-of-input: expected close marker for Object")
        if text[at] != '"':
            raise _FaultError(
                f"Unexpected character ({_shown(text, at)}): was expecting double-quote to start field name"
            )
        at = _skip(text, _string(text, at))
        if text[at : at + 1] != ":":
            if at >= len(text):
                raise _FaultError("Unexpected end-of-input within/between Object entries")
            raise _FaultError(
                f"Unexpected character ({_shown(text, at)}): was expecting a colon to separate field name and value"
            )
        at = _skip(text, _value(text, _skip(text, at + 1), depth + 1))
        if text[at : at + 1] == "}":
            return at + 1
        at = _comma(text, at, "Object")


def _array(text: str, at: int, depth: int) -> int:
    at = _skip(text, at)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        at = _skip(text, _value(text, _skip(text, at), depth + 1))
        if text[at : at + 1] == "]":
            return at + 1
        at = _comma(text, at, "Array")


def _comma(text: str, at: int, kind: str) -> int:
    if at >= len(text):
        raise _FaultError(f"Unexpected end-of-input: expected close marker for {kind}")
    if text[at] != ",":
        raise _FaultError(f"Unexpected character ({_shown(text, at)}): was expecting comma to separate {kind} entries")
    return at + 1
