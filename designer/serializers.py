"""The JSON shapes of docs/api.md."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asl.diagnostics import Diagnostic
    from designer.models import Deployment, Draft, Environment, Revision, RevisionComment, StateMachine


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_diagnostic(item: Diagnostic) -> dict[str, Any]:
    shown = {"path": item.path, "code": item.code, "message": item.message, "severity": item.severity}
    return shown if item.fix is None else {**shown, "fix": dict(item.fix)}


def as_place(environment: Environment) -> dict[str, Any]:
    """An environment as the answers about what runs there name it."""
    return {
        "id": environment.pk,
        "name": environment.name,
        "kind": environment.kind,
        "region": environment.region,
        "account": environment.account,
        "production": environment.production,
    }


def as_environment(environment: Environment) -> dict[str, Any]:
    """An environment itself, with what a definition may need of it."""
    return {
        **as_place(environment),
        "review_queue_url": environment.review_queue_url,
        "execution_role_arn": environment.execution_role_arn,
    }


def as_revision(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number,
        "comment": revision.comment,
        "author": revision.author.get_username() if revision.author else None,
        "created_at": iso(revision.created_at),
    }


def as_comment(comment: RevisionComment) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "state": comment.state_now,
        "revision": comment.revision.number,
        "author": comment.author.get_username() if comment.author else None,
        "text": comment.text,
        "created_at": iso(comment.created_at),
    }


def as_draft(draft: Draft) -> dict[str, Any]:
    return {
        "definition": draft.definition,
        "base_revision": draft.base,
        "version": draft.version,
        "updated_at": iso(draft.updated_at),
    }


def as_deployment(deployment: Deployment) -> dict[str, Any]:
    return {
        "environment": deployment.environment_id,
        "revision": deployment.revision.number,
        "arn": deployment.arn,
        "role_arn": deployment.role_arn,
        "options": deployment.options,
        "version_arn": deployment.version_arn,
        "deployed_at": iso(deployment.deployed_at),
    }


def as_machine(machine: StateMachine, revision: Revision, deployments: list[Deployment]) -> dict[str, Any]:
    return {
        "id": machine.pk,
        "name": machine.name,
        "type": machine.type,
        "description": machine.description,
        "approval_required": machine.approval_required,
        "definition": revision.definition,
        "yaml": revision.yaml,
        "revision": as_revision(revision),
        "deployments": [as_deployment(row) for row in deployments],
    }
