"""Wait's four forms: when a Wait state goes on, and AWS's words where its field names no time."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from asl.errors import EvaluationError
from asl.integer_field import parse_long, text_of
from asl.json_types import JSON
from asl.jsonpath import InvalidPathError, PathNotFoundError, compile_path
from asl.scope import Scope
from asl.template import InvalidQueryError
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
        moment = _moment(definition["Timestamp"])
        assert moment is not None
        return lambda _data, _scope, now: _reachable(moment, now)
    return _timestamp_path(definition["TimestampPath"])


def _moment(text: JSON) -> float | None:
    parsed = parse_timestamp(text) if isinstance(text, str) else None
    return None if parsed is None else parsed[0] + parsed[1] / 1e9


def _reachable(moment: float, now: float) -> float:
    if moment - now > LONGEST:
        raise EvaluationError("Wait state delay is too long.")
    return moment


def _read(text: str, field: str) -> Callable[[JSON, Scope], JSON]:
    from_context = text.startswith("$$")
    try:
        read = compile_path(text[1:] if from_context else text).read
    except InvalidPathError as reason:
        raise InvalidQueryError(str(reason)) from None

    def find(data: JSON, scope: Scope) -> JSON:
        try:
            return read(scope.context() if from_context else data)
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
        return _reachable(now + seconds, now)

    return until


def _timestamp_path(text: str) -> Until:
    find = _read(text, "TimestampPath")

    def until(data: JSON, scope: Scope, now: float) -> float:
        value = find(data, scope)
        moment = _moment(value)
        if moment is None:
            raise EvaluationError(
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
                f"string: {text} == {text_of(value)}"
            )
        return _reachable(moment, now)

    return until
