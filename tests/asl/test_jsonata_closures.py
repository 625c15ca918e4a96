"""The shortcuts against the evaluator they stand in for: wherever a closure gives a value, it's the evaluator's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asl.jsonata import JSONataError, compile_jsonata
from asl.jsonata_errors import UNDEFINED, UnsureError

NAMES = ["a", "b", "c"]
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([2**53, 2**60, -(2**54), 0.5, 2.0, -0.0, 1e300, "", "a", "ab", "5"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
paths = st.lists(st.sampled_from([*NAMES, "a[0]", "b[-1]", "c[1]"]), min_size=1, max_size=3).map(
    lambda steps: ".".join(["$states.input", *steps])
)
atoms = st.one_of(
    paths,
    st.sampled_from(["1", "0", "-2", "2.5", "'a'", "''", "true", "false", "null", "$x", "$x.a", "$nothing", "$states"]),
)
BINARY = ["+", "-", "*", "<", "<=", ">", ">=", "=", "!=", "and", "or", "&"]


def compound(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from(BINARY), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]} : {parts[2]})"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]})"),
        inner.map(lambda part: f"-{part}"),
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.lists(inner, max_size=2).map(
            lambda parts: "{" + ", ".join(f'"k{index}": {part}' for index, part in enumerate(parts)) + "}"
        ),
        st.tuples(st.sampled_from(["count", "exists", "not"]), inner).map(lambda parts: f"${parts[0]}({parts[1]})"),
    )


class Scope:
    def __init__(self, variables):
        self.variables = variables

    def now(self):
        return 1_800_000_000.0

    def context(self):
        return {"State": {"Name": "A"}}

    def random_bits(self):
        return 1 << 200

    def variable(self, name):
        return self.variables[name]


def same(left, right):
    """Equal as JSON: true isn't 1."""
    if type(left) is bool or type(right) is bool:
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right and (left is UNDEFINED) is (right is UNDEFINED)


@settings(max_examples=600, deadline=None)
@given(st.recursive(atoms, compound, max_leaves=5), values, values)
def test_a_shortcut_gives_what_the_evaluator_gives(text, data, x):
    expression = compile_jsonata(text)
    if expression._closure is None:
        return
    states, scope = {"input": data}, Scope({"x": x})
    try:
        short = expression._closure(states, scope)
    except UnsureError:
        return
    try:
        full = expression._evaluate_fully(states, scope)
    except JSONataError as reason:
        pytest.fail(f"{text}: the shortcut gave {short!r}, the evaluator {reason}")
    assert same(short, full), f"{text}: {short!r} instead of {full!r}"


@pytest.mark.parametrize(
    "text",
    [
        "$states.input.a",
        "$states.input.a.b",
        "$x",
        "$x + 1",
        "$states.input.n < 10",
        "$states.input.a = 'x' and $x > 0",
        "$states.input.items[0].id",
        "{'n': $x, 'list': [$x, 1]}",
        "$exists($states.input.a) ? 'yes' : 'no'",
        "'Hello ' & $states.input.name",
        "($x)",
        "$count($states.input.items)",
        "-$x",
        "null",
    ],
)
def test_what_workflows_write_most_has_a_shortcut(text):
    assert compile_jsonata(text)._closure is not None


@pytest.mark.parametrize(
    "text",
    [
        "$sum($states.input.items)",
        "$states.input.items[price > 5]",
        "$states.input.a[]",
        "$states.input.*",
        "a",
        "$map($x, function($v) { $v })",
        "($y := 1; $y)",
        "$states.input.items.{'a': b}",
        "{$x: 1}",
        "{'a': 1, 'a': 2}",
        "$x ~> $sum",
        "1 / 2",
        "$count()",
        "$states.input.items[0.5]",
        "$states.input^(a)",
    ],
)
def test_what_needs_the_whole_language_has_none(text):
    assert compile_jsonata(text)._closure is None


def test_a_variable_of_a_functions_name_is_the_variable():
    expression = compile_jsonata("$count($states.input)")
    with pytest.raises(JSONataError, match="T1006"):
        expression.evaluate({"input": [1]}, Scope({"count": 5}))
    assert expression.evaluate({"input": [1]}, Scope({})) == 1


@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ("$states.input.a[0]", {"a": 5}, 5),
        ("$states.input.a[0]", {"a": [[1], 2]}, [1]),
        ("$states.input.a[2]", {"a": [1]}, UNDEFINED),
        ("$states.input.a[-2].b", {"a": [{"b": 1}, {"b": 2}]}, 1),
        ("$states.input.a.b", {"a": [{"b": 1}, {"b": 2}]}, [1, 2]),
        ("$states.input.a.b", {"a": 1}, UNDEFINED),
        ("$states.input.a", [{"a": 1}, {"a": 2}], [1, 2]),
        ("$states.input.a", "text", UNDEFINED),
        ("$states.input.a + 1", {"a": 2**53}, 2**53),  # numbers are JavaScript's
        ("$states.input.a * 10", {"a": 1e300}, 1e301),
        ("$states.input.a = [1, 2]", {"a": [1, 2]}, True),
        ("$states.input.a != {'b': 1}", {"a": {"b": 1}}, False),
        ("$states.input.a = 1", {"a": True}, False),
        ("$states.input.a = $states.input.b", {"a": 2**60, "b": 2**60 + 1}, True),
        ("$states.input.a < 1", {}, UNDEFINED),
        ("$states.input.a ? 1 : 2", {"a": [0]}, 2),
        ("$states.input.a ? 1 : 2", {"a": [0, 1]}, 1),
        ("$states.input.a & $states.input.b", {"a": 1.5, "b": {"c": "x"}}, '1.5{"c":"x"}'),
        ("$count($states.input.a)", {"a": [1, 2]}, 2),
        ("$count($states.input.a)", {"a": "x"}, 1),
        ("$count($states.input.a)", {}, 0),
        ("[$states.input.a, [$states.input.a]]", {"a": [1, 2]}, [1, 2, [1, 2]]),
        ("{'a': $states.input.a, 'b': $states.input.b}", {"a": None}, {"a": None}),
        ("-$states.input.a", {"a": "x"}, JSONataError),
        ("-$states.input.a", {}, UNDEFINED),
        ("$states.input.a < 'x'", {"a": 1}, JSONataError),
    ],
)
def test_the_language_at_the_edges_of_what_shortcuts_know(text, data, expected):
    expression = compile_jsonata(text)
    if expected is JSONataError:
        with pytest.raises(JSONataError):
            expression.evaluate({"input": data}, Scope({}))
    else:
        assert same(expression.evaluate({"input": data}, Scope({})), expected)


@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ("$states.input < 'b'", "a", True),
        ("$states.input >= 2", 1, False),
        ("$states.input & 'x'", "a", "ax"),
        ("$states.input & 5", 7, "75"),
        ("$states.nothing & 'x'", None, "x"),
        ("$states.input & 'x'", "y" * 10_000, "y" * 10_000 + "x"),
        ("$states.input.a or $sum([1])", {}, True),
        ("$states.input ? $sum([1]) : 2", True, 1),
        ("$states.input ? 1 : $sum([2])", False, 2),
        ("[$states.input, $sum([2])]", 1, [1, 2]),
        ("$states.input + $$", 1, UNDEFINED),
        ("$states.input in [1]", 1, True),
    ],
)
def test_what_a_shortcut_leaves_to_the_evaluator_comes_out_right(text, data, expected):
    found = compile_jsonata(text).evaluate({"input": data}, Scope({}))
    assert same(found, expected), found


@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ("$states.input.a * $states.input.b", {"a": 2**52, "b": 4}, 2.0**54),
        ("$states.input + 1", 1.5, 2.5),
        ("$states.input + 1.5", 1.5, 3),
        ("$count($states.input.a)", {"a": None}, 0),
    ],
)
def test_numbers_beyond_what_is_exact_and_null_are_left_to_the_evaluator(text, data, expected):
    assert same(compile_jsonata(text).evaluate({"input": data}, Scope({})), expected)


@pytest.mark.parametrize(
    ("text", "value"),
    [("$states.input.none = 1", False), ("1 = $states.input.none", False), ("$states.input.none != 1", False)],
)
def test_what_is_not_there_is_neither_equal_nor_unequal(text, value):
    expression = compile_jsonata(text)
    assert expression._closure({"input": {}}, Scope({})) is value
    assert expression._evaluate_fully({"input": {}}, Scope({})) is value
