"""Retry, Catch, and what an error does to the branches around it."""

import json
from dataclasses import replace

import pytest

from asl.effects import CancelTask
from asl.errors import StatesError, matches
from asl.events import (
    ExecutionRedriven,
    ExecutionStopped,
    MapRunFailed,
    TaskFailed,
    TaskStarted,
    TaskSucceeded,
    TimerFired,
)
from asl.parse import parse
from asl.testing import IDENTITY, Playbook
from tests.asl.definitions import distributed

SQS = "arn:aws:states:::sqs:sendMessage"


def machine(states, start="A", **fields):
    return parse(json.dumps({"StartAt": start, "States": states, **fields}))


def task(name="A", **fields):
    return {"Type": "Task", "Resource": SQS, "End": True, **fields}


def fail_task(playbook, error="E", cause="C"):
    task_id = max(playbook.tasks)
    playbook.reply(TaskFailed(at=playbook.now, task_id=task_id, error=error, cause=cause))


def delays(retrier, count):
    playbook = Playbook(machine({"A": task(Retry=[retrier])}), reload=True)
    waited = []
    for _ in range(count):
        fail_task(playbook)
        before = playbook.now
        playbook.run()
        waited.append(round(playbook.now - before, 3))
    return waited, playbook


@pytest.mark.parametrize(
    ("retrier", "expected"),
    [
        ({}, [1, 2, 4]),
        ({"IntervalSeconds": 3, "BackoffRate": 1}, [3, 3, 3]),
        ({"IntervalSeconds": 2, "BackoffRate": 1.5}, [2, 3, 4.5]),
        ({"IntervalSeconds": 2, "BackoffRate": 10, "MaxDelaySeconds": 5}, [2, 5, 5]),
        ({"IntervalSeconds": 99999999, "BackoffRate": 1e9, "MaxAttempts": 3}, [31622400.0] * 3),
    ],
)
def test_a_retrier_waits_longer_each_time(retrier, expected):
    waited, playbook = delays({"ErrorEquals": ["States.ALL"], **retrier}, 3)
    assert waited == expected
    assert playbook.types().count("TaskScheduled") == 4
    assert playbook.types().count("TaskStateEntered") == 1, "a retry doesn't enter the state again"


def test_a_rate_beyond_all_numbers_is_the_longest_delay():
    waited, _ = delays({"ErrorEquals": ["E"], "BackoffRate": 1e9, "MaxAttempts": 50}, 40)
    assert waited[-1] == 31_622_400


def test_jitter_waits_any_time_up_to_the_interval_and_the_same_time_when_replayed():
    retrier = {"ErrorEquals": ["E"], "IntervalSeconds": 100, "JitterStrategy": "FULL"}
    first, _ = delays(retrier, 2)
    assert 0 <= first[0] <= 100
    assert 0 <= first[1] <= 200
    assert delays(retrier, 2)[0] == first


def test_when_the_attempts_are_spent_the_catcher_has_its_turn():
    states = {
        "A": task(
            Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 1}],
            Catch=[{"ErrorEquals": ["E"], "Next": "B", "ResultPath": "$.error"}],
        ),
        "B": {"Type": "Pass", "End": True},
    }
    playbook = Playbook(machine(states), input='{"x": 1}', reload=True)
    fail_task(playbook)
    playbook.run()
    fail_task(playbook)
    assert json.loads(playbook.execution.output) == {"x": 1, "error": {"Error": "E", "Cause": "C"}}
    assert playbook.types()[-5:-1] == ["TaskFailed", "TaskStateExited", "PassStateEntered", "PassStateExited"]


def test_each_retrier_counts_for_itself_and_the_first_that_matches_decides():
    retriers = [{"ErrorEquals": ["E"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 5}]
    playbook = Playbook(machine({"A": task(Retry=retriers)}))
    fail_task(playbook, "Other")
    playbook.run()
    fail_task(playbook, "E")
    assert playbook.execution.error == "E"


def test_the_context_object_counts_retries_and_each_attempt_has_a_new_token():
    fields = {"Parameters": {"n.$": "$$.State.RetryCount", "T.$": "$$.Task.Token"}}
    state = task(Resource=SQS + ".waitForTaskToken", Retry=[{"ErrorEquals": ["E"]}], **fields)
    playbook = Playbook(machine({"A": state}), reload=True)
    first = playbook.task()
    fail_task(playbook)
    playbook.run()
    second = playbook.task()
    assert (first.parameters["n"], second.parameters["n"]) == (0, 1)
    assert first.token != second.token
    assert not playbook.execution.token_is_open(first.token)


def test_a_state_that_is_entered_again_has_all_its_attempts_again():
    states = {
        "A": task(Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 1}], Catch=[{"ErrorEquals": ["E"], "Next": "B"}]),
        "B": {"Type": "Wait", "Seconds": 1, "Next": "A"},
    }
    playbook = Playbook(machine(states), reload=True)
    for _ in range(4):
        fail_task(playbook)
        playbook.run()
    assert playbook.types().count("TaskScheduled") == 5
    assert playbook.execution.status == "RUNNING"


@pytest.mark.parametrize(
    ("names", "error", "taken"),
    [
        (["States.ALL"], "E", True),
        (["States.ALL"], None, True),
        (["States.TaskFailed"], "E", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["States.Timeout"], "States.Timeout", True),
        (["States.HeartbeatTimeout"], "States.Timeout", False),
        (["A", "E"], "E", True),
        (["A"], "E", False),
        ([], "E", False),
    ],
)
def test_error_equals_takes(names, error, taken):
    assert matches(names, StatesError(error)) is taken


@pytest.mark.parametrize("name", ["States.ALL", "States.TaskFailed", "States.Runtime", "States.DataLimitExceeded"])
def test_nothing_takes_what_is_terminal(name):
    assert not matches([name], StatesError("States.Runtime", terminal=True))
    assert not matches([name], StatesError("States.DataLimitExceeded", terminal=True))


def test_a_runtime_error_is_not_caught_by_the_parallel_around_it():
    inner = {"StartAt": "B", "States": {"B": {"Type": "Pass", "InputPath": "$.none", "End": True}}}
    states = {
        "A": {
            "Type": "Parallel",
            "Branches": [inner],
            "Retry": [{"ErrorEquals": ["States.ALL"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}],
            "End": True,
        },
        "C": {"Type": "Succeed"},
    }
    playbook = Playbook(machine(states))
    assert playbook.types()[-2:] == ["ParallelStateFailed", "ExecutionFailed"]
    assert playbook.execution.cause == (
        "An error occurred while executing the state 'B' (entered at the event id #4). "
        "Invalid path '$.none' : No results for path: $['none']"
    )


def test_a_result_that_has_no_place_can_be_caught():
    catch = [{"ErrorEquals": ["States.ResultPathMatchFailure"], "Next": "B"}]
    states = {"A": task(ResultPath="$.x", Catch=catch), "B": {"Type": "Succeed"}}
    playbook = Playbook(machine(states), input='"text"')
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output="1"))
    assert json.loads(playbook.execution.output) == {
        "Error": "States.ResultPathMatchFailure",
        "Cause": 'Unable to apply step "x" to input "text"',
    }


def test_a_catcher_that_fails_itself_fails_the_state():
    catch = [{"ErrorEquals": ["E"], "Next": "B", "ResultPath": "$.x"}]
    playbook = Playbook(machine({"A": task(Catch=catch), "B": {"Type": "Succeed"}}), input="[]")
    fail_task(playbook)
    assert playbook.execution.error == "States.ResultPathMatchFailure"


def test_a_time_out_without_a_cause_is_reported_with_an_empty_one():
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "B"}]
    playbook = Playbook(machine({"A": task(TimeoutSeconds=5, Catch=catch), "B": {"Type": "Succeed"}}))
    playbook.run()
    assert json.loads(playbook.execution.output) == {"Error": "States.Timeout", "Cause": ""}


def branch(name, **fields):
    return {"StartAt": name, "States": {name: {"Type": "Task", "Resource": SQS, "End": True, **fields}}}


def test_a_branch_that_fails_aborts_its_siblings():
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 50, "End": True}}}
    retried = branch("R", Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 60}])
    nested = {
        "StartAt": "N",
        "States": {"N": {"Type": "Parallel", "Branches": [branch("N1")], "End": True}},
    }
    states = {"A": {"Type": "Parallel", "Branches": [branch("B1"), wait, retried, nested, branch("B2")], "End": True}}
    playbook = Playbook(machine(states), reload=True)
    playbook.reply(TaskFailed(at=playbook.now, task_id=2, error="E", cause=None))
    transition = playbook.reply(TaskFailed(at=playbook.now, task_id=1, error="Boom", cause="C"))
    failing = len(playbook.types()) - playbook.types()[::-1].index("TaskFailed")
    told = [(event[0], event[1]) for event in playbook.history[failing:]]
    assert told == [
        ("TaskStateAborted", failing),
        ("WaitStateAborted", failing),
        ("TaskStateAborted", failing),
        ("ParallelStateAborted", failing),
        ("TaskStateAborted", failing),
        ("TaskStateAborted", failing),
        ("ParallelStateFailed", failing),
        ("ExecutionFailed", failing + 7),
    ]
    assert {effect.task_id for effect in transition.effects if isinstance(effect, CancelTask)} == {3, 4}
    assert playbook.timers == {}
    assert "taskStateAbortedEventDetails" not in playbook.rendered()[failing]


def test_iterations_that_time_out_together_are_told_together():
    processor = branch("T", TimeoutSeconds=5)
    states = {"A": {"Type": "Map", "ItemProcessor": processor, "End": True}}
    playbook = Playbook(machine(states), input="[1, 2, 3]", reload=True)
    for task_id in (1, 2, 3):
        playbook.reply(TaskStarted(at=playbook.now, task_id=task_id))
    first = len(playbook.history)
    playbook.run()
    assert [(event[0], event[1]) for event in playbook.history[first:]] == [
        ("TaskTimedOut", 13),
        ("TaskTimedOut", 14),
        ("TaskTimedOut", 15),
        ("MapIterationFailed", 16),
        ("TaskStateAborted", 16),
        ("MapIterationAborted", 16),
        ("TaskStateAborted", 16),
        ("MapIterationAborted", 16),
        ("TaskStateAborted", 16),
        ("MapStateFailed", 16),
        ("ExecutionFailed", 25),
    ]


def test_a_parallel_that_is_retried_starts_again_after_the_failure():
    states = {
        "A": {
            "Type": "Parallel",
            "Branches": [branch("B")],
            "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}],
            "End": True,
        },
        "C": {"Type": "Pass", "End": True},
    }
    playbook = Playbook(machine(states), reload=True)
    fail_task(playbook)
    playbook.run()
    fail_task(playbook)
    assert [(number, event[1], event[0]) for number, event in enumerate(playbook.history, 1)][2:16] == [
        (3, 2, "ParallelStateStarted"),
        (4, 3, "TaskStateEntered"),
        (5, 4, "TaskScheduled"),
        (6, 5, "TaskStarted"),
        (7, 6, "TaskFailed"),
        (8, 7, "TaskStateAborted"),
        (9, 7, "ParallelStateStarted"),
        (10, 9, "TaskStateEntered"),
        (11, 10, "TaskScheduled"),
        (12, 11, "TaskStarted"),
        (13, 12, "TaskFailed"),
        (14, 13, "TaskStateAborted"),
        (15, 13, "ParallelStateFailed"),
        (16, 15, "ParallelStateExited"),
    ]


def test_stopping_ends_all_at_once():
    states = {"A": {"Type": "Parallel", "Branches": [branch("B", TimeoutSeconds=9), branch("C")], "End": True}}
    playbook = Playbook(machine(states), reload=True)
    playbook.reply(ExecutionStopped(at=playbook.now, error="Operator", cause="Enough"))
    assert playbook.rendered()[-1] == {
        "id": 8,
        "previousEventId": 0,
        "timestamp": playbook.now,
        "type": "ExecutionAborted",
        "executionAbortedEventDetails": {"error": "Operator", "cause": "Enough"},
    }
    assert playbook.execution.status == "ABORTED"
    assert playbook.tasks == {}
    assert playbook.timers == {}
    before = len(playbook.history)
    playbook.reply(ExecutionStopped(at=playbook.now))
    assert len(playbook.history) == before, "an ended execution stays as it is"


def test_a_state_machines_time_out_has_its_error_in_the_history_alone():
    playbook = Playbook(machine({"A": {"Type": "Wait", "Seconds": 60, "End": True}}, TimeoutSeconds=10), reload=True)
    started = playbook.now
    playbook.run()
    execution = playbook.execution
    assert (execution.status, execution.stopped_at) == ("TIMED_OUT", started + 10)
    assert (execution.error, execution.cause) == (None, None)
    assert playbook.rendered()[-1]["executionTimedOutEventDetails"] == {"error": "States.Timeout"}
    assert playbook.timers == {}


def test_a_time_out_that_is_not_reached_is_called_off():
    playbook = Playbook(machine({"A": {"Type": "Succeed"}}, TimeoutSeconds=10))
    assert playbook.timers == {}


def test_a_history_ends_at_25000_events():
    states = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}
    playbook = Playbook(machine(states), budget=100_000)
    assert len(playbook.history) == 25_000
    assert playbook.execution.error == "States.Runtime"
    assert playbook.execution.cause == "The execution reached the maximum number of history events (25000)."
    assert set(playbook.stored()[1]) == {0}


def test_a_stale_timer_after_a_retry_changes_nothing():
    playbook = Playbook(machine({"A": task(TimeoutSeconds=50, Retry=[{"ErrorEquals": ["E"]}])}))
    fail_task(playbook)
    playbook.reply(TimerFired(at=playbook.now, timer_id=1))
    assert playbook.types()[-1] == "TaskFailed"


PASS = {"Type": "Pass", "End": True}


@pytest.mark.parametrize(
    ("state", "before"),
    [
        ({**PASS, "QueryLanguage": "JSONata", "Output": "{% $nothing %}"}, None),
        (
            {
                "Type": "Map",
                "QueryLanguage": "JSONata",
                "ItemProcessor": {"StartAt": "P", "States": {"P": PASS}},
                "Items": [1],
                "Output": "{% $nothing %}",
                "End": True,
            },
            "MapIterationSucceeded",
        ),
    ],
)
def test_a_query_that_failed_is_told_by_an_event_of_its_own(state, before):
    playbook = Playbook(machine({"A": state}), reload=True)
    (event,) = [event for event in playbook.history if event[0] == "EvaluationFailed"]
    assert event[3] == "States.QueryEvaluationError"
    told_after = playbook.history[event[1] - 1][0] if event[1] else None
    assert told_after == before, "an output that fails in a state that did nothing follows what led there"


def parallel(*branches, **fields):
    return {"Type": "Parallel", "Branches": [*branches], "End": True, **fields}


def test_what_runs_in_a_state_that_failed_by_itself_is_aborted():
    """The second iteration can't begin: the first one's task is called off."""
    inner = {"StartAt": "T", "States": {"T": task("T")}}
    each = {"Type": "Map", "ItemProcessor": inner, "ItemSelector": {"a.$": "$$.Map.Item.Value.a"}, "End": True}
    playbook = Playbook(machine({"A": each}), input='[{"a": 1}, {}]', reload=True)
    assert playbook.execution.status == "FAILED"
    assert playbook.tasks == {}


def test_states_of_all_kinds_are_aborted_with_their_sibling_and_dropped_by_the_catcher():
    """A wait, a retry, a task, a Map under way and one that has results, and a state that is still to be entered."""
    waits = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": True}}}
    retried = {"StartAt": "R", "States": {"R": task("R", Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 9}])}}
    works = {"StartAt": "T", "States": {"T": task("T", TimeoutSeconds=5)}}
    fails = {"StartAt": "F", "States": {"F": task("F", TimeoutSeconds=5)}}
    item = {
        "StartAt": "C",
        "States": {
            "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "D"}], "Default": "U"},
            "D": {"Type": "Pass", "End": True},
            "U": task("U"),
        },
    }
    each = {
        "StartAt": "M",
        "States": {"M": {"Type": "Map", "ItemProcessor": item, "ItemsPath": "$.items", "End": True}},
    }
    deeper = {
        "StartAt": "N",
        "States": {"N": parallel({"StartAt": "X", "States": {"X": {"Type": "Wait", "Seconds": 9, "End": True}}})},
    }
    states = {
        "A": parallel(fails, waits, retried, works, each, deeper, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "B"}]),
        "B": {"Type": "Pass", "End": True},
    }
    del states["A"]["End"]
    states["A"]["Next"] = "B"
    for budget in (1, 200):
        playbook = Playbook(machine(states), input='{"items": [1, 2]}', budget=budget, reload=True)
        playbook.run(until=playbook.now)
        (retried_id,) = [number for number, one in playbook.tasks.items() if one.state_name == "R"]
        playbook.reply(TaskFailed(at=playbook.now, task_id=retried_id, error="E", cause=None))
        playbook.run(until=playbook.now + 6)
        assert playbook.execution.status == "SUCCEEDED"
        assert playbook.types().count("TaskTimedOut") == 2, "both time-outs that were due are told"
        assert set(playbook.stored()[1]) == {0}


def test_a_branch_that_had_not_begun_is_aborted_without_a_word():
    fails = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}
    playbook = Playbook(machine({"A": parallel(fails, branch("P"), branch("Q"))}), budget=1, reload=True)
    playbook.run()
    assert playbook.execution.status == "FAILED"
    assert "TaskStateEntered" not in playbook.types()


def test_an_execution_that_cannot_be_redriven_keeps_nothing():
    waits = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": True}}}
    for kind, rows in (("EXPRESS", {0}), ("STANDARD", None)):
        identity = replace(IDENTITY, type=kind)
        playbook = Playbook(machine({"A": parallel(branch("P"), waits)}), identity=identity, reload=True)
        playbook.reply(ExecutionStopped(at=playbook.now))
        assert playbook.execution.status == "ABORTED"
        assert (set(playbook.stored()[1]) == {0}) is (rows == {0})


def test_a_parallel_whose_result_is_too_large_is_run_again_as_a_whole():
    large = {"StartAt": "L", "States": {"L": {"Type": "Pass", "End": True}}}
    other = {"StartAt": "K", "States": {"K": {"Type": "Pass", "End": True}}}
    playbook = Playbook(machine({"A": parallel(large, other)}), input=json.dumps("x" * 200_000), reload=True)
    assert playbook.execution.error == "States.DataLimitExceeded"
    playbook.reply(ExecutionRedriven(at=playbook.now))
    assert playbook.types().count("ParallelStateStarted") == 2


def fail_map_run(playbook):
    (asked,) = playbook.map_runs.values()
    playbook.reply(MapRunFailed(at=playbook.now, task_id=asked.task_id, error="E", cause="C"))
    return asked


def test_a_map_run_that_failed_may_be_caught_or_begun_anew_by_a_retrier():
    handlers = {"Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}], "Catch": [{"ErrorEquals": ["E"], "Next": "B"}]}
    playbook = Playbook(machine({"A": distributed(**handlers), "B": PASS}), input="[1]", reload=True)
    first = fail_map_run(playbook)
    playbook.run()
    second = fail_map_run(playbook)
    assert first.arn != second.arn
    assert json.loads(playbook.execution.output) == {"Error": "E", "Cause": "C"}
    assert set(playbook.stored()[1]) == {0}


def test_a_map_run_that_failed_for_good_is_kept_for_a_redrive():
    playbook = Playbook(machine({"A": distributed()}), input="[1]", reload=True)
    asked = fail_map_run(playbook)
    assert (playbook.execution.status, playbook.execution.error) == ("FAILED", "E")
    playbook.reply(ExecutionRedriven(at=playbook.now))
    assert [again.arn for again in playbook.map_runs.values()] == [asked.arn]


def test_a_map_run_whose_sibling_fails_is_aborted_and_taken_up_by_a_redrive():
    """The second time it is stopped while it is still to have its turn."""
    maps = {"StartAt": "M", "States": {"M": distributed()}}
    playbook = Playbook(machine({"A": parallel(branch("T"), maps)}), input="[1]", reload=True)
    (asked,) = playbook.map_runs.values()
    transition = playbook.reply(TaskFailed(at=playbook.now, task_id=1, error="E", cause="C"))
    told = [event[0] for event in transition.history]
    assert told[told.index("MapRunAborted") + 1] == "MapStateAborted"
    assert CancelTask(task_id=asked.task_id) in transition.effects
    playbook.budget = 1
    playbook.reply(ExecutionRedriven(at=playbook.now))
    assert (playbook.must_continue, playbook.map_runs) == (True, {})
    playbook.reply(ExecutionStopped(at=playbook.now))
    playbook.must_continue, playbook.budget = False, 200
    playbook.reply(ExecutionRedriven(at=playbook.now))
    (again,) = playbook.map_runs.values()
    assert again.arn == asked.arn
    assert playbook.types().count("MapRunRedriven") == 1
