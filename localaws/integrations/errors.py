"""What a service refused, as the Error Name and Cause of a Task, in Step Functions' two formats.

SDK integrations follow the AWS SDK for Java 2.x (``DynamoDb.ResourceNotFoundException``, a Cause with commas);
optimized ones 1.x (``DynamoDB.AmazonDynamoDBException``, a Cause with semicolons and the error's code).
"""

import uuid
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.model import ServiceModel

from asl.service_names import exception_name, optimized_errors, optimized_exception_name
from localaws.integrations.catalogue import Operation
from localaws.integrations.task import TaskFailure

# Codes that a service's front end has sent since before its model named its errors.
_OLD_CODES = {"AWS.SimpleQueueService.NonExistentQueue": "QueueDoesNotExist"}


def _shape_name(model: ServiceModel, code: str) -> str | None:
    """The error shape that ``code`` means; None where the service's model doesn't know it."""
    bare = code.rsplit("#", 1)[-1]
    candidates = {bare, f"{bare}Exception", _OLD_CODES.get(bare, bare)}
    shapes: list[Any] = list(model.error_shapes)
    return next((str(shape.name) for shape in shapes if {shape.name, shape.error_code} & candidates), None)


def _facts(error: ClientError) -> tuple[str, str, int, str, str | None]:
    """(code, message, status, request id, extended request id)."""
    detail: dict[str, Any] = dict(error.response.get("Error", {}))
    metadata: dict[str, Any] = dict(error.response.get("ResponseMetadata", {}))
    return (
        str(detail.get("Code", "Unknown")),
        str(detail.get("Message") or "null"),
        int(metadata.get("HTTPStatusCode", 400)),
        str(metadata.get("RequestId") or uuid.uuid4()),
        metadata.get("HostId") or None,
    )


_MISSING = {("s3", "HeadObject"): "NoSuchKey", ("s3", "HeadBucket"): "NoSuchBucket"}


def sdk_failure(operation: Operation, error: ClientError) -> TaskFailure:
    """A service's error to an SDK integration."""
    code, message, status, request_id, host_id = _facts(error)
    if code.isdigit():
        # A HEAD has no body: the SDK tells what is missing by what was asked for.
        shape, message = _MISSING.get((operation.service, operation.name)) if status == 404 else None, "null"
    else:
        shape = _shape_name(operation.model.service_model, code)
    name = exception_name(shape) if shape else f"{operation.prefix}Exception"
    extended = f", Extended Request ID: {host_id}" if host_id else ""
    return TaskFailure(
        f"{operation.prefix}.{name}",
        f"{message} (Service: {operation.prefix}, Status Code: {status}, Request ID: {request_id}{extended})"
        " (SDK Attempt Count: 1)",
    )


def optimized_failure(service: str, operation: Operation, error: ClientError) -> TaskFailure:
    """A service's error to an optimized integration."""
    code, message, status, request_id, _ = _facts(error)
    wording = optimized_errors(service)
    shape = _shape_name(operation.model.service_model, code)
    name = optimized_exception_name(shape) if shape else wording.base
    return TaskFailure(
        f"{wording.prefix}.{name}",
        f"{message} (Service: {wording.service}; Status Code: {status}; Error Code: {code}; "
        f"Request ID: {request_id}; Proxy: null)",
    )


def unreachable(prefix: str, error: BotoCoreError) -> TaskFailure:
    """The call never got an answer, or botocore saw that there would be none."""
    if isinstance(error, ParamValidationError):
        return TaskFailure(f"{prefix}.SdkClientException", str(error))
    return TaskFailure(f"{prefix}.SdkClientException", f"Unable to execute HTTP request: {error}")
