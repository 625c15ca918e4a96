"""Numbers as Java writes them."""

import pytest

from asl.java_text import number_text, to_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1"),
        (1.0, "1.0"),
        (0.0, "0.0"),
        (1.1, "1.1"),
        (-0.25, "-0.25"),
        (1e7, "1.0E7"),
        (12345678.9, "1.23456789E7"),
        (1e-4, "1.0E-4"),
        (-1.5e300, "-1.5E300"),
        (0.001, "0.001"),
    ],
)
def test_numbers_read_as_java_writes_them(number, text):
    assert number_text(number) == text
    assert to_text([number]) == f"[{text}]"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("s", "s"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        ({"a": 1, "b": [None, "x"]}, "{a=1, b=[null, x]}"),
    ],
)
def test_values_read_as_javas_to_string(value, text):
    assert to_text(value) == text
