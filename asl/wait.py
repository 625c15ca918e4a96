"""Wait's four forms: when a Wait state goes on, and AWS's words where its field names no time."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from asl.errors import EvaluationError
from asl.integer_field import parse_long, text_of
from asl.json_types import JSON
from asl.jsonpath import PathNotFoundError
from asl.scope import Scope
from asl.source import compile_source
from asl.timestamps import parse_timestamp

Until: TypeAlias = Callable[[JSON, Scope, float], float]  # effective input, scope, now -> when to go on

LONGEST = 2**31 - 1  # seconds


def compile_wait(definition: Mapping[str, JSON]) -> Until:
    if "Seconds" in definition:
        seconds = definition["Seconds"]
        return lambda _data, _scope, now: now + seconds
    if "SecondsPath" in definition:
        return _seconds_path(definition["SecondsPath"])
    if "Timestamp" in definition:
        moment = moment_of(definition["Timestamp"])
        assert moment is not None
        return lambda _data, _scope, now: reachable(moment, now)
    return _timestamp_path(definition["TimestampPath"])


def moment_of(text: JSON) -> float | None:
    parsed = parse_timestamp(text) if isinstance(text, str) else None
    return None if parsed is None else parsed[0] + parsed[1] / 1e9


def reachable(moment: float, now: float) -> float:
    if moment - now > LONGEST:
        raise EvaluationError("Wait state delay is too long.")
    return moment


def _read(text: str, field: str) -> Callable[[JSON, Scope], JSON]:
    root, path = compile_source(text)
    read = path.read

    def find(data: JSON, scope: Scope) -> JSON:
        try:
            return read(data if root is None else root(data, scope))
        except PathNotFoundError:
            raise EvaluationError(f"The {field} parameter does not reference an input value: {text}") from None

    return find


def _seconds_path(text: str) -> Until:
    find = _read(text, "SecondsPath")

    def until(data: JSON, scope: Scope, now: float) -> float:
        value = find(data, scope)
        seconds = parse_long(value)
        if seconds is None:
            shown = f"{text} == {text_of(value)}"
            raise EvaluationError(f"The SecondsPath parameter cannot be parsed as a long value: {shown}")
        if seconds < 0:
            raise EvaluationError(f"The SecondsPath parameter references a negative value: {text} == {seconds}")
        return reachable(now + seconds, now)

    return until


def _timestamp_path(text: str) -> Until:
    find = _read(text, "TimestampPath")

    def until(data: JSON, scope: Scope, now: float) -> float:
        value = find(data, scope)
        moment = moment_of(value)
        if moment is None:
            raise EvaluationError(
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
                f"string: {text} == {text_of(value)}"
            )
        return reachable(moment, now)

    return until
