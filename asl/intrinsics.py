"""The 18 intrinsic functions, and calls of them compiled into closures."""

import base64
import binascii
import hashlib
import math
import random
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from asl import json_text
from asl.errors import INTRINSIC_FAILURE, EvaluationError
from asl.intrinsic_syntax import Argument, Call, InvalidIntrinsicError, Literal, parse_call
from asl.java_text import to_text
from asl.json_types import JSON
from asl.jsonpath import PathNotFoundError
from asl.scope import Query, Scope
from asl.source import compile_source

__all__ = ["FUNCTIONS", "InvalidIntrinsicError", "compile_intrinsic"]

Function: TypeAlias = Callable[[Sequence[JSON], Scope], JSON]

RANGE_LIMIT = 1_000  # elements that States.ArrayRange may make
TEXT_LIMIT = 10_000  # characters that Base64 and Hash functions take
HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


class _RefusedError(ValueError):
    """The function can't do that; the message says why."""


def compile_intrinsic(text: str) -> Query:
    """The call as a closure. Raises `InvalidIntrinsicError` for the syntax, the name or the number of arguments."""
    call = parse_call(text)
    evaluate = _compile_call(call)

    def query(data: JSON, scope: Scope) -> JSON:
        try:
            return evaluate(data, scope)
        except _RefusedError as reason:
            cause = f"The function '{text}' had the following error: {reason}"
            raise EvaluationError(cause, error=INTRINSIC_FAILURE) from None
        except PathNotFoundError as reason:
            cause = f"The function '{text}' had the following error: {reason}"
            raise EvaluationError(cause) from None

    return query


def _compile_call(call: Call) -> Query:
    if call.name not in FUNCTIONS:
        raise InvalidIntrinsicError(f"{call.name} is no intrinsic function")
    least, most, function = FUNCTIONS[call.name]
    if len(call.arguments) < least or (most is not None and len(call.arguments) > most):
        raise InvalidIntrinsicError(f"{call.name} takes another number of arguments")
    keeps_escapes = call.name == "States.Format"
    arguments = tuple(
        _compile_argument(argument, keeps_escapes=keeps_escapes and position == 0)
        for position, argument in enumerate(call.arguments)
    )
    if len(arguments) == 2:  # by far the most frequent
        first, second = arguments
        return lambda data, scope: function((first(data, scope), second(data, scope)), scope)
    return lambda data, scope: function([argument(data, scope) for argument in arguments], scope)


def _compile_argument(argument: Argument, *, keeps_escapes: bool) -> Query:
    match argument:
        case Call():
            return _compile_call(argument)
        case Literal(value):
            constant = value if keeps_escapes or not isinstance(value, str) else _unescape(value)
            return lambda _data, _scope: constant
        case _:
            return _compile_path_argument(argument.text)


def _compile_path_argument(text: str) -> Query:
    find_root, path = compile_source(text)
    read = path.read

    def query(data: JSON, scope: Scope) -> JSON:
        root = data if find_root is None else find_root(data, scope)
        try:
            return read(root)
        except PathNotFoundError:
            shown = json_text.dumps(root)
            raise PathNotFoundError(
                f"The JsonPath argument for the field '{text}' could not be found in the input '{shown}'"
            ) from None

    return query


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _round(number: float) -> int:
    """Java's Math.round: halves go up."""
    return number if isinstance(number, int) else math.floor(number + 0.5)


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: JSON, what: str) -> int:
    if not _is_number(value):
        raise _RefusedError(f"The {what} must be a number, not {json_text.dumps(value)}")
    return _round(value)


def _array(value: JSON) -> list[JSON]:
    if not isinstance(value, list):
        raise _RefusedError(f"The first argument must be an array, not {json_text.dumps(value)}")
    return value


def _string(value: JSON, what: str) -> str:
    if not isinstance(value, str):
        raise _RefusedError(f"The {what} must be a string, not {json_text.dumps(value)}")
    return value


def identity(value: JSON) -> str:
    """Equal values have the same: 1 is 1.0, true isn't 1, the order of an object's members doesn't matter."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{identity(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(identity, value)) + "]"
    return repr(int(value)) if isinstance(value, float) and value.is_integer() else repr(value)


_format_parts = re.compile(r"\\(.)|(\{\})|([{}])", re.DOTALL)


def _format(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    template, values = _string(arguments[0], "template"), list(arguments[1:])
    remaining = iter(values)
    used = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal used
        if found[1] is not None:
            return found[1]
        if found[3] is not None:
            raise _RefusedError(f"The template has a single {found[3]}; write \\{found[3]} for the character")
        used += 1
        return to_text(next(remaining, None))

    text = _format_parts.sub(replace, template)
    if used != len(values):
        raise _RefusedError(f"The template has {used} occurrences of {{}} for {len(values)} arguments")
    return text


def _string_to_json(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    text = _string(arguments[0], "argument")
    if not text.strip():
        return None
    try:
        return json_text.loads(text)
    except ValueError:
        raise _RefusedError("The argument is not a valid JSON string") from None


def _json_to_string(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    return json_text.dumps(arguments[0])


def _make_array(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    return list(arguments)


def _array_partition(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    array, size = _array(arguments[0]), _number(arguments[1], "chunk size")
    if size <= 0:
        raise _RefusedError("The chunk size must be a positive integer")
    return [array[first : first + size] for first in range(0, len(array), size)]


def _array_contains(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    wanted = identity(arguments[1])
    return any(identity(element) == wanted for element in _array(arguments[0]))


def _array_range(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    first, last, step = (_number(argument, "argument") for argument in arguments)
    if step == 0:
        raise _RefusedError("The increment can't be zero")
    values = range(first, last + (1 if step > 0 else -1), step)
    if len(values) > RANGE_LIMIT:
        raise _RefusedError(f"The array would have more than {RANGE_LIMIT} elements")
    return list(values)


def _array_get_item(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    array, index = _array(arguments[0]), _number(arguments[1], "index")
    if not 0 <= index < len(array):
        raise _RefusedError(f"The index {index} is out of bounds for an array of {len(array)} elements")
    return array[index]


def _array_length(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    return len(_array(arguments[0]))


def _array_unique(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    return list({identity(element): element for element in reversed(_array(arguments[0]))}.values())[::-1]


def _base64_encode(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    text = _string(arguments[0], "argument")
    if len(text) > TEXT_LIMIT:
        raise _RefusedError(f"The argument has more than {TEXT_LIMIT} characters")
    return base64.b64encode(text.encode()).decode("ascii")


def _base64_decode(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    text = _string(arguments[0], "argument")
    if len(text) > TEXT_LIMIT:
        raise _RefusedError(f"The argument has more than {TEXT_LIMIT} characters")
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        raise _RefusedError("The argument is not Base64 text") from None


def _hash(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    data, algorithm = arguments
    if algorithm not in HASHES:
        raise _RefusedError(f"The algorithm must be one of {', '.join(HASHES)}")
    text = data if isinstance(data, str) else json_text.dumps(data)
    if len(text) > TEXT_LIMIT:
        raise _RefusedError(f"The data has more than {TEXT_LIMIT} characters")
    return hashlib.new(HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _json_merge(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    first, second, deep = arguments
    if deep is not False:
        raise _RefusedError("Step Functions supports only the shallow merging mode: the third argument must be false")
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise _RefusedError("Both arguments must be JSON objects")
    return {**first, **second}


def _math_random(arguments: Sequence[JSON], scope: Scope) -> JSON:
    first, last = (_number(argument, "bound") for argument in arguments[:2])
    if first >= last:
        raise _RefusedError("The start number must be less than the end number")
    seed = _number(arguments[2], "seed") if len(arguments) > 2 else scope.random_bits()
    return random.Random(seed).randrange(first, last)  # noqa: S311 - the language's own random number, not a secret


def _math_add(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    first, second = arguments
    if type(first) is int and type(second) is int:
        return first + second
    return _number(first, "first argument") + _number(second, "second argument")


def _string_split(arguments: Sequence[JSON], _scope: Scope) -> JSON:
    text, delimiters = _string(arguments[0], "first argument"), _string(arguments[1], "second argument")
    if not delimiters:
        return [text]
    return [part for part in re.split(f"[{re.escape(delimiters)}]", text) if part]


def _uuid(_arguments: Sequence[JSON], scope: Scope) -> JSON:
    return str(uuid.UUID(int=scope.random_bits() >> 128, version=4))


# name -> (fewest arguments, most arguments or None, function)
FUNCTIONS: Mapping[str, tuple[int, int | None, Function]] = {
    "States.Array": (0, None, _make_array),
    "States.ArrayContains": (2, 2, _array_contains),
    "States.ArrayGetItem": (2, 2, _array_get_item),
    "States.ArrayLength": (1, 1, _array_length),
    "States.ArrayPartition": (2, 2, _array_partition),
    "States.ArrayRange": (3, 3, _array_range),
    "States.ArrayUnique": (1, 1, _array_unique),
    "States.Base64Decode": (1, 1, _base64_decode),
    "States.Base64Encode": (1, 1, _base64_encode),
    "States.Format": (1, None, _format),
    "States.Hash": (2, 2, _hash),
    "States.JsonMerge": (3, 3, _json_merge),
    "States.JsonToString": (1, 1, _json_to_string),
    "States.MathAdd": (2, 2, _math_add),
    "States.MathRandom": (2, 3, _math_random),
    "States.StringSplit": (2, 2, _string_split),
    "States.StringToJson": (1, 1, _string_to_json),
    "States.UUID": (0, 0, _uuid),
}
