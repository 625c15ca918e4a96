"""The launch queue: each message starts an execution, or goes to the dead-letter queue with a reason.

A message is deleted after what it asked for is committed. A copy finds its execution started.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.cache import cache
from django.db import DatabaseError

from callboard import aws
from callboard.queue_pace import QueuePace
from launch.services import Unreadable, read_message, start
from review.embedded import LAUNCH_QUEUE
from review.queues import BATCH, bury

if TYPE_CHECKING:
    from designer.models import Environment

logger = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 300


def poll(environment: Environment) -> int:
    """Read one batch of the environment's launch queue; how many messages it held."""
    pace = QueuePace("launch", environment)
    try:
        sqs = aws.client(environment, "sqs")
        url = queue_url(environment, sqs)
        if not url:
            pace.succeeded(full=False)
            return 0
        response = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=0)
    except (ClientError, BotoCoreError, OSError) as error:
        pace.failed(error)
        return 0
    messages = response.get("Messages", [])
    pace.succeeded(full=len(messages) == BATCH)
    for message in messages:
        _take(environment, sqs, url, message)
    return len(messages)


def queue_url(environment: Environment, sqs: Any) -> str:
    """The URL of `callboard-launch`; empty where the environment has none (asked again after a while)."""
    key = f"launch-queue-{environment.pk}-{environment.endpoint_url}-{environment.region}"
    url = cache.get(key)
    if url is None:
        try:
            url = sqs.get_queue_url(QueueName=LAUNCH_QUEUE)["QueueUrl"]
        except ClientError as error:
            if "NonExistentQueue" not in error.response["Error"]["Code"]:
                raise
            url = ""
        cache.set(key, url, LOOK_AGAIN_SECONDS)
    return str(url)


def _take(environment: Environment, sqs: Any, url: str, message: dict[str, Any]) -> None:
    try:
        for request in read_message(message["Body"]):
            start(environment, request)
    except Unreadable as error:
        if not bury(sqs, url, message["Body"], str(error)):
            return
    except (ClientError, BotoCoreError, OSError, DatabaseError) as error:
        logger.warning("Launch message %s waits: %s", message["MessageId"], type(error).__name__)
        return
    try:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    except (ClientError, BotoCoreError, OSError) as error:  # it comes again, and finds its execution
        logger.warning("Launch message %s was taken but not deleted: %s", message["MessageId"], type(error).__name__)
