"""What compiling and evaluating JSONata can come to besides a value."""

from asl.jsonata_errors import UNDEFINED, InvalidJSONataError, JSONataError, stack_overflow, timeout, too_large


def test_nothing_is_false_and_says_so():
    assert not UNDEFINED
    assert repr(UNDEFINED) == "undefined"


def test_errors_have_a_code_or_a_position():
    assert str(JSONataError("T2001", "words")) == "T2001: words"
    assert JSONataError("T2001", "words").code == "T2001"
    assert InvalidJSONataError("words", 3).position == 3


def test_limits_have_words_and_no_number():
    for error, words in (
        (timeout(), "Expression evaluation timeout: Check for infinite loop"),
        (too_large(), "Expression evaluation memory limit exceeded: Check for excessive memory usage"),
    ):
        assert (error.code, str(error)) == (None, words)
    assert str(stack_overflow(100)).endswith("Depth=101 max=100")
