"""Deploying: a plan that can be looked at, then its steps, through boto3.

The plan says what will be called; executing it validates first (our own validator, then the environment's), creates or
updates the state machine, and records the ARN. Every refusal says at which stage, in words, with located diagnostics.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from asl.diagnostics import Diagnostic
from asl.validate import diagnose
from callboard.aws import client
from designer.change_reviews import why_not_deploy
from designer.deployment_options import (
    Interrupted,
    NotAnOption,
    Options,
    carry_out,
    configuration,
    read_options,
    words,
)
from designer.models import Deployment, Environment, Revision

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Stage = Literal["validate", "review", "drift", "create", "update", "connect", "configure"]
# An environment that doesn't offer the validation API (or forbids it) validates at create and update anyway.
_NO_VALIDATION = {"UnknownOperationException", "AccessDeniedException", "InvalidAction", "NotImplemented"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What deploying will do. ``arn`` is that of the state machine to update; None where one is created."""

    revision: Revision
    environment: Environment
    role_arn: str
    arn: str | None
    options: Options = field(default_factory=Options)

    @property
    def name(self) -> str:
        return self.revision.state_machine.name

    @property
    def steps(self) -> list[str]:
        """What will be done, in words and in order."""
        verb = "Update" if self.arn else "Create"
        return [
            f"Check revision {self.revision.number}, here and in {self.environment}",
            f"{verb} the state machine {self.name} with the role {self.role_arn}",
            *words(self.options, name=self.name),
        ]


class NotDeployed(Exception):  # noqa: N818 - it says what happened
    """Nothing was changed in the environment, at the stage named; ``errors`` are located in the definition.

    At the stage "configure" the definition is there and ``done`` says what else is; deploying again goes on.
    """

    def __init__(
        self, stage: Stage, message: str, errors: list[Diagnostic] | None = None, done: list[str] | None = None
    ) -> None:
        super().__init__(message)
        self.stage, self.errors, self.done = stage, errors or [], done or []


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    deployment: Deployment
    created: bool
    warnings: list[Diagnostic] = field(default_factory=list)
    done: list[str] = field(default_factory=list)


def plan(
    revision: Revision, environment: Environment, role_arn: str = "", options: dict[str, Any] | None = None
) -> Plan:
    """Raises `NotDeployed` when no role is known (AWS needs one to run a state machine), an option can't be, or the
    revision isn't approved where that is demanded.
    """
    if refusal := why_not_deploy(revision):
        raise NotDeployed("review", f"Not deployed: {refusal}")
    try:
        chosen = read_options(options or {})
    except NotAnOption as error:
        raise NotDeployed("validate", f"Not deployed: {error}") from error
    previous = (
        Deployment.objects.filter(revision__state_machine=revision.state_machine, environment=environment)
        .order_by("-deployed_at")
        .first()
    )
    role = role_arn.strip() or (previous.role_arn if previous else "") or environment.execution_role_arn
    if not role:
        raise NotDeployed(
            "validate", f"Not deployed: {environment} needs a role that Step Functions may assume. Give its ARN."
        )
    arn = previous.arn if previous else None
    return Plan(revision=revision, environment=environment, role_arn=role, arn=arn, options=chosen)


def refuse_drift(plan: Plan) -> None:
    """Raises `NotDeployed` where somebody changed the definition in the environment since it was deployed from here."""
    previous = Deployment.objects.filter(environment=plan.environment, arn=plan.arn).first() if plan.arn else None
    if previous is None:
        return
    try:
        there = client(plan.environment, "stepfunctions").describe_state_machine(stateMachineArn=plan.arn)["definition"]
    except (ClientError, BotoCoreError):
        return  # it is gone or can't be reached: deploying itself says so
    if there not in (previous.revision.definition, plan.revision.definition):
        raise NotDeployed(
            "drift",
            f"Not deployed: somebody changed {plan.name} in {plan.environment} since revision "
            f"{previous.revision.number} went there. Compare the two; take the change in, or overwrite it.",
        )


def deploy(plan: Plan, *, by: User | None) -> Outcome:
    """Carry out ``plan``. Raises `NotDeployed`."""
    if refusal := why_not_deploy(plan.revision):  # a verdict may have changed since it was planned
        raise NotDeployed("review", f"Not deployed: {refusal}")
    warnings = _validate(plan)
    step_functions = client(plan.environment, "stepfunctions")
    try:
        arn = _update(step_functions, plan) if plan.arn else None
        created = arn is None
        if arn is None:
            arn = _create(step_functions, plan)
    except BotoCoreError as error:
        raise _away(plan, error) from error
    # Recorded before the further steps: the definition is in force whatever becomes of them.
    deployment = Deployment.objects.create(
        revision=plan.revision,
        environment=plan.environment,
        arn=arn,
        role_arn=plan.role_arn,
        options=plan.options.as_json(),
        deployed_by=by,
    )
    try:
        description = f"Callboard revision {plan.revision.number}"
        done, version = carry_out(step_functions, arn, plan.options, description=description)
    except Interrupted as stop:
        unfinished = _half_way(plan, stop)
        _record(deployment, done=stop.done, problem=str(unfinished))
        raise unfinished from stop
    _record(deployment, done=done, version=version)
    return Outcome(deployment=deployment, created=created, warnings=warnings, done=done)


def go_on(deployment: Deployment) -> Outcome:
    """What a deployment that stopped half-way still lacks; the definition is in force already. Raises `NotDeployed`."""
    options = read_options(deployment.options)
    revision, environment = deployment.revision, deployment.environment
    newest = Deployment.objects.filter(revision__state_machine=revision.state_machine, environment=environment).first()
    if newest != deployment:
        raise NotDeployed("configure", f"{environment} has taken another deployment since. Deploy anew instead.")
    where = plan(revision, environment, deployment.role_arn, deployment.options)
    description = f"Callboard revision {revision.number}"
    try:
        step_functions = client(environment, "stepfunctions")
        done, version = carry_out(step_functions, deployment.arn, options, description=description)
    except Interrupted as stop:
        refusal = _half_way(where, stop)
        _record(deployment, done=stop.done, problem=str(refusal))
        raise refusal from stop
    _record(deployment, done=done, version=version)
    return Outcome(deployment=deployment, created=False, done=done)


def _record(deployment: Deployment, *, done: list[str], version: str = "", problem: str = "") -> None:
    deployment.done, deployment.problem = done, problem
    deployment.version_arn = version or deployment.version_arn
    deployment.save(update_fields=["done", "problem", "version_arn"])


def _half_way(plan: Plan, stop: Interrupted) -> NotDeployed:
    cause = stop.__cause__
    if isinstance(cause, ClientError):
        said = cause.response["Error"]
        why = f"{plan.environment} answered {said['Code']}. {said.get('Message', '')}"
    elif isinstance(cause, BotoCoreError):
        why = f"{plan.environment} can't be reached any more ({type(cause).__name__})."
    else:
        raise stop
    return NotDeployed(
        "configure",
        f"Revision {plan.revision.number} is there, but not all that should follow: {why} Deploy again to go on.",
        done=stop.done,
    )


def _validate(plan: Plan) -> list[Diagnostic]:
    """Warnings of both validators. Raises `NotDeployed` with their errors."""
    machine_type = plan.revision.state_machine.type
    ours = diagnose(plan.revision.definition, type=machine_type)
    errors = [item for item in ours if item.severity == "ERROR"]
    if errors:
        raise NotDeployed(
            "validate", f"Not deployed: the definition has {_count(errors)}. Mend what is marked.", errors
        )
    try:
        answer = client(plan.environment, "stepfunctions").validate_state_machine_definition(
            definition=plan.revision.definition, type=machine_type, severity="WARNING"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in _NO_VALIDATION:
            return ours
        raise NotDeployed("validate", _words(plan, error)) from error
    except BotoCoreError as error:
        raise _away(plan, error) from error
    theirs = [_diagnostic(item) for item in answer.get("diagnostics", [])]
    errors = [item for item in theirs if item.severity == "ERROR"]
    if answer["result"] == "FAIL":
        raise NotDeployed(
            "validate", f"Not deployed: {plan.environment} found {_count(errors)} in the definition.", errors
        )
    known = {(item.path, item.message) for item in ours}
    return ours + [item for item in theirs if (item.path, item.message) not in known]


def _diagnostic(item: dict[str, Any]) -> Diagnostic:
    return Diagnostic(
        path=item.get("location", ""), code=item["code"], message=item["message"], severity=item["severity"]
    )


def _update(step_functions: Any, plan: Plan) -> str | None:
    """The ARN; None where the state machine was deleted in the environment meanwhile."""
    try:
        step_functions.update_state_machine(
            stateMachineArn=plan.arn,
            definition=plan.revision.definition,
            roleArn=plan.role_arn,
            **configuration(plan.options),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in ("StateMachineDoesNotExist", "StateMachineDeleting"):
            return None
        raise NotDeployed("update", _words(plan, error)) from error
    return plan.arn


def _create(step_functions: Any, plan: Plan) -> str:
    try:
        answer = step_functions.create_state_machine(
            name=plan.name,
            definition=plan.revision.definition,
            roleArn=plan.role_arn,
            type=plan.revision.state_machine.type,
            **configuration(plan.options),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "StateMachineAlreadyExists":
            return _adopt(step_functions, plan, error)
        raise NotDeployed("create", _words(plan, error)) from error
    return str(answer["stateMachineArn"])


def _adopt(step_functions: Any, plan: Plan, refusal: ClientError) -> str:
    """A state machine of that name is there, unknown to us. The embedded one is ours to update; another's isn't."""
    if plan.environment.kind != Environment.Kind.EMBEDDED:
        raise NotDeployed(
            "create",
            f"Not deployed: {plan.environment} has a state machine named {plan.name} that wasn't deployed from here. "
            "Rename this workflow, or delete that state machine first.",
        ) from refusal
    region, account = plan.environment.region, plan.environment.account
    arn = f"arn:aws:states:{region}:{account}:stateMachine:{plan.name}"
    try:
        step_functions.update_state_machine(
            stateMachineArn=arn,
            definition=plan.revision.definition,
            roleArn=plan.role_arn,
            **configuration(plan.options),
        )
    except ClientError as error:
        raise NotDeployed("update", _words(plan, error)) from error
    return arn


def _words(plan: Plan, error: ClientError) -> str:
    """AWS's refusal: what happened, what it means, what to do."""
    said = error.response["Error"]
    code, message = said["Code"], said.get("Message", "")
    match code:
        case "AccessDeniedException" if "PassRole" in message or "assume" in message.lower():
            return (
                f"Not deployed: AWS refused the role ({plan.role_arn}). states.amazonaws.com must be allowed to assume "
                "it, and you to pass it. Edit the role's trust policy or pick another role."
            )
        case "AccessDeniedException" | "UnrecognizedClientException" | "ExpiredTokenException":
            return f"Not deployed: {plan.environment} refused the credentials ({code}). Test its connection."
        case "InvalidDefinition":
            return f"Not deployed: {plan.environment} refused the definition. {message}"
        case "InvalidArn":
            return (
                f"Not deployed: {plan.role_arn} isn't a role's ARN. Give one like arn:aws:iam::123456789012:role/name."
            )
        case _:
            return f"Not deployed: {plan.environment} answered {code}. {message}"


def _away(plan: Plan, error: BotoCoreError) -> NotDeployed:
    return NotDeployed(
        "connect", f"Not deployed: {plan.environment} can't be reached ({type(error).__name__}). Test its connection."
    )


def _count(items: list[Diagnostic]) -> str:
    return f"{len(items)} error{'s' if len(items) != 1 else ''}"
