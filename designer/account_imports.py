"""State machines that an environment has and Callboard doesn't know: listed, and taken in as workflows.

What is taken in counts as deployed there: the next deployment updates it, and drift is seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.db import transaction

from callboard.aws import client
from designer import selectors, services
from designer.models import Deployment
from designer.services import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from designer.models import Environment, StateMachine

MOST = 1000


@dataclass(frozen=True, slots=True)
class Listed:
    arn: str
    name: str
    type: str
    created_at: datetime
    known: StateMachine | None  # the workflow that it is here already


def listed(environment: Environment) -> list[Listed]:
    """By name. Raises `Refused` where the environment can't be asked."""
    rows: list[dict[str, Any]] = []
    try:
        for page in client(environment, "stepfunctions").get_paginator("list_state_machines").paginate():
            rows += page["stateMachines"]
            if len(rows) >= MOST:
                break
    except (ClientError, BotoCoreError) as error:
        raise Refused(_words(environment, error)) from error
    deployments = Deployment.objects.filter(environment=environment).select_related("revision__state_machine")
    known = {row.arn: row.revision.state_machine for row in deployments.defer("revision__definition")}
    found = [
        Listed(row["stateMachineArn"], row["name"], row["type"], row["creationDate"], known.get(row["stateMachineArn"]))
        for row in rows[:MOST]
    ]
    return sorted(found, key=lambda row: row.name.lower())


def take(environment: Environment, arn: str, *, by: User) -> StateMachine:
    """The state machine as a workflow whose first revision runs there. Raises `Refused`."""
    known = (
        Deployment.objects.filter(environment=environment, arn=arn).select_related("revision__state_machine").first()
    )
    if known is not None:
        raise Refused(f"It is the workflow {known.revision.state_machine} already. Compare that with what runs there.")
    try:
        there = client(environment, "stepfunctions").describe_state_machine(stateMachineArn=arn)
    except (ClientError, BotoCoreError) as error:
        raise Refused(_words(environment, error)) from error
    with transaction.atomic():
        machine = services.create_state_machine(
            name=there["name"], type=there["type"], definition=there["definition"], by=by
        )
        Deployment.objects.create(
            revision=selectors.latest_revision(machine),
            environment=environment,
            arn=arn,
            role_arn=there["roleArn"],
            done=["Taken in as it was there"],
        )
    return machine


def _words(environment: Environment, error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        said = error.response["Error"]
        return f"{environment} answered {said.get('Code')}: {said.get('Message', '')}"
    return f"{environment} can't be reached ({type(error).__name__}). Test its connection."
