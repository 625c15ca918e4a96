"""Callbacks whose message never came: the history has the token, so the question is asked after all.

Only what was meant for us is taken up: a message to the environment's own review queue, or to a function named
`callboard-ask`. A callback of another program's is none of our business.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.utils import timezone

from executions.models import Execution, HistoryEvent
from review import histories
from review.audit import record
from review.contract import Unreadable, read_body
from review.models import ReviewTask, TaskEvent
from review.services import accept_question
from review.tokens import hash_of

if TYPE_CHECKING:
    from designer.models import Environment

logger = logging.getLogger(__name__)
JSON = Any
AFTER = timedelta(minutes=2)  # a message is given that long to come by its own way
WITHIN = timedelta(days=2)  # what is older was looked at often enough
EACH_TIME = 20
ASK_FUNCTION = "callboard-ask"
RECOVERED = "taken from the execution's history: its message didn't come"


def recover(environment: Environment) -> int:
    """Make the questions of callbacks for which there is no task; how many were made."""
    made = 0
    for execution in _unanswered(environment):
        try:
            events = histories.read_events(environment, execution.arn)
        except (ClientError, BotoCoreError) as error:
            logger.warning("The history of %s could not be read: %s", execution.arn, type(error).__name__)
            continue
        made += sum(_take_up(environment, execution, event) for event in pending(events))
    return made


def pending(events: list[histories.Event]) -> list[histories.Event]:
    """Scheduled callbacks that nothing has ended."""
    return [
        event
        for event in events
        if event["type"] == "TaskScheduled"
        and str(event["taskScheduledEventDetails"].get("resource", "")).endswith(histories.CALLBACK)
        and histories.end_of(events, event["id"]) is None
    ]


def message_in(environment: Environment, details: histories.Event) -> JSON:
    """The message that the callback sent to us; None where it was meant for somebody else."""
    try:
        parameters = json.loads(details.get("parameters", ""))
    except ValueError:
        return None
    if not isinstance(parameters, dict):
        return None
    if details.get("resourceType") == "sqs" and parameters.get("QueueUrl") == environment.review_queue_url:
        return _json(parameters.get("MessageBody"))
    function = str(parameters.get("FunctionName", ""))
    if (
        details.get("resourceType") == "lambda"
        and function.rsplit(":function:", maxsplit=1)[-1].split(":", maxsplit=1)[0] == ASK_FUNCTION
    ):
        return _json(parameters.get("Payload"))
    return None


def _unanswered(environment: Environment) -> list[Execution]:
    """Running executions with a callback, not too new and not too old, that no task is linked to."""
    now = timezone.now()
    events = HistoryEvent.objects.filter(
        execution__environment=environment,
        execution__status=Execution.Status.RUNNING,
        type="TaskScheduled",
        timestamp__lte=now - AFTER,
        timestamp__gte=now - WITHIN,
        details__taskScheduledEventDetails__resource__endswith=histories.CALLBACK,
    )
    linked = set(
        ReviewTask.objects.filter(environment=environment, execution__status=Execution.Status.RUNNING)
        .exclude(scheduled_event_id=None)
        .values_list("execution_id", "scheduled_event_id")
    )
    waiting = events.order_by("timestamp").values_list("execution_id", "event_id")
    wanted = dict.fromkeys(execution for execution, event in waiting if (execution, event) not in linked)
    return list(Execution.objects.filter(pk__in=list(wanted)[:EACH_TIME]))


def _take_up(environment: Environment, execution: Execution, event: histories.Event) -> bool:
    message = message_in(environment, event["taskScheduledEventDetails"])
    if message is None:
        return False
    try:
        question = read_body(message)
    except Unreadable:
        return False  # its queue's dead-letter queue has it, with the reason
    if ReviewTask.objects.filter(token_hash=hash_of(question.token)).exists():  # it has come, and isn't linked yet
        return False
    task = accept_question(environment, question)
    ReviewTask.objects.filter(pk=task.pk, execution_arn="").update(execution_arn=execution.arn, execution=execution)
    record(task, TaskEvent.Kind.ASKED, text=RECOVERED)
    return True


def _json(value: JSON) -> JSON:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None
