"""JSONPath: what paths find, what they say when they find nothing, and where a Reference Path puts a value."""

import pytest

from asl.jsonpath import PathNotFoundError, compile_path, is_reference_path, put, reference_steps

DOCUMENT = {
    "store": {
        "book": [
            {"title": "A", "price": 8, "tags": ["x", "y"]},
            {"title": "B", "price": 12.5, "isbn": "1"},
            {"title": "C", "price": 22, "isbn": "2"},
        ],
        "delivery-partner": "UQS",
        "na'me": 1,
    },
    "numbers": [3, 1, 2],
    "null": None,
    "ünï": 5,
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.numbers", [3, 1, 2]),
        ("$.store.delivery-partner", "UQS"),
        ("$['store']['delivery-partner']", "UQS"),
        ('$["store"].book[0].title', "A"),
        (r"$.store['na\'me']", 1),
        ("$.ünï", 5),
        ("$.null", None),
        ("$.store.book[-1].title", "C"),
        ("$.numbers[0]", 3),
        ("$.numbers[0,2]", [3, 2]),
        ("$.numbers[0, 9]", [3]),
        ("$.numbers[1:]", [1, 2]),
        ("$.numbers[:-1]", [3, 1]),
        ("$.numbers[ 0 : 3 : 2 ]", [3, 2]),
        ("$.numbers[*]", [3, 1, 2]),
        ("$.numbers.*", [3, 1, 2]),
        ("$.store.book[*].title", ["A", "B", "C"]),
        ("$..title", ["A", "B", "C"]),
        ("$..book[0]['title', 'price']", [{"title": "A", "price": 8}]),
        ("$..[0].title", ["A"]),
        ("$..tags.*", ["x", "y"]),
        ("$.store.book[?(@.isbn)].title", ["B", "C"]),
        ("$.store.book[?(@.price < 10)].title", ["A"]),
        ("$.store.book[? (@.price < 10)].title", ["A"]),
        ("$..[?(@.isbn)].title", ["B", "C"]),
        ("$..[?(@ > 0)]", []),
        ("$.numbers.length()", 3),
        ("$.numbers.min()", 1.0),
        ("$.numbers.max()", 3.0),
        ("$.numbers.sum()", 6.0),
        ("$.numbers.avg()", 2.0),
        ("$.store.keys()", ["book", "delivery-partner", "na'me"]),
        ("$..price.length()", 3),
        (" $.null ", None),
        ("$.missing[*]", []),
        ("$.missing.deeper[1:].x", []),
        ("$.numbers[5:9]", []),
        ("$.store[0,1]", []),
        ("$.store[0:1]", []),
        ("$.null.*", []),
    ],
)
def test_a_path_finds(path, found):
    assert compile_path(path).read(DOCUMENT) == found


def test_the_root_is_the_value_itself():
    assert compile_path("$").read(DOCUMENT) is DOCUMENT


def test_a_dot_may_stand_before_a_bracket():
    assert compile_path("$.[0].body").read([{"body": 1}]) == 1
    assert compile_path("$.[*].['a', 'b']").read([{"a": 1, "b": 2, "c": 3}]) == [{"a": 1, "b": 2}]
    assert compile_path("$.[?(@.a > 0)]").read([{"a": 1}, {"a": 0}]) == [{"a": 1}]


def test_several_names_at_the_end_of_a_path_are_one_object():
    document = {"a": {"x": 1, "y": 2, "z": 3}, "many": [{"x": 1, "z": 2}, {"y": 3}, 4]}
    assert compile_path("$.a['x','y','no']").read(document) == {"x": 1, "y": 2}
    assert compile_path("$['no','neither']").read(document) == {}
    assert compile_path("$.many[*]['x','y']").read(document) == [{"x": 1}, {"y": 3}]
    assert compile_path("$['a','many'].x").read(document) == [], "a step after them finds what it finds"


def test_the_standard_deviation_is_over_all_numbers():
    assert compile_path("$.stddev()").read([2, 4, 4, 4, 5, 5, 7, 9]) == 2.0


@pytest.mark.parametrize(
    ("path", "document", "message"),
    [
        ("$.a", {}, "No results for path: $['a']"),
        ("$.a", [], "Expected to find an object with property ['a'] in path $ but found "),
        ("$.a.b", {"a": {}}, "No results for path: $['a']['b']"),
        ("$.no.such.path", {}, "Missing property in path $['no']"),
        ("$.a[3]", {"a": [1]}, "Index out of bounds when evaluating path $['a'][3]"),
        ("$.a[0]", {"a": {}}, "Filter: [0] can only be applied to arrays. Current context is: $['a']"),
        ("$.a[0]", {"a": "text"}, "Filter: [0] can only be applied to arrays. Current context is: $['a']"),
        ("$.a.b", {"a": "x"}, "com.fasterxml.jackson.databind.node.TextNode"),
        ("$.a.b", {"a": True}, "com.fasterxml.jackson.databind.node.BooleanNode"),
        ("$.a.b", {"a": 1}, "com.fasterxml.jackson.databind.node.IntNode"),
        ("$.a.b", {"a": -(2**31)}, "com.fasterxml.jackson.databind.node.IntNode"),
        ("$.a.b", {"a": 2**31}, "com.fasterxml.jackson.databind.node.LongNode"),
        ("$.a.b", {"a": -(2**63)}, "com.fasterxml.jackson.databind.node.LongNode"),
        ("$.a.b", {"a": 2**63}, "com.fasterxml.jackson.databind.node.BigIntegerNode"),
        ("$.a.b", {"a": 1.5}, "com.fasterxml.jackson.databind.node.DoubleNode"),
        ("$.a.b", {"a": None}, "com.fasterxml.jackson.databind.node.NullNode"),
        ("$.a['b','c']", {}, "No results for path: $['a']"),
        ("$.a['b','c']", {"a": []}, "an object with properties ['b', 'c'] in path $['a'] but found "),
        ("$.a.length()", {"a": 1}, "Aggregation function attempted to calculate value using empty array"),
        ("$.a.keys()", {"a": 1}, "keys() can only be applied to an object"),
        ("$.a.sum()", {"a": ["x", True]}, "Aggregation function attempted to calculate value using empty array"),
        ("$.a.sum()", {"a": [1e308, 1e308]}, "sum() is beyond what a number can be"),
    ],
)
def test_a_definite_path_that_finds_nothing_says_where_it_stopped(path, document, message):
    with pytest.raises(PathNotFoundError) as failure:
        compile_path(path).read(document)
    assert message in str(failure.value)


@pytest.mark.parametrize("path", ["$", "$.a.b", "$['a'][0]", "$.a[-1]"])
def test_a_path_that_names_one_place_is_a_reference_path(path):
    assert is_reference_path(compile_path(path))


@pytest.mark.parametrize(
    "path", ["$.a[*]", "$..a", "$.a[0,1]", "$.a[0:1]", "$.a[?(@.b)]", "$.a.length()", "$['a','b']"]
)
def test_any_other_path_is_no_reference_path(path):
    assert not is_reference_path(compile_path(path))


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ({"a": 1}, "$.b", {"a": 1, "b": "new"}),
        ({"a": 1}, "$.a", {"a": "new"}),
        ({}, "$.a.b.c", {"a": {"b": {"c": "new"}}}),
        ({"a": [1, 2]}, "$.a[1]", {"a": [1, "new"]}),
        ({"a": [{"x": 1}]}, "$.a[0].y", {"a": [{"x": 1, "y": "new"}]}),
        ([1], "$", "new"),
    ],
)
def test_a_value_is_put_where_a_reference_path_says_and_the_rest_is_kept(before, path, after):
    kept = repr(before)
    assert put(before, reference_steps(compile_path(path)), "new") == after
    assert repr(before) == kept, "values are shared: putting makes a copy"


@pytest.mark.parametrize(("before", "path"), [("text", "$.a"), ({"a": 1}, "$.a.b"), ([], "$[0]"), ({}, "$.a[0]")])
def test_a_value_cannot_be_put_into_what_has_no_place_for_it(before, path):
    with pytest.raises(LookupError):
        put(before, reference_steps(compile_path(path)), "new")


def test_a_function_may_stand_inside_a_filter_and_below_a_descent():
    assert compile_path("$.store.book[?(@.tags.length() == 2)].title").read(DOCUMENT) == ["A"]
