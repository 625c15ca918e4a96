"""The sources that an environment's questions come by: what there is, and adding and removing an activity."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.utils import timezone

from callboard import aws
from designer.provisioning import reason_of
from designer.services import Refused
from executions.models import Execution, HistoryEvent
from review import histories
from review.activities import WORKER
from review.models import Activity, IngestSource, ReviewTask

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from designer.models import Environment

JSON = Any
# API reference, CreateActivity: 1 to 80 characters; of those that it allows, the ones that need no care elsewhere.
NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}")
LOST_AFTER = timedelta(minutes=2)  # what was received is stored within moments, or its process is gone


def activities_of(environment: Environment) -> QuerySet[Activity]:
    return Activity.objects.filter(environment=environment).select_related("created_by")


def programs_of(environment: Environment) -> QuerySet[IngestSource]:
    return IngestSource.objects.filter(environment=environment)


def add_activity(environment: Environment, name: str, *, by: User) -> Activity:
    """Poll the activity of this name, made if there is none. Raises `Refused`."""
    name = name.strip()
    if not NAME.fullmatch(name):
        raise Refused("An activity's name has 1 to 80 letters, digits, dots, hyphens and underscores.")
    try:
        # CreateActivity answers with the one that is there where the name is taken.
        arn = str(aws.client(environment, "stepfunctions").create_activity(name=name)["activityArn"])
    except (ClientError, BotoCoreError, OSError) as error:
        raise Refused(reason_of(environment, error)) from error
    activity, _ = Activity.objects.get_or_create(environment=environment, arn=arn, defaults={"created_by": by})
    return activity


def remove_activity(activity: Activity, *, delete: bool = False) -> None:
    """Poll it no more, and with ``delete`` take it out of the environment. Its open questions can still be answered.

    Raises `Refused`: then it is polled as before.
    """
    if delete:
        try:
            aws.client(activity.environment, "stepfunctions").delete_activity(activityArn=activity.arn)
        except (ClientError, BotoCoreError, OSError) as error:
            raise Refused(reason_of(activity.environment, error)) from error
    activity.delete()


def lost_tasks(environment: Environment) -> int:
    """Tasks that one of our polls was handed and that never became a question: their process ended in between.

    Nobody can answer them. Their states end by HeartbeatSeconds or TimeoutSeconds.
    """
    started = HistoryEvent.objects.filter(
        execution__environment=environment,
        execution__status=Execution.Status.RUNNING,
        type=histories.ACTIVITY_STARTED,
        timestamp__lte=timezone.now() - LOST_AFTER,
        details__activityStartedEventDetails__workerName__startswith=WORKER,
    )
    handed = {
        event.details["activityStartedEventDetails"]["workerName"]: (event.execution_id, event.previous_event_id)
        for event in started.order_by("-pk")[:500]
    }
    known = ReviewTask.objects.filter(worker_name__in=list(handed)).values_list("worker_name", flat=True)
    missing = {execution for worker, execution in handed.items() if worker not in set(known)}
    return sum(_waits(execution, scheduled) for execution, scheduled in missing)


def _waits(execution_id: int, scheduled_event_id: int) -> bool:
    rows = HistoryEvent.objects.filter(execution_id=execution_id, event_id__gte=scheduled_event_id)
    events = [{"id": row.event_id, "previousEventId": row.previous_event_id, "type": row.type} for row in rows]
    return histories.end_of(events, scheduled_event_id) is None


def sample_states(environment: Environment) -> list[tuple[str, str]]:
    """(the way in, a state that asks by it), with this environment's own names where it has them."""
    message = {"taskToken.$": "$$.Task.Token", "execution.$": "$$.Execution.Id", "state.$": "$$.State.Name"}
    question = {"title": "Choose a title", "priority": "normal", "candidates.$": "$.candidates"}
    activity = activities_of(environment).first()
    place = f"{environment.region}:{environment.account or '123456789012'}"
    queue = (
        environment.review_queue_url or f"https://sqs.{environment.region}.amazonaws.com/123456789012/callboard-review"
    )
    ways: list[tuple[str, str, JSON]] = [
        (
            "SQS",
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            {"QueueUrl": queue, "MessageBody": {**message, **question}},
        ),
        (
            "SNS",
            "arn:aws:states:::sns:publish.waitForTaskToken",
            {"TopicArn": f"arn:aws:sns:{place}:callboard-review", "Message": {**message, **question}},
        ),
        (
            "Lambda",
            "arn:aws:states:::lambda:invoke.waitForTaskToken",
            {"FunctionName": "callboard-ask", "Payload": {"type": "message", **message, **question}},
        ),
        (
            "Activity",
            activity.arn if activity else f"arn:aws:states:{place}:activity:callboard-review",
            {**{key: value for key, value in message.items() if key != "taskToken.$"}, **question},
        ),
    ]
    return [(name, _state(resource, parameters)) for name, resource, parameters in ways]


def _state(resource: str, parameters: JSON) -> str:
    state: dict[str, JSON] = {"Type": "Task", "Resource": resource, "Parameters": parameters, "TimeoutSeconds": 86400}
    if ":activity:" in resource:
        state |= {"HeartbeatSeconds": 300, "Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 2}]}
    return json.dumps({"Ask a person": {**state, "Next": "Approved?"}}, indent=2)
