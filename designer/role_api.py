"""The JSON API of execution roles: those to pick from, and a new one to look at and make (docs/api.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError

from callboard.access import session
from designer import execution_roles, selectors
from designer.models import Environment
from designer.services import Refused

if TYPE_CHECKING:
    from designer.models import Revision

router = Router(tags=["execution roles"])
DEPLOY = "designer.add_deployment"
JSON = dict[str, Any]


class RoleIn(Schema):
    revision: int
    environment: int
    name: str = ""
    options: JSON = Field(default_factory=dict)


@router.get("environments/{environment_id}/execution-roles", auth=session(DEPLOY))
def get_roles(request: HttpRequest, environment_id: int) -> JSON:  # noqa: ARG001
    environment = get_object_or_404(Environment, pk=environment_id)
    return {**execution_roles.assumable(environment), "may_create": environment.creates_roles}


@router.post("state-machines/{machine_id}/execution-role/plan", auth=session(DEPLOY))
def post_role_plan(request: HttpRequest, machine_id: int, body: RoleIn) -> JSON:  # noqa: ARG001
    """What the role would be; nothing is called."""
    revision, environment = _subjects(machine_id, body)
    try:
        found = execution_roles.proposal(revision, environment, body.options)
    except Refused as error:
        raise HttpError(422, str(error)) from error
    return {
        "name": found.name,
        "trust": found.trust,
        "policy": found.policy,
        "notes": found.notes,
        "boundary": found.boundary,
    }


@router.post("state-machines/{machine_id}/execution-role", response={201: JSON}, auth=session(DEPLOY))
def post_role(request: HttpRequest, machine_id: int, body: RoleIn) -> Status[JSON]:  # noqa: ARG001
    """Make it, or give the one made for this workflow its new policy."""
    revision, environment = _subjects(machine_id, body)
    try:
        return Status(201, execution_roles.create(revision, environment, name=body.name, options=body.options))
    except Refused as error:
        raise HttpError(422, str(error)) from error


def _subjects(machine_id: int, body: RoleIn) -> tuple[Revision, Environment]:
    revisions = selectors.machine(machine_id).revisions.select_related("state_machine")
    return get_object_or_404(revisions, number=body.revision), get_object_or_404(Environment, pk=body.environment)
