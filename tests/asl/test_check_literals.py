"""Texts that look like paths where nothing reads them are warned of, by AWS's codes."""

import pytest

from asl.validate import diagnose
from tests.asl.definitions import SQS, machine


def warnings(state):
    found = diagnose(machine(state), placeholders=False)
    return [(one.path.removeprefix("/States/A"), one.code) for one in found if one.code in CODES]


CODES = {"NO_DOLLAR", "NO_PATH", "PASS_RESULT_IS_STATIC"}


@pytest.mark.parametrize(
    "text", ["$.a", "$['a']", "$", "$$", "$$.Execution.Id", "States.UUID()", "States.Format('{}', $.a)"]
)
def test_a_template_that_seems_to_read_is_warned_of(text):
    assert warnings({"Type": "Pass", "Parameters": {"x": text}, "End": True}) == [("/Parameters/x", "NO_DOLLAR")]
    assert warnings({"Type": "Pass", "Parameters": {"x.$": text}, "End": True}) == []


@pytest.mark.parametrize("text", ["", "$5", "$ 5", "cost: $.a", "States.", "United States.", "$x"])
def test_other_texts_are_texts(text):
    assert warnings({"Type": "Pass", "Parameters": {"x": text}, "Result": text, "End": True}) == []


def test_templates_are_looked_at_to_their_depth():
    state = {
        "Type": "Task",
        "Resource": SQS,
        "ResultSelector": {"a": [{"b": "$.c"}]},
        "Assign": {"v": "$.d"},
        "End": True,
    }
    assert warnings(state) == [("/ResultSelector/a/0/b", "NO_DOLLAR"), ("/Assign/v", "NO_DOLLAR")]


def test_a_passs_result_is_static():
    state = {"Type": "Pass", "Result": {"a": "$.x", "l": ["States.UUID()"]}, "End": True}
    assert warnings(state) == [("/Result/a", "PASS_RESULT_IS_STATIC"), ("/Result/l/0", "PASS_RESULT_IS_STATIC")]
    assert warnings({"Type": "Pass", "Result": "$.x", "End": True}) == [("/Result", "PASS_RESULT_IS_STATIC")]


def test_a_fails_error_and_cause_have_fields_for_paths():
    assert warnings({"Type": "Fail", "Error": "$.e", "Cause": "$.c"}) == [("/Error", "NO_PATH"), ("/Cause", "NO_PATH")]
    assert warnings({"Type": "Fail", "ErrorPath": "$.e", "CausePath": "$.c"}) == []


def test_so_have_comparisons_of_text_however_deep():
    rule = {
        "And": [
            {"Not": {"Variable": "$.a", "StringEquals": "$.b"}},
            {"Variable": "$.a", "StringEqualsPath": "$.b"},
            {"Variable": "$.a", "StringMatches": "$.*"},
        ],
        "Next": "A",
    }
    place = "/Choices/0/And/0/Not/StringEquals"
    assert warnings({"Type": "Choice", "Choices": [rule], "Default": "A"}) == [(place, "NO_PATH")]
    assert warnings({"Type": "Choice", "Choices": ["nonsense"]}) == []


def test_jsonata_marks_its_expressions():
    assert warnings({"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"x": "$.a"}, "End": True}) == []
