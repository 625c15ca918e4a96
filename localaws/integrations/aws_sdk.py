"""``arn:aws:states:::aws-sdk:service:action``: any operation of any service, through botocore.

The callback pattern differs only in what the engine does with the answer. https://docs.aws.amazon.com/step-functions/
latest/dg/supported-services-awssdk.html
"""

import asyncio
import base64
import zlib
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from asl.json_types import JSON
from asl.resource import Resource
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.catalogue import Operation, sdk_operation
from localaws.integrations.errors import sdk_failure, unreachable
from localaws.integrations.parameters import to_input
from localaws.integrations.results import from_output, without_unasked
from localaws.integrations.task import TaskFailure, TaskRequest


async def perform_sdk(calls: ServiceCalls, request: TaskRequest, resource: Resource) -> JSON:
    """Make the call and give back its result."""
    # The first look at a large service's model takes a while (EC2: 0.2 s); others aren't kept waiting for it.
    operation = await asyncio.to_thread(sdk_operation, resource.service, resource.action)
    if operation is None:
        raise TaskFailure(
            "States.Runtime",
            f"The resource provided {request.resource} is not recognized. The value is not a valid resource ARN, "
            "or the resource is not available in this region.",
        )
    params = to_input(operation.model.input_shape, request.parameters)
    if operation.service == "s3" and operation.name == "PutObject":
        params.setdefault("ContentType", "text/plain; charset=UTF-8")  # a state's Body is always text
    try:
        answer = await calls.call(operation.service, operation.name, params, region=request.region)
    except ClientError as error:
        raise sdk_failure(operation, error) from error
    except BotoCoreError as error:
        raise unreachable(operation.prefix, error) from error
    result = without_unasked(params, from_output(operation.model.output_shape, answer))
    return _as_s3_answers(operation, params, result) if operation.service == "s3" else result


def _as_s3_answers(operation: Operation, params: dict[str, Any], result: dict[str, JSON]) -> dict[str, JSON]:
    """What S3 says of every object since 2023 (encrypted at rest, checksummed), whatever stands in for it here."""
    if operation.name == "PutObject":
        checksum = zlib.crc32(params.get("Body", b"")).to_bytes(4, "big")
        result.setdefault("ChecksumCRC32", base64.b64encode(checksum).decode())
        result.setdefault("ChecksumType", "FULL_OBJECT")
        result.setdefault("ServerSideEncryption", "AES256")
        return {name: result[name] for name in sorted(result)}
    if operation.name == "GetObject" and "ChecksumMode" not in params:
        body = result.pop("Body", "")
        result = {name: value for name, value in result.items() if not name.startswith("Checksum")}
        result.setdefault("AcceptRanges", "bytes")
        result.setdefault("Metadata", {})
        result.setdefault("ServerSideEncryption", "AES256")
        return {**{name: result[name] for name in sorted(result)}, "Body": body}
    return result
