"""What one event's work sees and leaves: the history with its limit, the Context Object, timers."""

import json
from dataclasses import replace

import pytest

from asl.effects import CancelTimer
from asl.events import ExecutionRedriven, TaskFailed, TaskSucceeded
from asl.parse import parse
from asl.run import HISTORY_LIMIT, HistoryFullError, Run
from asl.testing import IDENTITY, Playbook
from asl.timestamps import format_timestamp

CONTEXT = {"Type": "Pass", "Parameters": {"c.$": "$$"}, "End": True}
TASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "TimeoutSeconds": 5,
    "End": True,
}


def play(states, **options):
    text = json.dumps({"StartAt": next(iter(states)), "States": states})
    return Playbook(parse(text), **options)


def context_of(states, **options):
    return json.loads(play(states, **options).execution.output)


def test_the_context_object_says_who_runs_and_where():
    context = context_of({"A": CONTEXT})["c"]
    assert context["Execution"]["RedriveCount"] == 0
    assert context["State"] == {"Name": "A", "EnteredTime": context["Execution"]["StartTime"]}
    express = context_of({"A": CONTEXT}, identity=replace(IDENTITY, type="EXPRESS"))["c"]
    assert "RedriveCount" not in express["Execution"]


def test_the_context_object_knows_the_nearest_item():
    inner = {
        "StartAt": "P",
        "States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "C", "States": {"C": CONTEXT}}], "End": True}},
    }
    found = context_of({"A": {"Type": "Map", "ItemProcessor": inner, "End": True}}, input='["x"]')
    assert found[0][0]["c"]["Map"] == {"Item": {"Index": 0, "Value": "x", "Source": "STATE_DATA"}}


def test_a_task_with_a_token_and_its_attempts_are_in_the_context_object():
    playbook = play({"A": {**TASK, "Parameters": {"c.$": "$$"}, "Retry": [{"ErrorEquals": ["States.ALL"]}]}})
    context = playbook.task().parameters["c"]
    assert context["Task"]["Token"] == playbook.task().token
    assert context["State"]["RetryCount"] == 0


def test_a_history_has_room_for_its_end():
    playbook = play({"A": TASK})
    run = Run(playbook.execution, 1.0, 10)
    playbook.execution.last_event_id = HISTORY_LIMIT - 2
    assert run.emit(("WaitStateEntered", 0, 1.0)) == HISTORY_LIMIT - 1
    with pytest.raises(HistoryFullError):
        run.emit(("WaitStateEntered", 0, 1.0))
    run.emit_last(("ExecutionFailed", 0, 1.0))
    assert playbook.execution.last_event_id == HISTORY_LIMIT


def test_a_timer_is_called_off_once():
    playbook = play({"A": TASK})
    run = Run(playbook.execution, 1.0, 10)
    run.cancel_timer(None)
    run.cancel_timer(1)
    run.cancel_timer(1)
    assert run.effects == [CancelTimer(timer_id=1)]


def test_variables_are_looked_for_outwards_and_numbers_come_from_the_seed():
    inner = {
        "StartAt": "I",
        "States": {"I": {"Type": "Pass", "Parameters": {"v.$": "$v", "u.$": "States.UUID()"}, "End": True}},
    }
    states = {
        "A": {"Type": "Pass", "Assign": {"v": 7}, "Next": "B"},
        "B": {
            "Type": "Parallel",
            "Branches": [inner],
            "ResultSelector": {"r.$": "$[0]"},
            "Assign": {"w": 1},
            "Next": "C",
        },
        "C": {"Type": "Wait", "Seconds": 1, "End": True},
    }
    first, again = play(states), play(states)
    first.run()
    again.run()
    output = json.loads(first.execution.output)["r"]
    assert (output["v"], first.execution.output) == (7, again.execution.output)
    missing = play({"A": {"Type": "Pass", "Parameters": {"v.$": "$nope"}, "End": True}})
    assert missing.execution.error == "States.Runtime"


def test_an_output_that_is_too_large_fails_the_state():
    playbook = play({"A": TASK})
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output=json.dumps("x" * 262_145)))
    assert playbook.execution.error == "States.DataLimitExceeded"
    grown = play(
        {"A": {"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, "End": True}}, input=json.dumps("x" * 200_000)
    )
    assert grown.execution.error == "States.DataLimitExceeded"


def test_a_redriven_execution_says_since_when_and_what_is_aborted_is_called_off():
    branches = [{"StartAt": name, "States": {name: {**TASK, "Parameters": {"c.$": "$$"}}}} for name in ("T", "U")]
    playbook = play({"A": {"Type": "Parallel", "Branches": branches, "End": True}})
    playbook.reply(TaskFailed(at=playbook.now, task_id=1, error="E", cause=None))
    assert (playbook.execution.status, playbook.tasks) == ("FAILED", {})
    playbook.reply(ExecutionRedriven(at=playbook.now))
    for task in playbook.tasks.values():
        assert task.parameters["c"]["Execution"]["RedriveCount"] == 1
        assert task.parameters["c"]["Execution"]["RedriveTime"] == format_timestamp(playbook.now)


def test_the_clock_is_the_events():
    playbook = play(
        {"A": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $millis() %}", "End": True}}, at=5.0
    )
    assert playbook.execution.output == "5000"
