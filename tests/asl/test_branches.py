"""Parallel and Map: order, concurrency, results, and what each iteration is given."""

import json

import pytest

from asl.events import ExecutionRedriven, TaskFailed, TaskSucceeded
from asl.parse import parse
from asl.testing import Playbook

SQS = "arn:aws:states:::sqs:sendMessage"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
TASK = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": SQS, "End": True}}}


def run(state, text="{}", **options):
    states = {"A": {"End": True, **state}}
    playbook = Playbook(parse(json.dumps({"StartAt": "A", "States": states})), input=text, reload=True, **options)
    playbook.run()
    return playbook


def links(playbook):
    return [(number, event[1], event[0]) for number, event in enumerate(playbook.history, 1)]


def test_results_are_in_the_order_of_the_branches_whoever_is_first():
    playbook = run(
        {"Type": "Parallel", "Branches": [TASK, PASS, {**TASK, "StartAt": "U", "States": {"U": TASK["States"]["T"]}}]}
    )
    for task_id, output in ((2, '"second"'), (1, '"first"')):
        playbook.reply(TaskSucceeded(at=playbook.now, task_id=task_id, output=output))
    assert playbook.execution.output == '["first",{},"second"]'


def test_a_parallel_is_left_after_its_last_branch():
    playbook = run({"Type": "Parallel", "Branches": [PASS, {"StartAt": "Q", "States": {"Q": {"Type": "Succeed"}}}]})
    assert links(playbook)[2:] == [
        (3, 2, "ParallelStateStarted"),
        (4, 3, "PassStateEntered"),
        (5, 4, "PassStateExited"),
        (6, 3, "SucceedStateEntered"),
        (7, 6, "SucceedStateExited"),
        (8, 7, "ParallelStateSucceeded"),
        (9, 7, "ParallelStateExited"),
        (10, 9, "ExecutionSucceeded"),
    ]


def test_text_that_nothing_touched_comes_out_as_it_came_in():
    playbook = run({"Type": "Parallel", "Branches": [PASS]}, "[1,  2]")
    assert playbook.execution.output == "[[1,  2]]"


def test_parameters_and_result_fields_of_a_parallel():
    state = {
        "Type": "Parallel",
        "Branches": [PASS],
        "Parameters": {"x.$": "$.a"},
        "ResultSelector": {"first.$": "$[0].x"},
        "ResultPath": "$.r",
    }
    assert json.loads(run(state, '{"a": 5}').execution.output) == {"a": 5, "r": {"first": 5}}


def test_iterations_start_together_and_run_one_after_the_other():
    playbook = run({"Type": "Map", "ItemProcessor": PASS}, "[1, 2]")
    assert links(playbook)[1:] == [
        (2, 0, "MapStateEntered"),
        (3, 2, "MapStateStarted"),
        (4, 3, "MapIterationStarted"),
        (5, 3, "MapIterationStarted"),
        (6, 4, "PassStateEntered"),
        (7, 6, "PassStateExited"),
        (8, 7, "MapIterationSucceeded"),
        (9, 5, "PassStateEntered"),
        (10, 9, "PassStateExited"),
        (11, 10, "MapIterationSucceeded"),
        (12, 11, "MapStateSucceeded"),
        (13, 11, "MapStateExited"),
        (14, 13, "ExecutionSucceeded"),
    ]


def test_an_iteration_that_waits_for_its_turn_follows_the_one_that_ended():
    playbook = run({"Type": "Map", "ItemProcessor": PASS, "MaxConcurrency": 1}, "[1, 2]")
    assert links(playbook)[3:9] == [
        (4, 3, "MapIterationStarted"),
        (5, 4, "PassStateEntered"),
        (6, 5, "PassStateExited"),
        (7, 6, "MapIterationSucceeded"),
        (8, 6, "MapIterationStarted"),
        (9, 8, "PassStateEntered"),
    ]


@pytest.mark.parametrize(("concurrency", "at_once"), [(0, 40), (3, 3), (100, 40)])
def test_no_more_iterations_run_at_once_than_allowed(concurrency, at_once):
    playbook = run({"Type": "Map", "ItemProcessor": TASK, "MaxConcurrency": concurrency}, json.dumps(list(range(50))))
    most = 0
    while playbook.tasks:
        most = max(most, len(playbook.tasks))
        task_id, task = max(playbook.tasks.items())
        playbook.reply(TaskSucceeded(at=playbook.now, task_id=task_id, output=json.dumps(task.parameters * 2)))
    assert most == at_once
    assert json.loads(playbook.execution.output) == [2 * number for number in range(50)]


def test_a_map_over_nothing_succeeds():
    playbook = run({"Type": "Map", "ItemProcessor": PASS}, "[]")
    assert links(playbook)[2:] == [
        (3, 2, "MapStateStarted"),
        (4, 3, "MapStateSucceeded"),
        (5, 3, "MapStateExited"),
        (6, 5, "ExecutionSucceeded"),
    ]
    assert playbook.execution.output == "[]"


@pytest.mark.parametrize("selector", ["ItemSelector", "Parameters"])
@pytest.mark.parametrize("processor", ["ItemProcessor", "Iterator"])
def test_a_selector_sees_the_item_and_the_maps_input(selector, processor):
    state = {
        "Type": "Map",
        "ItemsPath": "$.list",
        processor: PASS,
        selector: {"n.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "k.$": "$.k", "in.$": "$$.State.Name"},
        "ResultPath": "$.list",
    }
    playbook = run(state, '{"list": ["x", "y"], "k": 1}')
    assert json.loads(playbook.execution.output) == {
        "list": [{"n": 0, "v": "x", "k": 1, "in": "A"}, {"n": 1, "v": "y", "k": 1, "in": "A"}],
        "k": 1,
    }


def test_the_states_of_an_iteration_see_its_item_and_inner_ones_their_own():
    see = {"Type": "Pass", "Parameters": {"item.$": "$$.Map.Item"}, "End": True}
    inner = {"Type": "Map", "ItemProcessor": {"StartAt": "See", "States": {"See": see}}, "End": True}
    outer = {"StartAt": "Inner", "States": {"Inner": inner}}
    playbook = run({"Type": "Map", "ItemProcessor": outer}, '[["a"], ["b", "c"]]')
    assert json.loads(playbook.execution.output) == [
        [{"item": {"Index": 0, "Value": "a", "Source": "STATE_DATA"}}],
        [
            {"item": {"Index": 0, "Value": "b", "Source": "STATE_DATA"}},
            {"item": {"Index": 1, "Value": "c", "Source": "STATE_DATA"}},
        ],
    ]


@pytest.mark.parametrize(("path", "shown"), [("$.x", "$.x"), ("$$.Execution.Input", "$.Execution.Input"), ("$", "$")])
def test_a_map_needs_an_array(path, shown):
    playbook = run({"Type": "Map", "ItemsPath": path, "ItemProcessor": PASS}, '{"x": 1}')
    assert playbook.types() == ["ExecutionStarted", "MapStateEntered", "ExecutionFailed"]
    assert playbook.execution.cause.endswith(
        f'(entered at the event id #2). Reference path "{shown}" must point to array.'
    )


def test_a_selector_that_fails_fails_the_map_and_aborts_what_runs():
    state = {
        "Type": "Map",
        "ItemProcessor": TASK,
        "ItemSelector": {"v.$": "$$.Map.Item.Value.v"},
        "MaxConcurrency": 2,
    }
    playbook = run(state, '[{"v": 1}, {"v": 2}, {}]')
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output="1"))
    assert playbook.types()[-5:] == [
        "MapIterationSucceeded",
        "MapIterationAborted",
        "TaskStateAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ]
    assert "specified for the field 'v.$' could not be found" in playbook.execution.cause
    assert playbook.tasks == {}


def test_a_result_that_cannot_be_placed_fails_the_state_around():
    playbook = run({"Type": "Map", "ItemProcessor": PASS, "ResultPath": "$.r"}, "[1]")
    assert playbook.types()[-2:] == ["MapStateSucceeded", "ExecutionFailed"]
    assert playbook.execution.error == "States.ResultPathMatchFailure"


def test_a_map_that_is_redriven_begins_the_iterations_that_it_had_not_begun():
    def fails(number):
        playbook.reply(TaskFailed(at=playbook.now, task_id=number, error="E", cause=None))

    state = {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": TASK, "End": True}
    playbook = run(state, "[1, 2]")
    fails(1)
    assert playbook.execution.status == "FAILED"
    playbook.reply(ExecutionRedriven(at=playbook.now))
    for number in (2, 3):
        playbook.reply(TaskSucceeded(at=playbook.now, task_id=number, output="1"))
    assert playbook.execution.output == "[1,1]"


def test_a_map_whose_own_result_failed_is_put_together_again_when_it_is_redriven():
    state = {"Type": "Map", "ItemProcessor": PASS, "ResultSelector": {"a.$": "$.nothing"}, "End": True}
    playbook = run(state, "[1]")
    assert playbook.execution.status == "FAILED"
    playbook.reply(ExecutionRedriven(at=playbook.now))
    assert playbook.types()[-1] == "ExecutionFailed"
    assert playbook.types().count("ExecutionRedriven") == 1


def test_a_map_that_could_not_begin_an_iteration_begins_it_when_it_is_redriven():
    selector = {"since.$": "$$.Execution.RedriveTime"}
    playbook = run({"Type": "Map", "ItemProcessor": PASS, "ItemSelector": selector, "MaxConcurrency": 1}, "[1, 2]")
    assert playbook.execution.status == "FAILED"
    playbook.reply(ExecutionRedriven(at=playbook.now))
    assert playbook.types().count("MapIterationSucceeded") == 2
    assert playbook.execution.status == "SUCCEEDED"
