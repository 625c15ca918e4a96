"""Choice Rules as conditions."""

import pytest

from asl.conversion_choice import TIMESTAMP, condition
from asl.conversion_paths import Reader
from asl.conversion_values import INPUT, RefusedError


def convert(rule):
    looked = []
    return condition(rule, Reader(INPUT, looked.append)), bool(looked)


A, B = "$states.input.a", "$states.input.b"


@pytest.mark.parametrize(
    ("rule", "text", "looked"),
    [
        ({"Variable": "$.a", "StringEquals": "x"}, f'{A} = "x"', False),
        ({"Variable": "$.a", "StringEquals": "${x}"}, f'{A} = "${{x}}"', False),
        ({"Variable": "$.a", "NumericLessThan": 5}, f'($type({A}) = "number" and {A} < 5)', False),
        (
            {"Variable": "$.a", "BooleanEqualsPath": "$.b"},
            f'($type({A}) = "boolean" and $type({B}) = "boolean" and {A} = {B})',
            False,
        ),
        ({"Variable": "$.a", "IsPresent": True}, f"$exists({A})", False),
        ({"Variable": "$.a", "IsPresent": False}, f"$not($exists({A}))", False),
        ({"Variable": "$.a", "IsNull": False}, f'$type({A}) != "null"', False),
        ({"Variable": "$.a", "IsString": True}, f'$type({A}) = "string"', False),
        (
            {"Variable": "$.a", "IsTimestamp": False},
            f'$not($type({A}) = "string" and $contains({A}, {TIMESTAMP}))',
            True,
        ),
        ({"Variable": "$.a", "IsTimestamp": True}, f'($type({A}) = "string" and $contains({A}, {TIMESTAMP}))', True),
        (
            {"Variable": "$.a", "StringMatches": "a*\\*./\n"},
            f'($type({A}) = "string" and $contains({A}, /^a[\\s\\S]*\\*\\.\\/\\n$/))',
            False,
        ),
        (
            {"Variable": "$.a", "TimestampLessThan": "2026-01-01T00:00:00Z"},
            f'($type({A}) = "string" and $contains({A}, {TIMESTAMP}) and $toMillis({A}) < $toMillis("2026-01-01T00:00:00Z"))',
            True,
        ),
        (
            {"And": [{"Variable": "$.a", "IsNull": True}, {"Or": [{"Variable": "$.a", "IsNull": True}] * 2}]},
            f'$type({A}) = "null" and ($type({A}) = "null" or $type({A}) = "null")',
            False,
        ),
        ({"Or": [{"Variable": "$.a", "IsNull": True}]}, f'$type({A}) = "null"', False),
        ({"Not": {"Variable": "$.a", "IsNull": True}}, f'$not($type({A}) = "null")', False),
    ],
)
def test_a_rule_becomes_a_condition(rule, text, looked):
    assert convert(rule) == (text, looked)


def test_an_operand_that_is_filled_in_later_is_refused():
    with pytest.raises(RefusedError):
        convert({"Variable": "$.a", "NumericEquals": "${x}"})
