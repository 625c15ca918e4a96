"""JSON in which some places are expressions."""

import pytest

from asl.conversion_values import (
    FLATTENED,
    INPUT,
    Expr,
    RefusedError,
    field_of,
    kind_of,
    member,
    operand,
    quoted,
    text_of,
)
from asl.jsonpath_syntax import parse_path

SUM = Expr("a + b", "number", simple=False)


def test_a_field_holds_each_expression_in_a_string_of_its_own():
    node = {"a": INPUT, "b": [1, Expr("$x")], "c": "{% no %}", "d": None}
    assert field_of(node) == {
        "a": "{% $states.input %}",
        "b": [1, "{% $x %}"],
        "c": '{% "{% no %}" %}',
        "d": None,
    }


def test_one_expression_holds_it_all():
    looked = []
    node = {"a b": INPUT, "c": [1, [2], "ü"], "d": [SUM]}
    assert text_of(node, looked.append) == '{"a b": $states.input, "c": [1, [2], "ü"], "d": [a + b]}'
    assert looked == []
    assert text_of([INPUT], looked.append) == "[$states.input]"
    assert looked == [FLATTENED]
    assert operand(SUM, looked.append) == "(a + b)"
    assert operand("x", looked.append) == '"x"'


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        (SUM, "number"),
        (INPUT, None),
        (True, "boolean"),
        ("x", "string"),
        (1.5, "number"),
        ([], "array"),
        ({}, "object"),
    ],
)
def test_the_type_is_told_where_it_is_known(node, kind):
    assert kind_of(node) == kind
    assert kind_of(None) == "null"


@pytest.mark.parametrize(
    ("path", "found"),
    [("$.a", 1), ("$.l[1].x", Expr("$y.x")), ("$.l[5]", Expr("[0, $y][5]")), ("$.e.f['g h']", Expr("$z.f.`g h`"))],
)
def test_a_member_is_found_without_an_expression_where_that_can_be(path, found):
    node = {"a": 1, "l": [0, Expr("$y", "number")], "e": Expr("$z")}
    assert member(node, parse_path(path), lambda _message: None) == found


def test_what_has_no_name_in_jsonata_or_is_never_there_is_refused():
    assert quoted("in") == "`in`"
    with pytest.raises(RefusedError):
        quoted("a`b")
    with pytest.raises(RefusedError):
        member({"a": 1}, parse_path("$.b"), lambda _message: None)
