"""Lambda: ``lambda:invoke`` and a function's ARN as the Resource itself.

A function's own error becomes the Task's: its type is the Error Name, what it returned the Cause.
"""

import re
import uuid
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from asl.json_text import dumps, loads
from asl.json_types import JSON
from asl.resource import Resource
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.catalogue import optimized_operation
from localaws.integrations.errors import optimized_failure, unreachable
from localaws.integrations.optimized import Answered, with_metadata
from localaws.integrations.parameters import optimized_parameter, to_input
from localaws.integrations.task import TaskFailure, TaskRequest

_NOT_FOUND = re.compile(r"^Function not found: arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:\s]+(?=\s)")
_INVOKE = Resource(kind="optimized", service="lambda", action="invoke")


async def perform_function(calls: ServiceCalls, request: TaskRequest) -> JSON:
    """A Resource that is a function's ARN: the Parameters are the event, the function's answer is the result."""
    params = {"FunctionName": request.resource, "Payload": dumps(request.parameters).encode()}
    _, payload = await _invoke(calls, request, params)
    return _parsed(payload)


async def perform_invoke(calls: ServiceCalls, request: TaskRequest) -> JSON:
    """``lambda:invoke``: the whole of Invoke's answer, its Payload as JSON."""
    operation = optimized_operation("lambda", "invoke")
    params = to_input(operation.model.input_shape, request.parameters, name_rule=optimized_parameter)
    given = request.parameters.get("Payload") if isinstance(request.parameters, dict) else None
    params["Payload"] = _event(given)
    answer, payload = await _invoke(calls, request, params)
    result: dict[str, JSON] = {
        "ExecutedVersion": answer.get("ExecutedVersion") or "$LATEST",
        "Payload": _parsed(payload),
        "StatusCode": answer.get("StatusCode", 200),
    }
    if answer.get("LogResult"):
        result["LogResult"] = answer["LogResult"]
    return with_metadata(result, _answered(answer, payload, result), status=result["StatusCode"])


def _event(payload: JSON) -> bytes:
    """The event that the function gets. Text that is JSON goes as it is; nothing at all is an empty object."""
    if payload is None:
        return b"{}"
    if isinstance(payload, str):
        try:
            loads(payload)
        except ValueError:
            return dumps(payload).encode()
        return payload.encode("utf-8", "replace")
    return dumps(payload).encode()


def _parsed(payload: bytes) -> JSON:
    text = payload.decode("utf-8", "replace")
    if not text:
        return ""
    try:
        return loads(text)
    except ValueError:
        return text


async def _invoke(calls: ServiceCalls, request: TaskRequest, params: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        answer = await calls.call("lambda", "Invoke", params, region=request.region)
    except ClientError as error:
        failure = optimized_failure(_INVOKE.service, optimized_operation("lambda", "invoke"), error)
        if "Qualifier" not in params:
            # Step Functions invokes the unpublished version by its name.
            failure.cause = _NOT_FOUND.sub(r"\g<0>:$LATEST", failure.cause or "")
        raise failure from error
    except BotoCoreError as error:
        raise unreachable("Lambda", error) from error
    payload = answer.get("Payload", b"")
    if hasattr(payload, "read"):
        payload = payload.read()
    if answer.get("FunctionError"):
        raise _function_failure(bytes(payload), compact=params["FunctionName"] != request.resource)
    return answer, bytes(payload)


def _function_failure(payload: bytes, *, compact: bool) -> TaskFailure:
    text = payload.decode("utf-8", "replace")
    said = _parsed(payload)
    if compact and isinstance(said, dict):
        # Recorded: lambda:invoke reads the payload and writes it anew, a function's ARN hands on what came.
        text = dumps(said)
    error_type = said.get("errorType") if isinstance(said, dict) else None
    if isinstance(error_type, str) and error_type:
        return TaskFailure(error_type, text)
    return TaskFailure(
        "Lambda.Unknown",
        "The cause could not be determined because Lambda did not return an error type. Returned payload: " + text,
    )


def _answered(answer: dict[str, Any], payload: bytes, result: dict[str, JSON]) -> Answered:
    metadata = answer.get("ResponseMetadata", {})
    extra = {
        "X-Amz-Executed-Version": str(result["ExecutedVersion"]),
        "x-amzn-Remapped-Content-Length": "0",
        "Connection": "keep-alive",
        "X-Amzn-Trace-Id": str(
            metadata.get("HTTPHeaders", {}).get("x-amzn-trace-id")
            or f"Root=1-{uuid.uuid4().hex[:8]}-{uuid.uuid4().hex[:24]}"
        ),
    }
    if "LogResult" in result:
        extra["X-Amz-Log-Result"] = str(result["LogResult"])
    request_id = str(metadata.get("RequestId") or uuid.uuid4())
    return Answered(request_id, "application/json", len(payload), extra)
