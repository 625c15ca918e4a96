"""What each field of a state makes of a sample: by type of state and by query language."""

import pytest

from asl.preview import MOST_ITEMS, UNKNOWN, Sample, preview
from tests.asl.trials import INVOKE

NOW = 1_800_000_000.0
INSIDE = {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}
EACH = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **INSIDE}


def seen(state, *, language="JSONPath", **sample):
    """(value by path, or the Error Name, or "?"), output, next"""
    moving = {} if state["Type"] in ("Choice", "Succeed", "Fail") else {"End": True}
    found = preview("S", {**moving, **state}, language, Sample(**sample), now=NOW)
    steps = {
        step.path: step.value if step.value is not UNKNOWN else step.error or step.cause or "?" for step in found.steps
    }
    return steps, "?" if found.output is UNKNOWN else found.output, found.next


def jsonata(state, **sample):
    return seen(state, language="JSONata", **sample)


# -- JSONPath -------------------------------------------------------------------------------------------


def test_a_task_from_its_input_to_its_output():
    task = {
        "Type": "Task",
        "Resource": INVOKE,
        "InputPath": "$.order",
        "Parameters": {"FunctionName": "f", "Payload.$": "$.id"},
        "TimeoutSecondsPath": "$.limit",
        "HeartbeatSecondsPath": "$.none",
        "Credentials": {"RoleArn.$": "$.role"},
        "ResultSelector": {"price.$": "$.Payload"},
        "Assign": {"paid.$": "$.price"},
        "ResultPath": "$.got",
        "OutputPath": "$.got",
    }
    data = {"order": {"id": 7, "limit": 30, "role": "r"}}
    steps, output, _ = seen(task, input=data, result={"Payload": 5})
    assert steps == {
        "/InputPath": data["order"],
        "/Parameters": {"FunctionName": "f", "Payload": 7},
        "/TimeoutSecondsPath": 30,
        "/HeartbeatSecondsPath": "States.Runtime",
        "/Credentials": {"RoleArn": "r"},
        "/ResultSelector": {"price": 5},
        "/Assign": {"paid": 5},
        "/ResultPath": {**data, "got": {"price": 5}},
        "/OutputPath": {"price": 5},
    }
    assert output == {"price": 5}


def test_without_a_result_what_needs_none_is_still_told():
    task = {"Type": "Task", "Resource": INVOKE, "Parameters": {}, "ResultSelector": {"x.$": "$"}, "ResultPath": None}
    steps, output, _ = seen(task, input={"a": 1})
    assert (steps["/Parameters"], steps["/ResultSelector"], steps["/ResultPath"], output) == (
        {},
        "?",
        {"a": 1},
        {"a": 1},
    )
    assert seen({**task, "ResultPath": "$.r"}, input={"a": 1})[1] == "?"
    assert seen({**task, "ResultPath": "$.r"}, input=5, result=1)[0]["/ResultPath"] == "States.ResultPathMatchFailure"


def test_null_paths_give_an_empty_object():
    steps, output, _ = seen({"Type": "Pass", "InputPath": None, "OutputPath": "$"}, input={"a": 1})
    assert (steps, output) == ({"/InputPath": {}, "/OutputPath": {}}, {})


def test_a_pass_has_its_own_result():
    steps, output, _ = seen({"Type": "Pass", "Result": [1], "ResultPath": "$.r"}, input={"a": 1})
    assert (steps["/Result"], output) == ([1], {"a": 1, "r": [1]})


def test_a_catcher_is_shown_with_the_samples_error():
    catchers = [
        {"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Assign": {"why.$": "$.Cause"}, "Next": "N"},
        {"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "N"},
        5,
    ]
    task = {"Type": "Task", "Resource": INVOKE, "Parameters": {"FunctionName": "f"}, "Catch": catchers[:2]}
    error = {"Error": "Busy", "Cause": "later"}
    steps, _, _ = seen(task, input={"a": 1}, error=error)
    assert steps["/Catch/0/Assign"] == {"why": "later"}
    assert steps["/Catch/0/ResultPath"] == {"a": 1, "e": error}
    assert steps["/Catch/1/ResultPath"] == {"a": 1}
    assert "/Catch/2/ResultPath" not in seen({**task, "Catch": catchers}, input={})[0]


@pytest.mark.parametrize(
    ("field", "value", "waits"),
    [
        ("Seconds", 5, {"Seconds": 5, "Until": "2027-01-15T08:00:05.000Z"}),
        ("SecondsPath", "$.s", {"Seconds": 9, "Until": "2027-01-15T08:00:09.000Z"}),
        ("Timestamp", "2020-01-01T00:00:00Z", {"Seconds": 0, "Until": "2020-01-01T00:00:00.000Z"}),
        ("TimestampPath", "$.s", "States.Runtime"),
    ],
)
def test_a_wait_says_until_when(field, value, waits):
    steps, output, _ = seen({"Type": "Wait", field: value}, input={"s": 9})
    assert (steps[f"/{field}"], output) == (waits, {"s": 9})


def test_a_wait_for_nothing_has_nothing_to_show():
    assert seen({"Type": "Wait"}, input={})[0] == {}


def test_a_fail_has_an_error_and_a_cause():
    assert seen({"Type": "Fail", "ErrorPath": "$.e", "Cause": "c"}, input={"e": "E"})[:2] == (
        {"/ErrorPath": "E", "/Cause": "c"},
        "?",
    )
    assert seen({"Type": "Fail", "Error": "E", "CausePath": "States.Format('{}', $.x)"}, input={"x": 1})[0] == {
        "/Error": "E",
        "/CausePath": "1",
    }


def test_a_choice_leads_where_its_rules_do():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "A"}], "OutputPath": "$.a"}
    assert seen(choice, input={"a": None})[1:] == (None, "A")
    assert seen(choice, input={"a": 1})[1:] == ("?", None)


# -- Map ------------------------------------------------------------------------------------------------


def test_a_map_shows_its_items_and_what_each_becomes():
    selector = {"v.$": "$$.Map.Item.Value", "all.$": "$.n"}
    state = {
        "Type": "Map",
        "ItemsPath": "$.l",
        "ItemSelector": selector,
        "MaxConcurrencyPath": "$.n",
        "ItemProcessor": INSIDE,
    }
    steps, output, _ = seen(state, input={"l": ["a", "b"], "n": 3}, result=[1, 2])
    assert steps == {
        "/ItemsPath": ["a", "b"],
        "/ItemSelector": [{"v": "a", "all": 3}, {"v": "b", "all": 3}],
        "/MaxConcurrencyPath": 3,
    }
    assert output == [1, 2]


def test_items_that_are_no_array_are_told_and_of_many_the_first_are_shown():
    state = {"Type": "Map", "Parameters": {"v.$": "$$.Map.Item.Index"}, "Iterator": INSIDE}
    assert seen(state, input={})[0] == {"/ItemsPath": "States.Runtime", "/Parameters": "?"}
    assert len(seen(state, input=[0] * 500)[0]["/Parameters"]) == MOST_ITEMS


def test_a_distributed_map_shows_readers_batches_tolerance_and_writer():
    state = {
        "Type": "Map",
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key.$": "$.k"}},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"k.$": "$.k"}},
        "ToleratedFailureCountPath": "$.n",
        "ToleratedFailurePercentagePath": "$.p",
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket.$": "$.k"}},
        "ItemProcessor": EACH,
    }
    data = {"k": "key", "n": 2, "p": 50}
    steps, _, _ = seen(state, input=data, items=[1, 2, 3])
    assert steps == {
        "/ItemReader/Parameters": {"Bucket": "b", "Key": "key"},
        "/ItemBatcher": [{"BatchInput": {"k": "key"}, "Items": [1, 2]}, {"BatchInput": {"k": "key"}, "Items": [3]}],
        "/ToleratedFailureCountPath": 2,
        "/ToleratedFailurePercentagePath": 50,
        "/ResultWriter/Parameters": {"Bucket": "key"},
    }
    assert seen(state, input=data)[0]["/ItemBatcher"] == "?"


def test_the_members_of_an_object_are_shown_as_a_distributed_maps_items():
    state = {"Type": "Map", "ItemBatcher": {"MaxItemsPerBatch": 5}, "ItemProcessor": EACH}
    pairs = [{"Key": "a", "Value": 1}, {"Key": "b", "Value": 2}]
    steps, _, _ = seen(state, input={"a": 1, "b": 2})
    assert steps == {"/ItemsPath": {"a": 1, "b": 2}, "/ItemBatcher": [{"Items": pairs}]}
    selecting = {**state, "ItemSelector": {"k.$": "$$.Map.Item.Key"}}
    assert seen(selecting, input={"a": 1})[0]["/ItemSelector"] == [{"k": "a"}]
    assert seen({**state, "ItemsPath": "$.a"}, input={"a": 1})[0]["/ItemsPath"] == "States.Runtime"


# -- JSONata --------------------------------------------------------------------------------------------


def test_a_jsonata_task_from_its_arguments_to_its_output():
    task = {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": {"FunctionName": "f", "Payload": "{% $states.input.id %}"},
        "TimeoutSeconds": "{% $states.input.id * 10 %}",
        "HeartbeatSeconds": 5,
        "Credentials": {"RoleArn": "{% $role %}"},
        "Assign": {"price": "{% $states.result.Payload %}"},
        "Output": "{% $states.result.Payload + $states.input.id %}",
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Output": "{% $states.errorOutput.Error %}",
                "Assign": {"c": 1},
                "Next": "N",
            },
            {"ErrorEquals": ["States.ALL"], "Next": "N"},
        ],
    }
    steps, output, _ = jsonata(task, input={"id": 7}, result={"Payload": 5}, variables={"role": "r"})
    assert steps == {
        "/Arguments": {"FunctionName": "f", "Payload": 7},
        "/TimeoutSeconds": 70,
        "/Credentials": {"RoleArn": "r"},
        "/Assign": {"price": 5},
        "/Output": 12,
        "/Catch/0/Assign": {"c": 1},
        "/Catch/0/Output": "States.TaskFailed",
    }
    assert output == 12


def test_an_output_that_looks_at_no_result_is_told_without_one():
    task = {"Type": "Task", "Resource": INVOKE, "Arguments": {}, "Assign": {"r": ["{% $states.result %}"]}}
    steps, output, _ = jsonata({**task, "Output": {"i": ["{% $states.input.id %}"], "n": 1}}, input={"id": 7})
    assert (steps["/Assign"], steps["/Output"], output) == ("?", {"i": [7], "n": 1}, {"i": [7], "n": 1})
    assert jsonata(task, input={})[1] == "?"


def test_jsonata_states_of_other_types():
    assert jsonata({"Type": "Pass", "Output": "{% 1 + 1 %}", "Assign": {"x": 1}}, input={})[0] == {
        "/Assign": {"x": 1},
        "/Output": 2,
    }
    assert jsonata({"Type": "Succeed"}, input={"a": 1})[1] == {"a": 1}
    assert jsonata({"Type": "Fail", "Error": "{% 'E' %}", "Cause": "{% 1 %}"}, input={})[0] == {
        "/Error": "E",
        "/Cause": "States.QueryEvaluationError",
    }
    assert jsonata({"Type": "Wait", "Seconds": "{% 3 %}"}, input={})[0]["/Seconds"]["Seconds"] == 3
    assert jsonata({"Type": "Parallel", "Arguments": "{% $states.input.a %}", "Branches": [INSIDE]}, input={"a": 1})[
        0
    ] == {"/Arguments": 1}
    choice = {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Output": 5, "Next": "A"}]}
    assert jsonata(choice, input={})[1:] == (5, "A")


def test_a_jsonata_map():
    state = {
        "Type": "Map",
        "Items": "{% $states.input.l %}",
        "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}"},
        "MaxConcurrency": "{% 2 %}",
        "ItemProcessor": INSIDE,
    }
    assert jsonata(state, input={"l": [1, 2]})[0] == {
        "/Items": [1, 2],
        "/ItemSelector": [{"v": 1}, {"v": 2}],
        "/MaxConcurrency": 2,
    }
    whole = {"Type": "Map", "ItemProcessor": INSIDE}
    assert jsonata(whole, input=[5])[0] == {"/Items": [5]}
    assert jsonata(whole, input={})[0] == {"/Items": "States.QueryEvaluationError"}


def test_a_distributed_jsonata_map():
    state = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "Arguments": {"Bucket": "{% $states.input.b %}", "Key": "k"},
        },
        "ItemBatcher": {"MaxItemsPerBatch": "{% 2 %}"},
        "ToleratedFailureCount": "{% 1 %}",
        "ToleratedFailurePercentage": "{% 1000 %}",
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "{% $states.input.b %}"}},
        "ItemProcessor": EACH,
    }
    assert jsonata(state, input={"b": "x"}, items=[1, 2, 3])[0] == {
        "/ItemReader/Arguments": {"Bucket": "x", "Key": "k"},
        "/ItemBatcher": [{"Items": [1, 2]}, {"Items": [3]}],
        "/ToleratedFailureCount": 1,
        "/ToleratedFailurePercentage": "States.QueryEvaluationError",
        "/ResultWriter/Arguments": {"Bucket": "x"},
    }


def test_a_state_that_is_none_shows_nothing():
    found = preview("S", {"Type": "Nothing"}, "JSONPath", Sample(), now=NOW)
    assert (found.steps, found.output, found.next) == ([], UNKNOWN, None)
