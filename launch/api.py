"""`/api/v1/launch`: ask for a run as the button does."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from callboard.access import session
from launch import catalogue, selectors
from launch.results import page_of
from launch.services import NotLaunchable, request_launch

router = Router(tags=["launch"])
JSON = dict[str, Any]


class LaunchIn(Schema):
    workflow: str
    input: JSON
    deduplication_id: str | None = Field(None, min_length=1, max_length=128)


@router.post("launch", auth=session("launch.add_launch"), response={202: JSON, 404: JSON, 422: JSON})
def post_launch(request: HttpRequest, body: LaunchIn) -> tuple[int, JSON]:
    runnable = catalogue.find(body.workflow)
    if runnable is None:
        return 404, {"message": f"There is no workflow {body.workflow!r} to launch."}
    try:
        launch = request_launch(
            runnable,
            body.input,
            by=request.user,
            deduplication_id=body.deduplication_id,  # type: ignore[arg-type]
        )
    except NotLaunchable as error:
        return 422, {"message": str(error)}
    return 202, {
        "message_id": launch.message_id,
        "execution_name": launch.execution_name,
        "url": page_of(launch),
        "id": launch.pk,
    }


@router.get("launch/{launch_id}", auth=session("launch.view_launch"))
def get_launch(request: HttpRequest, launch_id: int) -> JSON:  # noqa: ARG001
    try:
        launch = selectors.get_launch(launch_id)
    except selectors.Launch.DoesNotExist:
        raise HttpError(404, "There is no such launch.") from None
    return {
        "id": launch.pk,
        "status": launch.status,
        "status_reason": launch.status_reason,
        "execution_name": launch.execution_name,
        "execution_arn": launch.execution_arn,
        "execution_status": launch.execution.status if launch.execution else None,
        "result": launch.result,
        "url": page_of(launch),
    }
