"""Aliases and versions of what is deployed: where an alias points, and pointing it back in one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from callboard.aws import client
from designer.deployment_options import all_aliases
from designer.models import AliasMove, Deployment
from designer.services import Refused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.models import Environment, StateMachine

MOST = 30  # aliases to show, and versions to point them at


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    revision: int | None  # None where it wasn't published from here


@dataclass(frozen=True, slots=True)
class Alias:
    name: str
    routing: list[tuple[Version, int]]  # with the percentage that each takes
    others: list[Version]  # newest first: where it could point as a whole


def aliases(deployment: Deployment) -> list[Alias]:
    """As they are in the environment now. Raises `Refused` where that can't be had."""
    try:
        step_functions = client(deployment.environment, "stepfunctions")
        rows = all_aliases(step_functions, deployment.arn)
        if not rows:
            return []
        versions = _versions(step_functions, deployment)
        return [_alias(step_functions, str(row["stateMachineAliasArn"]), versions) for row in rows[:MOST]]
    except (ClientError, BotoCoreError) as error:
        raise Refused(_words(deployment.environment, error)) from error


def _versions(step_functions: Any, deployment: Deployment) -> dict[str, Version]:
    published = Deployment.objects.filter(version_arn__startswith=f"{deployment.arn}:").order_by("deployed_at")
    revisions = dict(published.values_list("version_arn", "revision__number"))
    answer = step_functions.list_state_machine_versions(stateMachineArn=deployment.arn, maxResults=MOST)
    arns = [str(row["stateMachineVersionArn"]) for row in answer["stateMachineVersions"]]
    return {arn: Version(_number(arn), revisions.get(arn)) for arn in arns}


def _alias(step_functions: Any, arn: str, versions: dict[str, Version]) -> Alias:
    found = step_functions.describe_state_machine_alias(stateMachineAliasArn=arn)
    routing = [
        (
            versions.get(row["stateMachineVersionArn"]) or Version(_number(row["stateMachineVersionArn"]), None),
            row["weight"],
        )
        for row in found["routingConfiguration"]
    ]
    routing = [row for row in routing if row[1]]
    whole = routing[0][0].number if len(routing) == 1 else None
    return Alias(str(found["name"]), routing, [row for row in versions.values() if row.number != whole])


def point(machine: StateMachine, deployment: Deployment, *, alias: str, version: int, by: User | None) -> AliasMove:
    """All executions of the alias go to ``version``. Raises `Refused`."""
    arn = f"{deployment.arn}:{version}"
    if machine.approval_required and not Deployment.objects.filter(version_arn=arn).exists():
        raise Refused(f"Version {version} wasn't deployed from here, and {machine} takes approved revisions alone.")
    alias_arn = f"{deployment.arn}:{alias}"
    try:
        step_functions = client(deployment.environment, "stepfunctions")
        before = step_functions.describe_state_machine_alias(stateMachineAliasArn=alias_arn)["routingConfiguration"]
        step_functions.update_state_machine_alias(
            stateMachineAliasArn=alias_arn, routingConfiguration=[{"stateMachineVersionArn": arn, "weight": 100}]
        )
    except (ClientError, BotoCoreError) as error:
        raise Refused(_words(deployment.environment, error)) from error
    return AliasMove.objects.create(
        state_machine=machine,
        environment=deployment.environment,
        alias=alias,
        before=[{"version": _number(row["stateMachineVersionArn"]), "weight": row["weight"]} for row in before],
        version=version,
        by=by,
    )


def _number(arn: str) -> int:
    return int(arn.rsplit(":", 1)[1])


def _words(environment: Environment, error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        said = error.response["Error"]
        return f"{environment} answered {said.get('Code')}: {said.get('Message', '')}"
    return f"{environment} can't be reached ({type(error).__name__}). Test its connection."
