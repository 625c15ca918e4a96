"""JSONPath as Step Functions takes it (the Jayway dialect): text is compiled once into a closure over the steps.

A path is *definite* when it can name one value only. A definite path that finds nothing raises `PathNotFoundError`;
any other gives the list of what it found, which may be empty, and never fails. Reference Paths, the definite paths that
ResultPath takes, are applied by `put`.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from asl.json_types import JSON
from asl.jsonpath_syntax import (
    Descent,
    Filter,
    Function,
    Indices,
    InvalidPathError,
    Names,
    Segment,
    Slice,
    Wildcard,
    parse_path,
)

__all__ = ["InvalidPathError", "Path", "PathNotFoundError", "compile_path", "is_reference_path"]

Read: TypeAlias = Callable[[JSON], JSON]


class PathNotFoundError(LookupError):
    """A definite path named a place that isn't there; the message is the one that AWS's implementation gives."""


@dataclass(frozen=True, slots=True)
class Path:
    text: str  # as written, from "$"
    segments: tuple[Segment, ...]
    definite: bool
    read: Read  # raises PathNotFoundError where a definite path finds nothing


def compile_path(text: str) -> Path:
    """Raises `InvalidPathError` with the reason."""
    segments = parse_path(text)
    definite = all(_is_definite(segment) for segment in segments[:-1]) and all(map(_names_one_place, segments[-1:]))
    return Path(text, segments, definite, _reader(segments, definite=definite))


def is_reference_path(path: Path) -> bool:
    """Names and array indices only, each one value (specification, "Reference Paths")."""
    return path.definite and all(
        isinstance(segment, Names | Indices) and _is_definite(segment) for segment in path.segments
    )


def put(container: JSON, steps: Sequence[str | int], value: JSON) -> JSON:
    """A copy of ``container`` with ``value`` at the place, made where it is missing. LookupError names the step."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if not isinstance(container, list) or not -len(container) <= step < len(container):
            raise LookupError(step)
        elements = list(container)
        elements[step] = put(elements[step], rest, value)
        return elements
    if not isinstance(container, dict):
        raise LookupError(step)  # noqa: TRY004 - the place isn't there; no caller gave a wrong type
    members = dict(container)
    members[step] = put(members.get(step, {}), rest, value) if rest else value
    return members


def reference_steps(path: Path) -> tuple[str | int, ...]:
    """The names and indices of a Reference Path."""
    steps: list[str | int] = []
    for segment in path.segments:
        if isinstance(segment, Names):
            steps.append(segment.names[0])
        else:
            assert isinstance(segment, Indices)
            steps.append(segment.indices[0])
    return tuple(steps)


def _is_definite(segment: Segment) -> bool:
    match segment:
        case Names(names):
            return len(names) == 1
        case Indices(indices):
            return len(indices) == 1
        case Function():
            return True
        case _:
            return False


def _names_one_place(last: Segment) -> bool:
    """Several names at the end of a path are one object with those members (Jayway)."""
    return isinstance(last, Names) or _is_definite(last)


def _reader(segments: tuple[Segment, ...], *, definite: bool) -> Read:
    if not segments:
        return lambda root: root
    if len(segments) == 1 and isinstance(segments[0], Names) and _is_definite(segments[0]):
        return _one_name(segments[0].names[0])
    if definite:
        return _definite_reader(segments)
    functions = [segment for segment in segments if isinstance(segment, Function)]
    plain = tuple(segment for segment in segments if not isinstance(segment, Function))

    def read(root: JSON) -> JSON:
        found: JSON = find(root, plain)
        for function in functions:
            found = _apply(function, found)
        return found

    return read


def _one_name(name: str) -> Read:
    def read(root: JSON) -> JSON:
        try:
            if type(root) is dict:
                return root[name]
        except KeyError:
            pass
        raise PathNotFoundError(_missing((name,), 0, root))

    return read


def _definite_reader(segments: tuple[Segment, ...]) -> Read:
    functions = tuple(segment for segment in segments if isinstance(segment, Function))
    *_, last = segments
    chosen = last.names if isinstance(last, Names) and len(last.names) > 1 else ()
    steps = tuple(
        segment.names[0] if isinstance(segment, Names) else segment.indices[0]
        for segment in (segments[:-1] if chosen else segments)
        if isinstance(segment, Names | Indices)
    )

    def read(root: JSON) -> JSON:
        value = root
        position = 0
        try:
            for position, step in enumerate(steps):  # noqa: B007 - the position says where it failed
                if type(step) is str:
                    if type(value) is not dict:
                        raise KeyError
                elif type(value) is not list:
                    raise KeyError
                value = value[step]
        except LookupError:
            raise PathNotFoundError(_missing(steps, position, value)) from None
        for function in functions:
            value = _apply(function, value)
        return _chosen(chosen, steps, value) if chosen else value

    return read


def _chosen(names: Sequence[str], steps: Sequence[str | int], value: JSON) -> JSON:
    if not isinstance(value, dict):
        shown = ", ".join(f"'{name}'" for name in names)
        raise PathNotFoundError(
            f"Expected to find an object with properties [{shown}] in path {_place(steps)} but found"
            f" '{_json_type(value)}'."
        )
    return {name: value[name] for name in names if name in value}


def _place(steps: Sequence[str | int]) -> str:
    return "$" + "".join(f"['{name}']" if isinstance(name, str) else f"[{name}]" for name in steps)


def _missing(steps: Sequence[str | int], position: int, value: JSON) -> str:
    step = steps[position]
    where = _place(steps[: position + 1])
    if isinstance(step, int):
        if isinstance(value, list):
            return f"Index out of bounds when evaluating path {where}"
        return f"Filter: [{step}] can only be applied to arrays. Current context is: {where.rpartition('[')[0]}"
    if isinstance(value, dict):
        last = position == len(steps) - 1
        return f"No results for path: {where}" if last else f"Missing property in path {where}"
    parent = where.rpartition("[")[0]
    return f"Expected to find an object with property ['{step}'] in path {parent} but found '{_json_type(value)}'."


def _json_type(value: JSON) -> str:
    """The class name that AWS's own message names."""
    if isinstance(value, bool):
        name = "BooleanNode"
    elif isinstance(value, int):
        bits = max(value, ~value).bit_length()
        name = "IntNode" if bits < 32 else "LongNode" if bits < 64 else "BigIntegerNode"
    elif isinstance(value, float):
        name = "DoubleNode"
    else:
        name = "TextNode" if isinstance(value, str) else "ArrayNode" if isinstance(value, list) else "NullNode"
    return f"com.fasterxml.jackson.databind.node.{name}"


def find(root: JSON, segments: Iterable[Segment], document: JSON = None) -> list[JSON]:
    """All that a path finds, in document order."""
    top = root if document is None else document
    found = [root]
    for segment in segments:
        found = [child for value in found for child in _children(segment, value, top)]
    return found


def _children(segment: Segment, value: JSON, document: JSON) -> Iterable[JSON]:
    match segment:
        case Names(names):
            if not isinstance(value, dict):
                return ()
            if len(names) == 1:
                return (value[names[0]],) if names[0] in value else ()
            return ({name: value[name] for name in names if name in value},)
        case Indices(indices):
            if not isinstance(value, list):
                return ()
            return [value[index] for index in indices if -len(value) <= index < len(value)]
        case Slice(first, end, step):
            return value[first:end:step] if isinstance(value, list) else ()
        case Wildcard():
            return _members(value)
        case Descent(Filter(test)):  # asked of each object once, not again as its list's element (Jayway)
            return [place for place in _descendants(value) if isinstance(place, dict) and test(place, document)]
        case Descent(inner):
            return [found for place in _descendants(value) for found in _children(inner, place, document)]
        case Filter(test):
            candidates = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
            return [candidate for candidate in candidates if test(candidate, document)]
        case _:
            return (_apply(segment, value),)


def _members(value: JSON) -> Iterable[JSON]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _descendants(value: JSON) -> Iterable[JSON]:
    """The value itself and all below it, outermost first."""
    yield value
    for member in _members(value):
        if isinstance(member, dict | list):
            yield from _descendants(member)


def _apply(function: Function, value: JSON) -> JSON:
    if function.name in ("length", "size"):
        if isinstance(value, list | dict | str):
            return len(value)
        raise PathNotFoundError("Aggregation function attempted to calculate value using empty array")
    if function.name == "keys":
        if isinstance(value, dict):
            return list(value)
        raise PathNotFoundError("keys() can only be applied to an object")
    numbers = [number for number in _members(value) if isinstance(number, int | float) and not isinstance(number, bool)]
    if not numbers:
        raise PathNotFoundError("Aggregation function attempted to calculate value using empty array")
    result = AGGREGATES[function.name](numbers)
    if not math.isfinite(result):
        raise PathNotFoundError(f"{function.name}() is beyond what a number can be")
    return result


def _deviation(numbers: Sequence[float]) -> float:
    mean = sum(numbers) / len(numbers)
    return math.sqrt(sum((number - mean) * (number - mean) for number in numbers) / len(numbers))


AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "min": lambda numbers: float(min(numbers)),
    "max": lambda numbers: float(max(numbers)),
    "sum": lambda numbers: float(sum(numbers)),
    "avg": lambda numbers: sum(numbers) / len(numbers),
    "stddev": _deviation,
}
