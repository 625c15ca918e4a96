"""The state that a test is about: found, checked, and in its query language."""

import json

import pytest

from asl.diagnostics import DefinitionError
from asl.tested_state import alone, of_machine

PASS = {"Type": "Pass", "End": True}


def test_a_state_alone_needs_no_target():
    state = alone(json.dumps({"Type": "Pass", "Next": "Elsewhere", "QueryLanguage": "JSONata"}))
    assert state.type == "Pass"
    assert state.is_jsonata


def test_a_state_inside_it_does():
    branch = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}}
    with pytest.raises(DefinitionError, match="Missing 'Next' target: Nowhere"):
        alone(json.dumps({"Type": "Parallel", "Branches": [branch], "Next": "Elsewhere"}))


def test_a_state_alone_is_checked_where_it_would_stand():
    with pytest.raises(DefinitionError) as caught:
        alone('{"Type": "Parallel", "Branches": [], "End": true}')
    (found,) = caught.value.diagnostics
    assert (found.path, found.message) == ("/States/StateName/Branches", "Value cannot be empty")


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "{}", "null", '{"Type": "Pass"}}, "x": {"y": 1'])
def test_what_is_no_state_is_refused(text):
    with pytest.raises(DefinitionError):
        alone(text)


def test_a_state_is_found_wherever_it_lies():
    inner = {"StartAt": "Deep", "States": {"Deep": {"Type": "Succeed"}}}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **inner}
    machine = {
        "QueryLanguage": "JSONata",
        "StartAt": "P",
        "States": {
            "P": {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": PASS}}], "Next": "M"},
            "M": {"Type": "Map", "ItemProcessor": processor, "End": True},
        },
    }
    text = json.dumps(machine)
    assert of_machine(text, "B").type == "Pass"
    assert of_machine(text, "Deep").type == "Succeed"
    assert of_machine(text, "Deep").is_jsonata
    assert of_machine(text, "Nowhere") is None


def test_the_whole_machine_must_be_right():
    with pytest.raises(DefinitionError):
        of_machine(json.dumps({"StartAt": "A", "States": {"A": PASS, "B": {"Type": "Nonsense"}}}), "A")


def test_a_state_compiles_under_the_name_that_tests_give_it():
    assert alone(json.dumps(PASS)).compiled().name == "StateName"
