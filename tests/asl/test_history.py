"""History events in AWS's shape."""

import pytest

from asl.history import render

ENTERED = ("PassStateEntered", 1, 5.0, "A", {"a": 1}, None)


def test_data_that_was_made_is_written_compactly_and_data_that_came_as_text_as_it_came():
    assert render(2, ENTERED) == {
        "id": 2,
        "previousEventId": 1,
        "timestamp": 5.0,
        "type": "PassStateEntered",
        "stateEnteredEventDetails": {"name": "A", "input": '{"a":1}', "inputDetails": {"truncated": False}},
    }
    kept = render(2, ("PassStateExited", 1, 5.0, "A", None, '{"a":  1}'))
    assert kept["stateExitedEventDetails"]["output"] == '{"a":  1}'


@pytest.mark.parametrize(
    ("event", "member", "details"),
    [
        (ENTERED, "stateEnteredEventDetails", {"name": "A", "inputDetails": {"truncated": False}}),
        (
            ("ExecutionStarted", 0, 1.0, "{}", "role", None, None),
            "executionStartedEventDetails",
            {"roleArn": "role", "inputDetails": {"truncated": False}},
        ),
        (("ExecutionFailed", 1, 1.0, "E", "secret"), "executionFailedEventDetails", {}),
        (
            ("TaskScheduled", 1, 1.0, "sqs", "sendMessage", "us-east-1", {"secret": 1}, None, None, None),
            "taskScheduledEventDetails",
            {"resourceType": "sqs", "resource": "sendMessage", "region": "us-east-1"},
        ),
        (
            ("TaskFailed", 1, 1.0, "sqs", "sendMessage", "E", "secret"),
            "taskFailedEventDetails",
            {"resourceType": "sqs", "resource": "sendMessage"},
        ),
        (
            ("LambdaFunctionSucceeded", 1, 1.0, "secret"),
            "lambdaFunctionSucceededEventDetails",
            {"outputDetails": {"truncated": False}},
        ),
    ],
)
def test_execution_data_is_left_out_when_it_is_not_wanted(event, member, details):
    assert render(1, event, include_data=False)[member] == details


def test_the_version_and_alias_that_were_started_are_shown():
    event = ("ExecutionStarted", 0, 1.0, "{}", "role", "alias", "version")
    details = render(1, event)["executionStartedEventDetails"]
    assert (details["stateMachineAliasArn"], details["stateMachineVersionArn"]) == ("alias", "version")


@pytest.mark.parametrize(
    "kind", ["LambdaFunctionStarted", "MapStateSucceeded", "MapStateFailed", "ParallelStateStarted", "TaskStateAborted"]
)
def test_some_events_have_no_details_at_all(kind):
    assert set(render(3, (kind, 2, 1.0))) == {"id", "previousEventId", "timestamp", "type"}


def test_assigned_variables_are_data_too():
    event = ("PassStateExited", 2, 5.0, "A", {}, None, {"v": [1]})
    assert render(3, event)["stateExitedEventDetails"]["assignedVariables"] == {"v": "[1]"}
    without = render(3, event, include_data=False)["stateExitedEventDetails"]
    assert "assignedVariables" not in without
    assert without["assignedVariablesDetails"] == {"truncated": False}


@pytest.mark.parametrize(
    ("event", "details"),
    [
        (("MapRunStarted", 1, 5.0, "arn"), {"mapRunArn": "arn"}),
        (("MapRunRedriven", 1, 5.0, "arn", 2), {"mapRunArn": "arn", "redriveCount": 2}),
        (("ExecutionSucceeded", 1, 5.0, {"a": 1}, None), {"output": '{"a":1}', "outputDetails": {"truncated": False}}),
        (
            ("EvaluationFailed", 1, 5.0, "E", "c", "Output", "A"),
            {"error": "E", "cause": "c", "location": "Output", "state": "A"},
        ),
        (
            ("TaskScheduled", 1, 5.0, "sqs", "sendMessage", "us-east-1", {"a": 1}, 5, 3, "role"),
            {
                "resourceType": "sqs",
                "resource": "sendMessage",
                "region": "us-east-1",
                "timeoutInSeconds": 5,
                "heartbeatInSeconds": 3,
                "taskCredentials": {"roleArn": "role"},
                "parameters": '{"a":1}',
            },
        ),
        (("TaskStarted", 1, 5.0, "sqs", "sendMessage"), {"resourceType": "sqs", "resource": "sendMessage"}),
        (
            ("TaskSucceeded", 1, 5.0, "sqs", "sendMessage", "{}"),
            {"resourceType": "sqs", "resource": "sendMessage", "output": "{}", "outputDetails": {"truncated": False}},
        ),
        (
            ("LambdaFunctionScheduled", 1, 5.0, "arn", {}, None, 5, "role"),
            {
                "resource": "arn",
                "timeoutInSeconds": 5,
                "taskCredentials": {"roleArn": "role"},
                "input": "{}",
                "inputDetails": {"truncated": False},
            },
        ),
        (
            ("ActivityScheduled", 1, 5.0, "arn", {}, None, 5, 3),
            {
                "resource": "arn",
                "timeoutInSeconds": 5,
                "heartbeatInSeconds": 3,
                "input": "{}",
                "inputDetails": {"truncated": False},
            },
        ),
        (("ActivityStarted", 1, 5.0, "w"), {"workerName": "w"}),
        (("MapStateStarted", 1, 5.0, 3), {"length": 3}),
        (("MapIterationStarted", 1, 5.0, "M", 2), {"name": "M", "index": 2}),
        (("ExecutionRedriven", 1, 5.0, 1), {"redriveCount": 1}),
    ],
)
def test_each_kind_of_event_has_its_details(event, details):
    (found,) = [member for name, member in render(2, event).items() if name.endswith("Details")]
    assert found == details


def test_an_event_may_have_no_details():
    assert "Details" not in str(render(2, ("ParallelStateStarted", 1, 5.0)))
