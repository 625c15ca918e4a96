"""Paths, templates, intrinsic calls and expressions: what is none, and where."""

import pytest

from asl.check_queries import passes_token
from asl.validate import aws_location, diagnose
from tests.asl.definitions import DONE, errors, found, iterate, machine, task


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({"Type": "Pass", "End": True, "OutputPath": 5}, "/OutputPath"),
        ({"Type": "Pass", "End": True, "ResultPath": "$.a[*]"}, "/ResultPath"),
        ({"Type": "Pass", "End": True, "ResultPath": "$$.a"}, "/ResultPath"),
        ({"Type": "Pass", "End": True, "ResultPath": "a"}, "/ResultPath"),
        ({"Type": "Pass", "End": True, "Parameters": {"a": [{"b.$": 1}]}}, "/Parameters/a/0"),
        ({"Type": "Pass", "End": True, "Parameters": {"a": 1, "a.$": "$"}}, "/Parameters"),
        ({"Type": "Pass", "End": True, "Parameters": {"a.$": "States.Format()"}}, "/Parameters"),
        ({"Type": "Pass", "End": True, "Parameters": {"a.$": "States.Nope(1)"}}, "/Parameters"),
        ({"Type": "Pass", "End": True, "Parameters": {"a.$": "States.Array($.x y)"}}, "/Parameters"),
        ({"Type": "Pass", "End": True, "QueryLanguage": "JSONata", "Output": "{% 1"}, "/Output"),
        ({"Type": "Pass", "End": True, "QueryLanguage": "JSONata", "Output": {"a": ["{%  %}"]}}, "/Output/a/0"),
        ({"Type": "Wait", "SecondsPath": "seconds", "End": True}, "/SecondsPath"),
        ({"Type": "Fail", "CausePath": "States.Nope()"}, "/CausePath"),
        ({"Type": "Map", "End": True, "ItemsPath": "x"}, "/ItemsPath"),
    ],
)
def test_an_error_in_a_path_or_template_is_found_at_its_place(state, path):
    assert f"/States/A{path}" in {place for place, _ in found(machine(state))}


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
def test_a_broken_expression_is_told_with_its_place(state, path):
    assert errors(state) == [(f"/States/A{path}", "Unexpected end of expression")]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("a[1,2)", 'Expected "]", got ","'),
        ('"unterminated', "String literal must be terminated by a matching quote"),
        ('{"a":}', 'The symbol "}" cannot be used as a unary operator'),
        ("$x :=", "Unexpected end of expression"),
        ('$match("a", /abc', "No terminating / in regular expression"),
        ("", "Unexpected end of expression"),
    ],
)
def test_what_is_wrong_with_an_expression_is_said_in_jsonatas_words(expression, message):
    text = machine({**DONE, "Output": {"v": [f"{{% {expression} %}}"]}}, QueryLanguage="JSONata")
    (one,) = diagnose(text)
    assert (one.code, one.message) == ("INVALID_JSONATA_EXPRESSION", message)
    assert aws_location(one) == "/States/A/Output/v[0]"


@pytest.mark.parametrize(
    ("expression", "messages"),
    [
        ("phone[0]", ["Reference to 'phone' at the top level is not supported."]),
        ("aaa + bbb", [f"Reference to '{name}' at the top level is not supported." for name in ("aaa", "bbb")]),
        ("$.phone", ["Reference to '$' at the top level is not supported."]),
        ("$$", ["Reference to '$$' is not supported."]),
        ("$states.errorOutput.Cause", ["Field '$states.errorOutput' does not exist."]),
        ("$states.input.items[phone > 3]", []),
        ("$phone", []),
    ],
)
def test_an_expression_reads_states_and_variables_alone(expression, messages):
    text = machine({**DONE, "Output": f"{{% {expression} %}}"}, QueryLanguage="JSONata")
    assert [(one.code, one.message) for one in diagnose(text)] == [
        ("UNSUPPORTED_JSONATA_EXPRESSION", message) for message in messages
    ]


@pytest.mark.parametrize("value", ["{% 1", "{% 1 %} ", "{%}"])
def test_an_expression_that_is_not_closed_is_told(value):
    assert errors({**DONE, "Output": value}) == [("/States/A/Output", "A JSONata expression must end with '%}'")]


def test_placeholders_stand_in_expressions_until_they_are_substituted():
    text = machine({**DONE, "Output": "{% ${value} + %}"}, QueryLanguage="JSONata")
    assert [one for one in diagnose(text) if one.severity == "ERROR"] == []


@pytest.mark.parametrize(
    ("call", "right"),
    [
        ("States.Format('{}', States.Array($.a, 1))", True),
        ("States.Format('{}', States.Nope($.a))", False),
        ("States.Format('{}', $$name)", False),
        ("States.UUID(1)", False),
    ],
)
def test_a_calls_arguments_are_calls_paths_and_literals(call, right):
    assert (found(machine({**DONE, "Parameters": {"a.$": call}})) == []) is right


@pytest.mark.parametrize(
    ("state", "right"),
    [
        ({"Type": "Fail", "CausePath": "$.cause"}, True),
        ({"Type": "Fail", "CausePath": "States.UUID()"}, True),
        ({"Type": "Fail", "CausePath": 5}, False),
        ({**DONE, "ResultPath": None}, True),
        ({**DONE, "ResultPath": "$.a"}, True),
        ({**DONE, "ResultPath": 5}, False),
        ({**DONE, "InputPath": None}, True),
    ],
)
def test_paths_may_be_null_where_that_means_something(state, right):
    assert (found(machine(state)) == []) is right


@pytest.mark.parametrize(
    ("template", "passes"),
    [
        ({"t.$": "$$.Task.Token"}, True),
        ({"a": [{"b": "{% $states.context.Task.Token %}"}]}, True),
        (["$$"], True),
        ([["$$.Task"]], True),
        ("{% $states.context %}", True),
        ({"t.$": "$$.Task.Tokens"}, False),
        ([1, "$.x"], False),
        (7, False),
    ],
)
def test_a_token_is_passed_by_itself_or_inside_the_context_object(template, passes):
    assert passes_token(template) is passes


def test_a_catcher_has_an_error_output_to_read():
    catcher = {"ErrorEquals": ["States.ALL"], "Next": "B", "Output": "{% $states.errorOutput.Cause %}"}
    assert errors(task(Catch=[catcher])) == []
    assert errors(task(Catch=[catcher], Output=catcher["Output"])) == [
        ("/States/A/Output", "Field '$states.errorOutput' does not exist.")
    ]
