"""Callbacks: a token by SQS, and what an answer to it may be."""

import base64
import json

import pytest
from botocore.exceptions import ClientError
from served import asks, create, events, finished, token_from, wait_until


@pytest.fixture(scope="module")
def queue(endpoint):
    return endpoint.client("sqs").create_queue(QueueName="tokens")["QueueUrl"]


def asked(sfn, sqs, queue, **fields):
    """A running execution and its token, once the sent message is in the history."""
    arn = sfn.start_execution(stateMachineArn=create(sfn, asks(queue, **fields)))["executionArn"]
    token = token_from(sqs, queue)
    wait_until(lambda: events(sfn, arn)[-1]["type"] == "TaskSubmitted", "the message counts as sent")
    return arn, token


def code_of(call, **options):
    with pytest.raises(ClientError) as caught:
        call(**options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_an_answer_ends_the_task_with_its_output(sfn, sqs, queue):
    arn, token = asked(sfn, sqs, queue)
    sfn.send_task_success(taskToken=token, output='{"approved":  "yes"}')
    assert finished(sfn, arn)["output"] == '{"approved":  "yes"}'
    types = [event["type"] for event in events(sfn, arn)]
    assert types[1:6] == ["TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_a_failure_ends_the_task_with_error_and_cause(sfn, sqs, queue):
    arn, token = asked(sfn, sqs, queue)
    sfn.send_task_failure(taskToken=token, error="Rejected", cause="Off brand")
    found = finished(sfn, arn)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Rejected", "Off brand")


def test_a_used_token_answers_task_timed_out(sfn, sqs, queue):
    arn, token = asked(sfn, sqs, queue)
    sfn.send_task_success(taskToken=token, output="{}")
    closed = ("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
    assert code_of(sfn.send_task_success, taskToken=token, output="{}") == closed
    finished(sfn, arn)
    assert code_of(sfn.send_task_failure, taskToken=token) == closed
    assert code_of(sfn.send_task_heartbeat, taskToken=token) == closed


def test_the_token_of_a_stopped_execution_is_closed(sfn, sqs, queue):
    arn, token = asked(sfn, sqs, queue)
    sfn.stop_execution(executionArn=arn)
    assert code_of(sfn.send_task_success, taskToken=token, output="{}")[0] == "TaskTimedOut"


def test_a_guessed_or_forged_token_ends_nothing(sfn, sqs, queue):
    arn, token = asked(sfn, sqs, queue)
    assert code_of(sfn.send_task_success, taskToken="guess", output="{}") == (
        "InvalidToken",
        "Invalid Token: 'Invalid token'",
    )
    data = bytearray(base64.b64decode(token))
    data[0] ^= 1
    forged = base64.b64encode(bytes(data)).decode()
    assert code_of(sfn.send_task_success, taskToken=forged, output="{}")[0] == "TaskTimedOut"
    assert sfn.describe_execution(executionArn=arn)["status"] == "RUNNING"
    sfn.stop_execution(executionArn=arn)


def test_an_answer_that_is_not_json_keeps_the_task_open(sfn, sqs, queue):
    arn, token = asked(sfn, sqs, queue)
    assert code_of(sfn.send_task_success, taskToken=token, output="{nope")[0] == "InvalidOutput"
    sfn.send_task_success(taskToken=token, output=json.dumps("fine"))
    assert finished(sfn, arn)["status"] == "SUCCEEDED"


def test_heartbeats_keep_a_task_open_and_their_absence_ends_it(sfn, sqs, queue):
    import time

    arn, token = asked(sfn, sqs, queue, HeartbeatSeconds=1, TimeoutSeconds=60)
    for _ in range(3):
        time.sleep(0.6)
        sfn.send_task_heartbeat(taskToken=token)
    assert sfn.describe_execution(executionArn=arn)["status"] == "RUNNING"
    found = finished(sfn, arn)
    assert found["status"] == "FAILED"
    timed_out = events(sfn, arn)[-2]
    assert timed_out["type"] == "TaskTimedOut"
    assert timed_out["taskTimedOutEventDetails"]["error"] == "States.Timeout"
