"""How many failed items a Map in the Mode DISTRIBUTED bears: ToleratedFailureCount, ToleratedFailurePercentage.

Where a state names neither, nothing is said here: what one failed item then leads to is the Map's own matter.
"""

import math
import re
from collections.abc import Mapping
from typing import Final

from asl.definition import Tolerance
from asl.errors import EvaluationError, QueryEvaluationError, StatesError
from asl.integer_field import compile_integer_path, must_not_be_negative, no_number
from asl.json_types import JSON
from asl.jsonata_flow import compile_integer, compile_number
from asl.scope import Query, Scope
from asl.template import compile_state_path

EXCEEDED: Final = "States.ExceedToleratedFailureThreshold"
_COUNT: Final = "ToleratedFailureCount"
_PERCENTAGE: Final = "ToleratedFailurePercentage"
_OUT_OF_RANGE: Final = f"{_PERCENTAGE} must be between 0 and 100."
_decimal = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?")


def compile_tolerance(definition: Mapping[str, JSON], *, is_jsonata: bool) -> Tolerance:
    return Tolerance(_count(definition, is_jsonata=is_jsonata), _percentage(definition, is_jsonata=is_jsonata))


def _count(definition: Mapping[str, JSON], *, is_jsonata: bool) -> Query | None:
    path = definition.get(f"{_COUNT}Path")
    if path is not None and not is_jsonata:
        return compile_integer_path(path, f"{_COUNT}Path", must_not_be_negative(_COUNT))
    if _COUNT not in definition:
        return None
    if is_jsonata:
        return compile_integer(definition[_COUNT], _COUNT, must_not_be_negative(_COUNT))
    count = int(definition[_COUNT])
    return lambda _data, _scope: count


def _percentage(definition: Mapping[str, JSON], *, is_jsonata: bool) -> Query | None:
    path = definition.get(f"{_PERCENTAGE}Path")
    if path is not None and not is_jsonata:
        return _percentage_path(path)
    if _PERCENTAGE not in definition:
        return None
    if not is_jsonata:
        percentage = float(definition[_PERCENTAGE])
        return lambda _data, _scope: percentage
    find = compile_number(definition[_PERCENTAGE], _PERCENTAGE)

    def read(data: JSON, scope: Scope) -> JSON:
        number = _as_float(find(data, scope))
        if not _is_percentage(number):
            raise QueryEvaluationError(_OUT_OF_RANGE, _PERCENTAGE)
        return number

    return read


def _percentage_path(path: str) -> Query:
    find = compile_state_path(path)

    def read(data: JSON, scope: Scope) -> JSON:
        value = find(data, scope)
        number = _float_of(value)
        if number is None:
            raise no_number(value, f"{_PERCENTAGE}Path", "float", path)
        if not _is_percentage(number):
            raise EvaluationError(_OUT_OF_RANGE)
        return number

    return read


def _float_of(value: JSON) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _decimal.fullmatch(value):
        return None
    return _as_float(value)


def _as_float(number: float | str) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _is_percentage(number: float) -> bool:
    return 0 <= number <= 100


def find_excess(
    *, failed: int, total: int, tolerated: int | None, tolerated_percentage: float | None
) -> StatesError | None:
    """The error of a Map of which so many items failed; None where it bears them."""
    too_many = tolerated is not None and failed > tolerated
    too_large = tolerated_percentage is not None and failed * 100 > tolerated_percentage * total
    if too_many or too_large:
        return StatesError(EXCEEDED, "The specified tolerated failure threshold was exceeded")
    return None
