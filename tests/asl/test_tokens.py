"""Task tokens: whose they are, and that nobody else can make one."""

import base64
import json

import pytest

from asl.events import TaskSucceeded
from asl.parse import parse
from asl.testing import Playbook
from asl.tokens import InvalidToken, make_token, parse_token, token_matches

ARN = "arn:aws:states:us-east-1:123456789012:execution:machine:run"
CALLBACK = json.dumps(
    {
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"MessageBody": {"Token.$": "$$.Task.Token"}},
                "End": True,
            }
        },
    }
)


def test_a_token_names_its_execution_and_task():
    assert parse_token(make_token(b"seed", ARN, 7)) == (ARN, 7)


def test_a_token_fits_the_api():
    longest = f"arn:aws:states:us-gov-west-1:123456789012:express:{'m' * 80}:{'e' * 80}:{'i' * 36}"
    assert len(make_token(b"seed", longest, 10**12)) <= 1024


@pytest.mark.parametrize("text", ["", "no token", "é", base64.b64encode(b"x" * 60).decode(), "AAAA" * 12])
def test_what_is_no_token_is_told(text):
    with pytest.raises(InvalidToken):
        parse_token(text)


@pytest.mark.parametrize("payload", [[ARN], [ARN, "1"], [ARN, True], [1, 1], {"a": 1}, 5])
def test_a_payload_of_another_shape_is_no_token(payload):
    with pytest.raises(InvalidToken):
        parse_token(base64.b64encode(b"t" * 24 + json.dumps(payload).encode()).decode())


def test_a_token_is_checked_against_the_seed():
    token = make_token(b"seed", ARN, 1)
    assert token_matches(token, b"seed", ARN, 1)
    assert not token_matches(token, b"other", ARN, 1)
    assert not token_matches(token, b"seed", ARN, 2)


def test_the_parameters_hold_the_token_that_the_driver_is_given():
    playbook = Playbook(parse(CALLBACK))
    task = playbook.task()
    assert task.parameters == {"MessageBody": {"Token": task.token}}
    assert parse_token(task.token) == (playbook.execution.identity.execution_arn, task.task_id)


def test_a_token_is_open_until_its_task_has_its_outcome():
    playbook = Playbook(parse(CALLBACK))
    token = playbook.task().token
    forged = make_token(b"a guess", *parse_token(token))
    assert playbook.execution.token_is_open(token)
    assert not playbook.execution.token_is_open(forged)
    assert not playbook.execution.token_is_open("nonsense")
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output="{}"))
    assert not playbook.execution.token_is_open(token)


def test_a_task_without_a_callback_has_no_token():
    playbook = Playbook(
        parse(CALLBACK.replace(".waitForTaskToken", "").replace("Token.$", "Id").replace("$$.Task.Token", "x"))
    )
    assert playbook.task().token is None
    assert not playbook.execution.token_is_open(make_token(b"a seed that only this test knows", ARN, 1))
