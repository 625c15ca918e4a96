"""JSONata through `compile_jsonata`: the language where workflows lean on it, what nothing is, and what bounds it."""

import sys
import threading
import time

import pytest
from jsonata.jexception import JException

from asl import jsonata
from asl.jsonata import UNDEFINED, InvalidJSONataError, JSONataError, compile_jsonata, expression_text


class Scope:
    def __init__(self, **variables):
        self.variables = variables
        self.bits = 0

    def now(self):
        return 1_800_000_000.125

    def context(self):
        return {"Execution": {"Id": "arn"}, "State": {"Name": "A"}}

    def random_bits(self):
        self.bits += 1
        return self.bits << 160

    def variable(self, name):
        return self.variables[name]


def evaluate(text, data=None, **variables):
    return compile_jsonata(text).evaluate({"input": data}, Scope(**variables))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$states.input.items[price > 2].name", ["b", "c"]),
        ("$states.input.items[price > 3].name", "c"),  # one of a sequence is itself
        ("$states.input.items[price > 3].name[]", ["c"]),
        ("$states.input.items[price > 9]", UNDEFINED),
        ("$sum($states.input.items.price)", 7),
        ("$map($states.input.items, function($i) { $i.price * 2 })", [2, 5, 7]),
        ("$states.input.items^(>price)[0].name", "c"),
        ("$states.input.items{name: price}", {"a": 1, "b": 2.5, "c": 3.5}),
        ("$merge([{'a': 1}, {'b': null}])", {"a": 1, "b": None}),
        ("$states.context.State.Name", "A"),
        ("$states.context", {"Execution": {"Id": "arn"}, "State": {"Name": "A"}}),
        ("[1..3]", [1, 2, 3]),
        ("[3..1]", []),
        ("$states.input.missing", UNDEFINED),
        ("$undefinedVariable", UNDEFINED),
        ("$x.y & '!'", "why!"),
        ("($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(20))", 2432902008176640000),
        ("($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(31))", 31),
        ("$string({'é': [1..2], 'f': function($x) { $x }})", '{"é":[1,2],"f":""}'),
        ("5.5 % 2", 1.5),
        ("-7 % 3", -1),
        ("10 / 4", 2.5),
        ("10 / 5", 2),
        ("$x.n = null", True),
        ("$type($x.n)", "null"),
        ("$map([1, null, 2], function($v) { $v })", [1, None, 2]),
        ("$x.list[$ = null]", None),
        ("$count($x.list)", 3),
        ("$ ", UNDEFINED),
        ("$$.a", UNDEFINED),
        ("$variable := 1", 1),
        ("$states.input.items[0] ~> $lookup('name')", "a"),
        ("$states.input ~> |items|{'price': 0}|", {"items": [{"name": name, "price": 0} for name in "abc"]}),
        ("$toMillis('2020-01-01')", 1577836800000),
        ("$toMillis('2020-01-01T00:00:00.123Z')", 1577836800123),
        ("$toMillis('2020')", 1577836800000),
        ("$toMillis('01.02.2020', '[D01].[M01].[Y]')", 1580515200000),
        ("$number('12.5')", 12.5),
        ("$now()", "2027-01-15T08:00:00.125Z"),
        ("$millis()", 1800000000125),
        ("$fromMillis($millis(), '[Y]-[M01]')", "2027-01"),
        ("$string(1e21)", "1e+21"),
        ("1e20 * 10", 1e21),
        ("$string(1e20)", "100000000000000000000"),
        ("1 / 0", "Infinity"),
        ("-1 / 0", "-Infinity"),
        ("0 / 0", "NaN"),
        ("5 % 0", "NaN"),
        ("1e308 * 10", "Infinity"),
        ("1e308 + 1e308", "Infinity"),
        ("[1 / 0, {'k': 1 / 0}]", ["Infinity", {"k": "Infinity"}]),
        ("$string(1 / 0)", "Infinity"),
        ("1 / 0 & '!'", "Infinity!"),
        ("$nothing / 0", UNDEFINED),
        ("+".join(["1"] * 100), 100),
        ("[1..873782] ~> $count()", 873_782),
        ("true and $nothing", False),
        ("[1.0..2.0]", [1, 2]),
        ("[0.5 + 0.5..$x.two]", [1, 2]),
        ("$lowercase('A') & $string(null)", "anull"),
        ("$x.y in ['why', 'how']", True),
    ],
)
def test_expressions(text, expected):
    data = {
        "items": [{"name": "a", "price": 1}, {"name": "b", "price": 2.5}, {"name": "c", "price": 3.5}],
    }
    value = evaluate(text, data, x={"y": "why", "n": None, "list": [1, None, 2], "two": 2.0})
    assert repr(value) == repr(expected)  # 1 isn't 1.0, nothing isn't null


def test_a_variable_that_is_null_is_null_and_not_nothing():
    assert evaluate("$x", x=None) is None
    assert evaluate("$exists($x)", x=None) is True
    assert evaluate("$type($x)", x=None) == "null"


def test_values_go_through_shared():
    data = {"items": [{"a": 1}, {"a": None}], "big": list(range(100))}
    assert evaluate("$states.input.items", data) is data["items"]
    assert evaluate("$states.input.big", data) is data["big"]
    assert evaluate("$append($states.input.items, [])", data) == data["items"]
    assert data == {"items": [{"a": 1}, {"a": None}], "big": list(range(100))}


def test_the_clock_is_the_events_own_in_each_evaluation():
    first, second = compile_jsonata("$millis()"), compile_jsonata("$now()")
    scope = Scope()
    before = first.evaluate({"input": None}, scope)
    assert second.evaluate({"input": None}, scope) == "2027-01-15T08:00:00.125Z"
    assert first.evaluate({"input": None}, scope) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'a' + 1", 'T2001: The left side of the "+" operator must evaluate to a number'),
        ("1 + 'a'", 'T2002: The right side of the "+" operator must evaluate to a number'),
        ("$sum(1, 2, 3)", 'T0410: Argument 1 of function "sum" does not match function signature'),
        ("$nothing(1)", "T1006: Attempted to invoke a non-function"),
        ("$number('x')", 'D3030: Unable to cast value to a number: "x"'),
        ("1 < 'a'", "T2009: "),
        ("1 / 0 + 1", "D1001: Number out of range"),
        ("($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(32))", "Stack overflow error: Check for "),
        ("+".join(["1"] * 101), "rewriting as tail-recursive. Depth=101 max=100"),
        ("$eval('1 + 1')", "T1006: Attempted to invoke a non-function"),
        ("$sum(['a'])", 'T0412: Argument 1 of function "sum" must be an array of "numbers"'),
        ("$replace('a', '', 'b')", "D3010: Second argument of replace function cannot be an empty string"),
        ("[1..873783] ~> $count()", "Expression evaluation memory limit exceeded: Check for excessive memory usage"),
        ("$error('mine')", "D3137: mine"),
        ("$assert(false, 'no')", "D3141: no"),
        ("$eval('1')", "T1006: "),
        ("function($x) { $x }", "D3000: The expression returned a function"),
        ("[1, {'a': $sum}]", "D3000: The expression returned a function"),
        ("/a/", "D3000: The expression returned a function"),
        ("{1: 2}", "T1003: Key in object structure must evaluate to a string; got: 1"),
        ("$toMillis('never')", "D3110: The argument of the toMillis function must be an ISO 8601 formatted timestamp"),
        ("$formatBase(10, 99)", "D3100: "),
        ("[1.5..3]", "T2003: "),
        ("$pad('', 6990256, 'x') & 'y'", "Expression evaluation memory limit exceeded"),
        ("$fromMillis(1e300)", "D1001: Number out of range"),
    ],
)
def test_what_fails_says_why_in_the_languages_words(text, message):
    with pytest.raises(JSONataError) as failure:
        evaluate(text)
    assert message in str(failure.value)
    number = message.split(":", maxsplit=1)[0]
    assert failure.value.code == (number if len(number) == 5 else None), "a limit has no number"


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1 +", 3),
        ("(1", 2),
        ("$a[", 3),
        ('"open', 5),
        ("a b", 3),
        ("[1,2", 4),
        ("", 0),
        ("/", 1),
        ("/*", 2),
        ("{'a'}", 5),
        ("/(/", 0),
        ("%", 1),
    ],
)
def test_broken_expressions_are_told_with_their_place(text, position):
    with pytest.raises(InvalidJSONataError) as failure:
        compile_jsonata(text)
    assert 0 <= failure.value.position <= len(text)
    if position:
        assert abs(failure.value.position - position) <= 1


def test_nothing_is_ever_printed(capfd):
    for text in ("$x(1)", "[1] ~> $x", "$map([1], $x)", "$reduce([1, 2], 5)", "5(1)"):
        with pytest.raises(JSONataError):
            evaluate(text, x=5)
    assert capfd.readouterr() == ("", "")


def test_an_expression_nested_without_end_is_refused():
    with pytest.raises(InvalidJSONataError):
        compile_jsonata("(" * 20_000 + "1" + ")" * 20_000)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("{% 1 %}", "1"), ("{%1%}", "1"), ("{%%}", ""), ("{%}", None), (" {% 1 %}", None), ("{% 1 %} ", None), (5, None)],
)
def test_only_what_is_wholly_enclosed_is_an_expression(value, expected):
    assert expression_text(value) == expected


@pytest.mark.parametrize(
    ("text", "needs_context", "variables"),
    [
        ("$states.input.a", False, {"states"}),
        ("$states.context.State.Name", True, {"states"}),
        ("$states", True, {"states"}),
        ("$states.*", True, {"states"}),
        ("$a + $b.c", False, {"a", "b"}),
        ("$map($xs, function($v) { $v + $y })", False, {"map", "xs", "y"}),
        ("$sum($states.input.xs) + $count($states.result)", False, {"sum", "count", "states"}),
        ("$states.input.(a + $states.context.b)", True, {"states"}),
    ],
)
def test_what_an_expression_reads_is_known_before_it_runs(text, needs_context, variables):
    expression = compile_jsonata(text)
    assert expression.needs_context is needs_context
    assert expression.variables == variables


# -- bounds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("($f := function($n) { $f($n + 1) + 1 }; $f(1))", "Stack overflow error"),
        ("($f := function() { $f() }; $f())", "Expression evaluation timeout"),
        ("$pad('', 1000000000000)", "memory limit"),
        ("[1..5000000]", "memory limit"),
        ("$range(1, 1000000000, 1)", "memory limit"),
        ("($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $d('xxxxxxxxxx', 60))", "memory limit"),
        ("($d := function($s, $n) { $n = 0 ? $s : $d($append($s, $s), $n - 1) }; $d([1..1000], 60))", "memory limit"),
        ("$join($map([1..1000], function() { $pad('', 10000) }))", "memory limit"),
        ("$replace($pad('', 100000, 'a'), 'a', $pad('', 100000, 'b'))", "memory limit"),
        ("$contains($pad('', 40, 'a') & '!', /(a+)+$/)", None),
        ("$contains($pad('', 5000, 'x'), /(x+x+)+y/)", "Expression evaluation timeout"),
        ("$power(9, 999999)", "D3061"),
        ("$power(0, -1)", "D3061"),
    ],
)
def test_what_would_never_end_or_fill_the_memory_ends_in_time(monkeypatch, text, words):
    monkeypatch.setattr(jsonata, "TIME_LIMIT", 0.3)
    begun = time.perf_counter()
    try:
        evaluate(text)
    except JSONataError as reason:
        assert words in str(reason)  # noqa: PT017 - one of them may end well
    else:
        assert words is None
    assert time.perf_counter() - begun < 5


def test_the_bounds_on_steps_are_the_same_on_every_machine(monkeypatch):
    monkeypatch.setattr(jsonata, "STEP_LIMIT", 1_000)
    with pytest.raises(JSONataError, match="Expression evaluation timeout: Check for infinite loop"):
        evaluate("$map([1..2000], function($v) { $v })")


def test_deep_recursion_leaves_the_hosts_limit_as_it_was():
    before = sys.getrecursionlimit()
    evaluate("($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(30))")
    with pytest.raises(JSONataError):
        evaluate("($f := function($n) { $f($n + 1) + 1 }; $f(1))")
    assert sys.getrecursionlimit() == before


def test_threads_have_evaluators_of_their_own():
    expression = compile_jsonata("$sum($map([1..50], function($v) { $v * $x }))")
    results = {}

    def work(x):
        results[x] = [expression.evaluate({"input": None}, Scope(x=x)) for _ in range(20)]

    threads = [threading.Thread(target=work, args=(x,)) for x in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {x: [1275 * x] * 20 for x in range(4)}


def nested(count, inner):
    return f"($f := function($n, $a) {{ $n = 0 ? $a : $f($n - 1, {inner}) }}; $f({count}, 1))"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (nested(8_000, "[[$a]]"), "Stack overflow error"),
        (nested(7_000, "{'a': $a}"), "Stack overflow error"),
        ("$sort([1, 'a'])", "D3000"),
        ("$number('1e999')", "D1001"),
    ],
)
def test_what_the_package_cannot_do_is_the_expressions_failure(text, words):
    with pytest.raises(JSONataError) as failure:
        evaluate(text)
    assert words in str(failure.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$map(['a'], $hash(?, 'MD5'))", "0cc175b9c0f1b6a831c399e269772661"),
        ("$string({'a': 1}, true)", '{\n  "a": 1\n}'),
        ("$replace('aaa', 'a', 'b', 2)", "bba"),
        ("$type($parse('null'))", "null"),
        ("[(6 / 2)..4]", [3, 4]),
    ],
)
def test_functions_of_ours_behave_as_the_languages_own(text, expected):
    assert evaluate(text) == expected


def test_a_range_may_begin_and_end_with_a_whole_number_that_has_a_point():
    expression = compile_jsonata("[$states.input..$states.input + 1]")
    assert expression.evaluate({"input": 3.0}, Scope()) == [3, 4]


def test_words_of_an_error_are_found_even_for_values_that_no_json_can_say():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert jsonata._shown(deep, bare=False) == "a function"
    while deep:  # taken apart from outside: Python itself would go down into it
        (deep,) = deep
    assert jsonata._shown(float("inf"), bare=False) == "null"
    assert "X0000" in jsonata._words(JException("X0000", -1))


@pytest.mark.parametrize("text", ["/(/", "$match('a', /[z-a]/)", "/**/"])
def test_a_regular_expression_that_is_none_is_refused_with_the_expression(text):
    with pytest.raises(InvalidJSONataError):
        compile_jsonata(text)


def test_several_expressions_can_have_one_limit_together():
    slow = "$sum([1..30000].($ * $))"
    with jsonata.limited(0.02), pytest.raises(JSONataError, match="timeout"):
        evaluate(slow)
    assert evaluate(slow)
