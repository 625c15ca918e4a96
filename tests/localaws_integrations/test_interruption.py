"""Which calls may be made again when nobody knows whether they took effect, and how the others fail."""

from typing import Any

import pytest

from asl.json_types import JSON
from localaws.integrations.interruption import failure_of
from localaws.integrations.task import TaskRequest

STATES = "arn:aws:states:::"


def error_of(resource: str, parameters: JSON = None) -> Any:
    full = resource if resource.startswith("arn:") else STATES + resource
    request = TaskRequest(
        execution_arn="arn:e",
        state_machine_arn="arn:m",
        role_arn="arn:r",
        state_name="S",
        resource=full,
        parameters=parameters,
        region="us-east-1",
        account="000000000000",
    )
    failure = failure_of(request)
    return None if failure is None else (failure.error, failure.submit)


@pytest.mark.parametrize(
    ("resource", "parameters"),
    [
        ("dynamodb:getItem", {}),
        ("aws-sdk:s3:listObjectsV2", {}),
        ("aws-sdk:s3:headObject", {}),
        ("aws-sdk:s3:putObject", {"Bucket": "b"}),
        ("aws-sdk:dynamodb:batchGetItem", {}),
        ("bedrock:invokeModel", {}),
        ("aws-sdk:bedrockruntime:converse", {}),
        ("states:startExecution.sync:2", {}),
        ("http:invoke", {"Method": "GET"}),
        ("http:invoke", {"Method": "PUT"}),
        ("apigateway:invoke", {"Method": "GET"}),
        ("sqs:sendMessage", {"MessageDeduplicationId": "d"}),
        ("aws-sdk:sqs:sendMessage", {"MessageDeduplicationId": "d"}),
        ("aws-sdk:ec2:runInstances", {"ClientToken": "t"}),
        ("arn:aws:nothing", {}),
    ],
)
def test_a_call_that_changes_nothing_when_it_is_made_twice_is_made_again(resource, parameters):
    assert error_of(resource, parameters) is None


@pytest.mark.parametrize(
    ("resource", "parameters", "error", "submit"),
    [
        ("arn:aws:lambda:us-east-1:000000000000:function:f", {}, "Lambda.SdkClientException", False),
        ("lambda:invoke", {}, "Lambda.SdkClientException", False),
        ("lambda:invoke.waitForTaskToken", {}, "Lambda.SdkClientException", True),
        ("sqs:sendMessage", {"MessageBody": "m"}, "SQS.SdkClientException", False),
        ("sqs:sendMessage.waitForTaskToken", {}, "SQS.SdkClientException", True),
        ("sns:publish", [], "SNS.SdkClientException", False),
        ("events:putEvents", {}, "EventBridge.SdkClientException", False),
        ("dynamodb:updateItem", {}, "DynamoDB.SdkClientException", False),
        ("aws-sdk:dynamodb:updateItem", {}, "DynamoDb.SdkClientException", False),
        ("aws-sdk:ec2:runInstances", {}, "Ec2.SdkClientException", False),
        ("aws-sdk:nothing:run", {}, "nothing.SdkClientException", False),
        ("glue:startJobRun.sync", {"JobName": "j"}, "Glue.SdkClientException", True),
        ("eks:runJob.sync", {}, "EKS.SdkClientException", True),
        ("http:invoke", {"Method": "POST"}, "States.Http.Socket", False),
        ("http:invoke", None, "States.Http.Socket", False),
        ("apigateway:invoke", {"Method": "POST"}, "ApiGateway.SdkClientException", False),
    ],
)
def test_any_other_call_fails_as_one_whose_connection_was_lost(resource, parameters, error, submit):
    assert error_of(resource, parameters) == (error, submit)
