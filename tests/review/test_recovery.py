"""A callback whose message never came is asked after all, once, and only if it was meant for us."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from executions.models import HistoryEvent
from review import histories, recovery
from review.contract import Unreadable, read_message
from review.models import ReviewTask
from review.services import accept_message

from .conftest import CONTRACT, TOKEN

pytestmark = pytest.mark.usefixtures("undelayed")
QUEUE = "http://127.0.0.1:9/000000000000/callboard-review"


@pytest.fixture
def lost(environment, execution, monkeypatch):
    """``lost(parameters, resource)``: an execution that waits since an hour, with nothing in any queue."""
    environment.review_queue_url = QUEUE
    environment.save()

    def make(parameters, service="sqs", *, ended=False, ago=3600):
        action = {"sqs": "sendMessage", "lambda": "invoke"}[service]
        details = {"resourceType": service, "resource": f"{action}.waitForTaskToken"}
        at = timezone.now() - timedelta(seconds=ago)
        HistoryEvent.objects.create(
            execution=execution,
            event_id=3,
            type="TaskScheduled",
            timestamp=at,
            details={"taskScheduledEventDetails": details},
        )
        events = [
            {"id": 2, "type": "TaskStateEntered", "timestamp": at, "stateEnteredEventDetails": {"name": "Ask"}},
            {
                "id": 3,
                "previousEventId": 2,
                "type": "TaskScheduled",
                "timestamp": at,
                "taskScheduledEventDetails": {**details, "parameters": json.dumps(parameters)},
            },
        ]
        if ended:
            events.append({"id": 4, "previousEventId": 3, "type": "TaskSucceeded", "timestamp": at})
        monkeypatch.setattr(histories, "read_events", lambda environment, arn: events)

    return make


@pytest.mark.parametrize(
    ("parameters", "service"),
    [
        ({"QueueUrl": QUEUE, "MessageBody": CONTRACT}, "sqs"),
        ({"QueueUrl": QUEUE, "MessageBody": json.dumps(CONTRACT)}, "sqs"),
        ({"FunctionName": "callboard-ask", "Payload": CONTRACT}, "lambda"),
        (
            {"FunctionName": "arn:aws:lambda:us-east-1:1:function:callboard-ask:2", "Payload": CONTRACT},
            "lambda",
        ),
    ],
)
def test_a_lost_message_becomes_a_question_once(environment, execution, lost, parameters, service):
    lost(parameters, service)
    assert recovery.recover(environment) == 1
    assert recovery.recover(environment) == 0
    task = ReviewTask.objects.get()
    assert (task.title, task.execution_arn) == (CONTRACT["title"], execution.arn)
    assert TOKEN not in json.dumps(task.payload)
    assert task.events.filter(text=recovery.RECOVERED).exists()


@pytest.mark.parametrize(
    ("parameters", "more"),
    [
        ({"QueueUrl": QUEUE + "-of-others", "MessageBody": CONTRACT}, {}),
        ({"FunctionName": "somebodys", "Payload": CONTRACT}, {"service": "lambda"}),
        ({"QueueUrl": QUEUE, "MessageBody": "no JSON"}, {}),
        ({"QueueUrl": QUEUE, "MessageBody": CONTRACT}, {"ended": True}),
        ({"QueueUrl": QUEUE, "MessageBody": CONTRACT}, {"ago": 10}),
    ],
)
def test_what_is_not_ours_not_open_or_still_on_its_way_is_left_alone(environment, lost, parameters, more):
    lost(parameters, **more)
    assert recovery.recover(environment) == 0
    assert not ReviewTask.objects.exists()


def test_a_message_that_came_is_not_asked_twice(environment, lost):
    lost({"QueueUrl": QUEUE, "MessageBody": CONTRACT})
    accept_message(environment, CONTRACT)
    assert recovery.recover(environment) == 0


def test_a_message_in_the_envelope_of_sns_is_read():
    assert (
        read_message(json.dumps({"Type": "Notification", "Message": json.dumps(CONTRACT)})).title == CONTRACT["title"]
    )
    with pytest.raises(Unreadable, match="SNS"):
        read_message(json.dumps({"Type": "Notification", "Message": "words"}))
