"""JSON text in and out, by the reference and by a host's own reader and writer."""

import orjson
import pytest

from asl import json_text
from asl.sizes import Sizes

HUGE = 12345678901234567890123


@pytest.fixture(params=["json", "orjson"])
def serialiser(request):
    if request.param == "orjson":
        json_text.use(orjson.dumps, orjson.loads)
    yield
    json_text.use(None, None)


@pytest.mark.usefixtures("serialiser")
class TestJsonText:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ({"b": 1, "a": [True, None]}, '{"b":1,"a":[true,null]}'),
            ("é🆗", '"é🆗"'),
            (HUGE, str(HUGE)),
            ("\ud800", '"\\ud800"'),
            (1.0, "1.0"),
        ],
    )
    def test_text_is_compact_and_says_all(self, value, text):
        assert json_text.dumps(value) == text
        assert json_text.loads(text) == value

    @pytest.mark.parametrize("text", ["", "{", "NaN", "[Infinity]", "1e999", "nothing", "[" * 5_000 + "]" * 5_000])
    def test_what_is_no_json_is_a_value_error(self, text):
        with pytest.raises(ValueError):
            json_text.loads(text)

    @pytest.mark.parametrize(
        ("value", "exceeds"),
        [
            ("x" * 262_142, False),
            ("x" * 262_143, True),
            (["é" * 131_070], False),
            (["é" * 131_071], True),
            ({"a": [{"b": [{}] * 100}] * 5}, False),
            ([[1] * 100] * 2_000, True),
            (1 << 5_000, False),
            ({"k" * 300_000: 1}, True),
        ],
    )
    def test_a_payload_has_at_most_262144_bytes(self, value, exceeds):
        assert Sizes().exceed_limit(value, None) is exceeds
        assert json_text.text_exceeds_limit(json_text.dumps(value)) is exceeds

    def test_data_deeper_than_a_reader_goes_is_too_large(self):
        value = []
        for _ in range(100_000):
            value = [value]
        assert Sizes().exceed_limit(value, None)


@pytest.mark.parametrize(
    "text",
    [
        "5e300",
        "-5E+300",
        '{"a":1.5e300}',
        "[1,2e0300]",
        "123456789012345678",
        "[-999999999999999999999]",
        '{"a": 1E999}',
    ],
)
def test_a_number_that_a_64_bit_reader_may_get_wrong_is_noticed(text):
    assert json_text._may_hold_large_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "1e30",
        '"7c9e6679-7425-40de-944b-e07fc1f90ae7"',
        '{"id": "0e000a1e555"}',
        "[0.1234567, 12345678901234567]",
        '"é\ud800"',
    ],
)
def test_names_in_hexadecimal_digits_are_no_such_numbers(text):
    assert not json_text._may_hold_large_number(text)


@pytest.mark.parametrize(
    ("value", "small"),
    [({}, True), ({"a": {"b": 1}}, True), ({"a": {"b": {"c": {}}}}, False), ([[[]]], True), ([[[[1]]]], False)],
)
def test_small_is_what_a_look_can_tell(value, small):
    assert json_text.is_small(value) is small


def test_what_is_nested_500_deep_has_a_size_and_what_is_deeper_can_still_be_written():
    def nested(depth):
        value = {"surrogate": "\ud800"}  # which the host refuses, too
        for number in range(depth - 1):
            value = [value] if number % 2 else {"a": value, "b": 1}
        return value

    json_text.use(orjson.dumps, orjson.loads)
    try:
        assert json_text.loads(json_text.dumps(nested(500))) == nested(500)
        assert json_text.size(nested(500)) == len(json_text.dumps(nested(500)))
        with pytest.raises(RecursionError):
            json_text.size(nested(501))
        assert json_text.size(HUGE) == len(str(HUGE))
        assert json_text.dumps(nested(2_000)).count("[") == 999
    finally:
        json_text.use(None, None)
