"""EXPRESS executions in the mirror: one started and waited for, one opened from its log, its path read again.

Step Functions answers StartSyncExecution with the outcome and with nothing of the way to it; what it tells of any other
EXPRESS execution stands in the log alone.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from callboard.aws import client
from executions import express_logs
from executions.adoption import adopt
from executions.express_logs import Logging, express_arn
from executions.live import announce
from executions.mirror import as_row, beginning, ending, storable
from executions.models import Execution, ExpressRun, HistoryEvent
from executions.redaction import redact_text
from executions.storing import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from designer.models import Deployment

_ENDS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted")
_NO_LOGGING = Logging(level="OFF", includes_data=False, group="")


class NotLogged(Exception):  # noqa: N818 - it says what happened
    """The log holds nothing of the execution that was asked for."""


def start(deployment: Deployment, *, input: str, name: str = "", by: User | None = None) -> Execution:  # noqa: A002
    """Start it, wait for its end (five minutes at most), mirror the outcome. Raises ClientError, BotoCoreError."""
    answer = client(deployment.environment, "stepfunctions", once=True).start_sync_execution(
        stateMachineArn=deployment.arn, name=name or str(uuid.uuid4()), input=input
    )
    execution, _ = adopt(
        deployment.environment,
        arn=answer["executionArn"],
        name=answer.get("name") or name,
        state_machine_arn=deployment.arn,
        state_machine=deployment.revision.state_machine,
        revision=deployment.revision,
        started_at=answer["startDate"],
        stopped_at=answer["stopDate"],
        status=answer["status"],
        input=storable(redact_text(input)),
        output=storable(redact_text(answer.get("output", ""))),
        error=storable(answer.get("error", "")),
        cause=storable(redact_text(answer.get("cause", ""))),
        started_by=by,
        next_poll_at=None,
    )
    billed = answer.get("billingDetails", {})
    _note_logging(
        execution,
        _logging(deployment),
        billed_milliseconds=billed.get("billedDurationInMilliseconds"),
        billed_megabytes=billed.get("billedMemoryUsedInMB"),
    )
    return execution


def begin(deployment: Deployment, *, input: str, name: str = "") -> str:  # noqa: A002
    """Start it and wait for nothing; its name. What becomes of it stands in its log alone.

    Raises ClientError, BotoCoreError.
    """
    name = name or str(uuid.uuid4())
    client(deployment.environment, "stepfunctions", once=True).start_execution(
        stateMachineArn=deployment.arn, name=name, input=input
    )
    return name


def open_logged(deployment: Deployment, arn: str, around: datetime) -> Execution:
    """The execution of that ARN, taken into the mirror from the log. Raises `NotLogged`, ClientError."""
    row = Execution.objects.filter(environment=deployment.environment, arn=arn).first()
    if row is not None:
        return row
    logging = express_logs.logging_of(deployment.environment, deployment.arn)
    if not logging.group or not arn.startswith(express_arn(deployment.arn) + ":"):
        raise NotLogged
    events, _ = express_logs.history(deployment.environment, logging.group, arn, around)
    if not events:
        raise NotLogged
    execution, _ = adopt(
        deployment.environment,
        arn=arn,
        name=arn.split(":")[7],
        state_machine_arn=deployment.arn,
        started_at=events[0]["timestamp"],
        next_poll_at=None,
    )
    _note_logging(execution, logging)
    _store(execution, [as_row(execution, event) for event in events])
    return execution


def read_log(execution: Execution) -> bool:
    """Look once more for what was logged of it; False where not all of the time could be read. Raises ClientError."""
    express = execution.express
    if not express.log_group:
        return True
    around = execution.stopped_at or execution.started_at
    events, whole = express_logs.history(execution.environment, express.log_group, execution.arn, around)
    if events:
        _store(execution, [as_row(execution, event) for event in events])
    return whole


def _store(execution: Execution, events: list[HistoryEvent]) -> None:
    """What StartSyncExecution answered holds: a log may lack the end, and data is left out of it by default."""
    changes: dict[str, Any] = {"last_event_id": max(execution.last_event_id, events[-1].event_id)}
    if events[0].type == "ExecutionStarted":
        changes |= beginning(execution, events[0])
    last = next((event for event in reversed(events) if event.type in _ENDS), None)
    if last is not None and execution.status == Execution.Status.RUNNING:
        changes |= ending(last)
    upsert(events)
    Execution.objects.filter(pk=execution.pk).update(**changes)
    execution.refresh_from_db()
    announce(execution, events)


def _logging(deployment: Deployment) -> Logging:
    """It has run already: that its logging can't be read takes nothing from that."""
    try:
        return express_logs.logging_of(deployment.environment, deployment.arn)
    except (ClientError, BotoCoreError):
        return _NO_LOGGING


def _note_logging(execution: Execution, logging: Logging, **billed: int | None) -> None:
    ExpressRun.objects.get_or_create(
        execution=execution,
        defaults={
            "log_group": logging.group,
            "level": logging.level,
            "includes_data": logging.includes_data,
            **billed,
        },
    )
