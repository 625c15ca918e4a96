"""From text to a machine that can run, or every error."""

import json

import pytest

from asl.diagnostics import DefinitionError
from asl.parse import parse
from asl.validate import diagnose
from tests.asl.definitions import found, iterate, machine


def test_parsing_raises_with_all_errors_and_no_warnings():
    with pytest.raises(DefinitionError) as failure:
        parse(machine({"Type": "Pass", "Nonsense": 1, "Next": "X", "InputPath": "y"}))
    paths = ["/States/A/Nonsense", "/States/A/InputPath", "/States/A/Next"]
    assert [one.path for one in failure.value.diagnostics] == paths
    assert "Missing 'Next' target: X at /States/A/Next" in str(failure.value)


def test_placeholders_stand_for_values_until_they_are_substituted():
    text = json.dumps(
        {
            "StartAt": "${First}",
            "States": {
                "A": {
                    "Type": "Task",
                    "Resource": "${Function}",
                    "TimeoutSeconds": "${Timeout}",
                    "Next": "${Next}",
                    "InputPath": "${Path}",
                    "ResultPath": "${Path}",
                    "Parameters": {"a.$": "${Path}"},
                    "Retry": [{"ErrorEquals": ["E"], "BackoffRate": "${Rate}", "JitterStrategy": "${Jitter}"}],
                },
                "B": {"Type": "Task", "Resource": "arn:${AWS::Partition}:states:::lambda:invoke", "End": "${End}"},
                "C": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "${Path}", "NumericEquals": "${Number}", "Next": "${Next}"}],
                },
                "D": {"Type": "Wait", "Timestamp": "${When}", "Next": "A"},
            },
        }
    )
    assert diagnose(text) == []
    assert found(text, placeholders=False)
    with pytest.raises(DefinitionError):
        parse(text)


def test_right_machines_are_compiled():
    assert parse(
        machine(
            iterate(Items="{% [1] %}", ItemSelector="{% $states.context.Map.Item.Value %}"), QueryLanguage="JSONata"
        )
    ).branches
