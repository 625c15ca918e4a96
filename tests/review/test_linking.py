"""Looking for callbacks: each history once, ever more seldom, within the share of AWS's quota; and heartbeats."""

import json
from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError
from django.utils import timezone

from executions import quota
from executions.models import Execution, HistoryEvent
from review import histories, linking, tasks
from review.models import ReviewTask
from review.services import accept_message, close_for_execution
from review.signals import close_by
from review.tasks import link_task, sweep_unlinked
from tests.review.conftest import CONTRACT

pytestmark = pytest.mark.django_db
CALLBACK = {"resourceType": "sqs", "resource": "sendMessage.waitForTaskToken"}


@pytest.fixture
def waiting(environment):
    """``waiting(n)`` are n running executions, each with a callback that nobody answers for."""

    def make(count):
        now, arns = timezone.now(), []
        for number in range(count):
            execution = Execution.objects.create(
                environment=environment,
                arn=f"arn:aws:states:us-east-1:123456789012:execution:video:run-{number}",
                name=f"run-{number}",
                state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:video",
                started_at=now,
            )
            HistoryEvent.objects.create(
                execution=execution,
                event_id=3,
                type="TaskScheduled",
                timestamp=now - timedelta(seconds=number),
                details={"taskScheduledEventDetails": CALLBACK},
            )
            arns.append(execution.arn)
        return arns

    return make


@pytest.fixture
def asked(environment):
    """``asked(n)`` are n tasks that name no execution."""
    return lambda count: [
        accept_message(environment, {**CONTRACT, "taskToken": f"AQCEAAAA-token-number-{number}=="})
        for number in range(count)
    ]


@pytest.fixture
def read(monkeypatch):
    """The histories that were read. ``read.tokens`` says which token an execution's callback carries."""

    class Read(list):
        tokens: dict[str, str] = {}  # noqa: RUF012

    seen = Read()

    def read_events(environment, arn):
        seen.append(arn)
        parameters = json.dumps({"token": seen.tokens.get(arn, "somebody else's")})
        entered = {"id": 2, "type": "TaskStateEntered", "previousEventId": 0, "timestamp": timezone.now()}
        details = {**CALLBACK, "parameters": parameters, "timeoutInSeconds": 600}
        return [
            {**entered, "stateEnteredEventDetails": {"name": "Ask"}},
            {
                "id": 3, "type": "TaskScheduled", "previousEventId": 2, "timestamp": timezone.now(),
                "taskScheduledEventDetails": details,
            },
        ]  # fmt: skip

    monkeypatch.setattr(histories, "read_events", read_events)
    return seen


def test_a_sweep_reads_each_history_once_whatever_the_number_of_tasks(waiting, asked, read):
    arns, tasks = waiting(4), asked(6)
    read.tokens = {arns[3]: "AQCEAAAA-token-number-5=="}
    sweep_unlinked()
    assert sorted(read) == sorted(arns)
    tasks[5].refresh_from_db()
    assert (tasks[5].execution_arn, tasks[5].state_name, tasks[5].scheduled_event_id) == (arns[3], "Ask", 3)


def test_a_task_that_is_not_found_is_looked_for_ever_more_seldom(waiting, asked, read):
    waiting(1)
    (task,) = asked(1)
    pauses = []
    for _ in range(5):
        now = timezone.now()
        ReviewTask.objects.filter(pk=task.pk).update(next_link_at=now)
        sweep_unlinked()
        task.refresh_from_db()
        pauses.append(round((task.next_link_at - now).total_seconds()))
    assert pauses == [15, 30, 60, 120, 240]
    before = len(read)
    sweep_unlinked()  # not due
    assert len(read) == before


def test_a_task_is_not_looked_for_after_a_day(waiting, asked, read):
    waiting(1)
    (task,) = asked(1)
    ReviewTask.objects.filter(pk=task.pk).update(created_at=timezone.now() - timedelta(days=2))
    sweep_unlinked()
    assert read == []


def test_of_very_many_that_wait_the_nearest_in_time_are_looked_into(waiting, asked, read, monkeypatch):
    monkeypatch.setattr(linking, "HISTORIES", 2)
    arns = waiting(8)
    (task,) = asked(1)
    link_task(task.pk)
    assert read == arns[:3]


def test_a_history_that_can_not_be_read_is_tried_later(waiting, asked, monkeypatch):
    def away(*_):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    monkeypatch.setattr(histories, "read_events", away)
    waiting(1)
    (task,) = asked(1)
    sweep_unlinked()
    task.refresh_from_db()
    assert task.link_attempts == 1


def test_a_history_read_for_a_task_is_taken_from_the_share_of_the_quota(environment, execution, monkeypatch):
    taken = []
    monkeypatch.setattr(quota, "take", lambda environment, arn, action: taken.append((arn, action)) or True)
    monkeypatch.setattr(histories, "history", lambda environment, arn: iter(()))
    histories.read_events(environment, execution.arn)
    assert taken == [(execution.arn, "GetExecutionHistory")]


def test_a_heartbeat_that_is_too_short_to_keep_is_said_in_the_questions_history(waiting, asked, read, monkeypatch):
    arns, (task,) = waiting(1), asked(1)
    read.tokens = {arns[0]: "AQCEAAAA-token-number-0=="}
    plain = histories.read_events

    def with_heartbeat(environment, arn):
        events = plain(environment, arn)
        events[1]["taskScheduledEventDetails"]["heartbeatInSeconds"] = 2
        return events

    monkeypatch.setattr(histories, "read_events", with_heartbeat)
    sweep_unlinked()
    assert "HeartbeatSeconds to 2" in task.events.first().text


def test_an_environment_that_is_away_costs_one_try_and_keeps_no_others_heartbeats(environment, asked, monkeypatch):
    first, second, elsewhere = asked(3)
    other = type(environment).objects.create(name="Other", kind="embedded", endpoint_url="http://127.0.0.1:10")
    ReviewTask.objects.filter(pk=elsewhere.pk).update(environment=other)
    ReviewTask.objects.update(heartbeat_seconds=3, heartbeat_at=timezone.now() - timedelta(seconds=2))
    tried = []

    def send(task):
        tried.append(task.pk)
        return task.environment_id == other.pk

    monkeypatch.setattr(tasks, "_send_heartbeat", send)
    tasks.send_heartbeats()
    assert len(tried) == 2
    assert elsewhere.pk in tried
    assert {first.pk, second.pk} & set(tried)
    tasks.send_heartbeats()  # a third of three seconds hasn't passed
    assert len(tried) == 2


def redriven():
    """A callback whose execution was stopped and redriven: it is scheduled again where its state was entered."""
    at = timezone.now()

    def event(number, kind, previous, **details):
        return {"id": number, "type": kind, "previousEventId": previous, "timestamp": at, **details}

    def scheduled(number, token):
        details = {**CALLBACK, "parameters": json.dumps({"token": token})}
        return event(number, "TaskScheduled", 2, taskScheduledEventDetails=details)

    return [
        event(1, "ExecutionStarted", 0),
        event(2, "TaskStateEntered", 0, stateEnteredEventDetails={"name": "Ask"}),
        scheduled(3, "the first token"),
        event(4, "TaskSubmitted", 3),
        event(5, "ExecutionAborted", 0),
        event(6, "ExecutionRedriven", 5),
        scheduled(7, "the second token"),
        event(8, "TaskSubmitted", 7),
    ]


def test_a_redrive_asks_anew_and_ends_what_was_asked_before():
    events = redriven()
    assert histories.find_callback(events, "the second token").earlier == (3,)
    assert histories.find_callback(events, "the first token").earlier == ()
    assert histories.end_of(events, 3)["type"] == "ExecutionAborted"
    assert histories.end_of(events, 7) is None
    assert histories.end_of(events[:4], 3) is None


def test_a_question_that_comes_after_the_redrive_it_didnt_live_to_see_is_closed(waiting, environment, monkeypatch):
    (arn,) = waiting(1)
    first, second = (
        accept_message(environment, {**CONTRACT, "taskToken": token})
        for token in ("the first token", "the second token")
    )
    monkeypatch.setattr(histories, "read_events", lambda environment, arn: redriven())
    linking.link(environment, arn, [second, first])
    for task in (first, second):
        task.refresh_from_db()
    assert (first.status, second.status) == (ReviewTask.Status.CANCELLED, ReviewTask.Status.OPEN)
    assert (first.scheduled_event_id, second.scheduled_event_id) == (3, 7)


@pytest.mark.parametrize(("late", "status"), [(0, "expired"), (-5, "cancelled")])
def test_an_execution_that_failed_at_the_states_time_out_leaves_an_expired_question(task, execution, late, status):
    """A list tells that it failed before the history tells of what."""
    ends = timezone.now()
    ReviewTask.objects.filter(pk=task.pk).update(
        execution=execution, execution_arn=execution.arn, due_at=ends, times_out_at=ends
    )
    execution.status, execution.stopped_at = "FAILED", ends + timedelta(seconds=late)
    close_for_execution(execution)
    task.refresh_from_db()
    assert task.status == status


@pytest.mark.parametrize(("early", "words"), [(60, "No heartbeat reached"), (0, "Nobody answered before")])
def test_a_missed_heartbeat_is_told_from_the_states_time_out(task, early, words):
    ends = timezone.now()
    ReviewTask.objects.filter(pk=task.pk).update(heartbeat_seconds=10, times_out_at=ends)
    task.refresh_from_db()
    assert close_by(task, {"type": "TaskTimedOut", "timestamp": ends - timedelta(seconds=early)})
    task.refresh_from_db()
    assert (task.status, task.status_reason.startswith(words)) == ("expired", True)
