"""The pattern ``.sync``: a service's job is started, looked at until it is over, stopped when nobody waits any more.

What each service calls these things is `sync_actions`'s; when to look, and what the engine keeps, is
`localaws.jobs`'s.
"""

import asyncio
import logging
from functools import cache
from typing import Any

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from asl.json_text import dumps
from asl.resource import Resource, parse_resource
from asl.service_names import optimized_errors
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.catalogue import optimized_operation, sibling_operation
from localaws.integrations.errors import optimized_failure, unreachable
from localaws.integrations.optimized import answered_result, call_optimized, optimized_result, prepare
from localaws.integrations.sync_actions import SYNC_ACTIONS, SyncAction
from localaws.integrations.task import JobNotSeen, ServiceJob, TaskFailure, TaskRequest

logger = logging.getLogger(__name__)

_LATER = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException"}
)


async def start_job(calls: ServiceCalls, request: TaskRequest, resource: Resource) -> tuple[str, ServiceJob]:
    """Start it: (the answer as JSON text, what is to be watched)."""
    action = SYNC_ACTIONS[resource.service, resource.action]
    operation = await asyncio.to_thread(optimized_operation, resource.service, resource.action)
    params = await prepare(calls, request, resource, operation)
    answer = await call_optimized(calls, request, resource, operation, params)
    text = dumps(answered_result(resource, operation, answer))
    known = {"request": params, "answer": answer}
    if action.refused is not None and _find(action.refused, known["answer"]):
        raise TaskFailure("States.TaskFailed", text)
    about: dict[str, Any] = {"look": {name: _find(where, known) for name, where in action.find.items()}}
    if action.stop is not None:
        about["stop"] = {name: _find(where, known) for name, where in action.stop_with.items()}
    return text, ServiceJob(resource=request.resource, region=request.region, about=about)


async def look_at(calls: ServiceCalls, job: ServiceJob) -> str | None:
    """The Task's result once the job has succeeded, None while it runs.

    Raises `TaskFailure` when it failed, `JobNotSeen` when that can't be said.
    """
    resource, action = _action(job)
    operation = await asyncio.to_thread(sibling_operation, resource.service, resource.action, action.look)
    try:
        answer = await calls.call(operation.service, operation.name, job.about["look"], region=job.region)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in action.gone:
            return "{}"
        raise JobNotSeen(optimized_failure(resource.service, operation, error), lasting=_is_final(error)) from error
    except BotoCoreError as error:
        raise JobNotSeen(unreachable(optimized_errors(resource.service).prefix, error), lasting=False) from error
    status = _find(action.status, answer)
    if status not in action.succeeded | action.failed:
        return None
    text = dumps(_find(action.result, optimized_result(operation, answer)))
    if status in action.failed:
        raise TaskFailure("States.TaskFailed", text)
    return text


async def stop_job(calls: ServiceCalls, job: ServiceJob) -> None:
    """Ask the service to stop it. What it won't do is left; raises botocore's errors where it may do it later."""
    resource, action = _action(job)
    if action.stop is None:
        return
    operation = await asyncio.to_thread(sibling_operation, resource.service, resource.action, action.stop)
    try:
        await calls.call(operation.service, operation.name, job.about["stop"], region=job.region)
    except ClientError as error:
        if not _is_final(error):
            raise
        logger.warning("The job of %s is not stopped: %s", job.resource, error)


def _is_final(error: ClientError) -> bool:
    """Will the service say the same of the same request later?"""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    return (400 <= status < 500 or status == 501) and code not in _LATER


def _action(job: ServiceJob) -> tuple[Resource, SyncAction]:
    resource = parse_resource(job.resource)
    assert resource is not None, job.resource
    return resource, SYNC_ACTIONS[resource.service, resource.action]


@cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def _find(expression: str, value: Any) -> Any:
    return _compiled(expression).search(value)
