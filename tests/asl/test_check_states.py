"""A state's fields: which it may have, in which language, and what they hold."""

import pytest

from asl.validate import aws_location, aws_message, diagnose
from tests.asl.definitions import DONE, PROCESSOR, errors, found, iterate, machine, task, warned


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({"Type": "Pass"}, ""),
        ({"Type": "Pass", "Next": "B", "End": True}, ""),
        ({"Type": "Pass", "End": "yes"}, "/End"),
        ({"Type": "Pass", "End": True, "Comment": 1}, "/Comment"),
        ({"Type": "Pass", "End": True, "Arguments": {}}, "/Arguments"),
        ({"Type": "Pass", "End": True, "Assign": 1}, "/Assign"),
        ({"Type": "Pass", "End": True, "QueryLanguage": "SQL"}, "/QueryLanguage"),
        ({"Type": "Pass", "End": True, "QueryLanguage": "JSONata", "InputPath": "$"}, "/InputPath"),
        ({"Type": "Wait", "End": True}, ""),
        ({"Type": "Wait", "Seconds": 1, "Timestamp": "2024-01-01T00:00:00Z", "End": True}, ""),
        ({"Type": "Wait", "Seconds": -1, "End": True}, "/Seconds"),
        ({"Type": "Wait", "Seconds": 1.5, "End": True}, "/Seconds"),
        ({"Type": "Wait", "Seconds": True, "End": True}, "/Seconds"),
        ({"Type": "Fail", "Error": 1}, "/Error"),
        ({"Type": "Fail", "Error": "E", "ErrorPath": "$.e"}, "/ErrorPath"),
        ({"Type": "Choice"}, ""),
        ({"Type": "Parallel", "End": True}, ""),
        ({"Type": "Map", "End": True}, ""),
        ({"Type": "Map", "End": True, "MaxConcurrency": -1}, "/MaxConcurrency"),
        ({"Type": "Map", "End": True, "ToleratedFailurePercentage": 101}, "/ToleratedFailurePercentage"),
        ({"Type": "Map", "End": True, "Label": "x" * 41}, "/Label"),
        ({"End": True}, ""),
        ([], ""),
    ],
)
def test_an_error_in_a_field_is_found_at_its_place(state, path):
    assert f"/States/A{path}" in {place for place, _ in found(machine(state))}


@pytest.mark.parametrize(
    ("state", "field"),
    [
        ({"Type": "Pass", "End": True, "Retry": []}, "Retry"),
        ({"Type": "Pass", "End": True, "Nonsense": 1}, "Nonsense"),
        ({"Type": "Wait", "Seconds": 1, "End": True, "ResultPath": None}, "ResultPath"),
        ({"Type": "Map", "End": True, "ItemProcessor": PROCESSOR, "TimeoutSeconds": 5}, "TimeoutSeconds"),
    ],
)
def test_a_field_that_a_state_does_not_have_is_an_error_of_the_state(state, field):
    (one,) = diagnose(machine(state))
    assert (one.path, one.message) == (f"/States/A/{field}", f"Field '{field}' is not supported")
    assert aws_location(one) == "/States/A"


def test_a_field_without_an_effect_is_a_warning():
    for field, language in (("ToleratedFailureCount", "JSONPath"), ("Arguments", "JSONata")):
        text = machine({"Type": "Map", "End": True, "ItemProcessor": PROCESSOR, field: 1}, QueryLanguage=language)
        assert warned(text) == [(f"/States/A/{field}", "MISPLACED_FIELD")]
        assert found(text) == []


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
    message = (
        f"The QueryLanguage is set to 'JSONata', but field '{field}' is only supported for the 'JSONPath' QueryLanguage"
    )
    assert (f"/States/A/{field}", message) in errors(state)


@pytest.mark.parametrize("field", ["Arguments", "Output"])
def test_a_jsonata_field_in_a_jsonpath_state_is_an_error(field):
    message = (
        f"The QueryLanguage is set to 'JSONPath', but field '{field}' is only supported for the 'JSONata' QueryLanguage"
    )
    assert (f"/States/A/{field}", message) in errors(task(**{field: {}}), "JSONPath")


@pytest.mark.parametrize("items", [5, "text", True, None])
def test_items_is_an_expression_or_an_array(items):
    assert errors(iterate(Items=items)) == [("/States/A/Items", "Expected a JSONata expression or an array")]


def test_a_state_can_not_go_back_to_jsonpath():
    diagnostics = diagnose(machine({**DONE, "QueryLanguage": "JSONPath"}, QueryLanguage="JSONata"))
    assert aws_message(diagnostics) == (
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to "
        "'JSONata' for whole state machine at /States/A'"
    )


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({"Type": "Pass", "End": True, "Comment": 1}, "/Comment"),
        ({"Type": "Wait", "Seconds": "{% 1 %}", "End": True}, None),
        ({"Type": "Wait", "Seconds": 5, "End": True}, None),
        ({"Type": "Wait", "Timestamp": 5, "End": True}, "/Timestamp"),
        ({"Type": "Fail", "Error": "{% 'E' %}", "Cause": "why"}, None),
        ({"Type": "Fail", "Error": 5}, "/Error"),
        ({"Type": "Succeed"}, None),
        (iterate(Items="{% [1] %}", MaxConcurrency="{% 1 %}", ToleratedFailurePercentage=5), None),
        (iterate(Items=[1]), None),
        (iterate(Items="${Items}"), "/Items"),
        ({**DONE, "Assign": []}, "/Assign"),
    ],
)
def test_what_a_jsonata_states_fields_hold(state, path):
    assert [place for place, _ in errors(state)] == ([f"/States/A{path}"] if path else [])


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({"Type": "Wait", "SecondsPath": "$.s", "End": True}, None),
        ({"Type": "Wait", "Timestamp": "2024-01-01T00:00:00Z", "End": True}, None),
        ({"Type": "Fail", "ErrorPath": "$.e", "CausePath": "$.c"}, None),
        (
            {**DONE, "InputPath": "$.a", "OutputPath": None, "ResultPath": "$.b", "Parameters": {}, "Assign": {"v": 1}},
            None,
        ),
        ({**DONE, "Assign": 5}, "/Assign"),
        (iterate(ItemsPath="$.i", MaxConcurrencyPath="$.c", ToleratedFailurePercentage=5, Label="l"), None),
        (iterate(ToleratedFailureCount=-1), "/ToleratedFailureCount"),
        ({"Type": "Parallel", "End": True}, ""),
        ({"Type": "Choice"}, ""),
        ({"Type": "Map", "End": True}, ""),
        ({"Type": "Nothing"}, "/Type"),
    ],
)
def test_what_a_jsonpath_states_fields_hold(state, path):
    assert [place for place, _ in errors(state, "JSONPath")] == ([f"/States/A{path}"] if path is not None else [])


def test_states_that_hold_states_and_rules_are_right_with_them():
    parallel = {"Type": "Parallel", "Branches": [PROCESSOR], "End": True}
    choice = {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "B"}]}
    assert errors(parallel, "JSONPath") == errors(choice, "JSONPath") == []
