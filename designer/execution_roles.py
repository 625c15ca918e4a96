"""The role that a state machine runs with: one that is there, or a new one with the policy read from the definition.

The policy is always this server's own reading of the revision, never a text that a browser sends: who may deploy can't
give away more than the definition needs. Staff say by environment whether roles are made at all, and what they may do
at the most (a permissions boundary).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from botocore.exceptions import BotoCoreError, ClientError

from callboard.aws import client
from designer import policy
from designer.deployment_options import AWS_KEY, NotAnOption, read_options
from designer.services import Refused

if TYPE_CHECKING:
    from designer.models import Environment, Revision

MOST = 500  # roles: whoever has more types the ARN
POLICY_NAME = "StateMachine"
OWNER_TAG = "callboard:workflow"
_name = re.compile(r"[\w+=,.@-]{1,64}\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A role to be looked at before it is made."""

    name: str
    trust: dict[str, Any]
    policy: dict[str, Any]
    notes: list[str]
    boundary: str


def assumable(environment: Environment) -> dict[str, Any]:
    """``{roles: [{arn, name}], problem}``: those that Step Functions may assume."""
    found: list[dict[str, str]] = []
    try:
        pages = client(environment, "iam").get_paginator("list_roles").paginate()
        for page in pages:
            found += [
                {"arn": role["Arn"], "name": role["RoleName"]} for role in page["Roles"] if _trusts_step_functions(role)
            ]
            if len(found) >= MOST:
                break
    except (ClientError, BotoCoreError) as error:
        return {"roles": [], "problem": f"{_words(environment, error)} Type the role's ARN instead."}
    return {"roles": sorted(found[:MOST], key=lambda role: role["name"].lower()), "problem": ""}


def _trusts_step_functions(role: dict[str, Any]) -> bool:
    document = role.get("AssumeRolePolicyDocument") or {}
    if isinstance(document, str):
        document = json.loads(unquote(document))
    return "states.amazonaws.com" in json.dumps(document) or '"Service": "states.' in json.dumps(document)


def proposal(revision: Revision, environment: Environment, options: dict[str, Any] | None = None) -> Proposal:
    """What a role for this revision needs there. Raises `Refused`."""
    try:
        document = json.loads(revision.definition)
        chosen = read_options(options or {})
    except NotAnOption as error:
        raise Refused(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"Revision {revision.number} isn't JSON yet: mend it first.") from error
    needed = policy.needed(
        document,
        region=environment.region,
        account=environment.account,
        logging=chosen.log_level not in ("", "OFF"),
        tracing=bool(chosen.tracing),
        kms_key="" if chosen.kms_key == AWS_KEY else chosen.kms_key,
    )
    return Proposal(
        name=f"{revision.state_machine.name}-role"[:64],
        trust=_trust(environment),
        policy=needed.policy,
        notes=needed.notes,
        boundary=environment.role_boundary_arn,
    )


def _trust(environment: Environment) -> dict[str, Any]:
    """For this account's state machines alone (the confused deputy: developer guide, "Cross-service")."""
    if not environment.account:
        return policy.TRUST
    statement = {
        **policy.TRUST["Statement"][0],  # type: ignore[dict-item]
        "Condition": {"StringEquals": {"aws:SourceAccount": environment.account}},
    }
    return {**policy.TRUST, "Statement": [statement]}


def create(
    revision: Revision, environment: Environment, *, name: str, options: dict[str, Any] | None = None
) -> dict[str, Any]:
    """``{arn, created}``. A role that was made for this workflow gets the new policy. Raises `Refused`."""
    if not environment.creates_roles:
        raise Refused(f"In {environment} roles aren't made from here. A member of staff can allow it.")
    if not _name.match(name):
        raise Refused("A role's name has 1 to 64 letters, digits and the characters +=,.@_-")
    wanted = proposal(revision, environment, options)
    iam = client(environment, "iam")
    workflow = revision.state_machine.name
    given: dict[str, Any] = {"PermissionsBoundary": wanted.boundary} if wanted.boundary else {}
    try:
        created = True
        try:
            role = iam.create_role(
                RoleName=name,
                AssumeRolePolicyDocument=json.dumps(wanted.trust),
                Description=f"Runs the state machine {workflow}; made by Callboard",
                Tags=[{"Key": OWNER_TAG, "Value": workflow}],
                **given,
            )["Role"]
        except iam.exceptions.EntityAlreadyExistsException:
            created, role = False, _own(iam, name, workflow)
        if wanted.policy["Statement"]:
            iam.put_role_policy(RoleName=name, PolicyName=POLICY_NAME, PolicyDocument=json.dumps(wanted.policy))
        elif not created:
            _without_policy(iam, name)
    except (ClientError, BotoCoreError) as error:
        raise Refused(_words(environment, error)) from error
    return {"arn": str(role["Arn"]), "created": created}


def _own(iam: Any, name: str, workflow: str) -> dict[str, Any]:
    """The role, if it was made here for this workflow: nobody else's is changed. Raises `Refused`."""
    tags = {row["Key"]: row["Value"] for row in iam.list_role_tags(RoleName=name)["Tags"]}
    if tags.get(OWNER_TAG) != workflow:
        raise Refused(
            f"There is a role {name} that wasn't made for this workflow. Give another name, or pick that one."
        )
    found: dict[str, Any] = iam.get_role(RoleName=name)["Role"]
    return found


def _without_policy(iam: Any, name: str) -> None:
    if POLICY_NAME in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=POLICY_NAME)


def _words(environment: Environment, error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        said = error.response["Error"]
        code = said.get("Code", "")
        if "AccessDenied" in code:
            return f"{environment} doesn't let Callboard do this in IAM ({code})."
        return f"{environment} answered {code}: {said.get('Message', '')}"
    return f"{environment} can't be reached ({type(error).__name__})."
