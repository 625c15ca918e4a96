"""Half a surrogate pair, which JSON can say and UTF-8 can't, in what a Task calls with: sent otherwise, or refused."""

import contextlib
from typing import Any

import pytest

from localaws.integrations import TaskFailure

HALF = "a\ud800b"


@pytest.mark.parametrize(
    ("resource", "parameters"),
    [
        ("sqs:sendMessage", {"QueueUrl": "http://localhost/000000000000/nowhere", "MessageBody": HALF}),
        ("aws-sdk:sqs:sendMessage", {"QueueUrl": HALF, "MessageBody": {"a": HALF}}),
        ("sns:publish", {"TopicArn": HALF, "Message": HALF}),
        ("events:putEvents", {"Entries": [{"Detail": HALF, "DetailType": HALF, "Source": HALF}]}),
        ("dynamodb:putItem", {"TableName": "t", "Item": {"k": {"S": HALF, "B": HALF}}}),
        ("lambda:invoke", {"FunctionName": "nowhere", "Payload": HALF}),
        ("lambda:invoke", {"FunctionName": "nowhere", "Payload": {HALF: HALF}}),
        ("bedrock:invokeModel", {"ModelId": "amazon.titan-text-express-v1", "Body": {"inputText": HALF}}),
        ("aws-sdk:s3:putObject", {"Bucket": "nowhere", "Key": "k", "Body": HALF}),
        ("aws-sdk:secretsmanager:createSecret", {"Name": "s", "SecretBinary": HALF}),
        ("states:startExecution", {"StateMachineArn": HALF, "Input": {"a": HALF}}),
    ],
)
async def test_half_a_surrogate_pair_is_sent_otherwise_or_refused(perform: Any, resource: str, parameters: Any) -> None:
    with contextlib.suppress(TaskFailure):
        await perform(resource, parameters)
