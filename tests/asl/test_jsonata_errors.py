"""What compiling and evaluating JSONata can come to besides a value."""

from asl.jsonata_errors import UNDEFINED, InvalidJSONataError, JSONataError


def test_nothing_is_false_and_says_so():
    assert not UNDEFINED
    assert repr(UNDEFINED) == "undefined"


def test_errors_have_a_code_or_a_position():
    assert str(JSONataError("T2001", "words")) == "T2001: words"
    assert JSONataError("T2001", "words").code == "T2001"
    assert InvalidJSONataError("words", 3).position == 3
