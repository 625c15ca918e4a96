"""RedriveExecution: what runs again, what doesn't, and how the history says so."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from asl.events import ExecutionRedriven, ExecutionStopped, TaskFailed, TaskSubmitted, TaskSucceeded, TimerFired
from asl.frames import Joining, Stopped
from asl.parse import parse
from asl.run import REDRIVE_LIMIT
from asl.testing import IDENTITY, Playbook
from tests.asl.machines import inputs, machines
from tests.asl.orders import scripts
from tests.asl.test_properties import play

SQS = "arn:aws:states:::sqs:sendMessage"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:work"


def machine(states, start="A", **fields):
    return parse(json.dumps({"StartAt": start, "States": states, **fields}))


def task(**fields):
    return {"Type": "Task", "Resource": SQS, "End": True, **fields}


def begin(states, *, input="{}", **fields):  # noqa: A002 - the API's own word
    return Playbook(machine(states, **fields), input=input, reload=True)


def task_of(playbook, name):
    return next(task for task in playbook.tasks.values() if task.state_name == name)


def succeed(playbook, name="A", output="1"):
    task_id = task_of(playbook, name).task_id
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=task_id, output=output))


def fail(playbook, name="A", error="E", cause="C"):
    playbook.reply(TaskFailed(at=playbook.now, task_id=task_of(playbook, name).task_id, error=error, cause=cause))


def redrive(playbook, after=10.0):
    """The events that a redrive adds until something outside must happen: (type, id, previous id)."""
    playbook.now += after
    known = len(playbook.history)
    playbook.reply(ExecutionRedriven(at=playbook.now))
    playbook.run(until=playbook.now)
    return [(event[0], number, event[1]) for number, event in enumerate(playbook.history, 1) if number > known]


def test_a_failed_task_is_scheduled_again_where_it_was_entered():
    playbook = begin({"P": {"Type": "Pass", "Result": {"x": 1}, "Next": "A"}, "A": task()}, start="P")
    fail(playbook)
    assert playbook.types()[-3:] == ["TaskStarted", "TaskFailed", "ExecutionFailed"]
    entered = playbook.types().index("TaskStateEntered") + 1
    last = len(playbook.history)
    assert redrive(playbook) == [
        ("ExecutionRedriven", last + 1, last),
        ("TaskScheduled", last + 2, entered),
    ]
    assert playbook.task().parameters == {"x": 1}
    assert playbook.execution.status == "RUNNING"
    assert (playbook.execution.error, playbook.execution.cause, playbook.execution.stopped_at) == (None, None, None)
    succeed(playbook)
    assert playbook.execution.status == "SUCCEEDED"
    assert playbook.types().count("PassStateEntered") == 1
    assert playbook.types().count("TaskStateEntered") == 1
    assert set(playbook.stored()[1]) == {0}, "an execution that succeeded keeps nothing to redrive"


def test_the_history_says_how_often_it_was_redriven():
    playbook = begin({"A": task()})
    for count in (1, 2, 3):
        fail(playbook)
        redrive(playbook)
        redriven = [event for event in playbook.rendered() if event["type"] == "ExecutionRedriven"]
        assert redriven[-1]["executionRedrivenEventDetails"] == {"redriveCount": count}


def test_expressions_see_the_redrive_and_the_first_entry():
    parameters = {"count.$": "$$.Execution.RedriveCount", "state.$": "$$.State", "execution.$": "$$.Execution"}
    playbook = begin({"A": task(Parameters=parameters, Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 1}])})
    first = playbook.task().parameters
    assert first["count"] == 0
    assert "RedriveTime" not in first["execution"]
    fail(playbook)
    playbook.run()
    assert playbook.task().parameters["state"]["RetryCount"] == 1
    fail(playbook)
    assert playbook.execution.status == "FAILED"
    redrive(playbook, after=86_400)
    again = playbook.task().parameters
    assert again["count"] == 1
    assert again["state"] == first["state"], "the state was entered once, and its retries count from zero"
    assert again["execution"]["StartTime"] == first["execution"]["StartTime"]
    assert list(again["execution"])[-2:] == ["RedriveCount", "RedriveTime"]
    assert again["execution"]["RedriveTime"] > again["execution"]["StartTime"]


def test_retriers_have_all_their_attempts_again():
    playbook = begin({"A": task(Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 2}])})
    for _ in range(2):
        for _ in range(3):
            assert playbook.execution.status == "RUNNING"
            fail(playbook)
            playbook.run()
        assert playbook.execution.status == "FAILED"
        redrive(playbook)
    assert playbook.types().count("TaskScheduled") == 7


def test_a_redriven_task_has_a_token_of_its_own():
    waiting = {"Resource": f"{SQS}.waitForTaskToken", "Parameters": {"token.$": "$$.Task.Token"}}
    playbook = begin({"A": task(**waiting)})
    old = playbook.task()
    playbook.reply(TaskSubmitted(at=playbook.now, task_id=old.task_id, output="{}"))
    playbook.reply(ExecutionStopped(at=playbook.now))
    redrive(playbook)
    new = playbook.task()
    assert new.token != old.token
    assert new.parameters == {"token": new.token}
    assert playbook.execution.token_is_open(new.token)
    assert not playbook.execution.token_is_open(old.token)
    known = len(playbook.history)
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=old.task_id, output="1"))
    assert len(playbook.history) == known, "an answer to the old task changes nothing"


def test_variables_are_still_there():
    states = {
        "P": {"Type": "Pass", "Assign": {"kept": 7}, "Next": "A"},
        "A": task(Arguments={"kept": "{% $kept %}"}),
    }
    playbook = begin(states, start="P", QueryLanguage="JSONata")
    fail(playbook)
    redrive(playbook)
    assert playbook.task().parameters == {"kept": 7}


def test_time_outs_of_the_task_and_of_the_machine_begin_again():
    playbook = begin({"A": task(TimeoutSeconds=60)}, TimeoutSeconds=100)
    playbook.run()
    assert playbook.execution.status == "FAILED"
    redrive(playbook, after=1_000)
    assert sorted(due - playbook.now for due in playbook.timers.values()) == [60, 100]


def test_an_execution_that_timed_out_goes_on():
    playbook = begin({"A": task()}, TimeoutSeconds=100)
    playbook.run()
    assert playbook.execution.status == "TIMED_OUT"
    last = len(playbook.history)
    assert redrive(playbook) == [("ExecutionRedriven", last + 1, last), ("TaskScheduled", last + 2, 2)]
    succeed(playbook)
    assert playbook.execution.status == "SUCCEEDED"


def test_only_branches_that_failed_or_were_aborted_run_again():
    branches = [{"StartAt": name, "States": {name: task()}} for name in ("Good", "Bad", "Late")]
    playbook = begin({"A": {"Type": "Parallel", "Branches": branches, "End": True}})
    entered = {
        event["stateEnteredEventDetails"]["name"]: event["id"]
        for event in playbook.rendered()
        if event["type"] == "TaskStateEntered"
    }
    succeed(playbook, "Good", '"kept"')
    fail(playbook, "Bad")
    last = len(playbook.history)
    assert playbook.types()[-4:] == ["TaskStateAborted", "TaskStateAborted", "ParallelStateFailed", "ExecutionFailed"]
    assert redrive(playbook) == [
        ("ExecutionRedriven", last + 1, last),
        ("TaskScheduled", last + 2, entered["Bad"]),
        ("TaskScheduled", last + 3, entered["Late"]),
    ]
    succeed(playbook, "Late", '"late"')
    succeed(playbook, "Bad", '"mended"')
    assert playbook.types()[-3:] == ["ParallelStateSucceeded", "ParallelStateExited", "ExecutionSucceeded"]
    assert json.loads(playbook.execution.output) == ["kept", "mended", "late"]
    assert playbook.types().count("ParallelStateStarted") == 1


def test_a_map_goes_on_with_what_failed_and_begins_the_rest():
    state = {
        "Type": "Map",
        "MaxConcurrency": 1,
        "ItemProcessor": {"StartAt": "T", "States": {"T": task()}},
        "End": True,
    }
    playbook = begin({"A": state}, input="[1, 2, 3]")
    succeed(playbook, "T", '"first"')
    entered = max(number for number, event in enumerate(playbook.history, 1) if event[0] == "TaskStateEntered")
    fail(playbook, "T")
    assert playbook.types()[-4:] == ["MapIterationFailed", "TaskStateAborted", "MapStateFailed", "ExecutionFailed"]
    last = len(playbook.history)
    assert redrive(playbook) == [("ExecutionRedriven", last + 1, last), ("TaskScheduled", last + 2, entered)]
    succeed(playbook, "T", '"second"')
    assert playbook.types()[-4:] == [
        "MapIterationSucceeded",
        "MapIterationStarted",
        "TaskStateEntered",
        "TaskScheduled",
    ]
    succeed(playbook, "T", '"third"')
    assert json.loads(playbook.execution.output) == ["first", "second", "third"]
    assert playbook.types().count("MapIterationStarted") == 3


def test_what_is_nested_goes_on_inside_and_what_was_not_begun_begins():
    inner = {"Type": "Map", "ItemProcessor": {"StartAt": "T", "States": {"T": task()}}, "End": True}
    waits = {"Type": "Wait", "Seconds": 60, "Next": "After"}
    branches = [
        {"StartAt": "M", "States": {"M": inner}},
        {"StartAt": "W", "States": {"W": waits, "After": {"Type": "Pass", "End": True}}},
    ]
    playbook = begin({"A": {"Type": "Parallel", "Branches": branches, "End": True}}, input="[1, 2]")
    succeed(playbook, "T", '"first"')
    fail(playbook, "T")
    assert "WaitStateAborted" in playbook.types()
    kinds = [kind for kind, _, _ in redrive(playbook)]
    assert kinds == ["ExecutionRedriven", "TaskScheduled"], "the Wait state waits its seconds again"
    assert sorted(due - playbook.now for due in playbook.timers.values()) == [60]
    succeed(playbook, "T", '"second"')
    playbook.run()
    assert json.loads(playbook.execution.output) == [["first", "second"], [1, 2]]
    assert playbook.types().count("MapStateEntered") == 1


def test_a_branch_that_was_still_to_enter_a_state_enters_it():
    branches = [
        {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}},
        {"StartAt": "G", "States": {"G": task()}},
    ]
    playbook = begin({"A": {"Type": "Parallel", "Branches": branches, "End": True}})
    assert playbook.execution.status == "FAILED"
    assert "TaskStateEntered" not in playbook.types()
    redrive(playbook)
    assert playbook.execution.status == "FAILED", "a Fail state fails again"
    assert redrive(playbook)[-2][0] == "ParallelStateFailed"


def test_a_fail_state_fails_again_without_being_entered():
    playbook = begin({"A": {"Type": "Fail", "Error": "E", "Cause": "C"}})
    assert redrive(playbook) == [("ExecutionRedriven", 4, 3), ("ExecutionFailed", 5, 4)]
    assert (playbook.execution.error, playbook.execution.cause) == ("E", "C")
    assert playbook.execution.redrive_count == 1
    assert redrive(playbook) == [("ExecutionRedriven", 6, 5), ("ExecutionFailed", 7, 6)]


def test_a_wait_until_a_time_that_has_passed_is_over():
    playbook = begin({"A": {"Type": "Wait", "TimestampPath": "$.until", "End": True}}, input=json.dumps(UNTIL))
    playbook.reply(ExecutionStopped(at=playbook.now))
    redrive(playbook, after=3_600)
    assert playbook.execution.status == "SUCCEEDED"


UNTIL = {"until": "2027-01-15T08:30:00Z"}  # half an hour after the playbook's first moment


def test_a_choice_is_made_again():
    choices = [{"Variable": "$$.Execution.RedriveCount", "NumericEquals": 1, "Next": "B"}]
    playbook = begin({"A": {"Type": "Choice", "Choices": choices}, "B": {"Type": "Pass", "End": True}})
    assert playbook.execution.error == "States.NoChoiceMatched"
    assert [kind for kind, _, _ in redrive(playbook)][1:] == [
        "ChoiceStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]


def test_a_parallel_state_whose_result_was_too_large_runs_again_as_a_whole():
    branch = {"StartAt": "T", "States": {"T": task()}}
    other = {"StartAt": "U", "States": {"U": task()}}
    playbook = begin({"A": {"Type": "Parallel", "Branches": [branch, other], "End": True}})
    large = json.dumps("x" * 150_000)
    succeed(playbook, "T", large)
    succeed(playbook, "U", large)
    assert playbook.execution.error == "States.DataLimitExceeded"
    kinds = [kind for kind, _, _ in redrive(playbook)]
    assert kinds[:2] == ["ExecutionRedriven", "ParallelStateStarted"]
    succeed(playbook, "T")
    succeed(playbook, "U")
    assert playbook.execution.output == "[1,1]"


def test_a_result_that_could_not_be_made_is_made_again_of_the_branches_that_succeeded():
    branch = {"StartAt": "T", "States": {"T": task()}}
    output = "{% $states.context.Execution.RedriveCount = 0 ? $error('not yet') : $states.result %}"
    state = {"Type": "Parallel", "Branches": [branch], "Output": output, "End": True}
    playbook = begin({"A": state}, QueryLanguage="JSONata")
    succeed(playbook, "T", '"kept"')
    assert playbook.execution.status == "FAILED"
    assert [kind for kind, _, _ in redrive(playbook)] == [
        "ExecutionRedriven",
        "ParallelStateSucceeded",
        "ParallelStateExited",
        "ExecutionSucceeded",
    ]
    assert playbook.execution.output == '["kept"]'


def test_a_map_whose_next_item_could_not_be_made_begins_it_when_redriven():
    state = {
        "Type": "Map",
        "Items": "{% $states.input %}",
        "ItemSelector": "{% $states.context.Map.Item.Value = 2 and $states.context.Execution.RedriveCount = 0"
        " ? $error('not yet') : $states.context.Map.Item.Value %}",
        "ItemProcessor": {"StartAt": "T", "States": {"T": task()}},
        "End": True,
    }
    playbook = begin({"A": state}, input="[1, 2]", QueryLanguage="JSONata")
    assert playbook.execution.status == "FAILED"
    assert "TaskStateEntered" not in playbook.types()
    kinds = [kind for kind, _, _ in redrive(playbook)]
    assert kinds.count("MapIterationStarted") == 1
    assert kinds.count("TaskScheduled") == 2
    succeed(playbook, "T", '"a"')
    succeed(playbook, "T", '"b"')
    assert playbook.execution.output == '["a","b"]'


def test_a_redriven_branch_that_is_aborted_before_its_turn_can_be_redriven_once_more():
    branches = [
        {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}},
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}},
    ]
    reversed_branches = branches[::-1]
    for given_branches, kinds in (
        (branches, ["ExecutionRedriven", "ParallelStateFailed", "ExecutionFailed"]),
        (reversed_branches, ["ExecutionRedriven", "WaitStateAborted", "ParallelStateFailed", "ExecutionFailed"]),
    ):
        playbook = begin({"A": {"Type": "Parallel", "Branches": given_branches, "End": True}})
        for _ in range(3):
            assert [kind for kind, _, _ in redrive(playbook)] == kinds


def test_what_a_catcher_took_up_leaves_nothing_to_redrive():
    branches = [{"StartAt": "T", "States": {"T": task()}}, {"StartAt": "U", "States": {"U": task()}}]
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "B"}]
    playbook = begin({"A": {"Type": "Parallel", "Branches": branches, "Catch": catch, "End": True}, "B": task()})
    fail(playbook, "T")
    assert [frame.state.name for frame in playbook.execution.frames.values()] == ["B"]
    fail(playbook, "B")
    redrive(playbook)
    assert playbook.task().state_name == "B"


def test_a_parallel_state_that_is_retried_begins_from_scratch():
    branches = [{"StartAt": "T", "States": {"T": task()}}, {"StartAt": "U", "States": {"U": task()}}]
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]
    playbook = begin({"A": {"Type": "Parallel", "Branches": branches, "Retry": retry, "End": True}})
    succeed(playbook, "U")
    fail(playbook, "T")
    assert len(playbook.execution.frames) == 1
    playbook.run()
    assert sorted(task.state_name for task in playbook.tasks.values()) == ["T", "U"]


def test_a_task_that_waited_for_its_next_attempt_is_scheduled_at_once():
    playbook = begin({"A": task(Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 500}])})
    fail(playbook)
    playbook.reply(ExecutionStopped(at=playbook.now))
    assert [kind for kind, _, _ in redrive(playbook)] == ["ExecutionRedriven", "TaskScheduled"]


def test_an_execution_that_runs_or_succeeded_is_not_redriven():
    playbook = begin({"A": task()})
    playbook.reply(ExecutionRedriven(at=playbook.now))
    assert "ExecutionRedriven" not in playbook.types()
    succeed(playbook)
    playbook.reply(ExecutionRedriven(at=playbook.now))
    assert playbook.types()[-1] == "ExecutionSucceeded"
    assert not playbook.execution.can_be_redriven


def test_an_express_execution_keeps_nothing():
    playbook = Playbook(machine({"A": task()}), identity=replace(IDENTITY, type="EXPRESS"))
    fail(playbook)
    assert not playbook.execution.can_be_redriven
    assert set(playbook.stored()[1]) == {0}


def test_a_parallel_state_of_an_express_execution_leaves_nothing_either():
    branches = [{"StartAt": name, "States": {name: task()}} for name in ("T", "U")]
    definition = machine({"A": {"Type": "Parallel", "Branches": branches, "End": True}})
    playbook = Playbook(definition, identity=replace(IDENTITY, type="EXPRESS"))
    succeed(playbook, "T")
    assert len(playbook.stored()[1]) > 1
    playbook.reply(ExecutionStopped(at=playbook.now))
    assert not playbook.execution.can_be_redriven
    assert set(playbook.stored()[1]) == {0}


def test_a_history_without_room_ends_for_good():
    loop = {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Pass", "Next": "A"},
    }
    playbook = Playbook(machine(loop))
    playbook.run()
    assert playbook.execution.last_event_id == 25_000
    assert not playbook.execution.can_be_redriven
    assert set(playbook.stored()[1]) == {0}


def test_a_redrive_near_the_limit_ends_where_there_is_no_more_room():
    playbook = begin({"A": task()})
    fail(playbook)
    playbook.execution.last_event_id = REDRIVE_LIMIT - 1
    playbook.reload = False
    redrive(playbook)
    assert playbook.execution.status == "FAILED"
    assert playbook.execution.last_event_id == 25_000
    assert not playbook.execution.can_be_redriven


def test_what_a_stopped_execution_keeps_is_small():
    playbook = begin({"A": task()}, input=json.dumps({"data": "x" * 100}))
    fail(playbook)
    rows = playbook.stored()[1]
    assert set(rows) == {0, 1}, "the row that never changes, and one frame"


@pytest.mark.parametrize("budget", [1, 7, 10_000])
def test_a_wide_redrive_is_done_in_slices(budget):
    state = {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "T", "States": {"T": task()}},
        "End": True,
    }
    playbook = Playbook(machine({"A": state}), input=json.dumps(list(range(30))), budget=budget, reload=True)
    playbook.run(until=playbook.now)
    playbook.reply(ExecutionStopped(at=playbook.now))
    playbook.reply(ExecutionRedriven(at=playbook.now))
    assert playbook.must_continue == (budget < 30)
    playbook.run(until=playbook.now)
    assert len(playbook.tasks) == 30
    while playbook.tasks:
        playbook.reply(TaskSucceeded(at=playbook.now, task_id=min(playbook.tasks), output="1"))
        playbook.run(until=playbook.now)
    assert playbook.execution.output == json.dumps([1] * 30, separators=(",", ":"))


def go_on(playbook):
    """Redrive once, and answer every task with success."""
    playbook.reply(ExecutionRedriven(at=playbook.now))
    for _ in range(400):
        playbook.run()
        if playbook.execution.status != "RUNNING":
            break
        playbook.reply(TaskSucceeded(at=playbook.now, task_id=min(playbook.tasks), output="{}"))
    return playbook


@given(machines, inputs, scripts)
def test_whatever_ended_without_success_can_be_redriven_until_it_ends_again(definition, text, script):
    played = [play(parse(definition), text, script, reload=reload) for reload in (False, True)]
    straight, stored = played
    status = straight.execution.status
    assert straight.execution.can_be_redriven == (status != "SUCCEEDED")
    for _ in range(2):
        go_on(straight)
        go_on(stored)
        assert straight.execution.status in ("SUCCEEDED", "FAILED")
        assert stored.rendered() == straight.rendered()
        assert stored.stored()[0] == straight.stored()[0]
        frames = straight.execution.frames.values()
        assert all(isinstance(frame.work, Stopped | Joining) for frame in frames)
        assert not straight.tasks
        assert not straight.timers
    for number, event in enumerate(straight.history, 1):
        assert 0 <= event[1] < number, "an event follows one before it"


@given(machines, inputs, scripts)
def test_an_event_that_comes_late_changes_nothing_in_what_is_kept(definition, text, script):
    playbook = play(parse(definition), text, script)
    known = len(playbook.history)
    playbook.reply(TimerFired(at=playbook.now, timer_id=1))
    playbook.reply(TaskFailed(at=playbook.now, task_id=1, error="E", cause="C"))
    playbook.reply(ExecutionStopped(at=playbook.now))
    assert len(playbook.history) == known
