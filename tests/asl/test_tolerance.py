"""ToleratedFailureCount and ToleratedFailurePercentage: how they're written, and when they are exceeded."""

import pytest

from asl.errors import StatesError
from asl.tolerance import compile_tolerance, find_excess


def tolerance(definition, data=None, *, is_jsonata=False):
    compiled = compile_tolerance(definition, is_jsonata=is_jsonata)
    return tuple(query and query({} if data is None else data, None) for query in (compiled.count, compiled.percentage))


class Scope:
    def context(self):
        return {}


def jsonata(definition, data):
    compiled = compile_tolerance(definition, is_jsonata=True)
    return tuple(query and query(data, Scope()) for query in (compiled.count, compiled.percentage))


def test_a_state_that_says_nothing_tolerates_nothing_in_particular():
    assert tolerance({}) == (None, None)


def test_numbers_paths_and_expressions():
    assert tolerance({"ToleratedFailureCount": 2, "ToleratedFailurePercentage": 5}) == (2, 5.0)
    paths = {"ToleratedFailureCountPath": "$.c", "ToleratedFailurePercentagePath": "$.p"}
    assert tolerance(paths, {"c": 3, "p": 12.5}) == (3, 12.5)
    assert tolerance(paths, {"c": "3", "p": "12.5"}) == (3, 12.5)
    expressions = {"ToleratedFailureCount": "{% $states.input.c %}", "ToleratedFailurePercentage": "{% 7 %}"}
    assert jsonata(expressions, {"c": 1}) == (1, 7.0)


@pytest.mark.parametrize(
    ("definition", "data", "cause"),
    [
        ({"ToleratedFailureCountPath": "$.c"}, {"c": -1}, "ToleratedFailureCount cannot be negative."),
        ({"ToleratedFailurePercentagePath": "$.p"}, {"p": 101}, "ToleratedFailurePercentage must be between 0 and 100."),
        ({"ToleratedFailurePercentagePath": "$.p"}, {"p": 10**400}, "ToleratedFailurePercentage must be between 0 and 100."),
        ({"ToleratedFailurePercentagePath": "$.p"}, {"p": "x"}, 'The ToleratedFailurePercentagePath field refers to value "x" which is not a valid float: $.p'),
        ({"ToleratedFailurePercentagePath": "$.p"}, {"p": []}, 'The ToleratedFailurePercentagePath field refers to value "[]" which is not a valid float: $.p'),
    ],
)  # fmt: skip
def test_what_is_no_tolerance_fails_the_state(definition, data, cause):
    with pytest.raises(StatesError) as caught:
        tolerance(definition, data)
    assert caught.value.cause == cause


def test_an_expression_beyond_a_percentage_fails_the_state():
    with pytest.raises(StatesError) as caught:
        jsonata({"ToleratedFailurePercentage": "{% 100.5 %}"}, {})
    assert caught.value.error == "States.QueryEvaluationError"


@pytest.mark.parametrize(
    ("failed", "count", "percentage", "is_exceeded"),
    [
        (2, None, None, False),
        (1, 1, None, False),
        (2, 1, None, True),
        (1, None, 25.0, False),
        (2, None, 25.0, True),
        (2, 5, 25.0, True),
    ],
)
def test_either_limit_is_enough(failed, count, percentage, is_exceeded):
    excess = find_excess(failed=failed, total=4, tolerated=count, tolerated_percentage=percentage)
    assert (excess is not None) is is_exceeded
    if excess is not None:
        assert excess.error == "States.ExceedToleratedFailureThreshold"
