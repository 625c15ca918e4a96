"""Choice Rules: what each operator takes."""

import pytest

from asl.choice import OPERATORS, compile_pattern, compile_rule
from asl.errors import StatesError

EARLY, LATE = "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000000001Z"


class Context:
    def context(self):
        return {"State": {"Name": "Choose"}}

    def random_bits(self):
        return 0


def holds(rule, data):
    return compile_rule(rule)(data, Context())


@pytest.mark.parametrize(
    ("operator", "operand", "true", "false"),
    [
        ("StringEquals", "a", ["a"], ["A", 1, None]),
        ("StringLessThan", "b", ["a", "B"], ["b", "c", 0]),
        ("StringLessThanEquals", "b", ["a", "b"], ["c"]),
        ("StringGreaterThan", "b", ["c"], ["b", "a"]),
        ("StringGreaterThanEquals", "b", ["b", "c"], ["a"]),
        ("StringMatches", "log-*.txt", ["log-.txt", "log-1.txt"], ["log-1.txt2", 1]),
        ("NumericEquals", 1, [1, 1.0], [True, "1", 2]),
        ("NumericLessThan", 1.5, [1], [1.5, False]),
        ("NumericLessThanEquals", 1.5, [1.5], [2]),
        ("NumericGreaterThan", 1, [1.1], [1, "2"]),
        ("NumericGreaterThanEquals", 1, [1], [0.9]),
        ("BooleanEquals", True, [True], [False, 1, "true"]),
        ("TimestampEquals", EARLY, ["2024-01-01T01:00:00+01:00"], [LATE, "no", 1]),
        ("TimestampLessThan", LATE, [EARLY], [LATE]),
        ("TimestampLessThanEquals", LATE, [LATE], ["2025-01-01T00:00:00Z"]),
        ("TimestampGreaterThan", EARLY, [LATE], [EARLY]),
        ("TimestampGreaterThanEquals", EARLY, [EARLY], ["2023-12-31T23:59:59Z"]),
        ("IsNull", True, [None], [0, ""]),
        ("IsNumeric", True, [0, 1.5], [True, "1"]),
        ("IsString", True, [""], [1]),
        ("IsBoolean", False, [1], [True]),
        ("IsTimestamp", True, [EARLY], ["2024-01-01", "2024-13-01T00:00:00Z", 1]),
        ("IsPresent", True, [None, 0], []),
    ],
)
def test_an_operator_takes_and_refuses(operator, operand, true, false):
    rule = {"Variable": "$.x", operator: operand}
    for value in true:
        assert holds(rule, {"x": value}), value
    for value in false:
        assert not holds(rule, {"x": value}), value


@pytest.mark.parametrize("operator", sorted(name for name in OPERATORS if name.endswith("Path")))
def test_the_path_form_compares_with_what_the_path_names(operator):
    value = {"B": True, "N": 1, "S": "a", "T": EARLY}[operator[0]]
    expected = "Equals" in operator
    assert holds({"Variable": "$.x", operator: "$.y"}, {"x": value, "y": value}) is expected
    assert not holds({"Variable": "$.x", operator: "$.y"}, {"x": value, "y": None})


def test_and_or_and_not_combine_and_stop_as_soon_as_they_know():
    present = {"Variable": "$.x", "IsPresent": True}
    large = {"Variable": "$.x", "NumericGreaterThan": 5}
    assert not holds({"And": [present, large]}, {}), "the second isn't asked: it would fail"
    assert holds({"And": [present, large]}, {"x": 6})
    assert holds({"Or": [{"Not": present}, large]}, {})
    assert not holds({"Or": [{"Not": present}, large]}, {"x": 1})


def test_a_variable_may_be_in_the_context_object():
    assert holds({"Variable": "$$.State.Name", "StringEquals": "Choose"}, {})


def test_a_variable_that_is_not_there_is_a_runtime_error_except_for_is_present():
    assert holds({"Variable": "$.x.y", "IsPresent": False}, {})
    with pytest.raises(StatesError) as failure:
        holds({"Variable": "$.x", "IsNull": True}, {})
    assert failure.value.error == "States.Runtime"
    assert failure.value.cause == "Invalid path '$.x': The choice state's condition path references an invalid value."


@pytest.mark.parametrize(
    ("pattern", "true", "false"),
    [
        ("*", ["", "x"], []),
        ("a*b*c", ["abc", "a1b2c", "abbc"], ["ab", "acb", "abcd", "xabc"]),
        ("a**b", ["ab", "axb"], ["a"]),
        (r"\*", ["*"], ["x"]),
        (r"a\\*", ["a\\", "a\\x"], ["a"]),
        (r"\a", [r"\a"], ["a"]),
        ("aba", ["aba"], ["ab", "abab"]),
        ("ab*ba", ["abba", "abxba"], ["aba"]),
        ("*ab*ab*", ["abab", "xabyabz"], ["ab"]),
    ],
)
def test_a_pattern_matches(pattern, true, false):
    matches = compile_pattern(pattern)
    assert [text for text in true if not matches(text)] == []
    assert [text for text in false if matches(text)] == []


def test_no_pattern_makes_matching_slow():
    assert not compile_pattern("*a" * 30 + "*b")("a" * 100_000)
