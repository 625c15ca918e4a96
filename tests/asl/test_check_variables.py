"""Variables: their names, and that an inner scope assigns none of an outer one's."""

import json

import pytest

from asl.validate import diagnose
from tests.asl.definitions import DONE, PROCESSOR, errors, machine


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


def test_rules_and_catchers_assign_in_the_scope_of_their_state():
    rule = {"Variable": "$", "IsNull": True, "Next": "B", "Assign": {"states": 1}}
    assert [place for place, _ in errors({"Type": "Choice", "Choices": [rule]}, "JSONPath")] == [
        "/States/A/Choices/0/Assign/states"
    ]
