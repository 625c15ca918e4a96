"""What a Task calls, its time-outs, and what a callback needs."""

import pytest

from tests.asl.definitions import CALLBACK, SQS, errors, found, machine, task, warned


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({"Type": "Task", "End": True}, ""),
        ({"Type": "Task", "End": True, "Resource": 5}, "/Resource"),
        ({"Type": "Task", "End": True, "Resource": "work"}, "/Resource"),
        ({"Type": "Task", "End": True, "Resource": "arn:aws:states:::aws-sdk:ecs:runTask.sync"}, "/Resource"),
        ({"Type": "Task", "End": True, "Resource": SQS, "TimeoutSeconds": 0}, "/TimeoutSeconds"),
        ({"Type": "Task", "End": True, "Resource": SQS, "TimeoutSeconds": "5"}, "/TimeoutSeconds"),
        (
            {"Type": "Task", "End": True, "Resource": SQS, "TimeoutSeconds": 5, "HeartbeatSeconds": 5},
            "/HeartbeatSeconds",
        ),
        (
            {"Type": "Task", "End": True, "Resource": SQS, "TimeoutSeconds": 5, "TimeoutSecondsPath": "$"},
            "/TimeoutSecondsPath",
        ),
        ({"Type": "Task", "End": True, "Resource": SQS, "Credentials": 1}, "/Credentials"),
    ],
)
def test_an_error_in_a_task_is_found_at_its_place(state, path):
    assert f"/States/A{path}" in {place for place, _ in found(machine(state))}


@pytest.mark.parametrize(
    ("state", "warnings"),
    [
        (
            {"Type": "Task", "End": True, "Resource": CALLBACK, "Parameters": {"T.$": "$$.Task.Token"}},
            [("/States/A", "CALLBACK_WITHOUT_TIMEOUT")],
        ),
        (
            {"Type": "Task", "End": True, "Resource": CALLBACK, "HeartbeatSeconds": 5, "Parameters": {"T": 1}},
            [("/States/A/Parameters", "TOKEN_NOT_PASSED")],
        ),
        ({"Type": "Task", "End": True, "Resource": CALLBACK, "TimeoutSeconds": 5}, [("/States/A", "TOKEN_NOT_PASSED")]),
        *[
            (
                {
                    "Type": "Task",
                    "End": True,
                    "Resource": CALLBACK,
                    "TimeoutSecondsPath": "$.t",
                    "Parameters": template,
                },
                [],
            )
            for template in (
                {"deep": [{"T.$": "$$.Task.Token"}]},
                {"all.$": "$$"},
                {"T.$": "States.Format('{}', $$.Task.Token)"},
                {"T.$": "$$['Task']['Token']"},
                "${Parameters}",
            )
        ],
        (
            {"Type": "Task", "End": True, "Resource": "arn:aws:states:us-east-1:123456789012:activity:a"},
            [("/States/A", "CALLBACK_WITHOUT_TIMEOUT")],
        ),
    ],
)
def test_a_task_that_nobody_could_answer_or_that_waits_for_ever_is_a_warning(state, warnings):
    assert warned(machine(state)) == warnings
    assert found(machine(state)) == []


def test_a_jsonata_callback_passes_its_token_in_arguments():
    state = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": CALLBACK,
        "TimeoutSeconds": "{% $states.input.t %}",
        "Arguments": {"T": "{% $states.context.Task.Token %}"},
        "End": True,
    }
    assert warned(machine(state)) == []


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (
            "arn:aws:states:::states:startExecution.sync",
            "Express state machine does not support '.sync' service integration",
        ),
        (CALLBACK, "Express state machine does not support '.waitForTaskToken' service integration "),
        ("arn:aws:states:us-east-1:123456789012:activity:a", "Express state machine does not support Activity ARN"),
    ],
)
def test_express_machines_neither_wait_for_jobs_nor_for_callbacks(resource, message):
    text = machine({"Type": "Task", "Resource": resource, "Parameters": {"T.$": "$$.Task.Token"}, "End": True})
    assert found(text, type="EXPRESS") == [("/States/A/Resource", message)]
    assert found(text, type="STANDARD") == []


def test_express_machines_call_and_go_on():
    assert found(machine(task(Resource=SQS)), type="EXPRESS") == []


@pytest.mark.parametrize(
    ("credentials", "language", "path"),
    [
        ({"RoleArn": "arn"}, "JSONPath", None),
        ({"RoleArn.$": "$.role"}, "JSONPath", None),
        ({"RoleArn.$": "role"}, "JSONPath", "/States/A/Credentials"),
        ({"RoleArn": "{% $states.input.role %}"}, "JSONata", None),
        ({"RoleArn": "{% 1 + %}"}, "JSONata", "/States/A/Credentials/RoleArn"),
        ({}, "JSONata", "/States/A/Credentials"),
    ],
)
def test_credentials_name_a_role(credentials, language, path):
    assert [place for place, _ in errors(task(Credentials=credentials), language)] == ([path] if path else [])


def test_seconds_may_come_from_a_path_or_a_query():
    assert found(machine(task(TimeoutSecondsPath="$.t", HeartbeatSecondsPath="$.h"))) == []
    assert found(machine(task(TimeoutSecondsPath="t"))) != []
    assert errors(task(TimeoutSeconds="{% 1 + 1 %}", HeartbeatSeconds=5)) == []


@pytest.mark.parametrize("resource", ["${Function}", "arn:${Partition}:states:::lambda:invoke.waitForTaskToken"])
def test_a_resource_may_be_a_placeholder(resource):
    assert found(machine(task(Resource=resource, TimeoutSeconds=5))) == []
