"""``bedrock:invokeModel``: the body is JSON in and out, and either may lie in S3 instead.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrock.html
"""

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from asl.json_text import dumps, loads
from asl.json_types import JSON
from asl.resource import Resource
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.catalogue import Operation, optimized_operation, sdk_operation
from localaws.integrations.errors import sdk_failure, unreachable
from localaws.integrations.optimized import call_optimized
from localaws.integrations.parameters import ParametersDoNotFit
from localaws.integrations.results import as_text
from localaws.integrations.task import TaskFailure, TaskRequest

_FIELDS = frozenset(
    {"ModelId", "Body", "ContentType", "Accept", "Input", "Output", "Trace", "GuardrailIdentifier", "GuardrailVersion"}
)
_S3_URI = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)\Z", re.DOTALL)


async def perform_invoke_model(calls: ServiceCalls, request: TaskRequest, resource: Resource) -> JSON:
    """Invoke the model; the result is its Body and ContentType."""
    parameters = check_invoke_model(request.parameters)
    operation = optimized_operation("bedrock", "invokeModel")
    params: dict[str, Any] = {
        "modelId": parameters["ModelId"],
        "body": await _body(calls, request, parameters),
        "contentType": parameters.get("ContentType") or "application/json",
        "accept": parameters.get("Accept") or "application/json",
    }
    for field, member in (
        ("Trace", "trace"),
        ("GuardrailIdentifier", "guardrailIdentifier"),
        ("GuardrailVersion", "guardrailVersion"),
    ):
        if parameters.get(field):
            params[member] = parameters[field]
    answer = await call_optimized(calls, request, resource, operation, params)
    data = answer["body"].read() if hasattr(answer["body"], "read") else bytes(answer["body"])
    content_type = str(answer.get("contentType") or params["accept"])
    target = _uri(parameters, "Output")
    if target is None:
        return {"Body": _parsed(data), "ContentType": content_type}
    await _put(calls, request, target, data, content_type)
    return {"Body": target, "ContentType": content_type}


def check_invoke_model(parameters: JSON) -> dict[str, JSON]:
    """The Parameters, found to be usable. Raises `ParametersDoNotFit`."""
    if not isinstance(parameters, dict):
        raise ParametersDoNotFit(parameters, ["Parameters must be a JSON object"])
    problems = [f"The field '{name}' is not supported by Step Functions" for name in parameters if name not in _FIELDS]
    if not isinstance(parameters.get("ModelId"), str) or not parameters["ModelId"]:
        problems.append("The field 'ModelId' is required but was missing")
    given = [name for name in ("Body", "Input") if parameters.get(name) is not None]
    if len(given) != 1:
        problems.append("Exactly one of the fields 'Body' and 'Input' must be given")
    problems.extend(
        f"The value for the field '{name}' must hold an 'S3Uri' of the form s3://bucket/key"
        for name in ("Input", "Output")
        if parameters.get(name) is not None and _uri(parameters, name) is None
    )
    if problems:
        raise ParametersDoNotFit(parameters, problems)
    return parameters


def _uri(parameters: Mapping[str, JSON], field: str) -> str | None:
    holder = parameters.get(field)
    uri = holder.get("S3Uri") if isinstance(holder, dict) else None
    return uri if isinstance(uri, str) and _S3_URI.match(uri) else None


def _parsed(data: bytes) -> JSON:
    text = as_text(data)
    try:
        return loads(text)
    except ValueError:
        return text


async def _body(calls: ServiceCalls, request: TaskRequest, parameters: Mapping[str, JSON]) -> bytes:
    source = _uri(parameters, "Input")
    if source is None:
        body = parameters["Body"]
        return (body if isinstance(body, str) else dumps(body)).encode("utf-8", "replace")
    bucket, key = _parts(source)
    answer = await _s3(calls, request, "getObject", {"Bucket": bucket, "Key": key})
    data: bytes = answer["Body"].read()
    return data


async def _put(calls: ServiceCalls, request: TaskRequest, target: str, data: bytes, content_type: str) -> None:
    bucket, key = _parts(target)
    params = {"Bucket": bucket, "Key": key, "Body": data, "ContentType": content_type}
    await _s3(calls, request, "putObject", params)


def _parts(uri: str) -> tuple[str, str]:
    found = _S3_URI.match(uri)
    if found is None:
        raise TaskFailure("States.Runtime", f"{uri} is not of the form s3://bucket/key")
    return found["bucket"], found["key"]


async def _s3(calls: ServiceCalls, request: TaskRequest, action: str, params: dict[str, Any]) -> dict[str, Any]:
    operation = sdk_operation("s3", action)
    assert isinstance(operation, Operation)
    try:
        return await calls.call("s3", operation.name, params, region=request.region)
    except ClientError as error:
        raise sdk_failure(operation, error) from error
    except BotoCoreError as error:
        raise unreachable("S3", error) from error
