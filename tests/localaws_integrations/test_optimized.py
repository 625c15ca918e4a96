"""Optimized integrations: results with HTTP metadata, errors in their own format, as AWS recorded them."""

import io
import json
import re
import zipfile
from typing import Any

import pytest

from localaws.integrations import TaskFailure
from localaws.services import Services

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
ROLE = "arn:aws:iam::000000000000:role/function"


async def failure(perform: Any, resource: str, parameters: Any) -> TaskFailure:
    with pytest.raises(TaskFailure) as caught:
        await perform(resource, parameters)
    return caught.value


def assert_metadata(result: dict[str, Any], *, headers: set[str], length: int, content_type: str) -> None:
    metadata = result["SdkHttpMetadata"]
    assert list(metadata) == ["AllHttpHeaders", "HttpHeaders", "HttpStatusCode"]
    assert set(metadata["HttpHeaders"]) == headers
    assert metadata["AllHttpHeaders"] == {name: [value] for name, value in metadata["HttpHeaders"].items()}
    assert metadata["HttpHeaders"]["Content-Length"] == str(length)
    assert metadata["HttpHeaders"]["Content-Type"] == content_type
    assert metadata["HttpHeaders"]["x-amzn-RequestId"] == result["SdkResponseMetadata"]["RequestId"]
    assert list(result) == sorted(result)


async def test_send_message_takes_an_object_and_answers_with_the_wires_length(perform: Any, services: Services) -> None:
    url = (await services.call("sqs", "CreateQueue", {"QueueName": "q"}))["QueueUrl"]
    result = await perform("sqs:sendMessage", {"QueueUrl": url, "MessageBody": {"Message": "txt", "é": 1}})
    assert re.fullmatch(UUID, result["MessageId"])
    common = {"connection", "Content-Length", "Content-Type", "Date", "x-amzn-RequestId"}
    assert_metadata(result, headers=common, length=106, content_type="application/x-amz-json-1.0")
    received = await services.call("sqs", "ReceiveMessage", {"QueueUrl": url})
    assert json.loads(received["Messages"][0]["Body"]) == {"Message": "txt", "é": 1}
    attributes = {"a": {"DataType": "String", "StringValue": "x"}}
    result = await perform("sqs:sendMessage", {"QueueUrl": url, "MessageBody": "b", "MessageAttributes": attributes})
    assert_metadata(result, headers=common, length=166, content_type="application/x-amz-json-1.0")


async def test_a_queue_that_is_nowhere_or_not_there(perform: Any, services: Services) -> None:
    failed = await failure(perform, "sqs:sendMessage", {"QueueUrl": "http://no-such-queue", "MessageBody": "x"})
    assert failed.error == "SQS.SdkClientException"
    assert failed.cause == "Unable to execute HTTP request: no-such-queue: Name or service not known"
    url = (await services.call("sqs", "CreateQueue", {"QueueName": "q"}))["QueueUrl"]
    failed = await failure(perform, "sqs:sendMessage.waitForTaskToken", {"QueueUrl": url + "x", "MessageBody": "x"})
    assert (failed.error, failed.submit) == ("SQS.QueueDoesNotExistException", True)
    assert re.fullmatch(
        r".* \(Service: AmazonSQS; Status Code: 400; Error Code: \S+; Request ID: \S+; Proxy: null\)", failed.cause
    )


async def test_publish_reaches_the_topics_subscribers(perform: Any, services: Services) -> None:
    topic = (await services.call("sns", "CreateTopic", {"Name": "t"}))["TopicArn"]
    url = (await services.call("sqs", "CreateQueue", {"QueueName": "q"}))["QueueUrl"]
    arn = (await services.call("sqs", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["QueueArn"]}))[
        "Attributes"
    ]["QueueArn"]
    await services.call("sns", "Subscribe", {"TopicArn": topic, "Protocol": "sqs", "Endpoint": arn})
    result = await perform("sns:publish", {"TopicArn": topic, "Message": {"arg1": "Hello"}})
    assert_metadata(
        result,
        headers={"connection", "Content-Length", "Content-Type", "Date", "x-amzn-RequestId"},
        length=294,
        content_type="text/xml",
    )
    received = await services.call("sqs", "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 5})
    assert json.loads(json.loads(received["Messages"][0]["Body"])["Message"]) == {"arg1": "Hello"}


@pytest.mark.usefixtures("table")
async def test_dynamodbs_four(perform: Any) -> None:
    headers = {"Server", "Connection", "x-amzn-RequestId", "x-amz-crc32", "Content-Length", "Date", "Content-Type"}
    key = {"TableName": "t", "Key": {"id": {"S": "id1"}}}
    put = await perform(
        "dynamodb:putItem", {"TableName": "t", "Item": {"data": {"S": "HelloWorld"}, "id": {"S": "id1"}}}
    )
    assert_metadata(put, headers=headers, length=2, content_type="application/x-amz-json-1.0")
    got = await perform("dynamodb:getItem", key)
    assert got["Item"] == {"data": {"S": "HelloWorld"}, "id": {"S": "id1"}}
    assert_metadata(got, headers=headers, length=53, content_type="application/x-amz-json-1.0")
    updated = await perform(
        "dynamodb:updateItem",
        {
            **key,
            "UpdateExpression": "SET n = :n",
            "ExpressionAttributeValues": {":n": {"N": "4"}},
            "ReturnValues": "UPDATED_NEW",
        },
    )
    assert updated["Attributes"] == {"n": {"N": "4"}}
    refused = await failure(
        perform,
        "dynamodb:putItem",
        {"TableName": "t", "Item": {"id": {"S": "id1"}}, "ConditionExpression": "attribute_not_exists(id)"},
    )
    assert refused.error == "DynamoDB.ConditionalCheckFailedException"
    assert "(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException;" in refused.cause
    await perform("dynamodb:deleteItem", key)
    assert "Item" not in await perform("dynamodb:getItem", key)


async def test_put_events_fails_as_a_whole_if_one_entry_does(perform: Any) -> None:
    entry = {"Detail": {"Message": "x"}, "DetailType": "d", "Source": "s"}
    result = await perform("events:putEvents", {"Entries": [entry, entry]})
    assert list(result) == ["Entries", "FailedEntryCount"]
    assert [list(each) for each in result["Entries"]] == [["EventId"], ["EventId"]]
    failed = await failure(perform, "events:putEvents", {"Entries": [entry, {**entry, "Detail": '"jsonstring"'}]})
    assert failed.error == "EventBridge.FailedEntry"
    cause = json.loads(failed.cause)
    assert cause["Entries"][1] == {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert (list(cause["Entries"][0]), cause["FailedEntryCount"]) == (["EventId"], 1)
    nameless = {name: value for name, value in entry.items() if name != "Source"}
    cause = json.loads((await failure(perform, "events:putEvents", {"Entries": [nameless]})).cause)
    assert (
        cause["Entries"][0]["ErrorMessage"] == "Parameter Source is not valid. Reason: Source is a required argument."
    )


async def test_events_carry_the_execution_and_its_machine(perform: Any, services: Services) -> None:
    url = (await services.call("sqs", "CreateQueue", {"QueueName": "q"}))["QueueUrl"]
    arn = (await services.call("sqs", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["QueueArn"]}))[
        "Attributes"
    ]["QueueArn"]
    await services.call("events", "PutRule", {"Name": "r", "EventPattern": '{"source": ["mine"]}'})
    await services.call("events", "PutTargets", {"Rule": "r", "Targets": [{"Id": "1", "Arn": arn}]})
    await perform(
        "events:putEvents", {"Entries": [{"Detail": {}, "DetailType": "d", "Source": "mine", "Resources": ["a"]}]}
    )
    received = await services.call("sqs", "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 5})
    resources = json.loads(received["Messages"][0]["Body"])["resources"]
    assert [each.rsplit(":", 2)[-2] for each in resources[1:]] == ["stateMachine", "machine"]


def zipped(code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("handler.py", code)
    return buffer.getvalue()


@pytest.fixture
async def function(services: Services) -> str:
    code = """
def handler(event, context):
    if event == "raise":
        raise ValueError("no")
    return event
"""
    created = await services.call(
        "lambda",
        "CreateFunction",
        {
            "FunctionName": "f",
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "handler.handler",
            "Code": {"ZipFile": zipped(code)},
        },
    )
    return str(created["FunctionArn"])


@pytest.mark.parametrize(
    ("payload", "event"),
    [(None, {}), ({}, {}), ("0", 0), ('"HelloWorld"', "HelloWorld"), ("plain text", "plain text"), ([1], [1])],
)
async def test_invoke_gives_the_function_its_payload_and_back(
    perform: Any, function: str, payload: Any, event: Any
) -> None:
    result = await perform("lambda:invoke", {"FunctionName": "f", "Payload": payload})
    assert (result["Payload"], result["ExecutedVersion"], result["StatusCode"]) == (event, "$LATEST", 200)
    assert_metadata(
        result,
        headers={
            "X-Amz-Executed-Version",
            "x-amzn-Remapped-Content-Length",
            "Connection",
            "x-amzn-RequestId",
            "Content-Length",
            "Date",
            "X-Amzn-Trace-Id",
            "Content-Type",
        },
        length=len(json.dumps(event)),
        content_type="application/json",
    )


async def test_a_functions_arn_as_the_resource_gives_its_answer_alone(perform: Any, function: str) -> None:
    assert await perform(function, {"a": [1, "é"]}) == {"a": [1, "é"]}
    assert await perform(function, "HelloWorld") == "HelloWorld"


async def test_a_functions_error_is_the_tasks(perform: Any, function: str) -> None:
    for resource, parameters in ((function, "raise"), ("lambda:invoke", {"FunctionName": "f", "Payload": '"raise"'})):
        failed = await failure(perform, resource, parameters)
        assert failed.error == "ValueError"
        cause = json.loads(failed.cause)
        assert cause["errorMessage"] == "no"
        # Recorded: lambda:invoke writes the payload anew, a function's ARN hands on what the runtime wrote.
        separators = (",", ":") if resource == "lambda:invoke" else (", ", ": ")
        assert failed.cause == json.dumps(cause, separators=separators)


async def test_a_function_that_is_not_there(perform: Any) -> None:
    failed = await failure(perform, "lambda:invoke", {"FunctionName": "none", "Payload": {}})
    assert failed.error == "Lambda.ResourceNotFoundException"
    assert re.fullmatch(
        r"Function not found: arn:aws:lambda:us-east-1:\d{12}:function:none:\$LATEST "
        r"\(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: \S+; Proxy: null\)",
        failed.cause,
    )


async def test_an_integration_that_is_not_there_yet_says_so(perform: Any) -> None:
    failed = await failure(perform, "ecs:runTask.sync", {})
    assert failed.error == "States.Runtime"
    assert "is not available on the embedded endpoint" in failed.cause
