"""A Choice state's rules, by either query language."""

import pytest

from asl.validate import aws_location, diagnose
from tests.asl.definitions import errors, found, machine


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({"Type": "Choice", "Choices": {}}, "/Choices"),
        ({"Type": "Choice", "Choices": []}, "/Choices"),
        ({"Type": "Choice", "Choices": [1]}, "/Choices/0"),
        ({"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True}]}, "/Choices/0"),
        ({"Type": "Choice", "Choices": [{"Variable": "$", "Next": "B"}]}, "/Choices/0"),
        ({"Type": "Choice", "Choices": [{"IsNull": True, "Next": "B"}]}, "/Choices/0"),
        ({"Type": "Choice", "Choices": [{"Variable": "x", "IsNull": True, "Next": "B"}]}, "/Choices/0/Variable"),
        ({"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": 1, "Next": "B"}]}, "/Choices/0/IsNull"),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": "1", "Next": "B"}]},
            "/Choices/0/NumericEquals",
        ),
        ({"Type": "Choice", "Choices": [{"Variable": "$", "StringEquals": 1, "Next": "B"}]}, "/Choices/0/StringEquals"),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$", "TimestampEquals": "1", "Next": "B"}]},
            "/Choices/0/TimestampEquals",
        ),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$", "StringEqualsPath": 1, "Next": "B"}]},
            "/Choices/0/StringEqualsPath",
        ),
        ({"Type": "Choice", "Choices": [{"And": 1, "Next": "B"}]}, "/Choices/0/And"),
        ({"Type": "Choice", "Choices": [{"And": [], "Next": "B"}]}, "/Choices/0/And"),
        ({"Type": "Choice", "Choices": [{"Not": 1, "Next": "B"}]}, "/Choices/0/Not"),
        (
            {"Type": "Choice", "Choices": [{"Not": {"Variable": "$", "IsNull": True, "Next": "B"}, "Next": "B"}]},
            "/Choices/0/Not/Next",
        ),
        ({"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "B"}]}, "/Choices/0/Condition"),
        ({"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Next": "B"}]}, "/Choices/0"),
        (
            {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": "true", "Next": "B"}]},
            "/Choices/0/Condition",
        ),
        (
            {
                "Type": "Choice",
                "QueryLanguage": "JSONata",
                "Choices": [{"Condition": True, "Variable": "$", "Next": "B"}],
            },
            "/Choices/0/Variable",
        ),
    ],
)
def test_an_error_in_a_rule_is_found_at_its_place(state, path):
    assert f"/States/A{path}" in {place for place, _ in found(machine(state))}


def test_a_field_that_is_no_operator_is_an_error_of_the_rule():
    state = {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Odd": 1, "Next": "B"}]}
    (one,) = diagnose(machine(state))
    assert (one.path, one.message) == ("/States/A/Choices/0/Odd", "Field 'Odd' is not supported")
    assert aws_location(one) == "/States/A/Choices[0]"


@pytest.mark.parametrize(
    ("condition", "wrong"), [("{% true %}", False), (True, False), ("true", True), (1, True), (None, True)]
)
def test_a_condition_is_an_expression_or_a_boolean(condition, wrong):
    found = errors({"Type": "Choice", "Choices": [{"Condition": condition, "Next": "B"}]})
    assert bool(found) is wrong


def test_rules_may_hold_rules_and_nested_ones_are_judged():
    rule = {"Variable": "$.a", "IsPresent": True}
    nested = {"And": [rule, {"Or": [rule, {"Not": rule}]}], "Next": "B"}
    assert found(machine({"Type": "Choice", "Choices": [nested]})) == []
    nested["And"].append({"Or": []})
    places = [place for place, _ in found(machine({"Type": "Choice", "Choices": [nested, {"Not": {}, "Next": "B"}]}))]
    assert places == ["/States/A/Choices/0/And/2/Or", "/States/A/Choices/1/Not"]


def test_a_rule_may_compare_with_a_path_or_a_placeholder():
    rules = [
        {"Variable": "$.a", "StringEqualsPath": "$.b", "Next": "B"},
        {"Variable": "$.a", "NumericEquals": "${Number}", "Next": "B"},
        {"Variable": "$.a", "TimestampLessThan": "2024-01-01T00:00:00Z", "Next": "B"},
    ]
    assert found(machine({"Type": "Choice", "Choices": rules})) == []
    assert found(machine({"Type": "Choice"})) == [("/States/A", "These fields are required: [Choices]")]


@pytest.mark.parametrize(
    ("rule", "fix"),
    [
        ({"IsNull": True, "IsString": True}, {"kind": "keep_one", "fields": ["IsNull", "IsString"]}),
        ({"IsNul": True}, {"kind": "rename", "field": "IsNul", "near": ["IsNull"]}),
        ({"Nonsense": True}, None),
    ],
)
def test_a_rule_without_its_one_operator_says_what_could_be_done(rule, fix):
    text = machine({"Type": "Choice", "Choices": [{"Variable": "$.a", **rule, "Next": "B"}]})
    (finding,) = (one for one in diagnose(text) if one.severity == "ERROR" and one.path == "/States/A/Choices/0")
    assert finding.fix == fix
