"""One event after the other: what each leads to, slices, and what is no longer outstanding."""

import json
from dataclasses import replace

import pytest

from asl.effects import Continue, RedriveMapRun, ScheduleTask, StartMapRun, StartTimer
from asl.events import (
    Continued,
    ExecutionExpired,
    ExecutionRedriven,
    ExecutionStopped,
    HeartbeatReceived,
    MapRunFailed,
    MapRunSucceeded,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
    TimerFired,
)
from asl.interpreter import handle, start
from asl.parse import parse
from asl.testing import IDENTITY, SEED
from tests.asl.definitions import distributed

SQS = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
ASK = {"Type": "Task", "Resource": SQS, "HeartbeatSeconds": 60, "Parameters": {"t.$": "$$.Task.Token"}, "End": True}
PASS = {"Type": "Pass", "End": True}
LEAVES = {"Type": "Pass", "Parameters": {"a": 1}}


def begin(states, text="{}", *, budget=200, **fields):
    machine = parse(json.dumps({"StartAt": next(iter(states)), "States": states, **fields}))
    return start(machine, identity=IDENTITY, input=text, at=1.0, seed=SEED, budget=budget)


def types(transition):
    return [event[0] for event in transition.history]


def test_a_start_runs_until_it_must_wait():
    execution, transition = begin({"A": {**LEAVES, "Next": "B"}, "B": ASK}, TimeoutSeconds=99)
    assert types(transition) == [
        "ExecutionStarted", "PassStateEntered", "PassStateExited", "TaskStateEntered", "TaskScheduled",
    ]  # fmt: skip
    assert [type(effect) for effect in transition.effects] == [StartTimer, StartTimer, ScheduleTask]
    assert execution.status == "RUNNING"


def test_an_input_that_is_no_json_is_refused():
    with pytest.raises(ValueError):
        begin({"A": PASS}, "{")


def test_a_busy_run_asks_to_be_continued():
    states = {"A": {**LEAVES, "Next": "B"}, "B": {**LEAVES, "Next": "C"}, "C": {"Type": "Succeed"}}
    execution, transition = begin(states, budget=1)
    assert transition.effects == [Continue()]
    transition = handle(execution, Continued(at=1.0), budget=1)
    assert types(transition) == ["PassStateEntered", "PassStateExited"]
    assert types(handle(execution, Continued(at=1.0), budget=9))[-1] == "ExecutionSucceeded"
    assert types(handle(execution, Continued(at=1.0))) == []


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ([TaskStarted(at=2.0, task_id=1)], "TaskStarted"),
        ([TaskSubmitted(at=2.0, task_id=1, output="{}")], "TaskSubmitted"),
        (
            [TaskSubmitted(at=2.0, task_id=1, output="{}"), TaskSucceeded(at=3.0, task_id=1, output="{}")],
            "ExecutionSucceeded",
        ),
        ([TaskFailed(at=2.0, task_id=1, error="E", cause="c")], "ExecutionFailed"),
        (
            [
                TaskSucceeded(at=2.0, task_id=1, output="1", by_token=True),
                TaskSubmitted(at=3.0, task_id=1, output="{}"),
            ],
            "ExecutionSucceeded",
        ),
        (
            [
                TaskFailed(at=2.0, task_id=1, error="E", cause=None, by_token=True),
                TaskFailed(at=3.0, task_id=1, error="F", cause="x"),
            ],
            "ExecutionFailed",
        ),
        (
            [TaskSucceeded(at=2.0, task_id=1, output="1", by_token=True), TimerFired(at=9.0, timer_id=2)],
            "ExecutionSucceeded",
        ),
        ([HeartbeatReceived(at=2.0, task_id=1)], None),
        ([TimerFired(at=61.0, timer_id=1)], "ExecutionFailed"),
        ([ExecutionStopped(at=2.0, error="E")], "ExecutionAborted"),
        (
            [TaskSucceeded(at=2.0, task_id=9, output="{}"), TimerFired(at=2.0, timer_id=9), ExecutionRedriven(at=2.0)],
            None,
        ),
    ],
)
def test_events_about_a_task(events, last):
    execution, _ = begin({"A": ASK})
    for event in events:
        transition = handle(execution, event)
    assert (types(transition) or [None])[-1] == last


def test_a_wait_and_a_retry_go_on_when_they_are_due():
    retried = {**ASK, "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 5}]}
    del retried["HeartbeatSeconds"]
    execution, _ = begin({"W": {"Type": "Wait", "Seconds": 3, "Next": "A"}, "A": {**retried, "End": True}})
    assert types(handle(execution, TimerFired(at=4.0, timer_id=1)))[-1] == "TaskScheduled"
    handle(execution, TaskFailed(at=5.0, task_id=1, error="E", cause=None))
    assert types(handle(execution, TimerFired(at=10.0, timer_id=2))) == ["TaskScheduled"]


def test_an_execution_has_its_own_time():
    execution, _ = begin({"A": ASK}, TimeoutSeconds=9)
    assert types(handle(execution, TimerFired(at=10.0, timer_id=1)))[-1] == "ExecutionTimedOut"
    execution, _ = begin({"A": ASK})
    assert types(handle(execution, ExecutionExpired(at=10.0)))[-1] == "ExecutionTimedOut"


@pytest.mark.parametrize(
    ("fields", "due"), [({}, 301.0), ({"TimeoutSeconds": 999}, 301.0), ({"TimeoutSeconds": 9}, 10.0)]
)
def test_an_express_execution_has_five_minutes_at_most(fields, due):
    machine = parse(
        json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 999, "End": True}}, **fields})
    )
    express = replace(IDENTITY, type="EXPRESS")
    execution, transition = start(machine, identity=express, input="{}", at=1.0, seed=SEED)
    timers = [effect.due for effect in transition.effects if isinstance(effect, StartTimer)]
    assert timers[-1 if due == 301.0 else 0] == due
    assert types(handle(execution, TimerFired(at=due, timer_id=execution.timeout_timer)))[-1] == "ExecutionTimedOut"


def test_a_step_that_fails_fails_its_state_wherever_it_is():
    after = {**ASK, "ResultPath": "$.a.b", "Catch": [{"ErrorEquals": ["States.ResultPathMatchFailure"], "Next": "B"}]}
    execution, _ = begin({"A": after, "B": PASS}, '{"a": 1}')
    handle(execution, TaskSubmitted(at=2.0, task_id=1, output="{}"))
    assert types(handle(execution, TaskSucceeded(at=2.0, task_id=1, output="{}")))[-1] == "ExecutionSucceeded"
    inner = {"StartAt": "I", "States": {"I": PASS}}
    _, transition = begin(
        {"A": {"Type": "Parallel", "Branches": [inner], "ResultPath": "$.a.b", "End": True}}, '{"a": 1}'
    )
    assert types(transition)[-1] == "ExecutionFailed"
    _, transition = begin({"A": {"Type": "Map", "ItemProcessor": inner, "End": True}}, "{}")
    assert types(transition)[-1] == "ExecutionFailed"


def test_a_redrive_goes_on_where_it_stopped_and_only_after_an_end():
    states = {"P": {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": ASK}}], "End": True}}
    execution, _ = begin(states)
    assert types(handle(execution, ExecutionRedriven(at=2.0))) == []
    handle(execution, TaskFailed(at=2.0, task_id=1, error="E", cause=None))
    assert execution.status == "FAILED"
    transition = handle(execution, ExecutionRedriven(at=3.0))
    assert types(transition)[0] == "ExecutionRedriven"
    assert types(transition)[-1] == "TaskScheduled"
    handle(execution, TaskSubmitted(at=4.0, task_id=2, output="{}"))
    handle(execution, TaskSucceeded(at=4.0, task_id=2, output="{}"))
    assert execution.status == "SUCCEEDED"
    assert types(handle(execution, ExecutionRedriven(at=5.0))) == [], "what succeeded is over"


def test_a_redrive_goes_on_with_a_map_that_failed_by_itself():
    """Its second iteration could not begin: its selector reads what only a redriven execution has."""
    inner = {"StartAt": "A", "States": {"A": ASK}}
    selector = {"since.$": "$$.Execution.RedriveTime"}
    each = {"Type": "Map", "ItemProcessor": inner, "ItemSelector": selector, "End": True}
    execution, transition = begin({"M": each}, "[1, 2]")
    assert (execution.status, types(transition)[-1]) == ("FAILED", "ExecutionFailed")
    transition = handle(execution, ExecutionRedriven(at=3.0))
    assert types(transition).count("TaskScheduled") == 2
    assert execution.status == "RUNNING"


def test_an_endless_loop_ends_where_the_history_is_full():
    again = {**LEAVES, "Next": "A"}
    execution, _ = begin({"A": again}, budget=100_000)
    assert (execution.status, execution.last_event_id) == ("FAILED", 25_000)


def test_a_map_run_ends_once_and_a_redrive_takes_up_the_one_that_failed():
    execution, transition = begin({"M": distributed()}, "[1]")
    (asked,) = transition.effects
    assert isinstance(asked, StartMapRun)
    transition = handle(execution, MapRunFailed(at=2.0, task_id=asked.task_id, error="E", cause="c"))
    assert types(transition) == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]
    (again,) = handle(execution, ExecutionRedriven(at=3.0)).effects
    assert (type(again), again.arn) == (RedriveMapRun, asked.arn)
    assert types(handle(execution, MapRunSucceeded(at=4.0, task_id=asked.task_id, output="[0]"))) == []
    transition = handle(execution, MapRunSucceeded(at=4.0, task_id=again.task_id, output="[1]"))
    assert types(transition)[0] == "MapRunSucceeded"
    assert (execution.status, execution.output) == ("SUCCEEDED", "[1]")
