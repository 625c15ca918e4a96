r"""Regular expressions as JavaScript writes them, in an engine that gives up in time."""

import time
from types import SimpleNamespace

import pytest

from asl import jsonata_regex
from asl.jsonata import InvalidJSONataError, JSONataError, compile_jsonata
from asl.jsonata_regex import compile_regex, translate


class Scope:
    def variable(self, name):
        raise KeyError(name)

    def random_bits(self):
        return 0

    def now(self):
        return 0.0

    def context(self):
        return {}


def evaluate(text, data=None):
    return compile_jsonata(text).evaluate({"input": data}, Scope())


@pytest.mark.parametrize(
    ("pattern", "multiline", "expected"),
    [
        (r"\d+", False, "[0-9]+"),
        (r"[\d\w.]", False, "[0-9A-Za-z0-9_.]"),
        (r"\D\W", False, "[^0-9][^A-Za-z0-9_]"),
        ("a$", False, r"a\Z"),
        ("a$", True, "a$"),
        (r"a\$", False, r"a\$"),
        ("[$]", False, "[$]"),
        ("[[a]", False, r"[\[a]"),
        ("[a&&b]", False, r"[a\&\&b]"),
        (r"\/", False, "/"),
        ("\\", False, "\\"),
        (r"(?<name>x)\k<name>", False, r"(?<name>x)\k<name>"),
    ],
)
def test_what_is_written_otherwise_is_translated(pattern, multiline, expected):
    assert translate(pattern, multiline=multiline) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$contains('abc', /B/i)", True),
        ("$contains('a\nb', /^b/m)", True),
        ("$contains('a\nb', /^b/)", False),
        ("$contains('b\n', /b$/)", False),
        ("$contains('b\n', /b$/m)", True),
        ("$contains('٣', /\\d/)", False),
        ("$match('ab12cd34', /([a-z]+)(\\d+)/).groups[0]", ["ab", "cd"]),
        ("$match('xyz', /a/)", None),
        ("$split('a1b22c', /\\d+/)", ["a", "b", "c"]),
        ("$replace('John Smith', /(\\w+)\\s(\\w+)/, '$2, $1')", "Smith, John"),
        ("$replace('aaa', /a/, 'b', 2)", "bba"),
        ("$replace('ab', /(a)/, '$12$0$2|')", "a2a|b"),
        ("$replace('ab', /a/, '$1x')", "xb"),
        ("$replace('ab', /(z)?a/, '[$1]')", "[]b"),
        ("$replace('ab', /a/, '\\\\n')", "\\nb"),
        ("$replace('a1', /\\d/, function($m) { $string($number($m.match) + 1) })", "a2"),
        ("($m := /b/; $m('abc').start)", 1),
    ],
)
def test_they_work_wherever_the_language_takes_one(text, expected):
    value = evaluate(text)
    assert (value or None) == (expected or None)


@pytest.mark.parametrize("text", ["$match('a', /(/)", "$match('a', /[z-a]/)", "$match('a', /a{2,1}/)", "/**/"])
def test_a_pattern_that_is_none_is_a_syntax_error(text):
    with pytest.raises(InvalidJSONataError):
        compile_jsonata(text)


@pytest.mark.parametrize(
    "use",
    [
        "$contains($states.input, /(x+x+)+y/)",
        "$match($states.input, /(x+x+)+y/)",
        "$replace($states.input, /(x+x+)+y/, '')",
        "$split($states.input, /(x+x+)+y/)",
        "$replace($states.input, /(x+x+)+y/, function($m) { '' })",
    ],
)
def test_a_search_that_would_never_end_is_given_up(monkeypatch, use):
    monkeypatch.setattr(jsonata_regex, "TIME_LIMIT", 0.02)
    begun = time.perf_counter()
    with pytest.raises(JSONataError, match="Expression evaluation timeout"):
        evaluate(use, "x" * 5_000)
    assert time.perf_counter() - begun < 5


def test_a_pattern_is_searched_in_time():
    pattern = compile_regex("b+", SimpleNamespace(case_insensitive=False, multiline=False))
    assert pattern.search("abbc")[0] == "bb"
    assert pattern.search("ac") is None
