"""``states:startExecution`` in all its patterns: an execution started by a Task of another.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from botocore.exceptions import ClientError

from asl.json_text import dumps
from asl.resource import Resource
from localaws.integrations.catalogue import optimized_operation
from localaws.integrations.errors import optimized_failure
from localaws.integrations.optimized import Answered, with_metadata
from localaws.integrations.parameters import optimized_parameter, to_input
from localaws.integrations.task import ServiceJob, TaskRequest


class Executions(Protocol):
    """What the engine keeps for Tasks that wait: nested executions, and the jobs of services."""

    async def start(self, params: dict[str, Any], request: TaskRequest, text_of: Callable[[str, float], str]) -> str:
        """Start an execution and record the Task's result with it, at once. Raises botocore's ClientError."""
        ...

    async def submitted(self, request: TaskRequest, text: str, job: ServiceJob) -> None:
        """Record that the Task's job runs, with the service's answer, and have it watched from then on."""
        ...


async def perform_start_execution(executions: Executions, request: TaskRequest, resource: Resource) -> str:
    """The answer of StartExecution with its metadata, as JSON text; what a ``.sync`` waits for comes later."""
    operation = optimized_operation(resource.service, resource.action)
    params = to_input(operation.model.input_shape, request.parameters, name_rule=optimized_parameter)
    try:
        _refuse_another_account(params, request)
        return await executions.start(params, request, _result)
    except ClientError as error:
        raise optimized_failure(resource.service, operation, error) from error


def _refuse_another_account(params: Mapping[str, Any], request: TaskRequest) -> None:
    """Only a role of the other account, given as Credentials, may start what is there; there are no policies here."""
    account, target = request.account, _account_of(params["stateMachineArn"])
    role = request.credentials.get("RoleArn") if isinstance(request.credentials, dict) else None
    if isinstance(role, str):
        account = _account_of(role) or account
    if target and target != account:
        name = (role or request.role_arn).rsplit("/", 1)[-1]
        message = (
            f"User: arn:aws:sts::{account}:assumed-role/{name} is not authorized to perform: states:StartExecution on "
            f"resource: {params['stateMachineArn']}"
        )
        detail: Any = {"Error": {"Code": "AccessDeniedException", "Message": message}}
        raise ClientError(detail, "StartExecution")


def _account_of(arn: str) -> str:
    return arn.split(":")[4] if arn.count(":") > 4 else ""


def _result(arn: str, started_at: float) -> str:
    body = dumps({"executionArn": arn, "startDate": round(started_at, 3)})
    answered = Answered(
        str(uuid.uuid4()), "application/x-amz-json-1.0", len(body.encode()), {"connection": "keep-alive"}
    )
    return dumps(with_metadata({"ExecutionArn": arn, "StartDate": int(started_at * 1000)}, answered))
