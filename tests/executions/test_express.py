"""EXPRESS executions: started and waited for, found in the log, their path read from it."""

import json
import time
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from callboard.aws import client as aws
from designer import deployment, selectors, services
from executions import express_logs
from executions.mirror import copy_history
from executions.models import Execution
from executions.services import start_execution

pytestmark = pytest.mark.django_db(transaction=True)

TALK = {
    "StartAt": "Say",
    "States": {
        "Say": {"Type": "Pass", "Result": {"said": "hello"}, "Next": "Good?"},
        "Good?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.said", "StringEquals": "hello", "Next": "Done"}],
            "Default": "Bad",
        },
        "Done": {"Type": "Succeed"},
        "Bad": {"Type": "Fail", "Error": "Bad"},
    },
}


@pytest.fixture
def operator(client, person):
    user = person("Operator")
    client.force_login(user)
    return user


@pytest.fixture
def logged(embedded):
    """``logged(definition, level=, data=)``: an EXPRESS workflow that logs to a group of its own; ("" for none)."""

    def make(definition, level="ALL", *, data=True):
        group = f"/aws/vendedlogs/states/{uuid.uuid4().hex[:8]}"
        aws(embedded, "logs").create_log_group(logGroupName=group)
        machine = services.create_state_machine(
            name=f"e-{uuid.uuid4().hex[:8]}", type="EXPRESS", definition=json.dumps(definition), by=None
        )
        options = {
            "log_level": level,
            "include_execution_data": data,
            "log_group_arn": f"arn:aws:logs:us-east-1:000000000000:log-group:{group}:*",
        }
        plan = deployment.plan(selectors.latest_revision(machine), embedded, options=options if level else {})
        return deployment.deploy(plan, by=None).deployment

    return make


def read_until(client, execution, events):
    """As the page asks: a log comes a moment after the run."""
    end = time.monotonic() + 10
    while True:
        answer = client.post(f"/api/v1/executions/{execution.pk}/log")
        if answer.json()["execution"]["last_event_id"] >= events:
            return answer.json()
        assert time.monotonic() < end, answer.content
        time.sleep(0.1)


def started(client, row, text="{}"):
    answer = client.post(reverse("execution-new"), {"deployment": row.pk, "input": text, "name": "first"})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return Execution.objects.get(pk=answer["Location"].split("/")[2])


def test_one_is_started_waited_for_and_its_path_read_from_the_log(client, operator, logged):
    execution = started(client, logged(TALK), '{"a": 1}')
    assert (execution.status, execution.output, execution.started_by) == ("SUCCEEDED", '{"said":"hello"}', operator)
    assert execution.next_poll_at is None
    said = read_until(client, execution, 7)["execution"]["express"]
    assert (said["level"], said["includes_data"], said["billed_megabytes"]) == ("ALL", True, 64)
    assert said["billed_milliseconds"] % 100 == 0
    events = client.get(f"/api/v1/executions/{execution.pk}/events").json()["events"]
    assert [(event["id"], event["previousEventId"], event["type"]) for event in events] == [
        (1, 0, "ExecutionStarted"), (2, 0, "PassStateEntered"), (3, 2, "PassStateExited"), (4, 3, "ChoiceStateEntered"),
        (5, 4, "ChoiceStateExited"), (6, 5, "SucceedStateEntered"), (7, 6, "SucceedStateExited"),
        (8, 7, "ExecutionSucceeded"),
    ][: len(events)]  # fmt: skip
    assert events[1]["stateEnteredEventDetails"]["input"] == '{"a": 1}'
    assert events[2]["stateExitedEventDetails"]["name"] == "Say"
    page = client.get(reverse("execution", args=[execution.pk]))
    assert page.context["boot"]["execution"]["express"] == said


def test_a_failed_one_keeps_what_it_answered_where_the_log_holds_errors_alone(client, operator, logged):
    definition = {"StartAt": "Bad", "States": {"Bad": {"Type": "Fail", "Error": "Bad"}}}
    execution = started(client, logged(definition, "ERROR", data=False))
    assert (execution.status, execution.error) == ("FAILED", "Bad")
    read_until(client, execution, 3)
    events = client.get(f"/api/v1/executions/{execution.pk}/events").json()["events"]
    assert [event["type"] for event in events] == ["FailStateEntered", "ExecutionFailed"]
    assert "input" not in events[0]["stateEnteredEventDetails"]
    execution.refresh_from_db()
    assert (execution.status, execution.error, execution.input) == ("FAILED", "Bad", "{}")


def test_without_logging_it_has_an_outcome_and_no_path(client, operator, logged):
    row = logged(TALK, "")
    execution = started(client, row)
    assert (execution.status, execution.express.level) == ("SUCCEEDED", "OFF")
    assert client.post(f"/api/v1/executions/{execution.pk}/log").json()["whole"] is True
    assert execution.events.count() == 0
    text = client.get(reverse("express"), {"deployment": row.pk, "look": 1}).content.decode()
    assert "Nothing is logged" in text


def test_one_that_nobody_waits_for_is_found_in_its_log(client, operator, logged):
    row = logged(
        {
            "StartAt": "Rest",
            "States": {"Rest": {"Type": "Wait", "Seconds": 2, "Next": "Done"}, "Done": {"Type": "Succeed"}},
        }
    )
    assert "Don't wait for its end" in client.get(reverse("execution-new"), {"deployment": row.pk}).content.decode()
    form = {"deployment": row.pk, "input": "{}", "name": "alone", "unwaited": "1"}
    refused = client.post(reverse("execution-new"), form | {"input": "{"})
    assert refused.status_code == 422
    assert 'name="unwaited" value="1" checked' in refused.content.decode()
    answer = client.post(reverse("execution-new"), form)
    assert not Execution.objects.exists()
    end = time.monotonic() + 20
    while True:
        page = client.get(answer["Location"])
        found = {one.name: one.status for one in page.context["found"].rows}
        if found.get("alone") == "SUCCEEDED":
            break
        assert time.monotonic() < end, found
        time.sleep(0.2)


def test_one_that_another_started_is_opened_from_it_and_leads_back(client, operator, logged, deployed, embedded):
    inner = logged({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})
    unlogged = logged({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}, level="")

    def call(row, **then):
        resource = "arn:aws:states:::aws-sdk:sfn:startSyncExecution"
        return {"Type": "Task", "Resource": resource, "Parameters": {"StateMachineArn": row.arn, "Input": "{}"}, **then}

    states = {"Call": call(inner, Next="Unlogged"), "Unlogged": call(unlogged, End=True)}
    outer = start_execution(
        state_machine=deployed({"StartAt": "Call", "States": states}), environment=embedded, input="{}"
    )
    while outer.status == "RUNNING":
        copy_history(outer)
    named, without = outer.events.filter(type="TaskSucceeded").order_by("event_id")
    end = time.monotonic() + 10
    while not (found := Execution.objects.filter(parent=outer)):
        assert time.monotonic() < end, "a log comes a moment after the run"
        opened = client.get(reverse("nested", args=[outer.pk, named.event_id]))
    assert opened["Location"] == reverse("execution", args=[found[0].pk])
    assert found[0].express.level == "ALL"
    assert client.get(opened["Location"]).context["boot"]["origin"]["state"] == "Call"
    assert client.get(reverse("nested", args=[outer.pk, named.event_id]))["Location"] == opened["Location"]
    answer = client.get(reverse("nested", args=[outer.pk, without.event_id]), follow=True)
    assert "only its log tells" in answer.content.decode()


def test_those_started_elsewhere_are_found_in_the_log_after_its_cost_was_said(client, operator, logged, embedded):
    row = logged({**TALK, "States": {**TALK["States"], "Say": {"Type": "Pass", "Next": "Good?"}}})
    step_functions = aws(embedded, "stepfunctions")
    arns = [
        step_functions.start_execution(stateMachineArn=row.arn, name=name, input=text)["executionArn"]
        for name, text in (("good", '{"said": "hello"}'), ("bad", '{"said": "no"}'))
    ]
    page = client.get(reverse("express"), {"deployment": row.pk})
    assert "A look costs nothing" in page.content.decode()
    assert "found" not in page.context
    end = time.monotonic() + 10
    while True:
        page = client.get(reverse("express"), {"deployment": row.pk, "look": 1})
        found = {one.name: one for one in page.context["found"].rows}
        if len(found) == 2 and all(one.status for one in found.values()):
            break
        assert time.monotonic() < end, found
        time.sleep(0.1)
    assert {name: (one.status, one.error) for name, one in found.items()} == {
        "good": ("SUCCEEDED", ""), "bad": ("FAILED", "Bad"),
    }  # fmt: skip
    form = {"deployment": row.pk, "arn": arns[1], "at": int(found["bad"].seen_at.timestamp())}
    opened = client.post(reverse("express-open"), form)
    execution = Execution.objects.get(arn=arns[1])
    assert opened["Location"] == reverse("execution", args=[execution.pk])
    assert (execution.status, execution.error, execution.input) == ("FAILED", "Bad", '{"said": "no"}')
    assert execution.state_machine == row.revision.state_machine
    assert client.post(reverse("express-open"), form)["Location"] == opened["Location"]
    lost = client.post(reverse("express-open"), {**form, "arn": arns[1] + "0"}, follow=True)
    assert "holds nothing of this execution" in lost.content.decode()


def test_a_look_takes_the_newest_first_and_stops_when_its_calls_are_used_up(logged, embedded, monkeypatch):
    row = logged(TALK)
    group = express_logs.logging_of(embedded, row.arn).group
    monkeypatch.setattr(express_logs, "CALLS", 2)
    now = timezone.now()
    found = express_logs.find(embedded, group, row.arn, now - timedelta(days=1), now)
    assert (found.calls, found.whole) == (2, False)
    assert now - found.reached == timedelta(minutes=15)
