"""What an expression reads of a context that it hasn't."""

import pytest

from asl.jsonata import compile_jsonata


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("phone", ["phone"]),
        ("phone.number[type = 'home']", ["phone"]),
        ("phone^(number)", ["phone"]),
        ("phone{number: type}", ["phone"]),
        ("$states.input.phone", []),
        ("$states.input.items[phone > 3].($x := number; number)", []),
        ("**.x", []),
        ("'text' & 1 & true & null", []),
        ("a + b * a", ["a", "b"]),
        ("[a, -b]", ["a", "b"]),
        ("{aaa: b[c]}", ["aaa", "b"]),
        ("a ? b : c", ["a", "b", "c"]),
        ("$x ? b", ["b"]),
        ("($x := a; $y := $x; b)", ["a", "b"]),
        ("$f(a, ?)", ["a"]),
        ("$sum(a) ~> $round(b)", ["a", "b"]),
        ("$map($states.input.a, function($x){ b + $x.c })", ["b"]),
        ("$now()", []),
        ("$", ["$"]),
        ("$.a", ["$"]),
        ("$$.a", ["$$"]),
        ("$states.errorOutput", ["$states.errorOutput"]),
        ("$states", []),
        ("$states[0].errorOutput", ["$states.errorOutput"]),
        ("$other.errorOutput", []),
        ("/a/", []),
        ("$states.input ~> |a|{'b': 1}|", []),
    ],
)
def test_what_stands_at_the_top_is_read_of_the_context(expression, names):
    assert list(compile_jsonata(expression).misses) == names
