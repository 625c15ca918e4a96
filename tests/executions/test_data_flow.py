"""The data's way through a state of a past run: what was recorded, what is computed from it, what can't be known."""

import json

import pytest
from django.utils import timezone

from executions.data_flow import CUT, NOT_LOGGED, OTHERWISE, TOKENS, NoVisit, data_flow
from executions.mirror import copy_history
from executions.models import Execution, ExpressRun, HistoryEvent
from executions.redaction import REDACTED
from executions.services import start_execution

pytestmark = pytest.mark.django_db(transaction=True)
CALL = "arn:aws:states:::dynamodb:getItem"
MACHINE = {
    "StartAt": "Set",
    "States": {
        "Set": {"Type": "Pass", "Assign": {"limit": 5}, "Result": {"a": 1, "b": 2}, "ResultPath": "$.made", "Next": "Rule"},
        "Rule": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.made.a", "NumericEquals": 1, "Next": "Each"}],
            "Default": "Each",
        },
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.list",
            "ItemSelector": {"n.$": "$$.Map.Item.Value", "limit.$": "$limit"},
            "ItemProcessor": {
                "StartAt": "Inner",
                "States": {"Inner": {"Type": "Pass", "Parameters": {"item.$": "$$.Map.Item.Value"}, "End": True}},
            },
            "ResultPath": "$.all",
            "Next": "Read",
        },
        "Read": {
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Resource": "arn:aws:states:::dynamodb:getItem",
            "Arguments": {"TableName": "none", "Key": {"id": {"S": "{% $string($limit) %}"}}},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": {"why": "{% $states.errorOutput.Error %}"}, "Next": "Last"}],
            "End": True,
        },
        "Last": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"id": "{% $uuid() %}"}, "End": True},
    },
}  # fmt: skip


@pytest.fixture
def run(deployed, embedded):
    execution = start_execution(state_machine=deployed(MACHINE), environment=embedded, input='{"list": [7, 8]}')
    while execution.status == "RUNNING":
        copy_history(execution)
    return execution


def entered(execution, name, number=0):
    rows = HistoryEvent.objects.filter(execution=execution, type__endswith="StateEntered").order_by("event_id")
    return [row.event_id for row in rows if row.details["stateEnteredEventDetails"]["name"] == name][number]


def stops(execution, name, number=0, **options):
    found = data_flow(execution, entered(execution, name, number), **options)
    return {stop["title"]: stop for stop in found["stops"]}, found


def value(stop):
    return json.loads(stop["value"]["text"])


def test_each_step_of_a_run_is_recorded_or_computed_from_what_was(run, client, person):
    made, _ = stops(run, "Set")
    assert [(title, stop["source"]) for title, stop in made.items()] == [
        ("State input", "recorded"), ("Result", "computed"), ("Assign", "computed"), ("ResultPath", "computed"),
        ("State output", "recorded"),
    ]  # fmt: skip
    assert value(made["Assign"]) == {"limit": 5}
    assert value(made["ResultPath"]) == value(made["State output"])

    rule, found = stops(run, "Rule")
    assert (value(rule["Rule 1"]), found["next"]) == (True, "Each")

    each, _ = stops(run, "Each")
    assert value(each["ItemSelector"]) == [{"n": 7, "limit": 5}, {"n": 8, "limit": 5}]
    assert next(iter(each)) == "Variables in scope"
    assert value(each["Results of the items"]) == [{"item": 7}, {"item": 8}]
    inner, found = stops(run, "Inner", 1)
    assert value(inner["Parameters"]) == {"item": 8}, "the item comes from the Map around it"
    assert found["notes"] == []

    client.force_login(person("Reviewer"))
    answer = client.get(f"/api/v1/executions/{run.pk}/flow", {"event": entered(run, "Set")})
    assert [stop["title"] for stop in answer.json()["stops"]] == list(made)
    assert client.get(f"/api/v1/executions/{run.pk}/flow", {"event": 1}).status_code == 404


def test_a_sample_of_a_past_run_has_its_context_object(run, client, person):
    client.force_login(person("Designer"))

    def contexts(name):
        answer = client.get(f"/api/v1/executions/{run.pk}/visits", {"state": name}).json()
        return [answer["context"] | visit["context"] for visit in answer["visits"]]

    (made,) = contexts("Rule")
    assert made["Execution"]["Input"] == {"list": [7, 8]}, "of the run, not of the state"
    assert made["State"]["Name"] == "Rule"
    assert "Map" not in made
    assert [made["Map"]["Item"] for made in contexts("Inner")] == [{"Index": 0, "Value": 7}, {"Index": 1, "Value": 8}]


def test_what_the_resource_got_its_error_and_the_catcher_that_took_it(run):
    read, _ = stops(run, "Read")
    assert list(read) == [
        "Variables in scope", "State input", "Arguments: what the resource got", "Error", "Catcher 1 Output",
        "State output",
    ]  # fmt: skip
    assert value(read["Arguments: what the resource got"])["Key"] == {"id": {"S": "5"}}
    assert value(read["Catcher 1 Output"]) == value(read["State output"])
    began = entered(run, "Read")
    until = HistoryEvent.objects.get(execution=run, previous_event_id=began).event_id
    earlier, _ = stops(run, "Read", until=until)
    assert earlier["Task result"]["missing"] == "Nothing came back yet."
    assert earlier["State output"]["missing"] == "It comes when the state ends."


def test_a_field_that_failed_says_why(deployed, embedded):
    bad = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $sum('x') %}", "End": True}
    execution = start_execution(
        state_machine=deployed({"StartAt": "Bad", "States": {"Bad": bad}}), environment=embedded, input="{}"
    )
    while execution.status == "RUNNING":
        copy_history(execution)
    found, _ = stops(execution, "Bad")
    assert (found["Output"]["error"], found["Output"]["value"]) == ("States.QueryEvaluationError", None)
    assert found["State output"]["missing"] == "There is none: the state failed."


def test_what_cannot_be_had_twice_is_said(run):
    last, found = stops(run, "Last")
    assert found["notes"] == [OTHERWISE]
    assert value(last["State output"]) != value(last["Output"])


@pytest.fixture
def told(embedded):
    """``told(text)`` is a run whose one state got that text, as its history or its log has it."""

    def make(text, *, is_express=False):
        execution = Execution.objects.create(
            environment=embedded,
            arn=f"arn:aws:states:us-east-1:000000000000:execution:m:{timezone.now().timestamp()}",
            name="e",
            state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:m",
            definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.x", "End": True}}}),
            started_at=timezone.now(),
        )
        if is_express:
            ExpressRun.objects.create(execution=execution, level="ALL")
        for number, kind, member in ((2, "Entered", "input"), (3, "Exited", "output")):
            details = {"name": "A"} if text is None else {"name": "A", member: text}
            HistoryEvent.objects.create(
                execution=execution,
                event_id=number,
                previous_event_id=number - 1,
                type=f"PassState{kind}",
                timestamp=timezone.now(),
                details={f"state{kind}EventDetails": details},
            )
        return execution

    return make


def test_what_was_cut_left_out_or_taken_out_is_said(told):
    cut, _ = stops(told('{"x": [1, 2'), "A")
    assert (cut["State input"]["missing"], cut["State input"]["value"]["cut"]) == (CUT, True)
    assert "InputPath" not in cut
    left_out, _ = stops(told(None, is_express=True), "A")
    assert {stop["missing"] for stop in left_out.values()} == {NOT_LOGGED}
    _, found = stops(told(json.dumps({"x": REDACTED})), "A")
    assert TOKENS in found["notes"]
    with pytest.raises(NoVisit):
        data_flow(told("{}"), 3)
