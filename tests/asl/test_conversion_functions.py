"""The intrinsic functions as JSONata."""

import json

import pytest

from asl import conversion_functions
from asl.conversion_functions import convert_call
from asl.conversion_paths import Reader
from asl.conversion_values import INPUT, Expr, RefusedError
from asl.intrinsic_syntax import parse_call
from asl.intrinsics import FUNCTIONS


def convert(text):
    looked = []
    found = Reader(INPUT, looked.append).expression(text)
    return found.text if isinstance(found, Expr) else found, bool(looked)


@pytest.mark.parametrize(
    ("call", "text", "looked"),
    [
        ("States.Array('a', 1)", ["a", 1], False),
        (
            "States.ArrayContains($.a, 1)",
            "$exists($filter($states.input.a, function($element) { $element = 1 }))",
            False,
        ),
        ("States.ArrayGetItem($.a, $.n)", "$states.input.a[$states.input.n]", False),
        ("States.ArrayLength($.a)", "$count($states.input.a)", False),
        ("States.ArrayRange(1, $.n, 2)", "[$range(1, $states.input.n, 2)]", False),
        ("States.ArrayUnique($.a)", "[$reverse($distinct($reverse($states.input.a)))]", True),
        ("States.Format('x')", "x", False),
        ("States.Format('')", "", False),
        ("States.Format('{}', 'a')", '$string("a")', False),
        ("States.Format('{}\\\\{ {}.', $.a, States.MathAdd(1, 2))", '$states.input.a & "{ " & (1 + 2) & "."', True),
        ("States.Hash('a', 'MD5')", '$hash("a", "MD5")', False),
        ("States.Hash($.a, 'MD5')", '$hash($string($states.input.a), "MD5")', False),
        ("States.JsonMerge($.a, $.b, false)", "$merge([$states.input.a, $states.input.b])", False),
        ("States.JsonToString($.a)", "$string($states.input.a)", True),
        ("States.JsonToString(States.Array())", "$string([])", False),
        ("States.MathAdd($.a, -1)", "$states.input.a + -1", True),
        ("States.MathRandom(1, 10)", "$floor($random() * (10 - 1)) + 1", False),
        ("States.MathRandom(1, 10, 7)", "$floor($random(7) * (10 - 1)) + 1", True),
        ("States.StringSplit($.a, '-/]')", '[$split($states.input.a, /[\\-\\/\\]]/)[$ != ""]]', False),
        ("States.StringSplit('a', '')", ["a"], False),
        ("States.StringToJson('\\\\'')", '$parse("\'")', False),
    ],
)
def test_a_call_gives_the_same_in_jsonata(call, text, looked):
    assert convert(json.loads(f'"{call}"') if "\\" in call else call) == (text, looked)


def test_every_function_has_its_counterpart():
    assert conversion_functions.FUNCTIONS.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("call", ["States.Format($.a)", "States.StringSplit('a', $.b)", "States.Other()"])
def test_what_is_only_known_when_it_runs_is_refused(call):
    with pytest.raises(RefusedError):
        convert_call(parse_call(call), lambda _text: INPUT, lambda _message: None)
