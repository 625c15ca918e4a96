"""States written in JSONata: what each field sees, and AWS's words where one of them fails."""

import json

import pytest

from asl.events import TaskFailed, TaskSucceeded
from asl.jsonata_flow import compile_number
from asl.parse import parse
from asl.testing import Playbook

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:work"
TASK = {"Type": "Task", "Resource": LAMBDA, "End": True}
DONE = {"Type": "Pass", "End": True}


def machine(state, language="JSONata", **others):
    return json.dumps({"QueryLanguage": language, "StartAt": "A", "States": {"A": state, **others}})


def run(text, data="{}"):
    playbook = Playbook(parse(text), input=data, reload=True)
    playbook.run()
    return playbook


def output(state, data="{}", **others):
    playbook = run(machine(state, **others), data)
    assert playbook.execution.status == "SUCCEEDED", playbook.execution.cause
    return json.loads(playbook.execution.output)


def cause(state, data="{}", **others):
    execution = run(machine(state, **others), data).execution
    assert (execution.status, execution.error) == ("FAILED", "States.QueryEvaluationError")
    place = "An error occurred while executing the state 'A' (entered at the event id #2). "
    assert execution.cause.startswith(place)
    return execution.cause.removeprefix(place)


def event(playbook, kind):
    return next(shape for shape in playbook.rendered() if shape["type"] == kind)


def test_expressions_are_found_at_any_depth_and_all_else_is_as_written():
    state = {
        "Type": "Pass",
        "Output": {"a": ["{% $states.input.n %}", {"b": "{% 'x' %}"}], "c": " {% 1 %}", "d.$": "$.x"},
    }
    assert output({**state, "End": True}, '{"n": null}') == {"a": [None, {"b": "x"}], "c": " {% 1 %}", "d.$": "$.x"}


def test_a_task_sees_its_arguments_and_then_its_result():
    playbook = run(
        machine(
            {
                **TASK,
                "Arguments": {"n": "{% $states.input.n + 1 %}", "who": "{% $states.context.State.Name %}"},
                "Output": {"in": "{% $states.input.n %}", "out": "{% $states.result.r %}"},
                "Assign": {"kept": "{% $states.result %}"},
            }
        ),
        '{"n": 1}',
    )
    task = playbook.task()
    assert task.parameters == {"n": 2, "who": "A"}
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=task.task_id, output='{"r":  [1]}'))
    assert json.loads(playbook.execution.output) == {"in": 1, "out": [1]}
    exited = event(playbook, "TaskStateExited")["stateExitedEventDetails"]
    assert exited["assignedVariables"] == {"kept": '{"r":[1]}'}
    assert exited["assignedVariablesDetails"] == {"truncated": False}


def test_a_result_that_nothing_is_made_of_stays_as_it_came():
    playbook = run(machine(TASK))
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=playbook.task().task_id, output='{"r":  1}'))
    assert playbook.execution.output == '{"r":  1}'


def test_a_catcher_sees_the_error_output():
    catcher = {
        "ErrorEquals": ["States.ALL"],
        "Next": "B",
        "Output": {"was": "{% $states.errorOutput.Error %}", "in": "{% $states.input.n %}"},
        "Assign": {"why": "{% $states.errorOutput.Cause %}"},
    }
    after = {"Type": "Pass", "Output": "{% $merge([$states.input, {'why': $why}]) %}", "End": True}
    playbook = run(machine({**TASK, "Catch": [catcher]}, B=after), '{"n": 7}')
    playbook.reply(TaskFailed(at=playbook.now, task_id=playbook.task().task_id, error="Bad", cause="luck"))
    playbook.run()
    assert json.loads(playbook.execution.output) == {"was": "Bad", "in": 7, "why": "luck"}


def test_a_failed_query_is_caught_like_any_error():
    catcher = {"ErrorEquals": ["States.QueryEvaluationError"], "Next": "B"}
    playbook = run(machine({**TASK, "Arguments": "{% $nothing %}", "Catch": [catcher]}, B=DONE))
    assert playbook.execution.status == "SUCCEEDED"
    assert json.loads(playbook.execution.output)["Error"] == "States.QueryEvaluationError"
    assert playbook.types()[1:4] == ["TaskStateEntered", "EvaluationFailed", "TaskStateExited"]


def test_a_query_that_fails_in_a_catcher_fails_the_state():
    catcher = {"ErrorEquals": ["States.ALL"], "Next": "B", "Output": "{% $nothing %}"}
    playbook = run(machine({**TASK, "Catch": [catcher]}, B=DONE))
    playbook.reply(TaskFailed(at=playbook.now, task_id=playbook.task().task_id, error="Bad", cause=None))
    assert playbook.execution.error == "States.QueryEvaluationError"
    assert "'Catch[0]/Output' returned nothing (undefined)." in playbook.execution.cause
    assert playbook.types()[-2:] == ["EvaluationFailed", "ExecutionFailed"]


def test_a_query_that_fails_after_the_task_follows_what_the_task_wrote():
    playbook = run(machine({**TASK, "Output": "{% $states.result.x + 'a' %}"}))
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=playbook.task().task_id, output='{"x": 1}'))
    failed = event(playbook, "EvaluationFailed")
    assert failed["previousEventId"] == failed["id"] - 1
    assert failed["evaluationFailedEventDetails"] == {
        "error": "States.QueryEvaluationError",
        "cause": playbook.execution.cause,
        "location": "Output",
        "state": "A",
    }
    words = 'threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number'
    assert words in playbook.execution.cause


def test_a_pass_state_has_no_result_to_read():
    assert "returned nothing" in cause({"Type": "Pass", "Output": "{% $states.result %}", "End": True})


@pytest.mark.parametrize(("rule", "expected"), [("{% $states.input.n > 1 %}", "B"), (True, "B"), (False, "C")])
def test_a_choice_goes_where_a_condition_holds(rule, expected):
    state = {"Type": "Choice", "Choices": [{"Condition": rule, "Next": "B"}], "Default": "C"}
    playbook = run(machine(state, B=DONE, C=DONE), '{"n": 2}')
    assert event(playbook, "PassStateEntered")["stateEnteredEventDetails"]["name"] == expected


def test_a_rules_own_output_and_variables_stand_in_place_of_the_states():
    state = {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input.n = 1 %}", "Next": "B", "Output": "ruled", "Assign": {"v": 1}}],
        "Default": "B",
        "Output": "default",
        "Assign": {"v": 2},
    }
    after = {"Type": "Pass", "Output": ["{% $states.input %}", "{% $v %}"], "End": True}
    assert output(state, '{"n": 1}', B=after) == ["ruled", 1]
    assert output(state, '{"n": 2}', B=after) == ["default", 2]


def wrong_type(text, field, words):
    place = f"The JSONata expression '{text}' specified for the field '{field}'"
    return f"{place} returned an unexpected result type. {words}"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            {"Type": "Choice", "Choices": [{"Condition": "{% 1 %}", "Next": "B"}], "Default": "B"},
            wrong_type("1", "Choices[0]/Condition", "Expected 'boolean', but was 'number' for value: 1"),
        ),
        (
            {"Type": "Wait", "Seconds": "{% 'x' %}", "Next": "B"},
            wrong_type("'x'", "Seconds", "Expected 'number', but was 'string' for value: \"x\""),
        ),
        ({"Type": "Wait", "Seconds": "{% -1 %}", "Next": "B"}, "The Seconds field has a negative value: -1"),
        ({"Type": "Wait", "Seconds": "{% 1.5 %}", "Next": "B"}, "The Seconds field must be an integer but was: 1.5"),
        (
            {"Type": "Wait", "Seconds": "{% $power(10, 20) %}", "Next": "B"},
            "The Seconds field must be an integer but was: 100000000000000000000",
        ),
        (
            {"Type": "Wait", "Timestamp": "{% 'soon' %}", "Next": "B"},
            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: soon",
        ),
        (
            {"Type": "Fail", "Error": "{% {} %}"},
            wrong_type("{}", "Error", "Expected 'string', but was 'object' for value: {}"),
        ),
        ({**TASK, "TimeoutSeconds": "{% 0 %}"}, "TimeoutSeconds must be positive."),
        (
            {**TASK, "Arguments": {"a": [1, "{% $nope %}"]}},
            "The JSONata expression '$nope' specified for the field 'Arguments/a[1]' returned nothing (undefined).",
        ),
        (
            {**TASK, "Credentials": {"RoleArn": "{% $nope %}"}},
            "The JSONata expression '$nope' specified for the field 'Credentials/RoleArn' returned nothing (undefined).",
        ),
        (
            {
                "Type": "Map",
                "Items": [1],
                "MaxConcurrency": "{% -1 %}",
                "ItemProcessor": {"StartAt": "I", "States": {"I": DONE}},
                "End": True,
            },
            "MaxConcurrency cannot be negative.",
        ),
        (
            {
                "Type": "Map",
                "Items": {"a": 1},
                "ItemProcessor": {"StartAt": "I", "States": {"I": DONE}},
                "End": True,
            },
            "The field 'Items' has an unexpected type. Expected 'array', but was 'object' for value: {\"a\":1}",
        ),
    ],
)
def test_a_field_of_another_kind_than_it_needs_fails_the_state(state, words):
    assert cause(state, **({"B": DONE} if state.get("Next") == "B" or "Choices" in state else {})) == words


def test_fields_that_take_numbers_and_texts_take_expressions():
    assert output({"Type": "Wait", "Seconds": "{% $states.input.n %}", "Output": 1, "End": True}, '{"n": 3}') == 1
    assert output({"Type": "Wait", "Timestamp": "{% $now() %}", "End": True}) == {}
    assert output({"Type": "Wait", "Seconds": 2, "End": True}) == {}
    failed = run(
        machine({"Type": "Fail", "Error": "{% 'E' & $states.input.n %}", "Cause": "plain"}), '{"n": 1}'
    ).execution
    assert (failed.error, failed.cause) == ("E1", "plain")
    bare = run(machine({"Type": "Fail"})).execution
    assert (bare.error, bare.cause) == (None, None)
    text = machine({**TASK, "TimeoutSeconds": "{% 9 %}", "Credentials": {"RoleArn": "{% 'arn:' & 'role' %}"}})
    task = Playbook(parse(text)).task()
    assert (task.timeout, task.credentials) == (9, {"RoleArn": "arn:role"})


def test_a_map_selects_and_iterates():
    state = {
        "Type": "Map",
        "Items": "{% $states.input.xs %}",
        "MaxConcurrency": "{% 1 %}",
        "ItemSelector": {
            "v": "{% $states.context.Map.Item.Value %}",
            "i": "{% $states.context.Map.Item.Index %}",
            "n": "{% $states.input.n %}",
        },
        "ItemProcessor": {
            "StartAt": "I",
            "States": {"I": {"Type": "Pass", "Output": "{% $states.input.v * 10 + $states.input.i %}", "End": True}},
        },
        "Output": "{% $sum($states.result) + $states.input.n %}",
        "End": True,
    }
    assert output(state, '{"xs": [1, 2, 3], "n": 100}') == 163


def test_a_maps_output_that_fails_comes_after_its_success():
    state = {
        "Type": "Map",
        "Items": [],
        "ItemProcessor": {"StartAt": "I", "States": {"I": DONE}},
        "Output": "{% $nothing %}",
        "End": True,
    }
    playbook = run(machine(state))
    assert playbook.types()[2:] == ["MapStateStarted", "MapStateSucceeded", "EvaluationFailed", "ExecutionFailed"]
    before = run(machine({**state, "Items": "{% 1 %}"}))
    assert before.types()[2:] == ["EvaluationFailed", "MapStateFailed", "ExecutionFailed"]


def test_a_failed_query_may_be_tried_again():
    retry = [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 2}]
    playbook = run(machine({**TASK, "Arguments": "{% $states.context.State.RetryCount > 0 ? 1 %}", "Retry": retry}))
    assert playbook.types()[2:] == ["EvaluationFailed", "LambdaFunctionScheduled"]
    assert playbook.task().parameters == 1


def test_a_parallel_hands_its_arguments_to_each_branch():
    branch = {"StartAt": "%s", "States": {"%s": {"Type": "Pass", "End": True}}}
    state = {
        "Type": "Parallel",
        "Arguments": {"n": "{% $states.input.n + 1 %}"},
        "Branches": [json.loads(json.dumps(branch) % (name, name)) for name in ("P", "Q")],
        "Output": "{% $states.result.n %}",
        "End": True,
    }
    assert output(state, '{"n": 1}') == [2, 2]


def test_a_state_may_be_written_in_jsonata_in_a_machine_of_jsonpath():
    text = machine(
        {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"n": "{% $states.input.n + 1 %}"}, "Next": "B"},
        language="JSONPath",
        B={"Type": "Pass", "Parameters": {"m.$": "States.MathAdd($.n, 1)"}, "End": True},
    )
    assert json.loads(run(text, '{"n": 1}').execution.output) == {"m": 3}


def test_states_inside_a_jsonata_state_are_the_machines_language():
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "Parameters": {"m.$": "$"}, "End": True}}}
    state = {"Type": "Map", "QueryLanguage": "JSONata", "Items": [1], "ItemProcessor": inner, "End": True}
    assert json.loads(run(machine(state, language="JSONPath")).execution.output) == [{"m": 1}]


def test_an_output_that_is_too_large_is_terminal():
    state = {"Type": "Pass", "Output": "{% $pad('', 300000, 'x') %}", "End": True}
    assert run(machine(state)).execution.error == "States.DataLimitExceeded"


def test_succeed_makes_its_output():
    assert output({"Type": "Succeed", "Output": "{% $states.input.a %}"}, '{"a": [1]}') == [1]


def test_a_map_without_items_goes_over_its_input():
    state = {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": DONE}}, "End": True}
    assert output(state, "[1, null]") == [1, None]
    assert cause(state, '{"a": 1}') == 'Map state input must be an array but was: {"a":1}'


DEEP = '{"a": ' * 900 + "null" + "}" * 900


def test_data_that_is_nested_very_deep_is_read_or_fails_the_state():
    states = [
        {"Type": "Pass", "Output": "{% $string($states.input) %}", "End": True},
        {"Type": "Pass", "Output": "{% $states.input.**.b %}", "End": True},
        {
            "Type": "Map",
            "Items": "{% $states.input %}",
            "ItemProcessor": {"StartAt": "I", "States": {"I": DONE}},
            "End": True,
        },
    ]
    for state in states:
        playbook = Playbook(parse(machine(state)), input=DEEP)
        playbook.run()
        assert playbook.execution.status in ("SUCCEEDED", "FAILED")


def test_a_catcher_may_meet_data_that_is_too_deep():
    catcher = {"ErrorEquals": ["States.ALL"], "Next": "B", "Output": "{% $merge([$states, {'a': $states.input}]) %}"}
    playbook = Playbook(parse(machine({**TASK, "Catch": [catcher]}, B=DONE)), input=DEEP)
    playbook.reply(TaskFailed(at=playbook.now, task_id=playbook.task().task_id, error="Bad", cause=None))
    playbook.run()
    assert playbook.execution.status in ("SUCCEEDED", "FAILED")


def test_fields_may_be_constants_and_null_has_a_name():
    state = {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
        "End": True,
    }
    assert output({**state, "Items": [1], "ItemSelector": {"a": 1}}, "{}") == [{"a": 1}]
    assert "but was 'null'" in cause({**state, "Items": "{% $parse('null') %}"})
    task = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}
    assert run(machine({**task, "TimeoutSeconds": "{% 5 %}"})).execution.error == "States.Timeout"


def test_a_field_may_be_a_number():
    percentage = compile_number("{% $states.input %}", "ToleratedFailurePercentage")
    assert percentage(1.5, None) == 1.5
