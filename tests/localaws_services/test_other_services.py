"""Services whose parts moto leaves to further packages: they answer, and what they hold is there after a restart."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from .conftest import Endpoint

BUCKET = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "of-a-stack"}}}}
ROLE = "arn:aws:iam::000000000000:role/work"
CUSTOMIZATION = {
    "jobName": "tune",
    "customModelName": "tuned",
    "roleArn": ROLE,
    "baseModelIdentifier": "amazon.titan-text-express-v1",
    "trainingDataConfig": {"s3Uri": "s3://data/train.jsonl"},
    "outputDataConfig": {"s3Uri": "s3://data/out/"},
    "hyperParameters": {"epochCount": "1"},
}


def test_apis_stacks_user_pools_jobs_and_traces_are_answered_and_kept(endpoint: Endpoint) -> None:
    api = endpoint.client("apigateway").create_rest_api(name="orders")["id"]
    endpoint.client("cloudformation").create_stack(StackName="one", TemplateBody=json.dumps(BUCKET))
    pool = endpoint.client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]["Id"]
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
    endpoint.client("glue").create_job(Name="nightly", Role=ROLE, Command=command)
    refused = endpoint.client("xray").put_trace_segments(TraceSegmentDocuments=["{}"])
    assert refused["UnprocessedTraceSegments"][0]["ErrorCode"] == "MissingParam"
    endpoint.restart()
    assert endpoint.client("apigateway").get_rest_api(restApiId=api)["name"] == "orders"
    assert endpoint.client("cloudformation").describe_stacks()["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    assert [bucket["Name"] for bucket in endpoint.client("s3").list_buckets()["Buckets"]] == ["of-a-stack"]
    assert endpoint.client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]["Name"] == "people"
    assert endpoint.client("glue").get_job(JobName="nightly")["Job"]["Name"] == "nightly"


def test_what_needs_a_package_that_is_not_there_is_refused_in_words(client: Any) -> None:
    with pytest.raises(ClientError) as refused:
        client("cloudformation").validate_template(TemplateBody=json.dumps(BUCKET))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "cloudformation:ValidateTemplate is not available" in str(refused.value)


def test_a_customization_ends_by_itself_and_tells_of_its_end_only_then(client: Any) -> None:
    bedrock = client("bedrock")
    arn = bedrock.create_model_customization_job(**CUSTOMIZATION)["jobArn"]
    job = bedrock.get_model_customization_job(jobIdentifier=arn)
    assert job["status"] == "InProgress"
    assert not {"endTime", "failureMessage", "trainingMetrics"} & job.keys()
    limit = time.monotonic() + 10
    while job["status"] == "InProgress" and time.monotonic() < limit:
        time.sleep(0.2)
        job = bedrock.get_model_customization_job(jobIdentifier=arn)
    assert job["status"] == "Completed"
    assert bedrock.get_model_customization_job(jobIdentifier="tune")["status"] == "Completed", "by its name, too"
    assert "failureMessage" not in job
    assert job["endTime"] >= job["creationTime"]
