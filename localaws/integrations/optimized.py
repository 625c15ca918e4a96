"""The optimized integrations whose call is the service's own: DynamoDB, SQS, SNS and EventBridge.

What makes them optimized: messages and details may be JSON objects, and results carry the HTTP metadata that the AWS
SDK for Java 1.x kept. The headers are those that AWS's front ends send.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from asl.json_text import dumps, loads
from asl.json_types import JSON
from asl.service_names import Resource
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.catalogue import Operation, optimized_operation
from localaws.integrations.errors import optimized_errors, optimized_failure, unreachable
from localaws.integrations.parameters import optimized_parameter, to_input
from localaws.integrations.results import from_output, without_unasked
from localaws.integrations.task import TaskFailure, TaskRequest

_PUBLISHED = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">\n  <PublishResult>\n'
    "    <MessageId>{message}</MessageId>\n  </PublishResult>\n  <ResponseMetadata>\n"
    "    <RequestId>{request}</RequestId>\n  </ResponseMetadata>\n</PublishResponse>\n"
)
_JSON_1_0 = "application/x-amz-json-1.0"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it went over the wire, as far as the metadata tells: its request id, type and length in bytes."""

    request_id: str
    content_type: str
    length: int
    extra: Mapping[str, str]


async def call_optimized(
    calls: ServiceCalls, request: TaskRequest, resource: Resource, operation: Operation, params: dict[str, Any]
) -> dict[str, Any]:
    """Make an optimized integration's call; its failure in the optimized format."""
    try:
        return await calls.call(operation.service, operation.name, params, region=request.region)
    except ClientError as error:
        raise optimized_failure(resource.service, operation, error) from error
    except BotoCoreError as error:
        raise unreachable(optimized_errors(resource.service).prefix, error) from error


async def perform_service(calls: ServiceCalls, request: TaskRequest, resource: Resource) -> JSON:
    """DynamoDB's four, SendMessage, Publish and PutEvents."""
    operation = optimized_operation(resource.service, resource.action)
    params = to_input(operation.model.input_shape, request.parameters, name_rule=optimized_parameter)
    if resource.service == "sqs":
        _refuse_unknown_host(str(params.get("QueueUrl", "")))
    if resource.service == "events":
        return await _put_events(calls, request, resource, operation, params)
    answer = await call_optimized(calls, request, resource, operation, params)
    result = without_unasked(params, from_output(operation.model.output_shape, answer, name_rule=optimized_parameter))
    return with_metadata(result, _answered(resource.service, answer, result))


def _refuse_unknown_host(queue_url: str) -> None:
    """A queue's URL says which host to send to; one without an account and a name never was a queue's."""
    parts = urlsplit(queue_url)
    if parts.hostname and len([part for part in parts.path.split("/") if part]) < 2:
        raise TaskFailure(
            "SQS.SdkClientException", f"Unable to execute HTTP request: {parts.hostname}: Name or service not known"
        )


async def _put_events(
    calls: ServiceCalls, request: TaskRequest, resource: Resource, operation: Operation, params: dict[str, Any]
) -> JSON:
    """An entry that EventBridge doesn't take fails the Task, though the others were delivered."""
    entries = params.get("Entries", [])
    sent = [entry for entry in entries if not _is_malformed(entry)]
    for entry in sent:
        entry["Resources"] = [*entry.get("Resources", []), request.state_machine_arn, request.execution_arn]
    answered: list[JSON] = []
    if sent or not entries:
        answer = await call_optimized(calls, request, resource, operation, {**params, "Entries": sent})
        answered = list(answer.get("Entries", []))
    waiting = iter(answered)
    told = [_MALFORMED if _is_malformed(entry) else next(waiting, {}) for entry in entries]
    result = {"Entries": told, "FailedEntryCount": sum("ErrorCode" in each for each in told)}
    if result["FailedEntryCount"]:
        raise TaskFailure("EventBridge.FailedEntry", dumps(result))
    return result


_MALFORMED = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}


def _is_malformed(entry: Mapping[str, Any]) -> bool:
    """A detail must be a JSON object; one that is missing is EventBridge's to refuse."""
    if not entry.get("Detail") or not entry.get("Source") or not entry.get("DetailType"):
        return False
    try:
        return not isinstance(loads(entry["Detail"]), dict)
    except ValueError:
        return True


def _answered(service: str, answer: Mapping[str, Any], result: Mapping[str, JSON]) -> Answered:
    request_id = str(answer.get("ResponseMetadata", {}).get("RequestId") or uuid.uuid4())
    if service == "sns":
        request_id = request_id if len(request_id) == 36 else str(uuid.uuid4())
        text = _PUBLISHED.format(message=result.get("MessageId", ""), request=request_id)
        return Answered(request_id, "text/xml", len(text.encode()), {"connection": "keep-alive"})
    length = len(dumps(result).encode())
    if service == "dynamodb":
        checksum = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-crc32", "0")
        headers = {"Server": "Server", "Connection": "keep-alive", "x-amz-crc32": str(checksum)}
        return Answered(request_id, _JSON_1_0, length, headers)
    return Answered(request_id, _JSON_1_0, length, {"connection": "keep-alive"})


def with_metadata(result: Mapping[str, JSON], answered: Answered, *, status: int = 200) -> dict[str, JSON]:
    """``result`` with the SDK's HTTP metadata, its names in order."""
    headers = {
        **answered.extra,
        "Content-Length": str(answered.length),
        "Content-Type": answered.content_type,
        "Date": formatdate(usegmt=True),
        "x-amzn-RequestId": answered.request_id,
    }
    whole: dict[str, JSON] = {
        **result,
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": dict(sorted(headers.items(), key=lambda item: item[0].lower())),
            "HttpStatusCode": status,
        },
        "SdkResponseMetadata": {"RequestId": answered.request_id},
    }
    return {name: whole[name] for name in sorted(whole)}
