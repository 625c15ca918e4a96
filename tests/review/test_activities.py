"""Step Functions activities as a source: real boto3 and the embedded endpoint, from the state to its answer."""

from __future__ import annotations

import json
import threading
import time

import pytest
from django.db import OperationalError
from django.utils import timezone

from executions import polling
from executions.models import Execution
from review import activities, activity_pollers, delivery, linking, signals, tasks, tokens
from review.deciding import decide
from review.models import Activity, ReviewTask

from .conftest import CONTRACT

ROLE = "arn:aws:iam::123456789012:role/any"
pytestmark = pytest.mark.usefixtures("undelayed")


@pytest.fixture(scope="module")
def sfn(localaws):
    return localaws.client("stepfunctions")


@pytest.fixture
def activity(embedded, sfn, request):
    made = sfn.create_activity(name=f"ask-{abs(hash(request.node.name)) % 10**8}")
    return Activity.objects.create(environment=embedded, arn=made["activityArn"])


@pytest.fixture
def run(sfn, activity):
    """``run(input, **state)`` starts an execution whose one state asks the activity; gives its ARN."""

    def start(given, **state):
        asks = {"Type": "Task", "Resource": activity.arn, "End": True, **state}
        definition = json.dumps({"StartAt": "Ask", "States": {"Ask": asks}})
        made = sfn.create_state_machine(name=f"m-{time.monotonic_ns()}", definition=definition, roleArn=ROLE)
        return sfn.start_execution(stateMachineArn=made["stateMachineArn"], input=json.dumps(given))["executionArn"]

    return start


def take(activity):
    received = activities.receive(activity)
    assert received is not None
    return activities.take(activity, received)


def mirrored(activity, arn):
    """The execution as the mirror would have it a moment later."""
    execution = Execution.objects.create(
        environment=activity.environment,
        arn=arn,
        name=arn.rpartition(":")[2],
        state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:m",
        started_at=timezone.now(),
        next_poll_at=timezone.now(),
    )
    polling.poll(execution.pk)
    return execution


def test_a_task_of_an_activity_is_a_question_and_its_answer_ends_the_state(sfn, activity, run, reviewer):
    body = {key: value for key, value in CONTRACT.items() if key != "taskToken"}
    arn = run({**body, "priority": "urgent"}, HeartbeatSeconds=60, TimeoutSeconds=600)
    task = take(activity)
    assert (task.title, len(task.candidates), task.priority) == (CONTRACT["title"], 2, ReviewTask.Priority.URGENT)
    token = tokens.unseal(task.sealed_token)
    assert token not in json.dumps(task.payload)
    assert (task.execution_arn, task.heartbeat_seconds) == ("", activities.ASSUMED_HEARTBEAT)

    execution = mirrored(activity, arn)
    assert linking.link_tasks([task]) == 1
    task.refresh_from_db()
    assert (task.execution, task.state_name, task.heartbeat_seconds) == (execution, "Ask", 60)
    assert abs((task.due_at - task.created_at).total_seconds() - 600) < 5

    decision = decide(task, by=reviewer, outcome="approve", candidate="B")
    assert delivery.deliver(decision.pk)
    ended = sfn.describe_execution(executionArn=arn)
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"])["candidate"]["title"] == "Second"
    # The answer's own echo, where the first call's answer was lost.
    end = linking.histories.end_of(linking.histories.read_events(activity.environment, arn), task.scheduled_event_id)
    assert delivery.is_own_answer(decision, end)


@pytest.mark.parametrize(
    ("given", "title", "payload"),
    [
        ({"amount": 612.4}, "{name}: what should happen?", {"amount": 612.4}),
        ("words", "{name}: what should happen?", {"input": "words"}),
        ({"taskToken": "somebody else's", "state": "Refund"}, "Refund: what should happen?", {"state": "Refund"}),
    ],
)
def test_an_input_without_a_contract_makes_a_sensible_question(activity, run, given, title, payload):
    run(given)
    task = take(activity)
    assert (task.title, task.payload) == (title.format(name=activity.name), payload)


def test_a_task_that_no_question_can_be_made_of_fails_with_the_reason(sfn, activity, run):
    arn = run({"policy": {"required": 0}})
    assert take(activity) is None
    ended = sfn.describe_execution(executionArn=arn)
    assert (ended["status"], ended["error"]) == ("FAILED", activities.UNREADABLE)
    assert "policy" in ended["cause"]
    assert not ReviewTask.objects.exists()


def test_a_task_is_kept_alive_before_and_after_its_state_is_known(sfn, activity, run, monkeypatch):
    arn = run({}, HeartbeatSeconds=3)
    monkeypatch.setattr(activities, "ASSUMED_HEARTBEAT", 3)
    task = take(activity)
    for _ in range(4):
        time.sleep(1)
        ReviewTask.objects.filter(pk=task.pk).update(heartbeat_at=timezone.now() - timezone.timedelta(seconds=2))
        tasks.send_heartbeats()
    assert sfn.describe_execution(executionArn=arn)["status"] == "RUNNING"
    task.refresh_from_db()
    assert task.status == ReviewTask.Status.OPEN


def test_a_retry_after_a_missed_heartbeat_supersedes_the_question(sfn, activity, run):
    again = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 30}]
    arn = run({}, HeartbeatSeconds=1, Retry=again)
    first, second = take(activity), take(activity)  # the second poll waits for the retry
    execution = mirrored(activity, arn)
    linking.link_execution(execution)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (ReviewTask.Status.SUPERSEDED, ReviewTask.Status.OPEN)
    assert second.supersedes == first
    sfn.stop_execution(executionArn=arn)
    polling.Execution.objects.filter(pk=execution.pk).update(next_poll_at=timezone.now())
    polling.poll(execution.pk)
    execution.refresh_from_db()
    signals.on_execution_changed(None, execution)
    second.refresh_from_db()
    assert second.status == ReviewTask.Status.CANCELLED


def test_what_was_received_is_stored_when_the_database_is_back(activity, run, monkeypatch):
    run({"title": "Held"})
    received = activities.receive(activity)
    store, failures = activities.accept_question, iter([OperationalError("away"), OperationalError("away")])

    def away_at_first(environment, question):
        for error in failures:
            raise error
        return store(environment, question)

    monkeypatch.setattr(activities, "accept_question", away_at_first)
    monkeypatch.setattr(activities, "LONGEST_PAUSE", 0.01)
    assert activities.take(activity, received, threading.Event()).title == "Held"


def test_one_process_polls_an_activity_and_another_takes_over_when_it_is_gone(activity, monkeypatch):
    assert activity_pollers._lease(activity.pk)
    assert activity_pollers._lease(activity.pk)  # renewed
    monkeypatch.setattr(activity_pollers, "_OWN_NAME", "another")
    assert not activity_pollers._lease(activity.pk)
    Activity.objects.update(polled_until=timezone.now())
    assert activity_pollers._lease(activity.pk)
