"""JSONPath as JSONata."""

import pytest

from asl.conversion_paths import MANY, Reader, output_of, put, wanted_rest
from asl.conversion_values import INPUT, RESULT, Expr, RefusedError


def read(path, root=INPUT):
    looked = []
    found = Reader(root, looked.append).expression(path)
    return found.text if isinstance(found, Expr) else found, looked


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("$", "$states.input"),
        ("$.a['b c'][0]", "$states.input.a.`b c`[0]"),
        ("$$.Task.Token", "$states.context.Task.Token"),
        ("$name.a", "$name.a"),
        ("States.UUID()", "$uuid()"),
        ("$.a.keys()", "[$keys($states.input.a)]"),
        ("$.a.avg()", "$average($states.input.a)"),
    ],
)
def test_a_path_to_one_place_finds_the_same(path, text):
    assert read(path) == (text, [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("$.a[*].b", "[$states.input.a.b]"),
        ("$..b", "[$states.input.**.b]"),
        ("$.a[0:2]", "[$states.input.a[[0..1]]]"),
        ("$.a[1:]", "[$states.input.a[[1..$count($states.input.a) - 1]]]"),
        ("$.a[0,2]", "[$states.input.a[[0, 2]]]"),
        ("$.a[?(@.b == 'x' && @.c==y-z && @.n > 1)].c", '[$states.input.a[b = "x" and c = "y-z" and n > 1].c]'),
        ("$.a[?(@.b || 2 < @.c)]", "[$states.input.a[$exists(b) or 2 < c]]"),
        ("$.a[?((@ != $.x))]", "[$states.input.a[( $ != $states.input.x )]]"),
    ],
)
def test_a_path_to_many_places_is_for_review(path, text):
    found, looked = read(path)
    assert found == text
    assert looked[0] == MANY


def test_length_is_for_review_unless_it_is_of_an_array():
    assert read("$.a.length()") == (
        "$count($states.input.a)",
        ["length() is converted for arrays, not for texts and objects"],
    )
    assert read("$.a[*].size()")[0] == "$count([$states.input.a])"


@pytest.mark.parametrize(
    "path",
    ["$.${x}", "$['a','b']", "$.a[-1:]", "$.a[::2]", "$..[0]", "$.a.stddev()", "$.a[?(@.b =~ /x/)]", "$.a[?(@.b)].length()", "$..[?(@.b)]"],
)  # fmt: skip
def test_what_jsonata_has_not_is_refused(path):
    with pytest.raises(RefusedError):
        read(path)


def test_a_template_keeps_what_is_no_path():
    reader = Reader(INPUT, lambda _message: None)
    assert reader.template({"a.$": "$.x", "b": [{"c.$": "$"}, 1]}) == {
        "a": Expr("$states.input.x"),
        "b": [{"c": INPUT}, 1],
    }
    assert reader.field("$.n") == "{% $states.input.n %}"


def test_a_result_is_put_into_the_raw_input():
    look = lambda _message: None  # noqa: E731
    assert put(INPUT, None, RESULT, look) == INPUT
    assert put(INPUT, "$", RESULT, look) == RESULT
    assert put(INPUT, "$.a", RESULT, look).text == '$merge([$states.input, {"a": $states.result}])'
    nested = '$merge([$states.input, {"a": $merge([$states.input.a, {"b": 1}])}])'
    assert put(INPUT, "$.a.b", 1, look).text == nested
    for path in ("$.a[0]", "$.${x}"):
        with pytest.raises(RefusedError):
            put(INPUT, path, RESULT, look)


@pytest.mark.parametrize(
    ("state", "output"),
    [
        ({"OutputPath": None}, {}),
        ({"OutputPath": "$$.State.Name"}, Expr("$states.context.State.Name", "string")),
        ({"OutputPath": "$v"}, Expr("$v")),
        ({"ResultPath": "$.a", "OutputPath": "$.a.b"}, Expr("$states.result.b")),
        ({"ResultPath": "$.a.b", "OutputPath": "$['a'].b"}, RESULT),
        ({"ResultPath": "$.a", "OutputPath": "$.b"}, Expr("$states.input.b")),
        ({"ResultPath": "$.a.b", "OutputPath": "$.a.c"}, Expr('$merge([$states.input, {"a": $merge([$states.input.a, {"b": $states.result}])}]).a.c')),
        ({"OutputPath": "$.b"}, Expr("$states.result.b")),
    ],
)  # fmt: skip
def test_an_output_is_read_from_where_it_comes(state, output):
    assert output_of(INPUT, RESULT, state, has_result_path=True, review=lambda _message: None) == output


def test_the_rest_of_a_path_is_its_text():
    assert wanted_rest("$['a'].b[0].c", 2) == "[0].c"
    assert wanted_rest("$.abc", 1) == ""
