"""Whole numbers that a path or a query gives."""

import pytest

from asl.errors import StatesError
from asl.integer_field import compile_integer_path, must_be_positive, must_not_be_negative, parse_long, text_of


@pytest.mark.parametrize(
    ("value", "number"), [(5, 5), ("5", 5), ("-3", -3), (1.0, None), (True, None), ("x", None), ({}, None)]
)
def test_whole_numbers_may_come_as_strings(value, number):
    assert parse_long(value) == number


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
def test_whole_numbers_have_64_bits(number):
    assert parse_long(number) is None


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63)])
def test_and_no_fewer(number):
    assert parse_long(number) == parse_long(str(number)) == number


def test_a_value_in_a_message():
    assert [text_of(value) for value in ("s", 1.5, 2, None, {"a": 1})] == ["s", "1.5", "2", "null", '{"a":1}']


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ({}, 'The TimeoutSecondsPath field refers to value "{}" which is not a valid integer: $.t'),
        ("x", 'The TimeoutSecondsPath field refers to value "x" which is not a valid integer: $.t'),
        (0, "TimeoutSeconds must be positive."),
    ],
)
def test_a_field_that_must_be_a_whole_number_says_what_it_found(value, cause):
    query = compile_integer_path("$.t", "TimeoutSecondsPath", must_be_positive("TimeoutSeconds"))
    with pytest.raises(StatesError) as failure:
        query({"t": value}, None)
    assert failure.value.cause == cause
    assert query({"t": "3"}, None) == 3


def test_zero_is_not_negative():
    query = compile_integer_path("$", "MaxConcurrencyPath", must_not_be_negative("MaxConcurrency"))
    assert query(0, None) == 0
    with pytest.raises(StatesError):
        query(-1, None)
