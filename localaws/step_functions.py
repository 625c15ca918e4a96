"""Step Functions as Tasks call it: in this process, on the loop, answered as botocore would answer.

Any operation can be called (`InProcess.call`); starting a nested execution (`InProcess.start`) is a transaction shared
with the Task that asks for it.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import ListShape, Shape, StructureShape

from asl.events import TaskSubmitted, TaskSucceeded
from localaws import shapes
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.task import ServiceJob, TaskRequest
from localaws.nested import Child
from localaws.operations import Context, perform
from localaws.operations.executions import StartRequest, prepare_start
from localaws.wire import Call, ServiceError

SERVICE = "stepfunctions"


class InProcess:
    """`ServiceCalls` in which Step Functions is this process's own; all others are those of ``services``."""

    def __init__(self, context: Context, services: ServiceCalls, *, account: str, region: str) -> None:
        self._context = context
        self._services = services
        self._account = account
        self._region = region

    async def call(
        self, service: str, operation: str, params: dict[str, Any], *, region: str | None = None
    ) -> dict[str, Any]:
        """Raises botocore's ClientError."""
        if service != SERVICE:
            return await self._services.call(service, operation, params, region=region)
        call = Call(operation, params, region or self._region, self._account)
        try:
            answer = await perform(self._context, call)
        except ServiceError as error:
            raise _client_error(error, operation) from error
        output = _with_dates(shapes.service_model().operation_model(operation).output_shape, answer)
        return {**output, "ResponseMetadata": _metadata(200)}

    async def start(self, params: dict[str, Any], request: TaskRequest, text_of: Callable[[str, float], str]) -> str:
        """Start an execution for a Task, and write down in the same transaction that the Task did.

        ``text_of(arn, started_at)`` makes the Task's result, which is given back. Raises botocore's ClientError.
        """
        try:
            shapes.check("StartExecution", params)
            start = prepare_start(Call("StartExecution", params, request.region, request.account))
            text: str = await self._context.engine.insist(lambda: self._started(start, request, text_of))
        except ServiceError as error:
            raise _client_error(error, "StartExecution") from error
        return text

    async def submitted(self, request: TaskRequest, text: str, job: ServiceJob) -> None:
        """Write down that a Task was submitted, and the job that it waits for: both, or neither."""
        await self._context.engine.insist(lambda: self._submitted(request, text, job))

    def _submitted(self, request: TaskRequest, text: str, job: ServiceJob) -> None:
        engine, key = self._context.engine, (request.execution_id, request.task_id)
        live = engine.loaded(request.execution_id)
        if live is None or request.task_id not in live.execution.tasks:
            engine.jobs.call_off(key, job)  # it was given up while the call was under way
            return
        engine.jobs.wait_for(key, job)
        engine.deliver(live, TaskSubmitted(at=engine.clock(), task_id=request.task_id, output=text))

    def _started(self, start: StartRequest, request: TaskRequest, text_of: Callable[[str, float], str]) -> str:
        engine, key = self._context.engine, (request.execution_id, request.task_id)
        parent = engine.loaded(request.execution_id)
        if parent is None or request.task_id not in parent.execution.tasks:
            raise ServiceError("TaskTimedOut", "The task that would start the execution is over.")
        execution_id, arn, started_at = start.run(self._context)
        text, at = text_of(arn, started_at), engine.clock()
        made = TaskSucceeded if request.resource.endswith(":startExecution") else TaskSubmitted
        engine.deliver(parent, made(at=at, task_id=request.task_id, output=text))
        if ".sync" in request.resource:
            engine.nested.wait_for(key, Child(execution_id, request.resource))
        return text


def _client_error(error: ServiceError, operation: str) -> ClientError:
    detail: Any = {
        "Error": {"Code": error.code, "Message": error.message},
        "ResponseMetadata": _metadata(error.status),
    }
    return ClientError(detail, operation)


def _metadata(status: int) -> dict[str, Any]:
    return {"RequestId": str(uuid.uuid4()), "HTTPStatusCode": status, "HTTPHeaders": {}}


def _with_dates(shape: Shape | None, value: Any) -> Any:
    """An answer with its times as botocore has them."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {name: _with_dates(shape.members.get(name), member) for name, member in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_with_dates(shape.member, element) for element in value]
    if shape is not None and shape.type_name == "timestamp" and isinstance(value, (int, float)):
        return datetime.fromtimestamp(round(value, 3), UTC)
    return value
