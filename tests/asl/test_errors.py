"""Which failures a Retrier's or Catcher's ErrorEquals takes, and what errors say of themselves."""

import pytest

from asl.errors import EvaluationError, QueryEvaluationError, StatesError, data_limit_exceeded, matches

FAILED = StatesError("Mine")
TIMED_OUT = StatesError("States.Timeout")
SILENT = StatesError("States.Timeout", missed_heartbeat=True)


@pytest.mark.parametrize(
    ("names", "failure", "takes"),
    [
        (["Mine"], FAILED, True),
        (["Other"], FAILED, False),
        (["States.ALL"], FAILED, True),
        (["States.TaskFailed"], FAILED, True),
        (["States.TaskFailed"], TIMED_OUT, False),
        (["States.Timeout"], SILENT, True),
        (["States.HeartbeatTimeout"], SILENT, True),
        (["States.HeartbeatTimeout"], TIMED_OUT, False),
        (["States.ALL"], StatesError("Mine", terminal=True), False),
        (["Mine"], StatesError(None), False),
    ],
)
def test_error_equals_takes(names, failure, takes):
    assert matches(names, failure) is takes


def test_errors_say_what_and_why():
    assert str(StatesError("E", "because")) == "E: because"
    assert EvaluationError("c").terminal
    assert not EvaluationError("c", error="States.IntrinsicFailure").terminal
    failed = QueryEvaluationError("c", "Output", follows_entry=True)
    assert (failed.error, failed.location, failed.follows_entry, failed.terminal) == (
        "States.QueryEvaluationError", "Output", True, False
    )  # fmt: skip
    assert data_limit_exceeded("A").terminal
