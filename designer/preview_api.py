"""The JSON API of previews and of tests of one state (docs/api.md)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from callboard.access import session
from designer import preview
from designer.models import Environment
from designer.services import Refused
from designer.state_tests import Order, try_state

router = Router(tags=["previews"])
SEE, RUN = "designer.view_statemachine", "executions.start_execution"
JSON = dict[str, Any]


class PreviewIn(Schema):
    name: str
    state: str
    query_language: str = "JSONPath"
    sample: dict[str, str] = Field(default_factory=dict)


class StateTestIn(Schema):
    definition: str
    state: str
    alone: bool = True
    role_arn: str = ""
    input: str = "{}"
    variables: str = ""
    context: str = ""
    inspection_level: str = "DEBUG"
    reveal_secrets: bool = False
    mock: JSON | None = None
    configuration: JSON = Field(default_factory=dict)


@router.post("previews", auth=session(SEE))
def post_preview(request: HttpRequest, body: PreviewIn) -> JSON:  # noqa: ARG001
    asked = preview.Asked(name=body.name, state=body.state, language=body.query_language, sample=body.sample)
    try:
        return preview.run(asked)
    except Refused as error:
        raise HttpError(422, str(error)) from error
    except preview.Busy as error:
        raise HttpError(503, str(error)) from error


@router.post("environments/{environment_id}/state-tests", auth=session(RUN))
def post_state_test(request: HttpRequest, environment_id: int, body: StateTestIn) -> JSON:  # noqa: ARG001
    """TestState: the state is performed there, unless it is mocked."""
    environment = get_object_or_404(Environment, pk=environment_id)
    try:
        return try_state(environment, Order(**body.dict()))
    except Refused as error:
        raise HttpError(422, str(error)) from error
