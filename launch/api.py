"""`/api/v1/launch`: ask for a run as the button does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import field_validator

from callboard.access import session
from launch import catalogue, selectors
from launch.models import Launch
from launch.results import page_of
from launch.services import BadIdentity, NotLaunchable, OtherInput, check_identity, request_launch

if TYPE_CHECKING:
    from django.contrib.auth.models import User

router = Router(tags=["launch"])
JSON = dict[str, Any]


class LaunchIn(Schema):
    workflow: str
    input: JSON
    deduplication_id: str | None = None

    @field_validator("deduplication_id", mode="before")
    @classmethod
    def _fit(cls, given: object) -> object:
        """Before pydantic, to which half of a surrogate pair is no text: it says so in its own way."""
        try:
            if isinstance(given, str):
                check_identity(given)
        except BadIdentity as error:
            raise HttpError(400, str(error)) from error
        return given


@router.post("launch", auth=session("launch.add_launch"), response={202: JSON, 404: JSON, 409: JSON, 422: JSON})
def post_launch(request: HttpRequest, body: LaunchIn) -> Status[JSON]:
    runnable = catalogue.find(body.workflow)
    if runnable is None:
        return Status(404, {"message": f"There is no workflow {body.workflow!r} to launch."})
    try:
        launch = request_launch(
            runnable,
            body.input,
            by=cast("User", request.user),  # session() lets nobody else in
            deduplication_id=body.deduplication_id,
        )
    except OtherInput as error:
        return Status(409, {"message": str(error)})
    except NotLaunchable as error:
        return Status(422, {"message": str(error)})
    answer = {
        "message_id": launch.message_id,
        "execution_name": launch.execution_name,
        "url": page_of(launch),
        "id": launch.pk,
    }
    return Status(202, answer)


@router.get("launch/{launch_id}", auth=session("launch.view_launch"))
def get_launch(request: HttpRequest, launch_id: int) -> JSON:  # noqa: ARG001
    try:
        launch = selectors.get_launch(launch_id)
    except Launch.DoesNotExist:
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
