"""Status changes from EventBridge: through a real rule and a real queue, doubled, late, and from whom it doesn't concern."""

import json
import time
import uuid

import pytest
from django.db import OperationalError

from callboard.aws import client as aws
from executions import status_events, status_setup
from executions.models import Execution

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 300, "End": True}}}


@pytest.fixture
def hearing(embedded):
    """The environment with the queue and the rule that Callboard makes for it."""
    for step in status_setup.plan(embedded, f"status-{uuid.uuid4().hex[:6]}"):
        step.perform()
    embedded.refresh_from_db()
    assert embedded.status_queue_url
    return embedded


def hear(environment, count, limit=10):
    """Poll until ``count`` messages have come."""
    end, heard = time.monotonic() + limit, 0
    while heard < count and time.monotonic() < end:
        heard += status_events.poll(environment)
        time.sleep(0.05)
    return heard


def test_what_begins_and_ends_elsewhere_is_in_the_mirror_before_it_was_polled(deployed, hearing):
    arn = deployed(WAIT).revisions.get().deployments.get().arn
    step_functions = aws(hearing, "stepfunctions")
    started = step_functions.start_execution(stateMachineArn=arn)["executionArn"]
    assert hear(hearing, 1) == 1
    assert Execution.objects.get(arn=started).status == "RUNNING"
    step_functions.stop_execution(executionArn=started, error="Changed.Mind", cause="wrong")
    assert hear(hearing, 1) == 1
    execution = Execution.objects.get(arn=started)
    assert (execution.status, execution.error, execution.last_event_id) == ("ABORTED", "Changed.Mind", 0)
    assert execution.next_poll_at is not None, "its history is still to be read"
    assert execution.stopped_at is not None
    assert status_events.poll(hearing) == 0, "what was taken was deleted"
    step_functions.redrive_execution(executionArn=started)
    hear(hearing, 1)
    assert Execution.objects.get(arn=started).status == "RUNNING"
    step_functions.stop_execution(executionArn=started)


def event(arn, status, started, stopped=None, machine=""):
    detail = {
        "executionArn": arn,
        "stateMachineArn": machine,
        "name": "n",
        "status": status,
        "startDate": int(started * 1000),
        "stopDate": None if stopped is None else int(stopped * 1000),
    }
    return json.dumps({"source": "aws.states", "detail-type": status_events.DETAIL_TYPE, "detail": detail})


def test_twice_late_strange_or_while_the_database_is_away_nothing_is_made_wrong(deployed, hearing, monkeypatch):
    machine = deployed(WAIT).revisions.get().deployments.get().arn
    arn, began = machine.replace("stateMachine", "execution") + ":e", time.time() - 60
    ended = event(arn, "SUCCEEDED", began, began + 5, machine)
    for body in (ended, event(arn, "RUNNING", began, machine=machine), ended):
        status_events.apply(hearing, status_events.read(body))
    execution = Execution.objects.get(arn=arn)
    assert (execution.status, Execution.objects.count()) == ("SUCCEEDED", 1)
    status_events.apply(hearing, status_events.read(event("arn:x:execution:other:e", "RUNNING", began)))
    assert Execution.objects.count() == 1, "not of a deployment of ours"
    for body in ("no JSON", "[]", "{}", event(arn, "DANCING", began), event(arn, "RUNNING", 1e30)):
        with pytest.raises(status_events.NotAStatusChange):
            status_events.read(body)

    sqs = aws(hearing, "sqs")
    sqs.set_queue_attributes(QueueUrl=hearing.status_queue_url, Attributes={"VisibilityTimeout": "1"})
    sqs.send_message(
        QueueUrl=hearing.status_queue_url, MessageBody=event(arn[:-1] + "f", "RUNNING", began, machine=machine)
    )
    whole = status_events.apply

    def away(environment, detail):
        raise OperationalError("away")

    monkeypatch.setattr(status_events, "apply", away)
    assert hear(hearing, 1) == 1
    monkeypatch.setattr(status_events, "apply", whole)
    assert hear(hearing, 1) == 1, "it came again"
    assert Execution.objects.filter(arn=arn[:-1] + "f").exists()
