"""Execution history in CloudWatch Logs: which events a level takes, how they look, where they lie."""

import json
import re
import uuid

import pytest
from served import PASS, create, events, finished, machine, wait_until

from localaws.execution_logs import Entry, is_logged, log_events

FAIL = machine(Only={"Type": "Fail", "Error": "Broken", "Cause": "no film"})


@pytest.fixture
def logs(endpoint):
    return endpoint.client("logs")


def group(logs):
    name = f"/aws/vendedlogs/states/{uuid.uuid4().hex[:8]}"
    logs.create_log_group(logGroupName=name)
    return name


def logged(sfn, definition, name, level, include, **options):
    configuration = {
        "level": level,
        "includeExecutionData": include,
        "destinations": [
            {"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:us-east-1:000000000000:log-group:{name}:*"}}
        ],
    }
    return create(sfn, definition, loggingConfiguration=configuration, **options)


def messages(logs, name, at_least):
    def found():
        read = [json.loads(event["message"]) for event in logs.filter_log_events(logGroupName=name)["events"]]
        return read if len(read) >= at_least else None

    return wait_until(found, f"{at_least} events in {name}")


def test_every_event_of_an_execution_is_logged_with_its_data(sfn, logs):
    name = group(logs)
    machine_arn = logged(sfn, PASS, name, "ALL", True)
    arn = sfn.start_execution(stateMachineArn=machine_arn, input='{"n": 1}')["executionArn"]
    finished(sfn, arn)
    found = messages(logs, name, 4)
    assert [event["type"] for event in found] == [event["type"] for event in events(sfn, arn)]
    assert [(event["id"], event["previous_event_id"]) for event in found] == [
        ("1", "0"),
        ("2", "0"),
        ("3", "2"),
        ("4", "3"),
    ]
    first = found[0]
    assert first["details"]["input"] == '{"n": 1}'
    assert first["details"]["inputDetails"] == {"truncated": False}
    assert (first["execution_arn"], first["redrive_count"]) == (arn, "0")
    assert abs(int(first["event_timestamp"]) / 1000 - events(sfn, arn)[0]["timestamp"].timestamp()) < 1
    (stream,) = logs.describe_log_streams(logGroupName=name)["logStreams"]
    short = machine_arn.rsplit(":", 1)[1]
    assert re.fullmatch(rf"states/{short}/\d{{4}}-\d\d-\d\d-\d\d-\d\d/[0-9a-f]{{8}}", stream["logStreamName"])


def test_without_execution_data_neither_input_nor_output_is_logged_but_errors_are(sfn, logs):
    name = group(logs)
    finished(
        sfn, sfn.start_execution(stateMachineArn=logged(sfn, FAIL, name, "ALL", False), input='"x"')["executionArn"]
    )
    found = messages(logs, name, 3)
    assert set(found[0]["details"]) == {"roleArn"}
    assert found[1]["details"] == {"name": "Only"}
    assert found[2]["details"] == {"error": "Broken", "cause": "no film"}


def test_an_express_execution_is_logged(sfn, logs):
    name = group(logs)
    arn = sfn.start_execution(stateMachineArn=logged(sfn, PASS, name, "ALL", True, type="EXPRESS"))["executionArn"]
    last = messages(logs, name, 4)[-1]
    assert (last["type"], last["execution_arn"]) == ("ExecutionSucceeded", arn)
    assert json.loads(last["details"]["output"]) == {"done": True}


def test_a_change_of_the_level_holds_from_then_on(sfn, logs):
    name = group(logs)
    arn = logged(sfn, FAIL, name, "FATAL", True)
    finished(sfn, sfn.start_execution(stateMachineArn=arn)["executionArn"])
    assert [event["type"] for event in messages(logs, name, 1)] == ["ExecutionFailed"]
    configuration = sfn.describe_state_machine(stateMachineArn=arn)["loggingConfiguration"]
    sfn.update_state_machine(stateMachineArn=arn, loggingConfiguration=configuration | {"level": "ERROR"})
    finished(sfn, sfn.start_execution(stateMachineArn=arn)["executionArn"])
    assert [event["type"] for event in messages(logs, name, 3)] == [
        "ExecutionFailed",
        "FailStateEntered",
        "ExecutionFailed",
    ]


def test_a_log_group_that_does_not_exist_harms_no_execution(sfn):
    arn = logged(sfn, PASS, "/not/there", "ALL", True)
    assert finished(sfn, sfn.start_execution(stateMachineArn=arn)["executionArn"])["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("level", "taken"),
    [
        ("OFF", set()),
        ("FATAL", {"ExecutionFailed", "ExecutionTimedOut"}),
        ("ERROR", {"ExecutionFailed", "ExecutionTimedOut", "TaskFailed", "MapIterationAborted", "FailStateEntered"}),
    ],
)
def test_a_level_takes_the_events_that_the_developer_guide_lists(level, taken):
    kinds = {
        "ExecutionStarted",
        "ExecutionFailed",
        "ExecutionTimedOut",
        "TaskFailed",
        "TaskSucceeded",
        "MapIterationAborted",
        "FailStateEntered",
        "PassStateEntered",
    }
    assert {kind for kind in kinds if is_logged(kind, level)} == taken


def test_data_that_cloudwatch_would_not_take_is_left_out():
    event = ("PassStateEntered", 1, 5.0, "A", "x" * 251_000, None)
    configuration = {"level": "ALL", "includeExecutionData": True}
    ((only),) = log_events(Entry(configuration, "m", "arn", 2, [event]))
    assert json.loads(only["message"])["details"] == {"name": "A", "inputDetails": {"truncated": True}}
