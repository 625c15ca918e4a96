"""EventBridge's "Step Functions Execution Status Change", read from the queue that an environment names.

Best effort on AWS's side: an event may be missing, late or doubled, and what doesn't fit in 248 KB has no payloads.
So an event only brings forward what the sweep of ListExecutions would find: an execution begins, ends, is redriven.
Applying one twice, or after what it told was overtaken, changes nothing; a message is deleted once what it said is
committed.

Only executions of state machines that were deployed from here, or that are in the mirror already, are taken from a
message: whoever can write to the queue can make the mirror look, not make it believe in what isn't there for long.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.db import DatabaseError

from callboard import aws
from callboard.queue_pace import QueuePace
from designer.models import Deployment
from executions.adoption import adopt
from executions.discovery import follow_redriven
from executions.mirror import GOING, hear_of_end
from executions.models import Execution

if TYPE_CHECKING:
    from designer.models import Environment

logger = logging.getLogger(__name__)
DETAIL_TYPE = "Step Functions Execution Status Change"
BATCH = 10  # ReceiveMessage's maximum


class NotAStatusChange(ValueError):  # noqa: N818 - it says what it is
    """A message that no rule for status changes made."""


def poll(environment: Environment) -> int:
    """Read one batch of the environment's status queue; how many messages it held."""
    url, pace = environment.status_queue_url, QueuePace("status", environment)
    try:
        client = aws.client(environment, "sqs")
        messages = client.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH).get("Messages", [])
    except (ClientError, BotoCoreError, OSError) as error:
        pace.failed(error)
        return 0
    pace.succeeded(full=len(messages) == BATCH)
    done = [message for message in messages if _take(environment, message)]
    if done:
        entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(done)]
        try:
            client.delete_message_batch(QueueUrl=url, Entries=entries)
        except (ClientError, BotoCoreError, OSError) as error:  # they come again, and change nothing
            logger.warning("Status changes were taken but not deleted: %s", type(error).__name__)
    return len(messages)


def _take(environment: Environment, message: dict[str, Any]) -> bool:
    """Whether the message is done with."""
    try:
        apply(environment, read(message["Body"]))
    except NotAStatusChange as error:
        logger.warning("A message of the status queue of %s was thrown away: %s", environment, error)
    except DatabaseError as error:  # it comes again when its visibility time-out ends
        logger.warning("Status change %s waits: the database said %s", message["MessageId"], type(error).__name__)
        return False
    return True


def read(body: str) -> dict[str, Any]:
    """The event's ``detail``. Raises `NotAStatusChange`."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAStatusChange("it isn't JSON") from error
    if not isinstance(event, dict) or event.get("detail-type") != DETAIL_TYPE:
        raise NotAStatusChange("it isn't an event of Step Functions")
    detail = event.get("detail")
    if not isinstance(detail, dict):
        raise NotAStatusChange("it has no detail")
    texts = ("executionArn", "stateMachineArn", "name", "status")
    if any(not isinstance(detail.get(key), str) for key in texts) or detail["status"] not in Execution.Status.values:
        raise NotAStatusChange("its detail isn't an execution's")
    times = {key: _time(detail.get(key)) for key in ("startDate", "stopDate", "redriveDate")}
    if times["startDate"] is None:
        raise NotAStatusChange("it doesn't say when the execution began")
    return detail | times


def apply(environment: Environment, detail: dict[str, Any]) -> None:
    """What an event says, into the mirror. Its ``detail`` is of `read`."""
    arn, machine = detail["executionArn"], detail["stateMachineArn"]
    known = Execution.objects.filter(environment=environment, arn=arn).exists()
    if not known and not Deployment.objects.filter(environment=environment, arn=machine).exists():
        return
    if not known:
        adopt(environment, arn=arn, name=detail["name"], state_machine_arn=machine, started_at=detail["startDate"])
    if detail["status"] in GOING:
        follow_redriven(environment, [detail])
    elif detail["stopDate"] is not None:
        said = {key: detail[key] for key in ("output", "error", "cause") if isinstance(detail.get(key), str)}
        hear_of_end(environment, arn, status=detail["status"], stopped_at=detail["stopDate"], **said)


def _time(milliseconds: Any) -> datetime | None:
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise NotAStatusChange("a time of its is no time") from error
