"""The functions that a JSONata expression finds: AWS's own, and those of the language that must be otherwise here.

Otherwise, because they read a clock or make random numbers, which both belong to the execution, or because what they
make could be larger than memory. Each takes the scope and its arguments, which its signature has checked.
"""

import hashlib
import json
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from asl import json_text
from asl.intrinsics import HASHES, identity
from asl.json_types import JSON
from asl.jsonata_errors import JSONataError, too_large
from asl.scope import Scope

Function: TypeAlias = Callable[..., JSON]  # scope, arguments; None is undefined, also as what it gives

NULL: Final = object()  # what a function gives that gives null

# As measured: AWS takes [1..873782] and a text of 2 ** 22 characters, and neither one more nor twice as many.
LONGEST_TEXT: Final = 6_990_256  # characters that an expression may put together
LONGEST_ARRAY: Final = 873_782  # elements
LONGEST_RANGE: Final = 360_145  # elements that $range makes


def _partition(_scope: Scope, array: list[JSON] | None, size: float | None) -> JSON:
    chunk = 0 if size is None else int(size)
    if not array or not chunk:
        return None
    if chunk < 0:
        raise JSONataError("D3000", "The second argument of function partition must be a positive integer")
    return [array[first : first + chunk] for first in range(0, len(array), chunk)]


def _range(_scope: Scope, first: float | None, last: float | None, step: float | None = None) -> JSON:
    """Fractions are cut off. Undefined where the step leads away from the end."""
    if first is None or last is None or step is None:
        return None
    by = int(step)
    if not by:
        raise JSONataError("D3000", "The third argument of function range can't be zero")
    values = range(int(first), int(last) + (1 if by > 0 else -1), by)
    if len(values) > LONGEST_RANGE:
        raise too_large()
    return list(values) or None


def _hash(_scope: Scope, text: str | None, algorithm: str | None = None) -> JSON:
    if text is None or algorithm is None:
        return None
    if algorithm not in HASHES:
        raise JSONataError("D3000", f"The algorithm of function hash must be one of {', '.join(HASHES)}")
    return hashlib.new(HASHES[algorithm], text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _random(scope: Scope, seed: float | None = None) -> JSON:
    return random.Random(scope.random_bits() if seed is None else seed).random()  # noqa: S311 - no secret


def _uuid(scope: Scope) -> JSON:
    return str(uuid.UUID(int=scope.random_bits() >> 128, version=4))


def _parse(_scope: Scope, text: str | None) -> JSON:
    if text is None:
        return None
    try:
        value = json_text.loads(text)
    except ValueError:
        raise JSONataError("D3000", "The argument of function parse is not valid JSON") from None
    return NULL if value is None else value


def _millis(scope: Scope) -> JSON:
    return int(scope.now() * 1000 + 0.5)


def _shuffle(scope: Scope, array: list[JSON] | None) -> JSON:
    if array is None:
        return None
    shuffled = list(array)
    random.Random(scope.random_bits()).shuffle(shuffled)  # noqa: S311 - no secret
    return shuffled


def _distinct(_scope: Scope, value: JSON) -> JSON:
    if not isinstance(value, list) or len(value) < 2:
        return value
    return list({identity(element): element for element in reversed(value)}.values())[::-1]


def _join(_scope: Scope, texts: list[str] | None, separator: str | None = None) -> JSON:
    if texts is None:
        return None
    between = separator or ""
    if sum(map(len, texts)) + len(between) * len(texts) > LONGEST_TEXT:
        raise too_large()
    return between.join(texts)


def _power(_scope: Scope, base: float | None, exponent: float | None) -> JSON:
    if base is None or exponent is None:
        return None
    try:
        power = float(base) ** float(exponent)
    except (OverflowError, ZeroDivisionError):
        power = complex(0)
    if isinstance(power, complex):
        raise JSONataError(
            "D3061",
            "The power function has resulted in a value that cannot be represented as a JSON number: "
            f"base={json.dumps(base)}, exponent={json.dumps(exponent)}",
        )
    return power


def _eval(_scope: Scope, *_arguments: JSON) -> JSON:
    raise JSONataError("T1006", "Attempted to invoke a non-function")


# name -> (the language's notation for what it takes and gives, the function)
FUNCTIONS: Final[Mapping[str, tuple[str, Function]]] = {
    "partition": ("<an:a>", _partition),
    "range": ("<nnn?:a>", _range),
    "hash": ("<ss?:s>", _hash),
    "random": ("<n?:n>", _random),
    "uuid": ("<:s>", _uuid),
    "parse": ("<s:x>", _parse),
    "millis": ("<:n>", _millis),
    "shuffle": ("<a:a>", _shuffle),
    "distinct": ("<x:x>", _distinct),
    "join": ("<a<s>s?:s>", _join),
    "power": ("<n-n:n>", _power),
    "eval": ("<sx?:x>", _eval),
}
SEQUENCES: Final = frozenset({"range", "distinct"})  # what has one element only is that element
