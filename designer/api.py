"""The designer's part of the JSON API (docs/api.md)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError

from asl.validate import diagnose
from callboard.access import session
from callboard.roles import SIGNED_IN, STAFF, allowed
from designer import change_reviews, connections, deployment, drafts, presence, selectors, services
from designer.models import Environment, StateMachine
from designer.serializers import as_comment, as_diagnostic, as_environment, as_machine, iso

router = Router(tags=["designer"])
SEE, SAVE, DEPLOY = "designer.view_statemachine", "designer.add_revision", "designer.add_deployment"
JSON = dict[str, Any]


class RevisionIn(Schema):
    definition: str
    yaml: str = ""
    comment: str = ""
    base_revision: int
    renamed: dict[str, str] = Field(default_factory=dict)  # states' new names by their names in the base revision


class DefinitionIn(Schema):
    definition: str
    type: str = "STANDARD"


class CommentIn(Schema):
    text: str
    state: str = ""


class DeploymentIn(Schema):
    revision: int
    environment: int
    role_arn: str = ""
    options: JSON = Field(default_factory=dict)
    overwrite: bool = False  # what somebody changed there since


@router.get("state-machines/{machine_id}", auth=session(SEE))
def get_machine(request: HttpRequest, machine_id: int) -> JSON:  # noqa: ARG001
    machine = selectors.machine(machine_id)
    return as_machine(machine, selectors.latest_revision(machine), selectors.in_force([machine.pk])[machine.pk])


@router.post("state-machines/{machine_id}/revisions", response={201: JSON, 409: JSON}, auth=session(SAVE))
def post_revision(request: HttpRequest, machine_id: int, body: RevisionIn) -> Status[JSON]:
    machine = selectors.machine(machine_id)
    try:
        revision = services.save_revision(
            machine,
            definition=body.definition,
            yaml=body.yaml,
            base=body.base_revision,
            comment=body.comment,
            renamed=body.renamed,
            by=request.user,  # type: ignore[arg-type]
        )
    except services.Conflict as conflict:
        latest = conflict.latest
        said = {"message": str(conflict), "latest": latest.number, "definition": latest.definition}
        return Status(409, said)
    except services.Refused as error:
        raise HttpError(422, str(error)) from error
    drafts.saved(machine, definition=body.definition, owner=request.user)  # type: ignore[arg-type]
    presence.tell_saved(machine.pk, revision)
    return Status(201, {"number": revision.number, "created_at": iso(revision.created_at)})


@router.post("state-machines/{machine_id}/revisions/{number}/comments", response={201: JSON}, auth=session(SAVE))
def post_comment(request: HttpRequest, machine_id: int, number: int, body: CommentIn) -> Status[JSON]:
    """Say something of a revision, or of one of its states."""
    revision = get_object_or_404(selectors.machine(machine_id).revisions, number=number)
    try:
        said = change_reviews.comment(revision, by=request.user, text=body.text, state=body.state)  # type: ignore[arg-type]
    except services.Refused as error:
        raise HttpError(422, str(error)) from error
    return Status(201, as_comment(said))


@router.post("diagnose", auth=session(SEE))
def post_diagnose(request: HttpRequest, body: DefinitionIn) -> JSON:  # noqa: ARG001
    return {"diagnostics": [as_diagnostic(item) for item in diagnose(body.definition, type=body.type)]}


@router.post("state-machines/{machine_id}/deployments/plan", response={200: JSON, 422: JSON}, auth=session(DEPLOY))
def post_plan(request: HttpRequest, machine_id: int, body: DeploymentIn) -> Status[JSON]:  # noqa: ARG001
    """What deploying would do, step by step; nothing is called."""
    try:
        return Status(200, {"steps": _plan(machine_id, body).steps})
    except deployment.NotDeployed as error:
        return Status(422, _refusal(error))


@router.post("state-machines/{machine_id}/deployments", response={201: JSON, 422: JSON}, auth=session(DEPLOY))
def post_deployment(request: HttpRequest, machine_id: int, body: DeploymentIn) -> Status[JSON]:
    try:
        planned = _plan(machine_id, body)
        if not body.overwrite:
            deployment.refuse_drift(planned)
        done = deployment.deploy(planned, by=request.user)  # type: ignore[arg-type]
    except deployment.NotDeployed as error:
        return Status(422, _refusal(error))
    answer = {
        "arn": done.deployment.arn,
        "version_arn": done.deployment.version_arn,
        "revision": body.revision,
        "environment": body.environment,
        "created": done.created,
        "done": done.done,
        "warnings": [as_diagnostic(item) for item in done.warnings],
    }
    return Status(201, answer)


def _plan(machine_id: int, body: DeploymentIn) -> deployment.Plan:
    revision = get_object_or_404(selectors.machine(machine_id).revisions, number=body.revision)
    environment = get_object_or_404(Environment, pk=body.environment)
    return deployment.plan(revision, environment, body.role_arn, body.options)


def _refusal(error: deployment.NotDeployed) -> JSON:
    errors = [as_diagnostic(item) for item in error.errors]
    return {"message": str(error), "stage": error.stage, "errors": errors, "done": error.done}


@router.get("environments", auth=session("designer.view_environment"))
def get_environments(request: HttpRequest) -> list[JSON]:  # noqa: ARG001
    return [as_environment(row) for row in selectors.environments()]


@router.get("environments/{environment_id}/foundation-models", auth=session(SEE))
def get_foundation_models(request: HttpRequest, environment_id: int) -> JSON:  # noqa: ARG001
    return connections.foundation_models(get_object_or_404(Environment, pk=environment_id))


@router.get("environments/{environment_id}/connections", auth=session(SEE))
def get_connections(request: HttpRequest, environment_id: int) -> JSON:  # noqa: ARG001
    return {"connections": connections.event_connections(get_object_or_404(Environment, pk=environment_id))}


@router.post("environments/{environment_id}/test", auth=session(STAFF))
def post_environment_test(request: HttpRequest, environment_id: int) -> JSON:  # noqa: ARG001
    return connections.test_connection(get_object_or_404(Environment, pk=environment_id))


@router.get("search", auth=session(SIGNED_IN))
def get_search(request: HttpRequest, q: str = "") -> JSON:
    """What the command palette finds besides pages: workflows by name."""
    if not allowed(request.user, SEE):
        return {"results": []}
    found = StateMachine.objects.filter(name__icontains=q.strip()).order_by("-updated_at")[:8]
    return {
        "results": [{"label": row.name, "kind": "Workflow", "url": reverse("designer", args=[row.pk])} for row in found]
    }
