"""`/api/v1/executions` (docs/api.md)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError

from callboard.access import session
from designer.models import Environment, StateMachine
from designer.preview import Busy
from executions import data_flow, express, object_previews, selectors, services, task_logs
from executions.object_previews import NotShown
from executions.serializers import as_event, as_execution, as_preview, as_row

if TYPE_CHECKING:
    from executions.models import Execution

router = Router(tags=["executions"])
SEE, START, STOP = (f"executions.{verb}_execution" for verb in ("view", "start", "stop"))


class StartIn(Schema):
    state_machine: int
    environment: int
    input: str = "{}"
    name: str = ""


class StopIn(Schema):
    error: str = ""
    cause: str = ""


def find(execution_id: int) -> Execution:
    return get_object_or_404(selectors.executions(), pk=execution_id)


@router.post("executions", response={201: dict[str, Any]}, auth=session(START))
def start(request: HttpRequest, body: StartIn) -> Status[dict[str, Any]]:
    try:
        execution = services.start_execution(
            state_machine=get_object_or_404(StateMachine, pk=body.state_machine),
            environment=get_object_or_404(Environment, pk=body.environment),
            input=body.input,
            name=body.name,
            by=request.user,  # type: ignore[arg-type]
        )
    except services.NotStarted as error:
        raise HttpError(422, str(error)) from error
    return Status(201, as_execution(execution))


@router.get("state-machines/{machine_id}/executions", auth=session(SEE))
def get_newest(
    request: HttpRequest,  # noqa: ARG001
    machine_id: int,
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    return {"executions": [as_row(row) for row in selectors.newest_of(machine_id, limit)]}


@router.get("executions/{execution_id}", auth=session(SEE))
def get_execution(request: HttpRequest, execution_id: int) -> dict[str, Any]:  # noqa: ARG001
    return as_execution(find(execution_id))


@router.get("executions/{execution_id}/events", auth=session(SEE))
def get_events(
    request: HttpRequest,  # noqa: ARG001
    execution_id: int,
    after: Annotated[int, Field(ge=0)] = 0,
    limit: Annotated[int, Field(ge=1, le=1000)] = 1000,
) -> dict[str, Any]:
    execution = find(execution_id)
    events = selectors.events_after(execution_id, after, limit)
    return {
        "events": [as_event(row) for row in events],
        "last_event_id": execution.last_event_id,
        "status": execution.status,
    }


@router.get("executions/{execution_id}/mocks", auth=session(SEE))
def get_mocks(request: HttpRequest, execution_id: int) -> dict[str, Any]:  # noqa: ARG001
    """What this run was given and what its Tasks were answered, for a test of the workflow."""
    execution = find(execution_id)
    return {"name": execution.name, "input": execution.input, "mocks": selectors.mocks(execution)}


@router.get("executions/{execution_id}/visits", auth=session(SEE))
def get_visits(request: HttpRequest, execution_id: int, state: str) -> dict[str, Any]:  # noqa: ARG001
    """What a state was given in this run and what came of it, each time that it was entered."""
    execution = find(execution_id)
    return {"name": execution.name, **selectors.visits(execution, state)}


@router.get("executions/{execution_id}/flow", auth=session(SEE))
def get_flow(
    request: HttpRequest,  # noqa: ARG001
    execution_id: int,
    event: Annotated[int, Field(ge=1)],
    until: Annotated[int | None, Field(ge=1)] = None,
) -> dict[str, Any]:
    """The data's way through the state that ``event`` entered; as if the history ended with the event ``until``."""
    try:
        return data_flow.data_flow(find(execution_id), event, until=until)
    except data_flow.NoVisit as error:
        raise HttpError(404, "This event enters no state of the execution's definition.") from error
    except Busy as error:
        raise HttpError(503, str(error)) from error


@router.get("executions/{execution_id}/reviews", auth=session(SEE))
def get_reviews(request: HttpRequest, execution_id: int) -> dict[str, Any]:  # noqa: ARG001
    return {"reviews": selectors.reviews(find(execution_id))}


@router.post("executions/{execution_id}/stop", auth=session(STOP))
def stop(request: HttpRequest, execution_id: int, body: StopIn) -> dict[str, Any]:  # noqa: ARG001
    return as_execution(services.stop_execution(find(execution_id), error=body.error, cause=body.cause))


@router.get("executions/{execution_id}/redrive", auth=session(STOP))
def get_redrive(request: HttpRequest, execution_id: int) -> dict[str, Any]:  # noqa: ARG001
    redrivable, reason = services.redrive_status(find(execution_id))
    return {"redrivable": redrivable, "reason": reason}


@router.post("executions/{execution_id}/redrive", auth=session(STOP))
def redrive(request: HttpRequest, execution_id: int) -> dict[str, Any]:  # noqa: ARG001
    return as_execution(services.redrive_execution(find(execution_id)))


@router.get("executions/{execution_id}/object", auth=session(SEE))
def get_object(request: HttpRequest, execution_id: int, bucket: str, key: str) -> dict[str, Any]:  # noqa: ARG001
    """What an object in S3 is that the execution's data names, and its text where it is some."""
    try:
        found = object_previews.preview(find(execution_id).environment, bucket, key)
    except NotShown as error:
        raise HttpError(422, str(error)) from error
    return as_preview(found, execution_id, bucket, key)


@router.get("executions/{execution_id}/task-log", auth=session(SEE))
def get_task_log(request: HttpRequest, execution_id: int, event: int) -> dict[str, Any]:  # noqa: ARG001
    """What the Lambda function wrote to its log in the attempt that began with ``event``."""
    execution = find(execution_id)
    try:
        return asdict(task_logs.read(execution.environment, get_object_or_404(execution.events, event_id=event)))
    except task_logs.NoFunction as error:
        raise HttpError(404, "This event started no Lambda function.") from error


@router.post("executions/{execution_id}/log", auth=session(SEE))
def read_log(request: HttpRequest, execution_id: int) -> dict[str, Any]:  # noqa: ARG001
    """Look in the log for more of an EXPRESS execution's path; ``whole`` is False where not all could be read."""
    execution = find(execution_id)
    if not hasattr(execution, "express"):
        raise HttpError(404, "The path of a Standard execution is its history, not a log.")
    whole = express.read_log(execution)
    return {"whole": whole, "execution": as_execution(find(execution_id))}
