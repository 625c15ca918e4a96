"""SDK integrations against the endpoint's services: parameters in, results and errors out, as AWS recorded them."""

import json
import re
from typing import Any

import pytest

from localaws.integrations import TaskFailure
from localaws.services import Services


@pytest.fixture
async def bucket(services: Services) -> str:
    await services.call("s3", "CreateBucket", {"Bucket": "media"})
    return "media"


# Recorded: a body of any JSON type is stored as its text.
@pytest.mark.parametrize(
    ("body", "etag", "checksum"),
    [
        ({"Dict": "Value"}, '"49e31cee5aec8faf3345893addb14346"', "hnEfWw=="),
        (["List", "Data"], '"6b23860357f6e63a0272b7f1143a663a"', "1F2MPA=="),
        (False, '"68934a3e9455fa72420237eb05902327"', "K81oMA=="),
        (0, '"cfcd208495d565ef66e7dff9f98764da"', "9NvfIQ=="),
        ("text data", '"2b5df3712557f503a9977a8ea893b2c9"', "KUmHvQ=="),
    ],
)
async def test_put_object_answers_as_s3_does(perform: Any, bucket: str, body: Any, etag: str, checksum: str) -> None:
    result = await perform("aws-sdk:s3:putObject", {"Bucket": bucket, "Key": "k", "Body": body})
    assert result == {
        "ChecksumCRC32": checksum,
        "ChecksumType": "FULL_OBJECT",
        "ETag": etag,
        "ServerSideEncryption": "AES256",
    }
    assert list(result) == sorted(result)


async def test_get_object_gives_the_body_as_text_and_times_as_iso(
    perform: Any, services: Services, bucket: str
) -> None:
    await services.call("s3", "PutObject", {"Bucket": bucket, "Key": "k", "Body": b"binary data"})
    result = await perform("aws-sdk:s3:getObject", {"Bucket": bucket, "Key": "k"})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", result.pop("LastModified"))
    assert result == {
        "AcceptRanges": "bytes",
        "ContentLength": 11,
        "ContentType": "binary/octet-stream",
        "ETag": '"e1a49b59e0c42e4fd3735ad644f25d57"',
        "Metadata": {},
        "ServerSideEncryption": "AES256",
        "Body": "binary data",
    }


async def test_bytes_that_are_no_text_come_in_base64(perform: Any, services: Services, bucket: str) -> None:
    await services.call("s3", "PutObject", {"Bucket": bucket, "Key": "k", "Body": b"\xff\x00"})
    assert (await perform("aws-sdk:s3:getObject", {"Bucket": bucket, "Key": "k"}))["Body"] == "/wA="


async def test_a_result_beyond_the_quota_fails(perform: Any, services: Services, bucket: str) -> None:
    await services.call("s3", "PutObject", {"Bucket": bucket, "Key": "k", "Body": b"a" * 262_200})
    with pytest.raises(TaskFailure) as caught:
        await perform("aws-sdk:s3:getObject", {"Bucket": bucket, "Key": "k"})
    assert caught.value.error == "States.DataLimitExceeded"
    assert caught.value.cause == (
        "The state/task 'aws-sdk:s3' returned a result with a size exceeding the maximum number of bytes service limit."
    )


async def failure(perform: Any, resource: str, parameters: Any) -> TaskFailure:
    with pytest.raises(TaskFailure) as caught:
        await perform(resource, parameters)
    return caught.value


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize(
    ("resource", "parameters", "error", "cause"),
    [
        (
            "aws-sdk:dynamodb:putItem",
            {"TableName": "none", "Item": {"id": {"S": "1"}}},
            "DynamoDb.ResourceNotFoundException",
            r"Requested resource not found \(Service: DynamoDb, Status Code: 400, Request ID: \S+\) \(SDK Attempt Count: 1\)",
        ),
        (
            "aws-sdk:s3:getObject",
            {"Bucket": "none-such", "Key": "k"},
            "S3.NoSuchBucketException",
            r"The specified bucket does not exist \(Service: S3, Status Code: 404, .*",
        ),
        (
            "aws-sdk:s3:headObject",
            {"Bucket": "media", "Key": "none"},
            "S3.NoSuchKeyException",
            r"null \(Service: S3, .*",
        ),
        (
            "aws-sdk:rds:describeDBInstances",
            {"DbInstanceIdentifier": "none"},
            "Rds.DbInstanceNotFoundException",
            r".*\(Service: Rds, Status Code: 404, .*",
        ),
        (
            "aws-sdk:lookoutequipment:listModels",
            {},
            "LookoutEquipment.LookoutEquipmentException",
            r"lookoutequipment:ListModels is not available on the embedded endpoint\. .*",
        ),
    ],
)
async def test_errors_are_named_and_worded_as_the_sdk_does(
    perform: Any, resource: str, parameters: Any, error: str, cause: str
) -> None:
    failed = await failure(perform, resource, parameters)
    assert failed.error == error
    assert re.fullmatch(cause, failed.cause), failed.cause
    assert not failed.submit


@pytest.mark.parametrize(
    ("parameters", "problems"),
    [
        ({"TableName": "t", "Item": {"id": {"S": 1}}}, "[The value for the field 'S' must be a STRING]"),
        ({"TableName": "t", "Item": "x"}, "[The value for the field 'Item' must be a MAP]"),
        (
            {"tableName": "t"},
            (
                "[The field 'tableName' is not supported by Step Functions, The field 'TableName' is required but was missing, "
                "The field 'Item' is required but was missing]"
            ),
        ),
        ("text", "[Parameters must be a JSON object]"),
    ],
)
async def test_parameters_that_do_not_fit_never_reach_the_service(perform: Any, parameters: Any, problems: str) -> None:
    failed = await failure(perform, "aws-sdk:dynamodb:putItem", parameters)
    assert failed.error == "States.Runtime"
    text = json.dumps(parameters, separators=(",", ":"))
    assert failed.cause == f"The Parameters '{text}' could not be used to start the Task: {problems}"


async def test_an_unknown_action_is_no_resource(perform: Any) -> None:
    failed = await failure(perform, "aws-sdk:s3:makeTea", {})
    assert failed.error == "States.Runtime"
    assert "is not recognized" in failed.cause


async def test_names_fold_both_ways_and_nested(perform: Any) -> None:
    created = await perform(
        "aws-sdk:ec2:createVpc",
        {
            "CidrBlock": "10.0.0.0/16",
            "TagSpecifications": [{"ResourceType": "vpc", "Tags": [{"Key": "a", "Value": "b"}]}],
        },
    )
    assert created["Vpc"]["Tags"] == [{"Key": "a", "Value": "b"}]
    listed = await perform(
        "aws-sdk:ec2:describeVpcs", {"Filters": [{"Name": "vpc-id", "Values": [created["Vpc"]["VpcId"]]}]}
    )
    assert [vpc["CidrBlock"] for vpc in listed["Vpcs"]] == ["10.0.0.0/16"]


@pytest.mark.usefixtures("table")
async def test_dynamodb_tells_its_capacity_only_if_asked(perform: Any) -> None:
    item = {"TableName": "t", "Item": {"id": {"S": "1"}}}
    assert await perform("aws-sdk:dynamodb:putItem", item) == {}
    assert "ConsumedCapacity" in await perform("aws-sdk:dynamodb:putItem", {**item, "ReturnConsumedCapacity": "TOTAL"})


async def test_a_callback_that_cannot_be_submitted_says_so(perform: Any) -> None:
    failed = await failure(perform, "aws-sdk:dynamodb:putItem.waitForTaskToken", {"TableName": "no", "Item": {}})
    assert failed.submit
    assert failed.error == "DynamoDb.ResourceNotFoundException"
