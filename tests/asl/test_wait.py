"""Wait's four forms in JSONPath: until when, and AWS's words where a field names no time."""

from types import SimpleNamespace

import pytest

from asl.errors import EvaluationError
from asl.wait import LONGEST, compile_wait

NOW = 1_000.0
SCOPE = SimpleNamespace(variable={"v": 3}.__getitem__)


def until(data=None, **fields):
    return compile_wait(fields)(data, SCOPE, NOW)


@pytest.mark.parametrize(
    ("fields", "data", "due"),
    [
        ({"Seconds": 5}, None, NOW + 5),
        ({"SecondsPath": "$.s"}, {"s": 5}, NOW + 5),
        ({"SecondsPath": "$.s"}, {"s": "5"}, NOW + 5),
        ({"SecondsPath": "$v"}, {}, NOW + 3),
        ({"Timestamp": "1970-01-01T01:00:00.5Z"}, None, 3600.5),
        ({"TimestampPath": "$"}, "1970-01-01T00:00:00Z", 0),
    ],
)
def test_a_wait_goes_on_at(fields, data, due):
    assert until(data, **fields) == due


@pytest.mark.parametrize(
    ("fields", "data", "cause"),
    [
        ({"SecondsPath": "$.s"}, {}, "The SecondsPath parameter does not reference an input value: $.s"),
        ({"SecondsPath": "$"}, "x", "The SecondsPath parameter cannot be parsed as a long value: $ == x"),
        ({"SecondsPath": "$"}, -1, "The SecondsPath parameter references a negative value: $ == -1"),
        ({"SecondsPath": "$"}, LONGEST + 1, "Wait state delay is too long."),
        (
            {"TimestampPath": "$"},
            5,
            (
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
                "string: $ == 5"
            ),
        ),
        ({"Timestamp": "9999-01-01T00:00:00Z"}, None, "Wait state delay is too long."),
    ],
)
def test_a_field_that_names_no_time_fails_the_state(fields, data, cause):
    with pytest.raises(EvaluationError) as failure:
        until(data, **fields)
    assert failure.value.cause == cause
