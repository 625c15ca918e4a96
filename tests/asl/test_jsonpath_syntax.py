"""The grammar of a JSONPath: text into segments, with the reason where it isn't one."""

import pytest

from asl.jsonpath_syntax import (
    Descent,
    Filter,
    Function,
    Indices,
    InvalidPathError,
    Names,
    Slice,
    Wildcard,
    parse_path,
    parse_quoted,
)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        (" $ ", ()),
        ("$.a-b['c d', \"e\"]", (Names(("a-b",)), Names(("c d", "e")))),
        (r"$['it\'s' , 'b' ]", (Names(("it's", "b")),)),
        ("$[0].[ -1 , 2 ]", (Indices((0,)), Indices((-1, 2)))),
        ("$[1:][ : -2 : 3 ]", (Slice(1, None, None), Slice(None, -2, 3))),
        ("$.*[*]", (Wildcard(), Wildcard())),
        ("$..a..*..[0]", (Descent(Names(("a",))), Descent(Wildcard()), Descent(Indices((0,))))),
        ("$.a.length()", (Names(("a",)), Function("length"))),
    ],
)
def test_a_path_is_read(text, segments):
    assert parse_path(text) == segments


def test_a_filter_is_a_test():
    (segment,) = parse_path("$[?(@.a) ]")
    assert isinstance(segment, Filter)
    assert segment.test({"a": None}, None)
    assert not segment.test({}, None)


@pytest.mark.parametrize(
    "path",
    [
        "a",
        "",
        "$[ ",
        "$.",
        "$..",
        "$a",
        "$.a b",
        "$.a[",
        "$.a[]",
        "$.a[x]",
        "$.a[::0]",
        "$.a['b",
        "$.a['b'",
        "$.a['b' 'c']",
        "$.a['b', 0]",
        "$.a[?(@.x",
        "$.a[?(@.x == )]",
        "$.a[?(@.x == 1) ",
        "$.a[?(@.x ~ 1)]",
        "$.a[?((@.x == 1)]",
        "$.a[?(@.x == 'y)]",
        "$.a[?(@.x =~ /y)]",
        "$.a[?(@.x =~ /(/)]",
        "$.a[?(@.x in [1 2])]",
        "$.a)",
        "$.a.nofunction()",
    ],
)
def test_what_is_no_path_is_refused(path):
    with pytest.raises(InvalidPathError):
        parse_path(path)


def test_a_string_needs_its_quotes():
    with pytest.raises(InvalidPathError, match="a string in quotes is missing at character 1"):
        parse_quoted("a", 0)


def test_names_in_a_bracket_are_closed():
    with pytest.raises(InvalidPathError, match="a bracket isn't closed"):
        parse_path("$['a' 'b']")
    with pytest.raises(InvalidPathError, match="a bracket isn't closed"):
        parse_path("$[0")
