"""Which variables a described state machine says that its states read."""

import json

from served import create

from localaws.variable_references import variable_references


def references(states, **fields):
    return variable_references({"StartAt": "A", "States": states, **fields})


def test_a_path_an_intrinsic_and_a_rule_read_variables():
    assert references(
        {
            "A": {"Type": "Pass", "Assign": {"title": "x", "cut.$": "$title.cut"}, "Next": "B"},
            "B": {"Type": "Wait", "SecondsPath": "$seconds", "OutputPath": "$.title", "Next": "C"},
            "C": {"Type": "Pass", "Parameters": {"a.$": "States.Format('$no {}', $yes)", "b": "$no"}, "Next": "D"},
            "D": {"Type": "Choice", "Choices": [{"Variable": "$mood", "IsNull": True, "Next": "A"}], "Default": "A"},
            "E": {"Type": "Pass", "Parameters": {"token.$": "$$.Task.Token"}, "End": True},
        }
    ) == {"A": ["title"], "B": ["seconds"], "C": ["yes"], "D": ["mood"]}


def test_states_inside_others_are_named_by_themselves():
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "InputPath": "$outer", "End": True}}}
    assert references(
        {
            "A": {"Type": "Map", "ItemsPath": "$films", "ItemProcessor": inner, "Next": "P"},
            "P": {
                "Type": "Parallel",
                "Branches": [{"StartAt": "J", "States": {"J": {"Type": "Succeed"}}}],
                "End": True,
            },
        }
    ) == {"A": ["films"], "I": ["outer"]}


def test_an_expression_reads_variables_but_its_functions_are_none():
    assert references(
        {
            "A": {"Type": "Pass", "Assign": {"films": [1]}, "Next": "B"},
            "B": {"Type": "Pass", "Output": "{% $count($films) + $states.input.n %}", "End": True},
        },
        QueryLanguage="JSONata",
    ) == {"B": ["films"]}


def test_a_described_state_machine_tells_its_references(sfn):
    definition = json.dumps(
        {
            "StartAt": "A",
            "States": {
                "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
                "B": {"Type": "Pass", "InputPath": "$x", "End": True},
            },
        }
    )
    arn = create(sfn, definition)
    assert sfn.describe_state_machine(stateMachineArn=arn)["variableReferences"] == {"B": ["x"]}
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    assert sfn.describe_state_machine_for_execution(executionArn=execution)["variableReferences"] == {"B": ["x"]}
    brief = sfn.describe_state_machine(stateMachineArn=arn, includedData="METADATA_ONLY")
    assert "variableReferences" not in brief
