"""Resource ARNs: what a Task calls."""

import pytest

from asl.resource import Resource, parse_resource


@pytest.mark.parametrize(
    ("arn", "resource"),
    [
        ("arn:aws:states:::sqs:sendMessage", Resource("task", "sqs", "sendMessage", "")),
        (
            "arn:aws-cn:states:::sqs:sendMessage.waitForTaskToken",
            Resource("task", "sqs", "sendMessage.waitForTaskToken", "waitForTaskToken"),
        ),
        (
            "arn:aws:states:us-east-1:123456789012:states:startExecution.sync:2",
            Resource("task", "states", "startExecution.sync:2", "sync:2"),
        ),
        ("arn:aws:states:::batch:submitJob.sync", Resource("task", "batch", "submitJob.sync", "sync")),
        (
            "arn:aws:states:::aws-sdk:bedrockruntime:invokeModel",
            Resource("task", "aws-sdk:bedrockruntime", "invokeModel", ""),
        ),
        ("arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST", Resource("lambda", "", "", "")),
        ("arn:aws:states:us-east-1:123456789012:activity:a", Resource("activity", "", "", "")),
    ],
)
def test_an_arn_is_read(arn, resource):
    assert parse_resource(arn) == resource
    assert resource.is_recognized()


@pytest.mark.parametrize("arn", ["", "sqs:sendMessage", "arn:aws:sqs:us-east-1:1:queue", "arn:aws:states:::sqs"])
def test_what_a_task_cannot_call(arn):
    assert parse_resource(arn) is None


@pytest.mark.parametrize(
    "action",
    [
        "dynamodb:query",
        "sqs:sendMessage.sync",
        "nosuch:action",
        "aws-sdk:sqs:sendMessage.sync",
        "aws-sdk:sqs:send-message",
        "bedrock:invokeModel.waitForTaskToken",
    ],
)
def test_an_action_or_pattern_that_there_is_not(action):
    resource = parse_resource(f"arn:aws:states:::{action}")
    assert resource is not None
    assert not resource.is_recognized()
