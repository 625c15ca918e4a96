"""The optimized integrations whose call is the service's own: DynamoDB, SQS, SNS, EventBridge, and those with jobs.

What makes them optimized: messages and details may be JSON objects, and results carry the HTTP metadata that the AWS
SDK for Java 1.x kept. The headers are those that AWS's front ends send.
"""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from asl.json_text import dumps, loads
from asl.json_types import JSON
from asl.resource import Resource
from asl.service_names import optimized_errors
from localaws.integrations import emr
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.catalogue import Operation, optimized_operation, sibling_operation
from localaws.integrations.errors import optimized_failure, unreachable
from localaws.integrations.parameters import optimized_parameter, to_input
from localaws.integrations.results import OPTIMIZED, from_output, without_unasked
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
    """A call and its answer: DynamoDB's four, SendMessage, Publish and PutEvents, and what starts jobs."""
    # The first look at a large service's model takes a while; others aren't kept waiting for it.
    operation = await asyncio.to_thread(optimized_operation, resource.service, resource.action)
    params = await prepare(calls, request, resource, operation)
    if resource.service == "sqs":
        _refuse_unknown_host(str(params.get("QueueUrl", "")))
    if resource.service == "events":
        return await _put_events(calls, request, resource, operation, params)
    answer = await call_optimized(calls, request, resource, operation, params)
    return answered_result(resource, operation, answer, params)


async def prepare(
    calls: ServiceCalls, request: TaskRequest, resource: Resource, operation: Operation
) -> dict[str, Any]:
    """The Parameters as the operation takes them."""
    parameters = request.parameters
    if resource.service == emr.SERVICE and resource.action in emr.RESHAPED:
        found = await _found_by_name(calls, request, resource)
        parameters = emr.reshaped(resource.action, parameters, found=found)
    return to_input(operation.model.input_shape, parameters, name_rule=optimized_parameter)


async def _found_by_name(calls: ServiceCalls, request: TaskRequest, resource: Resource) -> str | None:
    """What a Task calls by its name in a cluster has an id there."""
    named, parameters = emr.RESHAPED[resource.action].named, request.parameters
    if named is None or not isinstance(parameters, dict):
        return None
    listing, field, name = named
    operation = sibling_operation(resource.service, resource.action, listing)
    params = {"ClusterId": parameters.get("ClusterId")}
    answer = await call_optimized(calls, request, resource, operation, params)
    for each in answer.get(field, []):
        if each.get("Name") == parameters.get(name):
            return str(each["Id"])
    raise TaskFailure(
        f"{optimized_errors(resource.service).prefix}.InvalidRequestException",
        f"The cluster {params['ClusterId']} has nothing by the name {parameters.get(name)}.",
    )


def optimized_result(operation: Operation, answer: Mapping[str, Any]) -> dict[str, JSON]:
    """An answer with its names and times as optimized integrations write them."""
    return from_output(operation.model.output_shape, answer, OPTIMIZED)


def answered_result(
    resource: Resource, operation: Operation, answer: Mapping[str, Any], params: Mapping[str, Any] | None = None
) -> dict[str, JSON]:
    """The result of the call itself, its metadata included."""
    result = without_unasked(params or {}, optimized_result(operation, answer))
    if resource.service == emr.SERVICE and resource.action in emr.RESHAPED:
        shaped = jmespath.search(emr.RESHAPED[resource.action].result, result)
        result = {name: value for name, value in shaped.items() if value is not None}
    return with_metadata(result, _answered(resource.service, operation, answer, result))


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


def _answered(service: str, operation: Operation, answer: Mapping[str, Any], result: Mapping[str, JSON]) -> Answered:
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
    return Answered(request_id, _content_type(operation), length, {"connection": "keep-alive"})


def _content_type(operation: Operation) -> str:
    metadata = operation.model.service_model.metadata
    if metadata.get("protocol") == "json":
        return f"application/x-amz-json-{metadata.get('jsonVersion', '1.1')}"
    return "text/xml" if metadata.get("protocol") in {"query", "ec2"} else "application/json"


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
