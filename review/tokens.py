"""Task tokens: how one is recognised (SHA-256) and how it is kept (sealed with a key derived from SECRET_KEY).

A token is a capability: whoever has it answers for the person. It never leaves this process but to Step Functions.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

from callboard import sealing

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH = 2048  # API reference, SendTaskSuccess: taskToken has 1 to 2048 characters
SEALED_FOR = "review task tokens"
REDACTED = "[task token]"
DEEPEST = 200  # levels of JSON; a deeper one would end the recursion of whoever reads it later


class UnreadableToken(Exception):  # noqa: N818
    """The token was sealed with a key that neither SECRET_KEY nor SECRET_KEY_FALLBACKS holds."""


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def seal(token: str) -> str:
    return sealing.seal(token, SEALED_FOR)


def unseal(sealed: str) -> str:
    try:
        return sealing.unseal(sealed, SEALED_FOR)
    except sealing.UnreadableError as error:
        raise UnreadableToken from error


def without(value: Any, token: str) -> Any:
    """``value`` (JSON) with ``token`` blotted out wherever a string holds it, keys included."""
    match value:
        case str():
            return value.replace(token, REDACTED)
        case list():
            return [without(item, token) for item in value]
        case dict():
            return {without(key, token): without(item, token) for key, item in value.items()}
        case _:
            return value


def strings_in(value: Any) -> Iterator[str]:
    """Every string within ``value`` (JSON), keys included."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings_in(item)
        case dict():
            for key, item in value.items():
                yield key
                yield from strings_in(item)


def trouble_with(value: Any) -> str:
    """Why ``value`` (JSON, as Python reads it) can't be kept: "holds ..."; empty where it can. Without recursion."""
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > DEEPEST:
            return f"is nested more than {DEEPEST} levels deep"
        match item:
            case str() if not is_storable(item):
                return "holds a NUL character or half of a surrogate pair"
            case float() if not math.isfinite(item):  # Python reads NaN, Infinity and 1e999; no database stores them
                return "holds a number that JSON doesn't have"
            case list():
                waiting += [(each, depth + 1) for each in item]
            case dict():
                waiting += [(each, depth + 1) for pair in item.items() for each in pair]
    return ""


def is_storable(text: str) -> bool:
    """No database stores half of a surrogate pair (JSON can hold one), and PostgreSQL no NUL."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
