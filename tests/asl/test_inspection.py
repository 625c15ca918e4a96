"""One state under test: what each step of its way with data gave, and how it ended."""

import json

import pytest

from asl.effects import ScheduleTask, StartTimer
from asl.inspection import Given
from tests.asl.trials import AT, BRANCH, DISTRIBUTED, INVOKE, LAMBDA, output, run, trial

# -- states that wait for nothing ---------------------------------------------------------------------


def test_a_pass_notes_each_step():
    definition = {
        "Type": "Pass",
        "InputPath": "$.a",
        "Parameters": {"y.$": "$.x"},
        "ResultPath": "$.r",
        "OutputPath": "$.r",
    }
    test = run(definition, {"a": {"x": 1}})
    assert output(test) == {"y": 1}
    assert test.inspected == {
        "afterInputPath": {"x": 1},
        "afterParameters": {"y": 1},
        "afterResultSelector": {"y": 1},
        "afterResultPath": {"a": {"x": 1}, "r": {"y": 1}},
    }


def test_a_result_stands_in_place_of_the_input():
    test = run({"Type": "Pass", "Result": 5, "Next": "N", "End": False}, {"a": 1})
    assert test.inspected == {"result": 5, "afterResultSelector": 5, "afterResultPath": 5}
    assert (test.verdict.next_state, output(test)) == ("N", 5)


def test_the_input_is_echoed_as_it_came():
    test = trial({"Type": "Succeed"}, Given(input='{"a":   1}'))
    test.begin()
    assert test.verdict.output == '{"a":   1}'
    assert test.verdict.next_state is None


def test_jsonata_has_no_paths_to_note():
    test = run({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.a + 1 %}"}, {"a": 1})
    assert (output(test), test.inspected) == (2, {})


def test_a_choice_says_where_it_leads():
    rules = [{"Variable": "$.a", "NumericEquals": 1, "Next": "One"}]
    assert run({"Type": "Choice", "Choices": rules, "Default": "Other"}, {"a": 1}).verdict.next_state == "One"
    test = run({"Type": "Choice", "Choices": rules}, {"a": 2})
    assert (test.verdict.status, test.verdict.error) == ("FAILED", "States.NoChoiceMatched")
    assert test.inspected == {"afterInputPath": {"a": 2}}


def test_a_fail_fails():
    test = run({"Type": "Fail", "Error": "E", "Cause": "C"})
    assert (test.verdict.status, test.verdict.error, test.verdict.cause) == ("FAILED", "E", "C")


def test_a_wait_asks_for_the_time():
    test = run({"Type": "Wait", "Seconds": 5, "Next": "N", "End": False}, {"a": 1})
    assert isinstance(test.awaited, StartTimer)
    assert test.awaited.due == AT + 5
    assert test.verdict is None
    test.time_has_come(AT + 5)
    assert (output(test), test.verdict.next_state) == ({"a": 1}, "N")


def test_causes_stand_alone():
    test = run({"Type": "Pass", "Parameters": {"x.$": "$.nope"}}, {"a": 1})
    words = "The JSONPath '$.nope' specified for the field 'x.$' could not be found in the input '{\"a\":1}'"
    assert (test.verdict.error, test.verdict.cause) == ("States.Runtime", words)
    assert test.inspected == {"afterInputPath": {"a": 1}}


def test_variables_are_there_and_as_they_are_after_the_state():
    definition = {"Type": "Pass", "Parameters": {"x.$": "$v"}, "Assign": {"w.$": "$.x", "v": 2}}
    test = run(definition, variables={"v": 1})
    assert output(test) == {"x": 1}
    assert test.variables == {"v": 2, "w": 1}


# -- the Context Object -------------------------------------------------------------------------------


def test_the_context_object_is_that_of_an_execution():
    test = run({"Type": "Pass", "Parameters": {"c.$": "$$"}}, {"a": 1}, has_role=False)
    context = output(test)["c"]
    assert context["State"]["Name"] == "StateName"
    assert context["Execution"]["Input"] == {"a": 1}
    assert context["Execution"]["RoleArn"] is None


def test_a_context_object_of_the_tests_own_is_taken_as_it_is():
    mocked = {"Execution": {"Id": "mine"}}
    test = run({"Type": "Pass", "Parameters": {"c.$": "$$"}}, context=mocked)
    assert output(test) == {"c": mocked}


# -- tasks --------------------------------------------------------------------------------------------


def test_a_task_waits_for_its_result_and_notes_each_step():
    definition = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": "f", "Payload.$": "$.p"},
        "ResultSelector": {"s.$": "$.Payload"},
        "ResultPath": "$.r",
    }
    test = run(definition, {"p": 1})
    assert isinstance(test.awaited, ScheduleTask)
    assert test.awaited.parameters == {"FunctionName": "f", "Payload": 1}
    test.succeed('{"Payload": 7}')
    assert output(test) == {"p": 1, "r": {"s": 7}}
    assert test.inspected == {
        "afterInputPath": {"p": 1},
        "afterParameters": {"FunctionName": "f", "Payload": 1},
        "result": {"Payload": 7},
        "afterResultSelector": {"s": 7},
        "afterResultPath": {"p": 1, "r": {"s": 7}},
    }


def test_arguments_are_noted():
    test = run({"Type": "Task", "QueryLanguage": "JSONata", "Resource": LAMBDA, "Arguments": {"x": "{% 1 + 1 %}"}})
    test.succeed("3")
    assert test.inspected == {"afterArguments": {"x": 2}, "result": 3}


def test_a_call_that_the_driver_refuses_fails_the_state():
    test = trial({"Type": "Task", "Resource": INVOKE}, refusal=lambda _resource, _parameters: "no such field")
    assert test.begin() is None
    assert (test.verdict.error, test.verdict.cause) == ("States.Runtime", "no such field")


def test_a_time_out_can_be_caught():
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}]
    test = run({"Type": "Task", "Resource": LAMBDA, "TimeoutSeconds": 3, "Catch": catch})
    test.time_out(AT + 3)
    assert (test.verdict.status, test.verdict.error, test.verdict.next_state) == (
        "CAUGHT_ERROR",
        "States.Timeout",
        "Late",
    )


# -- errors -------------------------------------------------------------------------------------------

RETRY = [{"ErrorEquals": ["A"]}, {"ErrorEquals": ["B"], "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 3}]
CATCH = [{"ErrorEquals": ["A"], "Next": "OnA"}, {"ErrorEquals": ["B"], "Next": "OnB", "ResultPath": "$.e"}]


def failing(error, **given):
    test = run({"Type": "Task", "Resource": LAMBDA, "Retry": RETRY, "Catch": CATCH}, {"a": 1}, **given)
    test.fail(error, "because")
    return test


def test_a_retrier_that_has_attempts_left_makes_it_retriable():
    test = failing("B", retries=1)
    assert (test.verdict.status, test.verdict.error, test.verdict.cause) == ("RETRIABLE", "B", "because")
    assert test.verdict.output is test.verdict.next_state is None
    assert test.error_details == {"retryIndex": 1, "retryBackoffIntervalSeconds": 6}


def test_a_spent_retrier_leaves_the_error_to_a_catcher():
    test = failing("B", retries=2)
    assert (test.verdict.status, test.verdict.next_state) == ("CAUGHT_ERROR", "OnB")
    assert output(test) == {"a": 1, "e": {"Error": "B", "Cause": "because"}}
    assert test.error_details == {"retryIndex": 1, "catchIndex": 1}


def test_an_error_that_nothing_takes_fails_the_state():
    test = failing("C")
    assert (test.verdict.status, test.error_details) == ("FAILED", {})


def test_a_runtime_error_is_nobodys_to_take():
    retry = [{"ErrorEquals": ["States.ALL"]}]
    test = run({"Type": "Task", "Resource": LAMBDA, "Retry": retry})
    test.fail("States.Runtime", None)
    assert test.verdict.status == "FAILED"


def test_an_error_inside_a_catcher_is_the_states():
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "N", "Output": "{% $nope %}"}]
    test = run({"Type": "Task", "QueryLanguage": "JSONata", "Resource": LAMBDA, "Catch": catch})
    test.fail("E", "c")
    assert (test.verdict.status, test.verdict.error) == ("FAILED", "States.QueryEvaluationError")


def test_a_catcher_assigns_variables():
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "N", "Assign": {"e.$": "$.Error"}}]
    test = run({"Type": "Task", "Resource": LAMBDA, "Catch": catch})
    test.fail("E", "c")
    assert test.variables == {"e": "E"}


# -- Parallel ----------------------------------------------------------------------------------------


def test_a_parallel_is_told_what_its_branches_gave():
    other = {"StartAt": "C", "States": {"C": {"Type": "Succeed"}}}
    test = run({"Type": "Parallel", "Branches": [BRANCH, other], "ResultPath": "$.r"}, {"a": 1})
    assert test.awaited is test.verdict is None
    test.succeed("[1, 2]")
    assert output(test) == {"a": 1, "r": [1, 2]}
    assert test.inspected == {"afterResultSelector": [1, 2], "afterResultPath": {"a": 1, "r": [1, 2]}}


def test_a_parallel_whose_arguments_fail_fails():
    definition = {"Type": "Parallel", "QueryLanguage": "JSONata", "Arguments": "{% $nope %}", "Branches": [BRANCH]}
    assert run(definition).verdict.error == "States.QueryEvaluationError"


# -- Map (its input is `asl.inspected_map`'s) ----------------------------------------------------------


def test_a_map_is_told_what_its_iterations_gave():
    definition = {"Type": "Map", "ItemSelector": {"n.$": "$$.State.Name", "v.$": "$$.Map.Item.Value"}}
    test = run({**definition, "ItemProcessor": BRANCH}, [7], context={"State": {"Name": "mine"}})
    test.succeed("[1]")
    assert (output(test), test.inspected["afterItemSelector"]) == ([1], [{"n": "mine", "v": 7}])
    test = run({**definition, "ItemProcessor": BRANCH}, [7])
    assert test.inspected["afterItemSelector"] == [{"n": "StateName", "v": 7}]


def test_a_map_that_bears_no_more_failures_fails():
    test = run({"Type": "Map", "ItemProcessor": DISTRIBUTED, "ToleratedFailureCount": 0}, [1], failed_iterations=1)
    test.succeed("[1]")
    assert (test.verdict.status, test.verdict.error) == ("FAILED", "States.ExceedToleratedFailureThreshold")


def test_the_failure_of_a_branch_is_the_states():
    test = run({"Type": "Parallel", "Branches": [BRANCH]})
    test.fail("E", "c")
    assert (test.verdict.status, test.verdict.error) == ("FAILED", "E")


@pytest.mark.parametrize("query_language", ["JSONPath", "JSONata"])
def test_depth_is_the_states_failure(query_language):
    deep = "[" * 400 + "]" * 400
    assert run({"Type": "Pass", "QueryLanguage": query_language}, json.loads(deep)).verdict.status == "SUCCEEDED"
