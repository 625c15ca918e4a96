"""JSON text in and out, and how large it is. A host that has a quicker serialiser hands it in with `use`.

The standard library's json is the reference: compact, keys in their order, characters beyond ASCII as they are. A
host's functions may refuse what they can't hold (orjson: integers beyond 64 bits); the reference then takes over.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any

from asl.calls import room_for_calls
from asl.json_types import JSON

PAYLOAD_LIMIT = 262_144  # bytes of UTF-8: the quota for a state's input, output and a task's result
# Lists and objects inside each other, where a host writes; what has more is too large a payload. The reference goes as
# deep as Python lets it.
NESTING_LIMIT = 500

# What a text looks like to `_may_hold_large_number`: digits, exponents, and what may stand before a number.
_SHAPE = bytes(
    ord("0") if chr(code).isdigit() and code < 128
    else ord("e") if code in b"eE"
    else ord(".") if code in b"."
    else ord(",") if code in b"-[:, \t\r\n"
    else ord(" ")
    for code in range(256)
)  # fmt: skip
_MANY_DIGITS = b"0" * 18
_EXPONENT = b"0e000"
_MOST_DIGITS = 400  # before an exponent, looked at
_SMALL_STRING = 256  # characters
_SMALL_CONTAINER = 8  # members: at most 8 + 64 strings and as many names


_surrogate = re.compile(r"[\ud800-\udfff]")


def _refuse_constant(name: str) -> JSON:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (math.inf, -math.inf):
        raise ValueError(f"{text} is beyond what a number can be")
    return number


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_decoder = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
_host_dumps: Callable[[Any], str | bytes] | None = None
_host_loads: Callable[[str], Any] | None = None


def use(dumps: Callable[[Any], str | bytes] | None, loads: Callable[[str], Any] | None) -> None:
    """Serialise with the host's own functions (``orjson.dumps``, ``orjson.loads``); None for the standard library's."""
    global _host_dumps, _host_loads
    _host_dumps, _host_loads = dumps, loads


def dumps(value: JSON) -> str:
    """Compact JSON text, as AWS writes it."""
    if _host_dumps is not None:
        try:
            text = _host_dumps(value)
        except (TypeError, ValueError):
            pass
        else:
            return text if isinstance(text, str) else text.decode()
    try:
        return _reference_dumps(value)
    except RecursionError:
        with room_for_calls:
            return _reference_dumps(value)


def size(value: JSON) -> int:
    """Bytes of the compact text in UTF-8. RecursionError: it is nested too deeply."""
    if _host_dumps is not None:
        try:
            text = _host_dumps(value)
        except (TypeError, ValueError):
            if _is_nested_too_deeply(value):
                raise RecursionError(f"nested more than {NESTING_LIMIT} deep") from None
        else:
            return len(text if isinstance(text, bytes) else text.encode())
    return len(_reference_dumps(value).encode())


def _is_nested_too_deeply(value: JSON) -> bool:
    """Looked at level by level: how deep Python could go depends on where it stands."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(NESTING_LIMIT):
        members = (member for one in level for member in (one.values() if isinstance(one, dict) else one))
        level = [member for member in members if isinstance(member, dict | list)]
    return bool(level)


def _reference_dumps(value: JSON) -> str:
    text = _encoder.encode(value)
    if text.isascii():
        return text
    # half a surrogate pair can't be encoded as UTF-8: it stays the escape that it came as
    return _surrogate.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def reference_loads(text: str) -> JSON:
    """The value, by the standard library's reader, whose ValueError says where the text is wrong."""
    return _decoder.decode(text)


def loads(text: str) -> JSON:
    """The value of a JSON text; ValueError where it is none."""
    if _host_loads is not None and not _may_hold_large_number(text):
        try:
            return _host_loads(text)
        except ValueError:  # the reference knows whether it is wrong, or only beyond the host's reader
            pass
    try:
        return _decoder.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _may_hold_large_number(text: str) -> bool:
    """Is there an integer of 18 digits or more, or an exponent of three?

    A reader that holds 64 bits makes a float of a longer integer, and may take 1e999 for infinity: the reference reads
    such texts. This is asked of every text, so it looks at bytes in bulk; a regular expression takes 30 times as long.
    """
    shape = text.encode("utf-8", "surrogatepass").translate(_SHAPE, b"+")
    if _MANY_DIGITS in shape:
        return True
    found = shape.find(_EXPONENT)
    while found >= 0:  # often only a part of a name in hexadecimal digits
        before = shape[max(found - _MOST_DIGITS, 0) : found].rstrip(b"0.")
        if not before or before.endswith(b","):
            return True
        found = shape.find(_EXPONENT, found + 1)
    return False


def text_exceeds_limit(text: str) -> bool:
    if len(text) > PAYLOAD_LIMIT:
        return True
    if len(text) * 4 <= PAYLOAD_LIMIT or text.isascii():
        return False
    return len(text.encode("utf-8", "surrogatepass")) > PAYLOAD_LIMIT


def is_small(value: JSON) -> bool:
    """Surely smaller than a tenth of the limit, judged by a look at a few members."""
    return _is_small(value, 2)


def _is_small(value: JSON, depth: int) -> bool:
    kind = type(value)
    if kind is str:
        return len(value) < _SMALL_STRING
    if kind is dict:
        if len(value) > _SMALL_CONTAINER or depth == 0:
            return not value
        return all(len(key) <= _SMALL_STRING and _is_small(member, depth - 1) for key, member in value.items())
    if kind is list:
        if len(value) > _SMALL_CONTAINER or depth == 0:
            return not value
        return all(_is_small(element, depth - 1) for element in value)
    return kind is not int or -_HUGE < value < _HUGE


_HUGE = 1 << 4_096
