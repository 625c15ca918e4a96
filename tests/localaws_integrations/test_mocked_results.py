"""Mocked results judged by the shapes of what services answer."""

import pytest

from asl.resource import OPTIMIZED_ACTIONS, Resource, parse_resource
from localaws.integrations.mocked_results import MisfitError, check_result


def misfit(action, result, *, strict=True):
    resource = parse_resource(f"arn:aws:states:::{action}")
    try:
        check_result(resource, result, strict=strict)
    except MisfitError as error:
        return str(error).removeprefix("Mock result schema validation error: ")
    return None


@pytest.mark.parametrize(
    ("service", "action", "pattern"),
    [
        (service, action, pattern)
        for service, actions in OPTIMIZED_ACTIONS.items()
        for action, patterns in actions.items()
        for pattern in patterns
    ],
)
def test_every_optimized_integration_takes_an_empty_answer_unless_members_are_required(service, action, pattern):
    resource = Resource(kind="optimized", service=service, action=action, pattern=pattern)
    check_result(resource, {}, strict=False)
    try:
        check_result(resource, {}, strict=True)
    except MisfitError as error:
        assert "is missing" in str(error)  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    ("action", "result", "words"),
    [
        ("sqs:sendMessage", [], "Mocked result must be a JSON object."),
        ("sqs:sendMessage", {"MessageId": 1}, "Field 'MessageId' must be a string"),
        ("events:putEvents", {"Entries": {}}, "Field 'Entries' must be an array"),
        ("events:putEvents", {"Entries": ["x"]}, "Field 'Entries' must be an object"),
        ("events:putEvents", {"FailedEntryCount": True}, "Field 'FailedEntryCount' must be a number"),
        ("dynamodb:getItem", {"Item": []}, "Field 'Item' must be an object"),
        ("dynamodb:getItem", {"Item": {"a": {"BOOL": "yes"}}}, "Field 'BOOL' must be a boolean"),
        ("aws-sdk:s3:getObject", {"StorageClass": "Papyrus"}, "Field 'StorageClass' is not an expected value"),
        ("aws-sdk:kms:encrypt", {"CiphertextBlob": ""}, "Field 'CiphertextBlob' is smaller than the minimum length"),
        ("aws-sdk:kms:encrypt", {"KeyId": "k" * 2049}, "Field 'KeyId' exceeds the maximum length"),
        ("aws-sdk:lambda:getFunction", {"Configuration": {"MemorySize": 1}}, "Field 'MemorySize' is less than the minimum value"),
        ("aws-sdk:lambda:getFunction", {"Concurrency": {"ReservedConcurrentExecutions": -1}}, "Field 'ReservedConcurrentExecutions' is less than the minimum value"),
        ("aws-sdk:lambda:getFunction", {"Configuration": {"EphemeralStorage": {"Size": 10**6}}}, "Field 'Size' exceeds the maximum value"),
        ("states:startExecution", {}, "Required field 'ExecutionArn' is missing"),
        ("states:startExecution.sync", {"ExecutionArn": "x"}, "Required field 'StateMachineArn' is missing"),
        ("glue:startJobRun.sync", {"Id": 5}, "Field 'Id' must be a string"),
        ("batch:submitJob.sync", {"JobName": "n"}, "Required field 'JobId' is missing"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(action, result, words):
    assert misfit(action, result) == words


@pytest.mark.parametrize(
    ("action", "result"),
    [
        ("lambda:invoke", {"Payload": {"any": ["thing"]}, "StatusCode": 200}),
        ("bedrock:invokeModel", {"Body": {"completion": "x"}, "ContentType": "application/json"}),
        ("sqs:sendMessage", {"SdkHttpMetadata": {"HttpStatusCode": 200}, "NewInTheService": 1}),
        ("sqs:sendMessage.waitForTaskToken", ["whatever", "the", "holder", "of", "the", "token", "says"]),
        ("apigateway:invoke", "anything"),
        ("http:invoke", 7),
        ("aws-sdk:nosuch:thing", {}),
        ("aws-sdk:bedrockruntime:converse", {"AdditionalModelResponseFields": {"free": [1]}}),
    ],
)
def test_what_the_integration_reshapes_and_what_no_model_says_pass(action, result):
    assert misfit(action, result, strict=False) is None


def test_only_strict_asks_for_required_members():
    assert misfit("states:startExecution", {"StartDate": "now"}, strict=False) is None


def test_a_nested_executions_output_is_any_json():
    described = {
        "ExecutionArn": "a",
        "StateMachineArn": "m",
        "Status": "SUCCEEDED",
        "StartDate": "now",
        "Output": {"x": 1},
    }
    assert misfit("states:startExecution.sync:2", described) is None


def test_functions_and_activities_answer_anything():
    check_result(parse_resource("arn:aws:lambda:us-east-1:123456789012:function:f"), [1], strict=True)
    check_result(parse_resource("arn:aws:states:us-east-1:123456789012:activity:a"), "x", strict=True)
