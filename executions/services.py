"""Writes about executions: start one, stop one, redrive one."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from django.utils import timezone

from callboard.aws import client
from callboard.celery import hint
from designer.models import Deployment, Environment, StateMachine
from executions import express, polling
from executions.live import announce
from executions.mirror import take_up_again
from executions.models import Execution
from executions.redaction import redact_text

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_INPUT = 262_144  # bytes of UTF-8: the API's limit


class NotStarted(Exception):  # noqa: N818 - it says what happened
    """The execution can't be started, for a reason that the person who asked can mend."""


def start_execution(
    *,
    state_machine: StateMachine,
    environment: Environment,
    input: str,  # noqa: A002
    name: str = "",
    by: User | None = None,
) -> Execution:
    """Start an execution of what is deployed, and mirror it from its first moment; of an EXPRESS workflow, its outcome.

    ``input`` is JSON text. Starting again with the same name and input, while that execution runs, answers with that
    one (as StartExecution does). Raises `NotStarted`, or botocore's ClientError with Step Functions' own refusal.
    """
    deployment = (
        Deployment.objects.filter(revision__state_machine=state_machine, environment=environment)
        .select_related("revision")
        .first()
    )
    if deployment is None:
        raise NotStarted(f"{state_machine} isn't deployed to {environment}. Deploy it first.")
    check_input(input)
    if state_machine.type == StateMachine.Type.EXPRESS:
        return express.start(deployment, input=input, name=name, by=by)
    name = name or str(uuid.uuid4())
    answer = client(environment, "stepfunctions").start_execution(
        stateMachineArn=deployment.arn, name=name, input=input
    )
    execution, created = Execution.objects.get_or_create(
        environment=environment,
        arn=answer["executionArn"],
        defaults={
            "name": name,
            "state_machine_arn": deployment.arn,
            "state_machine": state_machine,
            "revision": deployment.revision,
            "input": redact_text(input),
            "started_at": answer["startDate"],
            "started_by": by,
            "next_poll_at": timezone.now(),
        },
    )
    if not created and by is not None and execution.started_by_id is None:  # the sweep saw it before we did
        Execution.objects.filter(pk=execution.pk).update(started_by=by)
        execution.refresh_from_db()
    announce(execution, [])
    hint_poll(execution)
    return execution


def begin_express(deployment: Deployment, *, input: str, name: str = "") -> str:  # noqa: A002
    """Start an EXPRESS execution without waiting for its end; its name. Raises `NotStarted`, ClientError."""
    check_input(input)
    return express.begin(deployment, input=input, name=name)


def check_input(text: str) -> None:
    """Raises `NotStarted` with the place of the error where ``text`` isn't JSON of a size that is allowed."""
    if len(text.encode()) > MAX_INPUT:
        raise NotStarted("The input is larger than 256 KiB. Put it in S3 and pass its address.")
    try:
        json.loads(text)
    except ValueError as error:
        raise NotStarted(f"The input isn't JSON: {error}.") from error
    except RecursionError as error:
        raise NotStarted("The input is nested too deeply.") from error


def stop_execution(execution: Execution, *, error: str = "", cause: str = "") -> Execution:
    """Ask Step Functions to stop it, then look at once. Raises ClientError."""
    arguments = {key: value for key, value in (("error", error), ("cause", cause)) if value}
    client(execution.environment, "stepfunctions").stop_execution(executionArn=execution.arn, **arguments)
    Execution.objects.filter(pk=execution.pk, next_poll_at__isnull=False).update(next_poll_at=timezone.now())
    polling.poll(execution.pk)  # so that the answer says how it ended, where the environment says so at once
    execution.refresh_from_db()
    if execution.next_poll_at is not None:
        hint_poll(execution)
    return execution


def redrive_status(execution: Execution) -> tuple[bool, str]:
    """May it be redriven now, as Step Functions says; and if not, its reason. Raises ClientError."""
    said = client(execution.environment, "stepfunctions").describe_execution(
        executionArn=execution.arn, includedData="METADATA_ONLY"
    )
    return said.get("redriveStatus") == "REDRIVABLE", said.get("redriveStatusReason", "")


def redrive_execution(execution: Execution) -> Execution:
    """Ask Step Functions to run what didn't succeed again, and follow the execution once more. Raises ClientError."""
    client(execution.environment, "stepfunctions").redrive_execution(executionArn=execution.arn)
    take_up_again(execution)
    polling.poll(execution.pk)
    execution.refresh_from_db()
    if execution.next_poll_at is not None:
        hint_poll(execution)
    return execution


def catch_up(execution: Execution) -> None:
    """Follow it again where it was redriven since it ended here: no sweep lists a Map Run's executions.

    Raises ClientError.
    """
    if execution.next_poll_at is not None or execution.stopped_at is None or hasattr(execution, "express"):
        return
    said = client(execution.environment, "stepfunctions").describe_execution(
        executionArn=execution.arn, includedData="METADATA_ONLY"
    )
    if said.get("redriveDate") is not None and said["redriveDate"] > execution.stopped_at:
        take_up_again(execution)
        hint_poll(execution)


def hint_poll(execution: Execution) -> None:
    from executions.tasks import poll_execution

    hint(poll_execution, execution.pk)
