"""The review queue of an environment: each message becomes a task, or goes to the dead-letter queue with a reason.

SQS gives a message at least once, so a copy finds its task there already. A message is deleted only after its task is
committed; what fails for a passing reason stays and comes back when its visibility time-out ends.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.db import DatabaseError

from callboard import aws
from callboard.queue_pace import QueuePace
from review.contract import Unreadable, read_message
from review.services import accept_question

if TYPE_CHECKING:
    from designer.models import Environment

logger = logging.getLogger(__name__)
BATCH = 10  # ReceiveMessage's maximum


def poll(environment: Environment, *, wait_seconds: int = 0) -> int:
    """Read one batch of the environment's review queue; how many messages it held."""
    url = environment.review_queue_url
    pace = QueuePace("review", environment)
    try:
        client = aws.client(environment, "sqs")
        response = client.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=wait_seconds)
    except (ClientError, BotoCoreError, OSError) as error:
        pace.failed(error)
        return 0
    messages = response.get("Messages", [])
    pace.succeeded(full=len(messages) == BATCH)
    for message in messages:
        _take(environment, client, url, message)
    return len(messages)


def _take(environment: Environment, client: Any, url: str, message: dict[str, Any]) -> None:
    try:
        accept_question(environment, read_message(message["Body"]))
    except Unreadable as error:
        if not bury(client, url, message["Body"], str(error)):
            return
    except DatabaseError as error:
        logger.warning("Message %s waits: the database said %s", message["MessageId"], type(error).__name__)
        return
    try:
        client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    except (ClientError, BotoCoreError, OSError) as error:  # it comes again, and finds its task
        logger.warning("Message %s was taken but not deleted: %s", message["MessageId"], type(error).__name__)


def bury(client: Any, url: str, body: str, reason: str) -> bool:
    """Send what can't be read to the queue's own dead-letter queue, with the reason; False where that failed."""
    try:
        client.send_message(
            QueueUrl=dead_letter_url(client, url),
            MessageBody=body,
            MessageAttributes={"CallboardReason": {"DataType": "String", "StringValue": reason[:1000]}},
        )
    except (ClientError, BotoCoreError, OSError, LookupError) as error:
        # Without a dead-letter queue (or its permission) the message stays: SQS's own redrive policy counts it out.
        logger.warning("A message that can't be read (%s) was left in %s: %s", reason, url, type(error).__name__)
        return False
    return True


def dead_letter_url(client: Any, url: str) -> str:
    """The URL of the dead-letter queue in the queue's redrive policy. Raises LookupError where it has none."""
    import json

    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"]).get("Attributes", {})
    if "RedrivePolicy" not in attributes:
        raise LookupError("no redrive policy")
    arn = str(json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"])
    return str(client.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"])
