"""States in JSONata: which fields take the place of which."""

import pytest

from asl.conversion_states import StateConverter, field_pointer
from asl.conversion_values import RefusedError

WORK = "arn:aws:lambda:us-east-1:123456789012:function:work"
INNER = {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}


def convert(**state):
    converter = StateConverter(state, "/States/A")
    return converter.convert(), converter.notes


@pytest.mark.parametrize(
    ("state", "converted"),
    [
        (
            {
                "Type": "Task",
                "Resource": WORK,
                "InputPath": "$.x",
                "Parameters": {"a.$": "$.x"},
                "ResultSelector": {"b.$": "$.y"},
                "ResultPath": "$.out",
                "Assign": {"v.$": "$.b"},
                "TimeoutSecondsPath": "$.t",
                "Credentials": {"RoleArn.$": "$.role"},
                "Retry": [{"ErrorEquals": ["States.ALL"]}],
                "Catch": [
                    {"ErrorEquals": ["A"], "Next": "Z", "ResultPath": "$.error", "Assign": {"e.$": "$.Cause"}},
                    {"ErrorEquals": ["States.ALL"], "Next": "Z"},
                ],
                "Next": "Z",
            },
            {
                "Type": "Task",
                "Resource": WORK,
                "Assign": {"v": "{% $states.result.y %}"},
                "Credentials": {"RoleArn": "{% $states.input.x.role %}"},
                "Retry": [{"ErrorEquals": ["States.ALL"]}],
                "Catch": [
                    {
                        "ErrorEquals": ["A"],
                        "Next": "Z",
                        "Assign": {"e": "{% $states.errorOutput.Cause %}"},
                        "Output": '{% $merge([$states.input, {"error": $states.errorOutput}]) %}',
                    },
                    {"ErrorEquals": ["States.ALL"], "Next": "Z"},
                ],
                "TimeoutSeconds": "{% $states.input.x.t %}",
                "Arguments": {"a": "{% $states.input.x.x %}"},
                "Output": '{% $merge([$states.input, {"out": {"b": $states.result.y}}]) %}',
                "Next": "Z",
            },
        ),
        (
            {"Type": "Parallel", "InputPath": None, "Branches": [INNER], "End": True},
            {"Type": "Parallel", "Branches": [INNER], "Arguments": {}, "End": True},
        ),
        (
            {"Type": "Pass", "Result": {"x": "{%"}, "End": True},
            {"Type": "Pass", "Output": {"x": '{% "{%" %}'}, "End": True},
        ),
        (
            {"Type": "Pass", "Parameters": {"x.$": "$"}, "ResultPath": None, "End": True},
            {"Type": "Pass", "End": True},
        ),
        (
            {"Type": "Wait", "SecondsPath": "$.s", "OutputPath": "$.o", "End": True},
            {"Type": "Wait", "Seconds": "{% $states.input.s %}", "Output": "{% $states.input.o %}", "End": True},
        ),
        (
            {"Type": "Fail", "Error": "{%", "CausePath": "States.JsonToString($$)"},
            {"Type": "Fail", "Error": '{% "{%" %}', "Cause": "{% $string($states.context) %}"},
        ),
        ({"Type": "Succeed", "InputPath": "$.x"}, {"Type": "Succeed", "Output": "{% $states.input.x %}"}),
        (
            {
                "Type": "Choice",
                "InputPath": "$.x",
                "Choices": [
                    {"Variable": "$.y", "IsPresent": True, "Next": "Z", "Comment": "c", "Assign": {"v.$": "$.y"}}
                ],
                "Default": "Z",
            },
            {
                "Type": "Choice",
                "Choices": [
                    {
                        "Condition": "{% $exists($states.input.x.y) %}",
                        "Assign": {"v": "{% $states.input.x.y %}"},
                        "Output": "{% $states.input.x %}",
                        "Next": "Z",
                        "Comment": "c",
                    }
                ],
                "Default": "Z",
                "Output": "{% $states.input.x %}",
            },
        ),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$.y", "IsPresent": True, "Next": "Z"}]},
            {"Type": "Choice", "Choices": [{"Condition": "{% $exists($states.input.y) %}", "Next": "Z"}]},
        ),
        (
            {
                "Type": "Map",
                "ItemsPath": "$.items",
                "Parameters": {"v.$": "$$.Map.Item.Value"},
                "MaxConcurrencyPath": "$.n",
                "ItemProcessor": INNER,
                "End": True,
            },
            {
                "Type": "Map",
                "ItemProcessor": INNER,
                "MaxConcurrency": "{% $states.input.n %}",
                "Items": "{% $states.input.items %}",
                "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}"},
                "End": True,
            },
        ),
        (
            {
                "Type": "Map",
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": {"InputType": "CSV", "MaxItemsPath": "$.most"},
                    "Parameters": {"Bucket.$": "$.bucket"},
                },
                "ItemBatcher": {
                    "MaxItemsPerBatchPath": "$.n",
                    "BatchInput": {"b.$": "$.b"},
                    "MaxInputBytesPerBatch": 9,
                },
                "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "WriterConfig": {}},
                "ItemProcessor": INNER,
                "End": True,
            },
            {
                "Type": "Map",
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": {"InputType": "CSV", "MaxItems": "{% $states.input.most %}"},
                    "Arguments": {"Bucket": "{% $states.input.bucket %}"},
                },
                "ItemBatcher": {
                    "MaxItemsPerBatch": "{% $states.input.n %}",
                    "BatchInput": {"b": "{% $states.input.b %}"},
                    "MaxInputBytesPerBatch": 9,
                },
                "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "WriterConfig": {}},
                "ItemProcessor": INNER,
                "End": True,
            },
        ),
    ],
)
def test_a_state_has_the_fields_that_do_the_same(state, converted):
    assert convert(**state) == (converted, [])


def test_what_had_no_effect_is_left_out_and_told():
    state, notes = convert(Type="Wait", Seconds=1, ResultPath="$.x", Parameters={}, End=True)
    assert state == {"Type": "Wait", "Seconds": 1, "End": True}
    assert [field for field, _ in notes] == ["ResultPath", "Parameters"]
    _, notes = convert(
        Type="Map",
        ItemSelector={},
        Parameters={},
        ItemProcessor=INNER,
        End=True,
        ResultSelector={"a.$": "$[*]", "b.$": "$[*]"},
    )
    assert [field for field, _ in notes] == ["ResultSelector", "ResultSelector", "Parameters"]


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass", "Parameters": "${Parameters}", "End": True},
        {
            "Type": "Task",
            "Resource": WORK,
            "Output": "{% ( %}",
            "ResultPath": None,
            "Arguments": "{% ( %}",
            "End": True,
        },
    ],
)
def test_a_state_that_would_not_be_right_is_refused(state):
    with pytest.raises(RefusedError):
        convert(**state)


def test_a_field_has_its_place():
    assert field_pointer("/States/A", "Choices/0") == "/States/A/Choices/0"
    assert field_pointer("/States/A", "") == "/States/A"
