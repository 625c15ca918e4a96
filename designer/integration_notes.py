"""What an optimized integration does beyond the service's own call, in words, and its page in the developer guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.resource import Resource

_GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg/"
_PAGES: Mapping[str, str] = {
    "apigateway": "connect-api-gateway",
    "athena": "connect-athena",
    "batch": "connect-batch",
    "bedrock": "connect-bedrock",
    "codebuild": "connect-codebuild",
    "databrew": "connect-databrew",
    "dynamodb": "connect-ddb",
    "ecs": "connect-ecs",
    "eks": "connect-eks",
    "elasticmapreduce": "connect-emr",
    "emr-containers": "connect-emr-eks",
    "emr-serverless": "connect-emr-serverless",
    "events": "connect-eventbridge",
    "glue": "connect-glue",
    "http": "call-https-apis",
    "lambda": "connect-lambda",
    "mediaconvert": "connect-mediaconvert",
    "sagemaker": "connect-sagemaker",
    "sns": "connect-sns",
    "sqs": "connect-sqs",
    "states": "connect-stepfunctions",
}
_JOB = "With “Run a job” the state waits until the job has ended; its result is what the service then says of the job."
_NOTES: Mapping[str, str] = {
    "apigateway:invoke": "Calls a REST or HTTP API by its stage and path. Headers and query parameters are arrays.",
    "bedrock:createModelCustomizationJob": "Fine-tunes or pre-trains a model. " + _JOB,
    "bedrock:invokeModel": (
        "Body is JSON, not text, in both directions. What is larger than 256 KiB lies in S3: Input.S3Uri instead of "
        "Body, Output.S3Uri for the answer."
    ),
    "dynamodb:deleteItem": "Attribute values are typed: {“S”: “text”}, {“N”: “1”}. Numbers are written as text.",
    "dynamodb:getItem": (
        "Attribute values are typed: {“S”: “text”}, {“N”: “1”}. The result has no Item where there is none: "
        "a Choice with IsPresent tells."
    ),
    "dynamodb:putItem": "Attribute values are typed: {“S”: “text”}, {“N”: “1”}. Numbers are written as text.",
    "dynamodb:updateItem": "Attribute values are typed: {“S”: “text”}, {“N”: “1”}. Numbers are written as text.",
    "ecs:runTask": (
        _JOB + " With “Callback” the task must send the token back: pass it on in a container override's environment."
    ),
    "eks:call": "Calls the Kubernetes API of a cluster.",
    "eks:runJob": "Runs a Kubernetes job. " + _JOB,
    "events:putEvents": (
        "Detail is JSON, not text. The state fails when an entry isn't accepted (EventBridge.FailedEntry). The ARNs of "
        "the workflow and of its execution are added to Resources."
    ),
    "http:invoke": (
        "Calls an https endpoint with the credentials of an EventBridge connection, which never appear in the "
        "definition. It answers with ResponseBody, StatusCode and Headers; other statuses than 2xx fail the state."
    ),
    "lambda:invoke": (
        "Payload is JSON in both directions; the result has the function's answer under Payload. With “Callback” the "
        "function only starts the work and hands on the token."
    ),
    "sns:publish": "Message may be JSON; it is sent as text.",
    "sqs:sendMessage": (
        "MessageBody may be JSON; it is sent as text. With “Callback” whoever takes the message answers with its token."
    ),
    "states:startExecution": (
        "Input is JSON, not text. Put AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID into it, and the console links both "
        "executions. With “Run a job”, .sync:2 gives the child's Output as JSON; .sync gives it as text."
    ),
}


def note_of(resource: Resource) -> str:
    if resource.kind == "sdk":
        return ""
    found = _NOTES.get(f"{resource.service}:{resource.action}")
    return found if found is not None else _JOB if resource.service in _PAGES else ""


def page_of(resource: Resource) -> str:
    if resource.kind == "sdk":
        return _GUIDE + "supported-services-awssdk.html"
    page = _PAGES.get(resource.service)
    return f"{_GUIDE}{page}.html" if page else ""
