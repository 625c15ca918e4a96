"""What the validator says of JSONata and variables: where, and in AWS's words where it has some."""

import json

import pytest

from asl.parse import parse
from asl.validate import aws_message, diagnose

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:work"
PROCESSOR = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
DONE = {"Type": "Pass", "End": True}


def machine(state, language="JSONata"):
    return json.dumps({"QueryLanguage": language, "StartAt": "A", "States": {"A": state, "B": DONE}})


def errors(state, language="JSONata"):
    found = diagnose(machine(state, language), placeholders=False)
    return [(one.path, one.message) for one in found if one.severity == "ERROR"]


def task(**fields):
    return {"Type": "Task", "Resource": LAMBDA, "End": True, **fields}


def iterate(**fields):
    return {"Type": "Map", "ItemProcessor": PROCESSOR, "End": True, **fields}


BROKEN = "{% 1 + %}"


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({**DONE, "Output": BROKEN}, "/Output"),
        ({**DONE, "Output": {"a": [1, {"b/c": BROKEN}]}}, "/Output/a/1/b~1c"),
        ({**DONE, "Assign": {"x": BROKEN}}, "/Assign/x"),
        (task(Arguments={"p": BROKEN}), "/Arguments/p"),
        (task(Credentials={"RoleArn": BROKEN}), "/Credentials/RoleArn"),
        (task(TimeoutSeconds=BROKEN), "/TimeoutSeconds"),
        (task(HeartbeatSeconds=BROKEN), "/HeartbeatSeconds"),
        (task(Catch=[{"ErrorEquals": ["E"], "Next": "B", "Output": BROKEN}]), "/Catch/0/Output"),
        (task(Catch=[{"ErrorEquals": ["E"], "Next": "B", "Assign": {"x": BROKEN}}]), "/Catch/0/Assign/x"),
        ({"Type": "Choice", "Choices": [{"Condition": BROKEN, "Next": "B"}]}, "/Choices/0/Condition"),
        ({"Type": "Choice", "Choices": [{"Condition": True, "Next": "B", "Output": BROKEN}]}, "/Choices/0/Output"),
        ({"Type": "Wait", "Seconds": BROKEN, "End": True}, "/Seconds"),
        ({"Type": "Wait", "Timestamp": BROKEN, "End": True}, "/Timestamp"),
        ({"Type": "Fail", "Error": BROKEN}, "/Error"),
        ({"Type": "Fail", "Cause": BROKEN}, "/Cause"),
        (iterate(Items=BROKEN), "/Items"),
        (iterate(Items=[BROKEN]), "/Items/0"),
        (iterate(ItemSelector={"x": BROKEN}), "/ItemSelector/x"),
        (iterate(MaxConcurrency=BROKEN), "/MaxConcurrency"),
        (iterate(ToleratedFailureCount=BROKEN), "/ToleratedFailureCount"),
        (iterate(ToleratedFailurePercentage=BROKEN), "/ToleratedFailurePercentage"),
    ],
)
def test_a_broken_expression_is_told_with_its_place_and_character(state, path):
    ((where, message),) = errors(state)
    assert where == f"/States/A{path}"
    assert message == (
        "The JSONata expression is not valid: S0207: Unexpected end of expression at character 4 of '1 +'"
    )


@pytest.mark.parametrize("value", ["{% 1", "{% 1 %} ", "{%}"])
def test_an_expression_that_is_not_closed_is_told(value):
    assert errors({**DONE, "Output": value}) == [("/States/A/Output", "A JSONata expression must end with '%}'")]


def test_an_empty_expression_is_told():
    assert errors({**DONE, "Output": "{%  %}"}) == [("/States/A/Output", "The JSONata expression is empty")]


def test_placeholders_stand_in_expressions_until_they_are_substituted():
    text = machine({**DONE, "Output": "{% ${value} + %}"})
    assert [one for one in diagnose(text) if one.severity == "ERROR"] == []


@pytest.mark.parametrize(
    ("state", "field"),
    [
        ({**DONE, "InputPath": "$"}, "InputPath"),
        ({**DONE, "OutputPath": "$"}, "OutputPath"),
        ({**DONE, "Parameters": {}}, "Parameters"),
        ({**DONE, "ResultPath": "$"}, "ResultPath"),
        (task(ResultSelector={}), "ResultSelector"),
        (task(TimeoutSecondsPath="$.t"), "TimeoutSecondsPath"),
        (iterate(ItemsPath="$"), "ItemsPath"),
        (iterate(MaxConcurrencyPath="$"), "MaxConcurrencyPath"),
        ({"Type": "Wait", "SecondsPath": "$.s", "End": True}, "SecondsPath"),
        ({"Type": "Fail", "ErrorPath": "$.e"}, "ErrorPath"),
    ],
)
def test_a_field_of_the_other_language_is_an_error(state, field):
    message = f"Field '{field}' is not supported with the query language JSONata"
    assert (f"/States/A/{field}", message) in errors(state)


@pytest.mark.parametrize("field", ["Arguments", "Output"])
def test_a_jsonata_field_in_a_jsonpath_state_is_an_error(field):
    message = f"Field '{field}' is not supported with the query language JSONPath"
    assert (f"/States/A/{field}", message) in errors(task(**{field: {}}), "JSONPath")


@pytest.mark.parametrize("items", [5, "text", True, None])
def test_items_is_an_expression_or_an_array(items):
    assert errors(iterate(Items=items)) == [("/States/A/Items", "Expected a JSONata expression or an array")]


@pytest.mark.parametrize(
    ("condition", "wrong"), [("{% true %}", False), (True, False), ("true", True), (1, True), (None, True)]
)
def test_a_condition_is_an_expression_or_a_boolean(condition, wrong):
    found = errors({"Type": "Choice", "Choices": [{"Condition": condition, "Next": "B"}]})
    assert bool(found) is wrong


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("states", "The variable name 'states' is reserved"),
        ("1x", "'1x' is no variable name: letters, digits and _ only, and no digit first"),
        ("a-b", "'a-b' is no variable name: letters, digits and _ only, and no digit first"),
        ("", "'' is no variable name: letters, digits and _ only, and no digit first"),
        ("x" * 81, "A variable's name has at most 80 characters"),
    ],
)
def test_variables_have_names_that_expressions_can_say(name, words):
    assert errors({**DONE, "Assign": {name: 1}}) == [(f"/States/A/Assign/{name}", words)]
    assert errors({**DONE, "Assign": {f"{name}.$": "$"}}, "JSONPath") == [(f"/States/A/Assign/{name}.$", words)]


@pytest.mark.parametrize("name", ["x", "_x1", "größe", "x" * 80])
def test_letters_of_any_script_are_letters(name):
    assert errors({**DONE, "Assign": {name: 1}}) == []


def nested(assign, **fields):
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": assign, "End": True}}}
    return json.dumps(
        {
            "StartAt": "A",
            "States": {
                "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
                "B": {"Type": "Parallel", "Branches": [inner], "Next": "C"},
                "C": {"Type": "Map", "ItemProcessor": {**PROCESSOR, **fields}, "End": True},
            },
        }
    )


def test_an_inner_scope_assigns_no_name_of_an_outer_one():
    ((path, message),) = [(one.path, one.message) for one in diagnose(nested({"x": 2}))]
    assert path == "/States/B/Branches/0/States/I/Assign/x"
    assert message == "The variable 'x' is assigned in an outer scope and can't be assigned here"
    assert diagnose(nested({"y": 2})) == []


def test_a_distributed_map_is_a_scope_of_its_own():
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    states = {"P": {"Type": "Pass", "Assign": {"x": 2}, "End": True}}
    assert [one.path for one in diagnose(nested({}, States=states))] == ["/States/C/ItemProcessor/States/P/Assign/x"]
    assert diagnose(nested({}, States=states, ProcessorConfig=config)) == []


def test_a_state_can_not_go_back_to_jsonpath():
    found = diagnose(machine({**DONE, "QueryLanguage": "JSONPath"}))
    assert aws_message(found) == (
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to "
        "'JSONata' for whole state machine at /States/A'"
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"Assign": 5},
        {"Assign": []},
        {"Choices": {}},
        {"Catch": 7},
        {"Branches": 3},
        {"ItemProcessor": None},
        {"Choices": [5]},
    ],
)
def test_fields_of_the_wrong_kind_stop_nobody(broken):
    for kind in ("Pass", "Choice", "Map", "Parallel", "Task"):
        diagnose(machine({"Type": kind, **broken}))
    diagnose(json.dumps({"StartAt": "A", "States": {"A": 5}}))


def test_right_machines_are_compiled():
    assert parse(machine(iterate(Items="{% [1] %}", ItemSelector="{% $states.context.Map.Item.Value %}"))).branches
