"""Retry and Catch: error names, intervals, and that States.ALL stands alone and last."""

import pytest

from asl.validate import aws_location, diagnose
from tests.asl.definitions import SQS, found, machine


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": {}}, "/Retry"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [1]}, "/Retry/0"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [{}]}, "/Retry/0"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": []}]}, "/Retry/0/ErrorEquals"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": "E"}]}, "/Retry/0/ErrorEquals"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": [1]}]}, "/Retry/0/ErrorEquals/0"),
        (
            {"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": ["States.ALL", "E"]}]},
            "/Retry/0/ErrorEquals",
        ),
        (
            {
                "Type": "Task",
                "End": True,
                "Resource": SQS,
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}, {"ErrorEquals": ["E"], "Next": "B"}],
            },
            "/Catch/0/ErrorEquals",
        ),
        ({"Type": "Task", "End": True, "Resource": SQS, "Catch": [{"ErrorEquals": ["E"]}]}, "/Catch/0"),
        (
            {
                "Type": "Task",
                "End": True,
                "Resource": SQS,
                "Catch": [{"ErrorEquals": ["E"], "Next": "B", "ResultPath": "x"}],
            },
            "/Catch/0/ResultPath",
        ),
        (
            {
                "Type": "Task",
                "End": True,
                "Resource": SQS,
                "Catch": [{"ErrorEquals": ["E"], "Next": "B", "Output": {}}],
            },
            "/Catch/0/Output",
        ),
        (
            {
                "Type": "Task",
                "QueryLanguage": "JSONata",
                "End": True,
                "Resource": SQS,
                "Catch": [{"ErrorEquals": ["E"], "Next": "B", "ResultPath": "$.x"}],
            },
            "/Catch/0/ResultPath",
        ),
        *[
            (
                {"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": ["E"], field: value}]},
                f"/Retry/0/{field}",
            )
            for field, value in (
                ("IntervalSeconds", 0),
                ("MaxAttempts", -1),
                ("BackoffRate", 0.5),
                ("BackoffRate", "2"),
                ("MaxDelaySeconds", 99_999_999),
                ("JitterStrategy", "SOME"),
            )
        ],
    ],
)
def test_an_error_in_a_handler_is_found_at_its_place(state, path):
    assert f"/States/A{path}" in {place for place, _ in found(machine(state))}


def test_a_field_that_no_handler_has_is_an_error_of_the_handler():
    state = {"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": ["E"], "Odd": 1}]}
    (one,) = diagnose(machine(state))
    assert (one.path, one.message) == ("/States/A/Retry/0/Odd", "Field 'Odd' is not supported")
    assert aws_location(one) == "/States/A/Retry[0]"


@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_handlers_that_are_right(language):
    fields = {"Output": "{% $states.errorOutput %}"} if language == "JSONata" else {"ResultPath": "$.e"}
    state = {
        "Type": "Task",
        "Resource": SQS,
        "End": True,
        "Retry": [
            {
                "ErrorEquals": ["E"],
                "IntervalSeconds": 1,
                "MaxAttempts": 0,
                "MaxDelaySeconds": 5,
                "JitterStrategy": "FULL",
            }
        ],
        "Catch": [{"ErrorEquals": ["E"], "Next": "B", **fields}, {"ErrorEquals": ["States.ALL"], "Next": "B"}],
    }
    assert found(machine(state, QueryLanguage=language)) == []
