"""Texts of values: JSON in and out, Java's way with numbers, timestamps, whole numbers in fields."""

import orjson
import pytest

from asl import json_text
from asl import sizes as sizes_module
from asl.errors import StatesError
from asl.integer_field import compile_integer_path, must_be_positive, must_not_be_negative, parse_long, text_of
from asl.java_text import number_text, to_text
from asl.sizes import Sizes
from asl.timestamps import format_timestamp, parse_timestamp

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


class TestSizes:
    def test_a_large_value_that_comes_again_is_measured_once(self, monkeypatch):
        measured = []
        monkeypatch.setattr(
            sizes_module, "_bytes", lambda value: measured.append(value) or json_text.dumps(value).encode()
        )
        sizes, records = Sizes(), [{"number": 1_000_000} for _ in range(8000)]
        assert not sizes.exceed_limit({"records": records, "answer": 1}, None)
        assert measured.count(records) == 1
        assert sizes.exceed_limit({"other": records, "again": [records]}, None)
        assert measured.count(records) == 1

    def test_a_value_that_came_as_text_is_as_large_as_the_text(self):
        assert Sizes().exceed_limit([], f"[{' ' * 262_144}]")
        assert not Sizes().exceed_limit(["x" * 300_000], "[]")

    def test_few_are_remembered(self):
        sizes = Sizes()
        for number in range(100):
            sizes.exceed_limit(str(number) * 5000, None)
        assert len(sizes._known) == sizes_module.KEPT

    @pytest.mark.parametrize(
        "value", [{}, [], {"a": 1}, [1, 2], {"é": ["x" * 2000, {"b": None}], "c": {}}, ["x" * 999] * 9]
    )
    def test_a_size_is_that_of_the_compact_text(self, value):
        assert Sizes()._size(value, 3) == len(json_text.dumps(value).encode())


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


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1"),
        (1.0, "1.0"),
        (0.0, "0.0"),
        (1.1, "1.1"),
        (-0.25, "-0.25"),
        (1e7, "1.0E7"),
        (12345678.9, "1.23456789E7"),
        (1e-4, "1.0E-4"),
        (-1.5e300, "-1.5E300"),
        (0.001, "0.001"),
    ],
)
def test_numbers_read_as_java_writes_them(number, text):
    assert number_text(number) == text
    assert to_text([number]) == f"[{text}]"


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("1970-01-01T00:00:00Z", (0, 0)),
        ("1970-01-01T00:00:01.5Z", (1, 500_000_000)),
        ("1970-01-01T01:00:00+01:00", (0, 0)),
        ("1969-12-31T23:00:00-01:00", (0, 0)),
        ("2016-03-05T21:29:29.243167252Z", (1_457_213_369, 243_167_252)),
        ("0001-01-01T00:00:00Z", (-62_135_596_800, 0)),
    ],
)
def test_a_timestamp_is_seconds_and_nanoseconds(text, parsed):
    assert parse_timestamp(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-01-01",
        "2024-01-01T00:00:00",
        "2024-01-01t00:00:00z",
        "2024-02-30T00:00:00Z",
        "2024-01-01T25:00:00Z",
        "2024-01-01T00:00:00+19:00",
        "2024-01-01T00:00:00+01:60",
        "2024-01-01T00:00:00.Z",
        "05-12-2016T21:29:29Z",
        " 2024-01-01T00:00:00Z",
    ],
)
def test_what_is_no_timestamp(text):
    assert parse_timestamp(text) is None


def test_times_are_shown_in_milliseconds():
    assert format_timestamp(1_457_213_369.2431) == "2016-03-05T21:29:29.243Z"
    assert format_timestamp(0.9999) == "1970-01-01T00:00:01.000Z"


@pytest.mark.parametrize(
    ("value", "number"), [(5, 5), ("5", 5), ("-3", -3), (1.0, None), (True, None), ("x", None), ({}, None)]
)
def test_whole_numbers_may_come_as_strings(value, number):
    assert parse_long(value) == number


def test_a_value_in_a_message():
    assert [text_of(value) for value in ("s", 1.5, 2, None, {"a": 1})] == ["s", "1.5", "2", "null", '{"a":1}']


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ({}, 'The TimeoutSecondsPath field refers to value "{}" which is not a valid integer: $.t'),
        ("x", 'The TimeoutSecondsPath field refers to value "x" which is not a valid integer: $.t'),
        (0, "TimeoutSeconds must be positive."),
    ],
)
def test_a_field_that_must_be_a_whole_number_says_what_it_found(value, cause):
    query = compile_integer_path("$.t", "TimeoutSecondsPath", must_be_positive("TimeoutSeconds"))
    with pytest.raises(StatesError) as failure:
        query({"t": value}, None)
    assert failure.value.cause == cause
    assert query({"t": "3"}, None) == 3


def test_zero_is_not_negative():
    query = compile_integer_path("$", "MaxConcurrencyPath", must_not_be_negative("MaxConcurrency"))
    assert query(0, None) == 0
    with pytest.raises(StatesError):
        query(-1, None)
