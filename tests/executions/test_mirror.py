"""The mirror against a real endpoint: started, polled, ended, stopped, found."""

import json
import uuid
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from django.utils import timezone

from callboard.aws import client as aws
from designer import services
from designer.models import Environment
from executions import discovery, mirror, polling
from executions.discovery import discover
from executions.mirror import take_up_again
from executions.models import Execution, HistoryEvent
from executions.redaction import REDACTED
from executions.services import (
    NotStarted,
    check_input,
    redrive_execution,
    redrive_status,
    start_execution,
    stop_execution,
)
from executions.signals import execution_changed

pytestmark = pytest.mark.django_db(transaction=True)

PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "Result": {"done": True}, "End": True}}}
WAIT = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 300, "End": True}}}


def poll_until(execution, done, limit=15):
    """Poll as often as it's due, as the worker does, until ``done(execution)``."""
    import time

    end = time.monotonic() + limit
    while time.monotonic() < end:
        Execution.objects.filter(pk=execution.pk, next_poll_at__isnull=False).update(next_poll_at=timezone.now())
        polling.poll(execution.pk)
        execution.refresh_from_db()
        if done(execution):
            return execution
        time.sleep(0.05)
    raise AssertionError(f"not within {limit} s; {execution.status}, event {execution.last_event_id}")


def ended(execution):
    return execution.status != "RUNNING"


def test_an_execution_is_mirrored_from_its_start_to_its_end(deployed, embedded, person):
    operator = person("Operator")
    execution = start_execution(state_machine=deployed(PASS), environment=embedded, input='{"a": 1}', by=operator)
    assert (execution.status, execution.started_by, execution.revision.number) == ("RUNNING", operator, 1)

    poll_until(execution, ended)
    assert execution.status == "SUCCEEDED"
    assert json.loads(execution.output) == {"done": True}
    assert json.loads(execution.input) == {"a": 1}
    assert execution.stopped_at >= execution.started_at
    assert execution.next_poll_at is None
    assert list(execution.events.values_list("event_id", "type")) == [
        (1, "ExecutionStarted"),
        (2, "PassStateEntered"),
        (3, "PassStateExited"),
        (4, "ExecutionSucceeded"),
    ]


def test_polling_again_doubles_nothing(deployed, embedded):
    execution = poll_until(start_execution(state_machine=deployed(PASS), environment=embedded, input="{}"), ended)
    rows = list(HistoryEvent.objects.values_list("event_id", "details"))
    Execution.objects.filter(pk=execution.pk).update(last_event_id=2, next_poll_at=timezone.now())
    polling.poll(execution.pk)
    assert list(HistoryEvent.objects.values_list("event_id", "details")) == rows


def test_a_quiet_poll_is_one_call(deployed, embedded):
    execution = start_execution(state_machine=deployed(WAIT), environment=embedded, input="{}")
    poll_until(execution, lambda row: row.last_event_id >= 2)
    calls = []
    events = aws(embedded, "stepfunctions", counted=True).meta.events
    events.register("before-call.stepfunctions", lambda model, **kwargs: calls.append(model.name), unique_id="count")
    try:
        Execution.objects.filter(pk=execution.pk).update(next_poll_at=timezone.now())
        polling.poll(execution.pk)
    finally:
        events.unregister("before-call.stepfunctions", unique_id="count")
    assert calls == ["GetExecutionHistory"]
    stop_execution(execution)


def test_a_failed_execution_says_why(deployed, embedded):
    definition = {
        "StartAt": "No",
        "States": {"No": {"Type": "Fail", "Error": "Video.NoTranscript", "Cause": "It was silent."}},
    }
    execution = poll_until(start_execution(state_machine=deployed(definition), environment=embedded, input="{}"), ended)
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "Video.NoTranscript", "It was silent.")


def test_stopping_ends_it_with_the_words_given(deployed, embedded):
    execution = start_execution(state_machine=deployed(WAIT), environment=embedded, input="{}")
    stop_execution(execution, error="Changed.Mind", cause="The wrong video")
    poll_until(execution, ended)
    assert (execution.status, execution.error, execution.cause) == ("ABORTED", "Changed.Mind", "The wrong video")


STOPPED = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "Video.NoTranscript"}}}


def test_a_redriven_execution_is_followed_again(deployed, embedded):
    execution = start_execution(state_machine=deployed(WAIT), environment=embedded, input="{}")
    stop_execution(execution, error="Changed.Mind")
    assert redrive_status(execution) == (True, "")
    redriven = redrive_execution(execution)
    assert (redriven.status, redriven.stopped_at, redriven.error) == ("RUNNING", None, "")
    assert redriven.next_poll_at is not None
    assert redrive_status(execution) == (False, "Execution is RUNNING and cannot be redriven")
    poll_until(execution, lambda row: row.events.filter(type="ExecutionRedriven").exists())
    with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
        redrive_execution(execution)
    stop_execution(execution)
    poll_until(execution, ended)
    assert execution.status == "ABORTED"


def test_a_redrive_that_ends_at_once_leaves_the_execution_ended(deployed, embedded):
    execution = poll_until(start_execution(state_machine=deployed(STOPPED), environment=embedded, input="{}"), ended)
    redriven = poll_until(redrive_execution(execution), ended)
    assert (redriven.status, redriven.error) == ("FAILED", "Video.NoTranscript")
    assert redriven.next_poll_at is None
    assert redriven.events.filter(type="ExecutionFailed").count() == 2


def test_what_was_redriven_elsewhere_is_followed_again(deployed, embedded):
    execution = start_execution(state_machine=deployed(WAIT), environment=embedded, input="{}")
    stop_execution(execution)
    poll_until(execution, ended)
    assert discover(embedded) == 0
    execution.refresh_from_db()
    assert execution.status == "ABORTED"
    aws(embedded, "stepfunctions").redrive_execution(executionArn=execution.arn)
    assert discover(embedded) == 0
    execution.refresh_from_db()
    assert (execution.status, execution.stopped_at) == ("RUNNING", None)
    stop_execution(execution)
    poll_until(execution, ended)
    discover(embedded)
    execution.refresh_from_db()
    assert execution.status == "ABORTED", "it ended after it was redriven"


def test_a_redrive_that_the_mirror_has_seen_already_is_not_begun_again(deployed, embedded):
    execution = poll_until(start_execution(state_machine=deployed(STOPPED), environment=embedded, input="{}"), ended)
    before = Execution.objects.get(pk=execution.pk)
    poll_until(redrive_execution(execution), ended)
    take_up_again(before)
    assert Execution.objects.get(pk=execution.pk).status == "FAILED"


def test_the_other_applications_hear_of_every_change_after_the_commit(deployed, embedded):
    heard = []

    def hear(sender, execution, new_events, **kwargs):
        heard.append((execution.status, [event.event_id for event in new_events]))

    execution_changed.connect(hear)
    try:
        execution = start_execution(state_machine=deployed(PASS), environment=embedded, input="{}")
        poll_until(execution, ended)
    finally:
        execution_changed.disconnect(hear)
    assert heard[0] == ("RUNNING", [])
    assert heard[-1][0] == "SUCCEEDED"
    assert [number for _, numbers in heard for number in numbers] == [1, 2, 3, 4]


def test_an_execution_started_elsewhere_is_found_with_the_revision_it_runs(deployed, embedded):
    machine = deployed(PASS)
    arn = machine.revisions.get().deployments.get().arn
    started = aws(embedded, "stepfunctions").start_execution(stateMachineArn=arn, input='{"from": "boto3"}')
    assert discover(embedded) == 1
    assert discover(embedded) == 0
    execution = Execution.objects.get(arn=started["executionArn"])
    assert (execution.state_machine, execution.revision.number, execution.started_by) == (machine, 1, None)
    poll_until(execution, ended)
    assert json.loads(execution.input) == {"from": "boto3"}


def test_more_executions_than_a_page_are_found_at_once(deployed, embedded):
    machine = deployed(PASS)
    arn = machine.revisions.get().deployments.get().arn
    step_functions = aws(embedded, "stepfunctions")
    for _ in range(120):
        step_functions.start_execution(stateMachineArn=arn)
    assert discover(embedded) == 120


def test_what_was_started_from_here_hides_nothing_that_was_started_elsewhere(deployed, embedded):
    machine = deployed(PASS)
    arn = machine.revisions.get().deployments.get().arn
    for _ in range(105):
        aws(embedded, "stepfunctions").start_execution(stateMachineArn=arn)
    start_execution(state_machine=machine, environment=embedded, input="{}")
    assert discover(embedded) == 105


def test_what_a_sweep_that_died_midway_left_is_found_by_the_next(deployed, embedded, monkeypatch):
    arn = deployed(PASS).revisions.get().deployments.get().arn
    for _ in range(105):
        aws(embedded, "stepfunctions").start_execution(stateMachineArn=arn)
    whole, left = discovery.mirror_listed, iter(range(102))

    def dying(environment, row):
        if next(left, None) is None:
            raise SystemExit
        return whole(environment, row)

    monkeypatch.setattr(discovery, "mirror_listed", dying)
    with pytest.raises(SystemExit):
        discover(embedded)
    monkeypatch.undo()
    assert discover(embedded) == 3


def test_text_that_postgresql_cannot_store_is_mirrored_without_it(embedded):
    now = timezone.now()
    execution = Execution.objects.create(environment=embedded, arn="a", name="n", state_machine_arn="s", started_at=now)
    details = {"error": "E", "cause": "before\x00after\ud800"}
    event = {"id": 1, "type": "ExecutionFailed", "timestamp": now, "executionFailedEventDetails": details}
    mirror.store(execution, [mirror.as_row(execution, event)])
    assert execution.cause == "before\ufffdafter?"
    assert "\\u0000" not in json.dumps(execution.events.get().details)


def test_executions_that_are_overdue_in_one_environment_keep_no_other_waiting(embedded):
    now = timezone.now()
    aws = Environment.objects.create(name="Far away", kind="aws", region="eu-west-1")
    for number, place in enumerate([aws] * 5 + [embedded]):
        Execution.objects.create(
            environment=place, arn=f"a{number}", name="n", state_machine_arn="s", started_at=now,
            next_poll_at=now - timedelta(minutes=10 - number),
        )  # fmt: skip
    chosen = Execution.objects.filter(pk__in=polling.due(now, limit=3))
    assert sorted(chosen.values_list("arn", flat=True)) == ["a0", "a1", "a2", "a5"]


def test_a_task_token_reaches_neither_the_events_nor_the_input(deployed, embedded):
    sqs = aws(embedded, "sqs")
    queue = sqs.create_queue(QueueName=f"asks-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    definition = {
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {
                    "QueueUrl": queue,
                    "MessageBody": {"Input.$": "$", "answer.$": "$$.Task.Token", "MyTaskToken.$": "$$.Task.Token"},
                },
                "TimeoutSeconds": 60,
                "End": True,
            }
        },
    }
    execution = start_execution(state_machine=deployed(definition), environment=embedded, input="{}")
    poll_until(execution, lambda row: row.events.filter(type="TaskSubmitted").exists())
    body = json.loads(sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=2)["Messages"][0]["Body"])
    token = body["answer"]
    stored = json.dumps([event.details for event in execution.events.all()])
    assert REDACTED in stored
    assert token not in stored
    assert token[:60] not in stored
    aws(embedded, "stepfunctions").send_task_success(taskToken=token, output=json.dumps({"said": token}))
    poll_until(execution, ended)
    stored = json.dumps([event.details for event in execution.events.all()])
    assert token not in stored + execution.output
    assert execution.status == "SUCCEEDED"


def test_what_is_not_deployed_or_not_json_is_not_started(deployed, embedded):
    machine = services.create_state_machine(name=f"draft-{uuid.uuid4().hex[:6]}", by=None)
    with pytest.raises(NotStarted, match="isn't deployed"):
        start_execution(state_machine=machine, environment=embedded, input="{}")
    with pytest.raises(NotStarted, match=r"line 2 column 3"):
        start_execution(state_machine=deployed(PASS), environment=embedded, input="{\n  a: 1}")
    assert not Execution.objects.exists()


def test_a_lease_keeps_a_second_worker_away_and_lapses(deployed, embedded):
    execution = start_execution(state_machine=deployed(WAIT), environment=embedded, input="{}")
    now = timezone.now()
    assert polling.claim(execution.pk, now)
    assert not polling.claim(execution.pk, now)
    assert polling.due(now + timedelta(seconds=30)) == []
    assert polling.due(now + timedelta(seconds=50)) == [execution.pk]
    polling.lapse_claims()  # a process that starts alone waits for nobody's lease
    assert polling.due(timezone.now()) == [execution.pk]
    stop_execution(execution)


def test_watching_makes_polls_frequent_and_leaving_makes_them_rare(deployed, embedded):
    execution = start_execution(state_machine=deployed(WAIT), environment=embedded, input="{}")
    poll_until(execution, lambda row: row.last_event_id >= 2)
    assert polling.watch(execution.pk)
    assert polling.poll(execution.pk) == pytest.approx(0.1)
    Execution.objects.filter(pk=execution.pk).update(
        watched_until=timezone.now(), next_poll_at=timezone.now(), quiet_polls=40
    )
    assert polling.poll(execution.pk) == pytest.approx(10)
    stop_execution(execution)


def test_many_watchers_cost_no_more_polls_than_one(deployed, embedded):
    execution = start_execution(state_machine=deployed(WAIT), environment=embedded, input="{}")
    poll_until(execution, lambda row: row.last_event_id >= 2)
    polling.watch(execution.pk)
    assert polling.poll(execution.pk) is not None
    before = Execution.objects.get(pk=execution.pk).next_poll_at
    for _ in range(5):
        assert polling.watch(execution.pk)
    assert Execution.objects.get(pk=execution.pk).next_poll_at == before
    stop_execution(execution)


def test_an_input_that_is_nested_too_deeply_is_refused_in_words():
    with pytest.raises(NotStarted, match="nested too deeply"):
        check_input("[" * 100_000)


def test_what_a_run_was_answered_is_offered_as_mocks_for_a_test_of_the_workflow(deployed, embedded, person, client):
    publish = {
        "StartAt": "Note",
        "States": {
            "Note": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sts:getCallerIdentity",
                "Parameters": {},
                "ResultSelector": {"account.$": "$.Account"},
                "End": True,
            }
        },
    }
    machine = deployed(publish)
    execution = poll_until(start_execution(state_machine=machine, environment=embedded, input='{"a": 1}'), ended)
    client.force_login(person("Designer"))
    found = client.get(f"/api/v1/executions/{execution.pk}/mocks").json()
    assert (found["name"], found["input"]) == (execution.name, '{"a": 1}')
    assert found["mocks"]["Note"]["0"]["Return"]["Account"] == embedded.account

    order = {"definition": json.dumps(publish), "input": found["input"], "mocks": found["mocks"]}
    again = client.post("/api/v1/simulations", json.dumps(order), content_type="application/json").json()
    assert (again["status"], json.loads(again["output"])) == ("SUCCEEDED", {"account": embedded.account})

    (visit,) = client.get(f"/api/v1/executions/{execution.pk}/visits?state=Note").json()["visits"]
    assert (visit["input"], json.loads(visit["output"])) == ('{"a": 1}', {"account": embedded.account})
    assert json.loads(visit["result"])["Account"] == embedded.account, "raw, before the ResultSelector"
    newest = client.get(f"/api/v1/state-machines/{machine.pk}/executions").json()["executions"]
    assert [row["id"] for row in newest] == [execution.pk]
