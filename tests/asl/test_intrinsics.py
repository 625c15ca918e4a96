"""The 18 intrinsic functions: what they give, what they refuse, and how calls are written."""

import pytest

from asl.errors import StatesError
from asl.intrinsics import FUNCTIONS, InvalidIntrinsicError, compile_intrinsic

DATA = {
    "list": [1, 2, 2, "x", True],
    "text": "a.b,c",
    "object": {"a": 1, "b": [1, None, True]},
    "number": 7,
    "json": '{"a": 1}',
    "long": "x" * 10_001,
}


class OneScope:
    def context(self):
        return {"Execution": {"Name": "run"}}

    def random_bits(self):
        return 1 << 200


def call(text):
    return compile_intrinsic(text)(DATA, OneScope())


def test_there_are_eighteen():
    assert len(FUNCTIONS) == 18


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("States.Format('{} is {}', $.number, $$.Execution.Name)", "7 is run"),
        (r"States.Format('\{\} {}', 'x')", "{} x"),
        (r"States.Format('it\'s \\ {}', 1)", "it's \\ 1"),
        ("States.Format('{}', $.object)", "{a=1, b=[1, null, true]}"),
        ("States.Format('{} {}', 1.0, false)", "1.0 false"),
        ("States.Format('no arguments')", "no arguments"),
        ("States.StringToJson($.json)", {"a": 1}),
        ("States.StringToJson(' ')", None),
        ("States.JsonToString($.object)", '{"a":1,"b":[1,null,true]}'),
        ("States.Array()", []),
        ("States.Array(1, 'a', null, $.number)", [1, "a", None, 7]),
        ("States.ArrayPartition($.list, 2)", [[1, 2], [2, "x"], [True]]),
        ("States.ArrayContains($.list, 2)", True),
        ("States.ArrayContains($.list, 1.0)", True),
        ("States.ArrayContains($.list, false)", False),
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayRange(5, 1, -2)", [5, 3, 1]),
        ("States.ArrayGetItem($.list, 3)", "x"),
        ("States.ArrayLength($.list)", 5),
        ("States.ArrayUnique($.list)", [1, 2, "x", True]),
        ("States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="),
        ("States.Base64Decode('RGVjb2RlZCBkYXRh')", "Decoded data"),
        ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("States.Hash($.object, 'MD5')", "38cb5069577bbd4c0de887847b02130d"),
        ("States.JsonMerge($.object, States.StringToJson('{\"a\": 2}'), false)", {"a": 2, "b": [1, None, True]}),
        ("States.MathAdd(111, -1)", 110),
        ("States.MathAdd(1.49, 1.5)", 3),
        ("States.MathAdd(-1.5, 0)", -1),
        ("States.StringSplit($.text, '.,')", ["a", "b", "c"]),
        ("States.StringSplit('a]b^c', '^]')", ["a", "b", "c"]),
        ("States.StringSplit('abc', '')", ["abc"]),
        ("States.ArrayGetItem(States.StringSplit('a-b', '-'), 1)", "b"),
        (" States.MathAdd( 1 , 2 ) ", 3),
    ],
)
def test_a_call_gives(text, value):
    assert call(text) == value
    assert type(call(text)) is type(value)


def test_the_order_of_members_does_not_tell_objects_apart():
    query = compile_intrinsic("States.ArrayUnique($)")
    assert query([{"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": [1]}, {"a": ["1"]}], OneScope()) == [
        {"a": 1, "b": 2},
        {"a": [1]},
        {"a": ["1"]},
    ]


def test_a_random_number_lies_between_its_bounds_and_a_seed_repeats_it():
    assert 1 <= call("States.MathRandom(1, 10)") < 10
    assert call("States.MathRandom(1, 1000, 5)") == call("States.MathRandom(1, 1000, 5)")


def test_a_uuid_is_of_version_4():
    assert call("States.UUID()")[14] == "4"


@pytest.mark.parametrize(
    "text",
    [
        "States.Format('{} {}', 1)",
        "States.Format('{}', 1, 2)",
        "States.Format('{', 1)",
        "States.Format(1)",
        "States.StringToJson('{')",
        "States.StringToJson(1)",
        "States.ArrayPartition($.list, 0)",
        "States.ArrayPartition($.number, 1)",
        "States.ArrayRange(1, 2000, 1)",
        "States.ArrayRange(1, 2, 0)",
        "States.ArrayGetItem($.list, 5)",
        "States.ArrayGetItem($.list, 'x')",
        "States.ArrayLength('x')",
        "States.Base64Encode($.long)",
        "States.Base64Encode($.number)",
        "States.Base64Decode('%')",
        "States.Base64Decode($.long)",
        "States.Hash($.long, 'MD5')",
        "States.Hash('x', 'MD4')",
        "States.JsonMerge($.object, $.object, true)",
        "States.JsonMerge($.object, 1, false)",
        "States.MathRandom(5, 5)",
        "States.MathAdd('1', 2)",
        "States.StringSplit(1, ',')",
    ],
)
def test_what_a_function_cannot_do_is_an_intrinsic_failure_that_names_the_call(text):
    with pytest.raises(StatesError) as failure:
        call(text)
    assert failure.value.error == "States.IntrinsicFailure"
    assert failure.value.cause.startswith(f"The function '{text}' had the following error: ")
    assert not failure.value.terminal


def test_a_path_that_finds_nothing_is_a_runtime_error_that_shows_the_input():
    with pytest.raises(StatesError) as failure:
        compile_intrinsic("States.Format('{}', $.x)")({"y": 1}, OneScope())
    assert failure.value.error == "States.Runtime"
    assert failure.value.terminal
    assert failure.value.cause.endswith(
        "The JsonPath argument for the field '$.x' could not be found in the input '{\"y\":1}'"
    )


@pytest.mark.parametrize(
    "text",
    [
        "States.Nothing()",
        "States.Format()",
        "States.UUID(1)",
        "States.MathAdd(1)",
        "States.MathAdd(1, 2",
        "States.MathAdd(1, 2) x",
        "States.MathAdd(1,)",
        "States.MathAdd(1 2)",
        "States.MathAdd(1, x)",
        "States.Format('x",
        r"States.Format('\"')",
        "States.Format('{}', $.a[)",
        "States.Format('{}', $x y)",
        "Format('x')",
        "States.Array(States.Array(" * 6 + "))" * 6,
    ],
)
def test_what_is_no_call_is_refused(text):
    with pytest.raises(InvalidIntrinsicError):
        compile_intrinsic(text)
