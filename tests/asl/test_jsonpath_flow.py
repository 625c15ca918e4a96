"""JSONPath's fields compiled into a state's flow: what each makes of the data, and which states have it."""

import pytest

from asl.errors import StatesError
from asl.jsonpath_flow import compile_assign, compile_flow, compile_output, compile_result_path, compile_selection


def state(kind="Task", **fields):
    return {"Type": kind, **fields}


def test_a_state_without_fields_changes_nothing():
    flow = compile_flow(state())
    assert (flow.effective_input, flow.arguments, flow.select, flow.output, flow.assign) == (None,) * 5


def test_each_field_does_its_part():
    flow = compile_flow(
        state(
            InputPath="$.i",
            Parameters={"p.$": "$"},
            ResultSelector={"s.$": "$.r"},
            ResultPath="$.out",
            OutputPath="$.out.s",
            Assign={"v.$": "$.s"},
        )
    )
    effective = flow.effective_input({"i": 1}, None)
    assert flow.arguments(effective, None) == {"p": 1}
    selected = flow.select({"r": 2}, None)
    assert flow.output({"i": 1}, selected, None) == 2
    assert flow.assign({}, selected, None) == {"v": 2}


def test_fields_of_states_that_do_not_have_them_have_no_effect():
    fields = {"Parameters": {"a": 1}, "ResultSelector": {"a": 1}, "ResultPath": None, "Assign": {"a": 1}}
    flow = compile_flow(state("Succeed", **fields))
    assert (flow.arguments, flow.select, flow.output, flow.assign) == (None,) * 4
    assert compile_assign(state(Assign={})) is None


@pytest.mark.parametrize(("text", "found"), [("$.a", 1), (None, {})])
def test_input_and_output_paths_select(text, found):
    assert compile_selection({"InputPath": text}, "InputPath")({"a": 1}, None) == found
    assert compile_output(state("Succeed", OutputPath=text))({}, {"a": 1}, None) == found


@pytest.mark.parametrize(
    ("text", "raw", "placed"),
    [(None, {"a": 1}, {"a": 1}), ("$.r", {"a": 1}, {"a": 1, "r": "R"}), ("$.r.s", {}, {"r": {"s": "R"}})],
)
def test_a_result_path_puts_the_result_into_the_input(text, raw, placed):
    assert compile_result_path({"ResultPath": text})(raw, "R", None) == placed
    assert compile_result_path({"ResultPath": "$"}) is None


@pytest.mark.parametrize("text", ["$.r", "$.r.s", "$.a[0]"])
def test_an_input_without_a_place_for_it_fails_the_state(text):
    with pytest.raises(StatesError, match=r"ResultPathMatchFailure: Unable to apply step"):
        compile_result_path({"ResultPath": text})("text", "R", None)
