"""Timestamps: which texts are some, and how they are shown."""

import pytest

from asl.timestamps import format_timestamp, parse_timestamp


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
