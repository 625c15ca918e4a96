"""AWS's own functions for JSONata, and that what is random comes from the execution alone."""

import re

import pytest

from asl.jsonata import UNDEFINED, JSONataError, compile_jsonata


class Scope:
    def __init__(self):
        self.count = 0

    def now(self):
        return 0.0

    def context(self):
        return {}

    def random_bits(self):
        self.count += 1
        return self.count << 200 | self.count

    def variable(self, name):
        raise KeyError(name)


def evaluate(text):
    return compile_jsonata(text).evaluate({"input": None}, Scope())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$partition([1, 2, 3, 4, 5], 2)", [[1, 2], [3, 4], [5]]),
        ("$partition([1], 5)", [[1]]),
        ("$partition([], 2)", UNDEFINED),
        ("$partition([1], 0)", UNDEFINED),
        ("$partition([1, 2, 3], 2.9)", [[1, 2], [3]]),
        ("$partition($nothing, 2)", UNDEFINED),
        ("$range(0, 10, 3)", [0, 3, 6, 9]),
        ("$range(10, 0, -5)", [10, 5, 0]),
        ("$range(-1.7, 2, 1)", [-1, 0, 1, 2]),
        ("$range(1, 0, -1.5)", [1, 0]),
        ("$range(1, 2)", UNDEFINED),
        ("$range(1, 360145, 1) ~> $count()", 360_145),
        ("$range(1, 9, 9)", 1),
        ("$range(5, 1, 1)", UNDEFINED),
        ("$range(1, $nothing, 1)", UNDEFINED),
        ("$hash('a', 'MD5')", "0cc175b9c0f1b6a831c399e269772661"),
        ("$length($hash('é', 'SHA-512'))", 128),
        ("$hash($nothing, 'MD5')", UNDEFINED),
        ("$hash('a')", UNDEFINED),
        ("$parse('{\"a\": [1, null]}')", {"a": [1, None]}),
        ("$parse('-0')", 0),
        ("$parse($nothing)", UNDEFINED),
        ("$parse('null')", None),
        ("$type($parse('[null]')[0])", "null"),
        ("$distinct([null, null, 1])", [None, 1]),
        ("$count($partition([1, null], 1)[1])", 1),
        ("$distinct(null)", None),
        ("$random(7) = $random(7)", True),
        ("$random() = $random()", False),
        ("$random() < 1 and $random() >= 0", True),
        ("$sort($shuffle([3, 1, 2]))", [1, 2, 3]),
        ("$shuffle($nothing)", UNDEFINED),
        ("$distinct([1, 1.0, '1', true, {'a': 1, 'b': 2}, {'b': 2, 'a': 1}])", [1, "1", True, {"a": 1, "b": 2}]),
        ("$distinct([5, 5])", 5),
        ("$distinct('x')", "x"),
        ("$join(['a', 'b'], '-')", "a-b"),
        ("$join($nothing)", UNDEFINED),
        ("$power(2, 10)", 1024),
        ("$power($nothing, 2)", UNDEFINED),
        ("$now()", "1970-01-01T00:00:00.000Z"),
        ("[1, 2] ~> $partition(1)", [[1], [2]]),
        ("($pairs := $partition(?, 2); $pairs([1, 2, 3]))", [[1, 2], [3]]),
        ("$map(['a', 'b'], $pad(?, 2, '-'))", ["a-", "b-"]),
        ("$map([[1, 2], [3]], function($p) { $count($p) })", [2, 1]),
    ],
)
def test_functions(text, expected):
    value = evaluate(text)
    assert repr(value) == repr(expected)  # 1 isn't 1.0, nothing isn't null


@pytest.mark.parametrize(
    "text",
    [
        "$partition([1], -1)",
        "$range(1, 2, 0)",
        "$hash('a', 'CRC')",
        "$parse('{')",
        "$parse(1)",
        "$hash(1, 'MD5')",
        "$power(-8, 0.5)",
        "$uuid(1)",
    ],
)
def test_what_they_refuse_is_the_expressions_failure(text):
    with pytest.raises(JSONataError):
        evaluate(text)


def test_uuids_are_of_version_4_and_all_different():
    first, second = evaluate("[$uuid(), $uuid()]")
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first)


def test_the_same_seed_gives_the_same_random_values_again():
    text = "[$uuid(), $random(), $shuffle([1..9])]"
    assert evaluate(text) == evaluate(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$range(1, 360146, 1)", "memory limit"),
        ("$join($map([1..1000], function() { $pad('', 10000) }))", "memory limit"),
        ("$power(9, 999999)", "D3061"),
        ("$power(0, -1)", "D3061"),
        ("$power(-8, 1/3)", "D3061"),
        ("$eval('1')", "T1006"),
    ],
)
def test_a_function_that_would_make_too_much_or_nothing_says_so(text, words):
    with pytest.raises(JSONataError) as failure:
        evaluate(text)
    assert words in str(failure.value)


def test_the_clock_is_the_scopes():
    assert evaluate("$millis()") == 0
    assert evaluate("$now()") == "1970-01-01T00:00:00.000Z"
