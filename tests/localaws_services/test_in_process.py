"""Clients served in process, services that others plug in, and what nobody here can do."""

from __future__ import annotations

import asyncio
import json
import threading
import time

import botocore.exceptions
import pytest
from botocore.exceptions import ClientError

from localaws.services import Services, aws_request


@pytest.fixture
async def services(tmp_path):
    services = Services(
        tmp_path / "first", endpoint_url="http://127.0.0.1:9"
    )  # nothing listens there: all must stay in process
    await services.start()
    yield services
    await services.stop()


async def test_a_call_is_answered_in_process_with_the_sdks_own_shapes(services):
    await services.call("s3", "CreateBucket", {"Bucket": "inside"})
    await services.call(
        "s3", "PutObject", {"Bucket": "inside", "Key": "a b/ü", "Body": b"bytes", "Metadata": {"k": "v"}}
    )
    answer = await services.call("s3", "GetObject", {"Bucket": "inside", "Key": "a b/ü"})
    assert (answer["Body"].read(), answer["Metadata"]) == (b"bytes", {"k": "v"})
    identity = await services.call("sts", "GetCallerIdentity", {})
    assert identity["Account"] == "000000000000"


async def test_errors_are_the_services_own(services):
    with pytest.raises(ClientError) as missing:
        await services.call("s3", "GetObject", {"Bucket": "nowhere", "Key": "k"})
    assert missing.value.response["Error"]["Code"] == "NoSuchBucket"
    with pytest.raises(botocore.exceptions.ParamValidationError):
        await services.call("s3", "GetObject", {"Bucket": "nowhere"})
    with pytest.raises(botocore.exceptions.UnknownServiceError):
        await services.call("nothing", "Do", {})


async def test_the_region_of_the_call_counts(services):
    await services.call("sqs", "CreateQueue", {"QueueName": "there"}, region="eu-west-1")
    answer = await services.call(
        "sqs", "GetQueueAttributes", {"QueueUrl": "there", "AttributeNames": ["QueueArn"]}, region="eu-west-1"
    )
    assert answer["Attributes"]["QueueArn"] == "arn:aws:sqs:eu-west-1:000000000000:there"
    topic = await services.call("sns", "CreateTopic", {"Name": "t"}, region="eu-west-1")
    assert topic["TopicArn"] == "arn:aws:sns:eu-west-1:000000000000:t"


async def test_a_client_works_from_any_thread_and_refuses_the_loops(services):
    def work() -> list[str]:
        return list(services.client("sqs").list_queues().get("QueueUrls", []))

    assert await asyncio.gather(*(asyncio.to_thread(work) for _ in range(20))) == [[]] * 20
    with pytest.raises(Exception, match=r"await call\(\) there"):
        services.client("sqs").list_queues()


async def test_the_loop_runs_on_while_moto_works(services):
    await services.call("kms", "ListKeys", {})
    longest, done = 0.0, False

    async def beat() -> None:
        nonlocal longest
        while not done:
            started = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - started)

    beating = asyncio.ensure_future(beat())
    await services.call("s3", "CreateBucket", {"Bucket": "large"})
    await services.call("s3", "PutObject", {"Bucket": "large", "Key": "k", "Body": b"x" * 50_000_000})
    await services.flush()
    done = True
    await beating
    assert longest < 1  # seconds, on a machine that has other things to do


async def test_who_is_registered_is_asked_first_over_both_ways(services):
    seen: list[tuple[str, str, threading.Thread]] = []

    async def bedrock(scope, receive, send) -> None:
        request = aws_request(scope)
        body = json.loads((await receive())["body"])
        seen.append((request.service, request.region, threading.current_thread()))
        answer = json.dumps({"echo": body["prompt"], "path": request.parts}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": answer})

    services.register(lambda scope: aws_request(scope).parts[:1] == ["model"], bedrock)
    params = {"modelId": "anthropic.claude-v2:1", "body": json.dumps({"prompt": "hi"})}
    answer = await services.call("bedrock-runtime", "InvokeModel", params, region="us-west-2")
    assert json.loads(answer["body"].read()) == {"echo": "hi", "path": ["model", "anthropic.claude-v2:1", "invoke"]}
    assert seen == [("bedrock", "us-west-2", threading.current_thread())]


@pytest.mark.parametrize(
    ("service", "operation", "params", "said"),
    [
        ("glue", "BatchStopJobRun", {"JobName": "j", "JobRunIds": ["r"]}, "glue:BatchStopJobRun"),  # JSON
        (
            "translate",
            "TranslateText",
            {"Text": "t", "SourceLanguageCode": "en", "TargetLanguageCode": "de"},
            "translate:TranslateText",
        ),
        ("dynamodb", "ListGlobalTables", {}, "dynamodb:ListGlobalTables"),  # one action
        ("sns", "GetSMSSandboxAccountStatus", {}, "sns:GetSMSSandboxAccountStatus"),  # Query
        ("lambda", "InvokeWithResponseStream", {"FunctionName": "f"}, "lambda:InvokeWithResponseStream"),  # REST, JSON
        (
            "polly",
            "StartSpeechSynthesisTask",
            {"OutputFormat": "mp3", "OutputS3BucketName": "b", "Text": "t", "VoiceId": "Ivy"},
            "polly:StartSpeechSynthesisTask",
        ),
        ("cloudwatch", "GetMetricStream", {"Name": "n"}, "cloudwatch:GetMetricStream"),  # CBOR
        ("cloudfront", "ListCachePolicies", {}, "cloudfront:ListCachePolicies"),  # REST, XML
        ("bedrock-runtime", "Converse", {"modelId": "m"}, "bedrock-runtime:Converse"),
    ],
)
async def test_what_isnt_available_is_an_error_that_names_it(services, service, operation, params, said):
    with pytest.raises(ClientError) as refused:
        await services.call(service, operation, params)
    error = refused.value.response["Error"]
    name = said.partition(":")[0]  # as the setting has it
    cause = f"{said} is not available on the embedded endpoint. LOCALAWS_AWS_SERVICES={name} has Tasks call it at AWS."
    assert (error["Code"], error["Message"]) == ("NotImplemented", cause)


async def test_a_status_change_reaches_the_queue_of_a_rule(services):
    url = (await services.call("sqs", "CreateQueue", {"QueueName": "ended"}))["QueueUrl"]
    pattern = {"source": ["aws.states"], "detail": {"status": ["FAILED"]}}
    await services.call("events", "PutRule", {"Name": "ended", "EventPattern": json.dumps(pattern)})
    target = {"Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:ended"}
    await services.call("events", "PutTargets", {"Rule": "ended", "Targets": [target]})
    for status in ("SUCCEEDED", "FAILED"):
        await services.put_event(
            {"status": status, "name": "n"}, resources=["arn:aws:states:us-east-1:000000000000:execution:m:n"]
        )
    [message] = (await services.call("sqs", "ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10}))["Messages"]
    event = json.loads(message["Body"])
    assert (event["source"], event["detail-type"]) == ("aws.states", "Step Functions Execution Status Change")
    assert (event["detail"]["status"], event["account"], event["region"]) == ("FAILED", "000000000000", "us-east-1")
    assert event["resources"] == ["arn:aws:states:us-east-1:000000000000:execution:m:n"]


async def test_every_answer_has_a_request_id(services):
    created = await services.call("sqs", "CreateQueue", {"QueueName": "ids"})
    buckets = await services.call("s3", "ListBuckets", {})
    assert created["ResponseMetadata"]["RequestId"]
    assert buckets["ResponseMetadata"]["RequestId"]


async def test_the_users_own_aws_profile_doesnt_matter(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://192.0.2.1")
    services = Services(tmp_path, endpoint_url="http://127.0.0.1:9")
    await services.start()
    try:
        await services.call("s3", "CreateBucket", {"Bucket": "whoever"})
        await services.call("logs", "CreateLogGroup", {"logGroupName": "g"})
    finally:
        await services.stop()


async def test_a_subscription_by_http_is_refused_in_so_many_words(services):
    topic = (await services.call("sns", "CreateTopic", {"Name": "t"}))["TopicArn"]
    with pytest.raises(ClientError, match="Subscriptions by https are not available on the embedded endpoint"):
        await services.call(
            "sns", "Subscribe", {"TopicArn": topic, "Protocol": "https", "Endpoint": "https://example.test"}
        )


async def test_a_second_endpoint_in_the_process_cant_spoil_the_firsts_state(services, tmp_path):
    await services.call("s3", "CreateBucket", {"Bucket": "first"})
    await services.flush()
    second = Services(tmp_path / "second", endpoint_url="http://127.0.0.1:9")
    await second.start()
    assert (await second.call("s3", "ListBuckets", {}))["Buckets"] == []
    with pytest.raises(RuntimeError, match="taken moto over"):
        await services.call("s3", "ListBuckets", {})
    await second.stop()
    await services.flush()  # what it may not write
    third = Services(tmp_path / "first", endpoint_url="http://127.0.0.1:9")
    await third.start()
    assert [bucket["Name"] for bucket in (await third.call("s3", "ListBuckets", {}))["Buckets"]] == ["first"]
    await third.stop()
