"""Resource ARNs: what a Task calls."""

import pytest

from asl.resource import Resource, near_resources, parse_resource


@pytest.mark.parametrize(
    ("arn", "resource", "resource_type", "action"),
    [
        ("arn:aws:states:::sqs:sendMessage", ("optimized", "sqs", "sendMessage", ""), "sqs", "sendMessage"),
        (
            "arn:aws-cn:states:::sqs:sendMessage.waitForTaskToken",
            ("optimized", "sqs", "sendMessage", "waitForTaskToken"),
            "sqs",
            "sendMessage.waitForTaskToken",
        ),
        (
            "arn:aws:states:us-east-1:123456789012:states:startExecution.sync:2",
            ("optimized", "states", "startExecution", "sync:2"),
            "states",
            "startExecution.sync:2",
        ),
        (
            "arn:aws-us-gov:states:::elasticmapreduce:addStep.sync",
            ("optimized", "elasticmapreduce", "addStep", "sync"),
            "elasticmapreduce",
            "addStep.sync",
        ),
        (
            "arn:aws:states:::eks:runJob.waitForTaskToken",
            ("optimized", "eks", "runJob", "waitForTaskToken"),
            "eks",
            "runJob.waitForTaskToken",
        ),
        (
            "arn:aws:states:::aws-sdk:bedrockruntime:invokeModel",
            ("sdk", "bedrockruntime", "invokeModel", ""),
            "aws-sdk:bedrockruntime",
            "invokeModel",
        ),
    ],
)
def test_an_action_of_a_service_is_read(arn, resource, resource_type, action):
    kind, service, name, pattern = resource
    found = parse_resource(arn)
    assert found == Resource(kind=kind, service=service, action=name, pattern=pattern)
    assert (found.style, found.resource_type, found.resource) == ("task", resource_type, action)
    assert found.is_recognized()


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        ("arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST", "lambda"),
        ("arn:aws:states:us-east-1:123456789012:activity:a", "activity"),
    ],
)
def test_functions_and_activities_have_no_action(arn, kind):
    found = parse_resource(arn)
    assert found == Resource(kind=kind)
    assert (found.style, found.resource_type, found.resource) == (kind, "", "")
    assert found.is_recognized()


@pytest.mark.parametrize(
    "arn", ["", "${Resource}", "sqs:sendMessage", "arn:aws:sqs:us-east-1:1:queue", "arn:aws:states:::sqs"]
)
def test_what_a_task_cannot_call(arn):
    assert parse_resource(arn) is None


@pytest.mark.parametrize(
    "action",
    [
        "dynamodb:query",
        "sqs:sendMessage.sync",
        "sqs:sendMessage.sync:3",
        "sqs:send.later",
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


@pytest.mark.parametrize(
    ("arn", "near"),
    [
        ("arn:aws:states:::sqs:sendMesage", ["arn:aws:states:::sqs:sendMessage"]),
        (
            "arn:aws-cn:states:::glue:startJobRun.waitForTaskToken",
            ["arn:aws-cn:states:::glue:startJobRun", "arn:aws-cn:states:::glue:startJobRun.sync"],
        ),
        ("arn:aws:states:::dynamo:putItem", ["arn:aws:states:::dynamodb:putItem"]),
        ("sqs:sendMessage", ["arn:aws:states:::sqs:sendMessage"]),
        ("work", []),
    ],
)
def test_what_an_unknown_resource_may_have_meant(arn, near):
    assert near_resources(arn)[: len(near) or 1] == near
