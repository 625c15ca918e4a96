"""Filters inside a JSONPath: what they take, and why a text is none."""

import pytest

from asl.jsonpath import InvalidPathError, compile_path
from asl.jsonpath_filter import parse_filter

BOOKS = [
    {"title": "A", "price": 8, "tags": ["x", "y"]},
    {"title": "B", "price": 12.5, "isbn": "1"},
    {"title": "C", "price": 22, "isbn": "2"},
]


@pytest.mark.parametrize(
    ("condition", "titles"),
    [
        ("@.price == 8", "A"),
        ("@.price != 8", "BC"),
        ("@.price==8", "A"),
        ("@.price>8&&@.price<=12.5", "B"),
        ("@.price<10||@.isbn=='2'", "AC"),
        ("@.title=~/[ab]/i", "AB"),
        ("@.price!=8&&!(@.isbn=='2')", "B"),
        ("@['price']>$.limit", "C"),
        ("@.isbn == 1", "B"),
        ("@.title==B", "B"),
        ("@.price == '12.50'", "B"),
        ("@.price == '1e'", ""),
        ("@.price =~ /8|22/", "AC"),
        ("@.tags =~ /x/", ""),
        ("@.title =~ 'A'", ""),
        ("@.price <= 12.5 && @.isbn", "B"),
        ("@.price < 10 || @.isbn == '2'", "AC"),
        ("!(@.isbn)", "A"),
        ("!@.isbn", "A"),
        ("(@.price > 10) && (@.price < 20)", "B"),
        ("@.price >= 22", "C"),
        ("@.title =~ /[ab]/i", "AB"),
        ("@.title in ['A', 'C']", "AC"),
        ("@.title nin ['A', 'C']", "B"),
        ("@.tags contains 'x'", "A"),
        ("@.tags size 2", "A"),
        ("@.tags empty false", "A"),
        ("@.tags subsetof ['x', 'y', 'z']", "A"),
        ("@.tags anyof ['y']", "A"),
        ("@.tags noneof ['z']", "A"),
        ("@.price > $.limit", "C"),
        ("@.tags[*] == $.nothing", ""),
        ("@.title == true", ""),
        ("@.title < 3", ""),
        ("true == true", "ABC"),
        ("@.price < true", ""),
        ("@.isbn == null", ""),
        ("@.price == 1.25e1", "B"),
        ("@.tags.length() == 2", "A"),
        ('@.title == "A"', "A"),
        ("@.title =~ /a.*/i", "A"),
        ("@.title =~ /\\/|B/", "B"),
        ("@.price in [ 8 , 22 ]", "AC"),
        ("@.tags subsetof []", ""),
        ("@['price', 'isbn'] empty false", "ABC"),
        ("@.tags[0] == 'x'", "A"),
        ("@.tags[0, 1] size 2", "A"),
        ("$.limit == 20", "ABC"),
    ],
)
def test_a_filter_takes(condition, titles):
    document = {"limit": 20, "book": BOOKS}
    assert "".join(compile_path(f"$.book[?({condition})].title").read(document)) == titles


@pytest.mark.parametrize(
    ("filter_text", "reason"),
    [
        ("@.x", "a filter isn't closed at character 10"),
        ("@.x == )]", "a filter's operand is missing"),
        ("@.x == 1) ", "a filter isn't closed with )]"),
        ("@.x ~ 1)]", "a filter isn't closed"),
        ("(@.x == 1 ]", "a parenthesis isn't closed"),
        ("@.x == 'y)]", "a string in quotes isn't closed"),
        ("@.x =~ /y)]", "a regular expression isn't closed"),
        ("@.x =~ /(/)]", "a regular expression is wrong"),
        ("@.x in [1 2])]", "a list isn't closed"),
    ],
)
def test_what_is_no_filter_says_why(filter_text, reason):
    with pytest.raises(InvalidPathError) as failure:
        compile_path(f"$.a[?({filter_text}")
    assert reason in str(failure.value)


def test_a_path_that_cannot_be_followed_finds_nothing():
    assert compile_path("$[?(@.price.keys())].title").read(BOOKS) == []


def test_a_filter_ends_with_its_parenthesis():
    test, end = parse_filter("@.a == 1)]", 0)
    assert end == len("@.a == 1)")
    assert test({"a": 1}, None)
