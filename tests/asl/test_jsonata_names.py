"""Which variables an expression reads, told before it runs."""

import pytest

from asl.jsonata import compile_jsonata
from asl.jsonata_names import is_deeper


@pytest.mark.parametrize(
    ("text", "variables", "needs_context"),
    [
        ("1 + 2", [], False),
        ("$a + $b.c[$d]", ["a", "b", "d"], False),
        ("$ & $$", [], False),
        ("($x := 1; $x + $y)", ["x", "y"], False),
        ("function($p) { $p + $q }(1)", ["q"], False),
        ("$states.input.a", ["states"], False),
        ("$states.context.State.Name", ["states"], True),
        ("$states", ["states"], True),
        ("$states[0].input", ["states"], True),
        ("$states.(input)", ["states"], True),
        ("$map($states.input, function($v) { $v * $k })", ["k", "map", "states"], False),
        ("{'a': $x, $y: 1}", ["x", "y"], False),
        ("$a ? $b : $c", ["a", "b", "c"], False),
        ("[$a..$b]", ["a", "b"], False),
        ("$a^(<$b)", ["a", "b"], False),
        ("$a ~> |$|{'x': $b}, ['y']|", ["a", "b"], False),
        ("-$a", ["a"], False),
        ("$states.input ~> $f", ["f", "states"], False),
    ],
)
def test_an_expression_reads(text, variables, needs_context):
    compiled = compile_jsonata(text)
    assert (sorted(compiled.variables), compiled.needs_context) == (variables, needs_context)


def test_how_deep_an_expression_is_is_told_without_evaluating_it():
    tree = compile_jsonata("1 + (2 * $f(3))")._tree
    assert not is_deeper(tree, 5)
    assert is_deeper(tree, 4)
