"""Step Functions activities as a source: Callboard is the worker, and each task it is handed becomes a question.

GetActivityTask hands a task out once, to one worker, and an activity's token stands in no history. So each poll has a
worker's name of its own, which the history does say: by it a token is joined to its execution and state
(`histories.find_activity_task`). What was received and not yet stored is gone with the process: a state that says
HeartbeatSeconds then fails with States.Timeout, and its Retry asks again with a new token.

Which process polls which activity, and when, is `review/activity_pollers.py`.
"""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.db import DatabaseError
from django.utils import timezone

from callboard import aws
from review.contract import TOKEN_NAMES, UNTITLED, Question, Unreadable, read_body
from review.models import Activity, ReviewTask
from review.services import accept_question

if TYPE_CHECKING:
    import threading

logger = logging.getLogger(__name__)
JSON = Any
WORKER = "callboard-"  # how the names of our workers begin
UNREADABLE = "Review.Unreadable"  # the Error Name of a task that no question could be made of
# Until the history says the state's HeartbeatSeconds, the task is kept alive as if it were this; the API takes a
# heartbeat for a state without it, too.
ASSUMED_HEARTBEAT = 30
LONGEST_PAUSE = 30  # seconds between two tries to store what was received


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A task as GetActivityTask handed it out. ``input`` is JSON text."""

    token: str = field(repr=False)
    input: str = field(repr=False)
    worker_name: str


def receive(activity: Activity) -> Received | None:
    """One long poll, of up to a minute; None where nothing came. Raises botocore's errors."""
    worker = WORKER + uuid.uuid4().hex
    client = aws.client(activity.environment, "stepfunctions", once=True)  # a retry could take a second task
    answer = client.get_activity_task(activityArn=activity.arn, workerName=worker)
    if not answer.get("taskToken"):
        return None
    return Received(token=answer["taskToken"], input=answer.get("input", ""), worker_name=worker)


def take(activity: Activity, received: Received, stopping: threading.Event | None = None) -> ReviewTask | None:
    """The question of a task. While the database is away it is tried again and the task kept alive, until
    ``stopping``. A task that no question can be made of fails with `UNREADABLE`: an activity has no dead-letter queue.
    """
    try:
        question = question_of(activity, received)
    except Unreadable as error:
        _fail(activity, received, str(error))
        return None
    tries = 0
    while True:
        try:
            task = accept_question(activity.environment, question)
        except DatabaseError as error:
            if stopping is None:
                raise
            pause = min(2**tries, LONGEST_PAUSE)
            tries += 1
            logger.warning("A task of %s waits %s s: the database said %s", activity.name, pause, type(error).__name__)
            _keep_alive(activity, received)
            if stopping.wait(pause):
                raise
        else:
            Activity.objects.filter(pk=activity.pk).update(last_task_at=timezone.now())
            return task


def question_of(activity: Activity, received: Received) -> Question:
    """The question in a task's input: the contract's members, or whatever it is. Raises `Unreadable`."""
    try:
        given = json.loads(received.input or "{}")
    except ValueError as error:
        raise Unreadable("The task's input is not JSON.") from error
    except RecursionError as error:
        raise Unreadable("The task's input is nested too deeply.") from error
    question = read_body({**_members(given), "taskToken": received.token})
    return replace(
        question,
        title=f"{activity.name}: what should happen?"[:300] if question.title == UNTITLED else question.title,
        heartbeat_seconds=question.heartbeat_seconds or ASSUMED_HEARTBEAT,
        worker_name=received.worker_name,
    )


def _members(given: JSON) -> dict[str, JSON]:
    """A Parallel state's output comes as a list; the talk's Lambda function is sent it by this name."""
    match given:
        case dict():
            return {key: value for key, value in given.items() if key not in TOKEN_NAMES}
        case list():
            return {"response_payload": given}
        case _:
            return {"input": given}


def _fail(activity: Activity, received: Received, why: str) -> None:
    logger.warning("A task of %s was failed: %s", activity.name, why)
    client = aws.client(activity.environment, "stepfunctions")
    try:
        client.send_task_failure(taskToken=received.token, error=UNREADABLE, cause=why)
    except (ClientError, BotoCoreError, OSError) as error:
        logger.warning("A task of %s waits for its time-out: %s", activity.name, type(error).__name__)


def _keep_alive(activity: Activity, received: Received) -> None:
    try:
        aws.client(activity.environment, "stepfunctions").send_task_heartbeat(taskToken=received.token)
    except (ClientError, BotoCoreError, OSError) as error:
        logger.info("No heartbeat for a task of %s: %s", activity.name, type(error).__name__)
