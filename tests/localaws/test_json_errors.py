"""The words for what is wrong with a JSON text."""

import json

import pytest

from localaws.json_errors import complaint

EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", f"Unrecognized token 'not': was expecting {EXPECTED}"),
        ("{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
        ('{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"),
        ('{"a": 1 "b": 2}', "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries"),
        ("[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"),
        ("[1,]", f"Unexpected character (']' (code 93)): expected a valid value {EXPECTED}"),
        ('{"a": 1', "Unexpected end-of-input: expected close marker for Object"),
        ("[1", "Unexpected end-of-input: expected close marker for Array"),
        ('"a', "Unexpected end-of-input: was expecting closing quote for a string value"),
        ("[-]", "Unexpected character ('-' (code 45)): expected digit (0-9) to follow minus sign"),
        ("[NaN]", f"Unrecognized token 'NaN': was expecting {EXPECTED}"),
        ("1 2", "Unexpected character ('2' (code 50)): expected end of input"),
    ],
)
def test_the_first_fault_is_named(text, words):
    with pytest.raises(json.JSONDecodeError):
        json.loads(text, parse_constant=lambda _: json.loads("x"))
    assert complaint(text) == words


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "", '"\\x"', '"\x01"'])
def test_no_text_is_too_odd_to_be_judged(text):
    assert complaint(text)
