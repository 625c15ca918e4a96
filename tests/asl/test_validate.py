"""Diagnostics: what is found, where, and AWS's words for it."""

import json
from pathlib import Path

import pytest

from asl.diagnostics import DefinitionError, is_error
from asl.interpreter import start
from asl.parse import parse
from asl.testing import IDENTITY, SEED
from asl.validate import aws_location, aws_message, diagnose, unsupported

DEFINITIONS = Path(__file__).parents[3] / "shared" / "definitions"
# Two of them are templates of a generator, and lead to states that are yet to be generated.
TEMPLATES = {
    "step-functions-agent-step-functions-agent-with-tools-flow-template.json",
    "step-functions-agent-step-functions-dynamic-agent-template.json",
}
SQS = "arn:aws:states:::sqs:sendMessage"
CALLBACK = f"{SQS}.waitForTaskToken"


def machine(state=None, **fields):
    """A machine of one state, or the fields given."""
    states = {"A": {"Type": "Pass", "End": True}} if state is None else {"A": state, "B": {"Type": "Succeed"}}
    return json.dumps({"StartAt": "A", "States": states, **fields})


def found(text, **options):
    return [(one.path, one.message) for one in diagnose(text, **options) if is_error(one)]


def warned(text):
    return [(one.path, one.code) for one in diagnose(text) if not is_error(one) and one.code != "UNREACHABLE_STATE"]


@pytest.mark.skipif(not DEFINITIONS.is_dir(), reason=f"no definitions at {DEFINITIONS}")
def test_no_definition_that_people_run_has_an_error():
    files = [file for file in DEFINITIONS.glob("*.json") if file.name not in {*TEMPLATES, "manifest.json"}]
    assert len(files) == 215
    wrong = {file.name: errors for file in files if (errors := found(file.read_text()))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"),
        (
            '{"States": {"A": {"Type": "Pass", "End": true}}}',
            "SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] at /",
        ),
        ('{"StartAt": "A"}', "SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"),
        (
            machine({"Type": "Wait", "Timestamp": "05-12-2016T21:29:29Z", "End": True}),
            "SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/A/Timestamp",
        ),
        (
            machine({"Type": "Task", "Resource": SQS, "Credentials": {}, "End": True}),
            "SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at /States/A/Credentials",
        ),
        (
            machine({"Type": "Pass", "Parameters": {"x.$": "States.Format('\\\"')"}, "End": True}),
            (
                "SCHEMA_VALIDATION_FAILED: The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function "
                "call at /States/A/Parameters"
            ),
        ),
        (
            machine({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:query", "End": True}),
            (
                "SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is "
                "not a valid resource ARN, or the resource is not available in this region. at /States/A/Resource"
            ),
        ),
        (
            machine({"Type": "Pass", "QueryLanguage": "JSONPath", "End": True}, QueryLanguage="JSONata"),
            (
                "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at "
                "/States/A"
            ),
        ),
        (
            machine({"Type": "Pass", "Next": "Nowhere"}),
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: Nowhere at /States/A/Next",
        ),
    ],
)
def test_errors_read_as_aws_words_them(text, message):
    assert aws_message(diagnose(text)) == f"Invalid State Machine Definition: '{message}'"


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (
            "arn:aws:states:::states:startExecution.sync",
            "Express state machine does not support '.sync' service integration",
        ),
        (CALLBACK, "Express state machine does not support '.waitForTaskToken' service integration "),
        ("arn:aws:states:us-east-1:123456789012:activity:a", "Express state machine does not support Activity ARN"),
    ],
)
def test_express_machines_neither_wait_for_jobs_nor_for_callbacks(resource, message):
    text = machine({"Type": "Task", "Resource": resource, "Parameters": {"T.$": "$$.Task.Token"}, "End": True})
    assert found(text, type="EXPRESS") == [("/States/A/Resource", message)]
    assert found(text, type="STANDARD") == []


def test_a_text_that_is_no_json_says_where():
    (diagnostic,) = diagnose("not a definition")
    place = '[Source: (String)"not a definition"; line: 1, column: 4]'
    assert diagnostic.code == "INVALID_JSON_DESCRIPTION"
    assert aws_location(diagnostic) == place
    assert diagnostic.message == (
        "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n"
        f" at {place}"
    )


@pytest.mark.parametrize(
    "text", ["", '{"a": 1', '{"a": }', "[1,]", '{"a": NaN}', "1e999", "[" * 100_000, '{"x": ' * 900]
)
def test_diagnosing_never_raises_for_what_is_no_json(text):
    assert [one.severity for one in diagnose(text)] == ["ERROR"]


@pytest.mark.parametrize("text", ["1", "null", '"x"', "[]"])
def test_a_definition_is_an_object(text):
    assert found(text) == [("", "Expected an object")]


def test_a_definition_has_at_most_a_mebibyte():
    assert "1048576" in found(machine(Comment="x" * 1_048_576))[0][1]


def test_all_errors_are_found_and_each_has_its_place():
    text = json.dumps(
        {
            "StartAt": "Nowhere",
            "TimeoutSeconds": 0,
            "States": {
                "a/b": {"Type": "Pass", "InputPath": "$.x[", "Next": "C"},
                "C": {"Type": "Nothing"},
                "D": 1,
            },
        }
    )
    assert {path for path, _ in found(text)} == {
        "/StartAt",
        "/TimeoutSeconds",
        "/States/a~1b/InputPath",
        "/States/C/Type",
        "/States/D",
    }


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({"Type": "Pass"}, ""),
        ({"Type": "Pass", "Next": "B", "End": True}, ""),
        ({"Type": "Pass", "End": "yes"}, "/End"),
        ({"Type": "Pass", "End": True, "Comment": 1}, "/Comment"),
        ({"Type": "Pass", "End": True, "OutputPath": 5}, "/OutputPath"),
        ({"Type": "Pass", "End": True, "ResultPath": "$.a[*]"}, "/ResultPath"),
        ({"Type": "Pass", "End": True, "ResultPath": "$$.a"}, "/ResultPath"),
        ({"Type": "Pass", "End": True, "ResultPath": "a"}, "/ResultPath"),
        ({"Type": "Pass", "End": True, "Parameters": {"a": [{"b.$": 1}]}}, "/Parameters/a/0"),
        ({"Type": "Pass", "End": True, "Parameters": {"a": 1, "a.$": "$"}}, "/Parameters"),
        ({"Type": "Pass", "End": True, "Parameters": {"a.$": "States.Format()"}}, "/Parameters"),
        ({"Type": "Pass", "End": True, "Parameters": {"a.$": "States.Nope(1)"}}, "/Parameters"),
        ({"Type": "Pass", "End": True, "Parameters": {"a.$": "States.Array($.x y)"}}, "/Parameters"),
        ({"Type": "Pass", "End": True, "Arguments": {}}, "/Arguments"),
        ({"Type": "Pass", "End": True, "Assign": 1}, "/Assign"),
        ({"Type": "Pass", "End": True, "QueryLanguage": "SQL"}, "/QueryLanguage"),
        ({"Type": "Pass", "End": True, "QueryLanguage": "JSONata", "InputPath": "$"}, "/InputPath"),
        ({"Type": "Pass", "End": True, "QueryLanguage": "JSONata", "Output": "{% 1"}, "/Output"),
        ({"Type": "Pass", "End": True, "QueryLanguage": "JSONata", "Output": {"a": ["{%  %}"]}}, "/Output/a/0"),
        ({"Type": "Wait", "End": True}, ""),
        ({"Type": "Wait", "Seconds": 1, "Timestamp": "2024-01-01T00:00:00Z", "End": True}, ""),
        ({"Type": "Wait", "Seconds": -1, "End": True}, "/Seconds"),
        ({"Type": "Wait", "Seconds": 1.5, "End": True}, "/Seconds"),
        ({"Type": "Wait", "Seconds": True, "End": True}, "/Seconds"),
        ({"Type": "Wait", "SecondsPath": "seconds", "End": True}, "/SecondsPath"),
        ({"Type": "Fail", "Error": 1}, "/Error"),
        ({"Type": "Fail", "Error": "E", "ErrorPath": "$.e"}, "/ErrorPath"),
        ({"Type": "Fail", "CausePath": "States.Nope()"}, "/CausePath"),
        ({"Type": "Task", "End": True}, ""),
        ({"Type": "Task", "End": True, "Resource": 5}, "/Resource"),
        ({"Type": "Task", "End": True, "Resource": "work"}, "/Resource"),
        ({"Type": "Task", "End": True, "Resource": "arn:aws:states:::aws-sdk:ecs:runTask.sync"}, "/Resource"),
        ({"Type": "Task", "End": True, "Resource": SQS, "TimeoutSeconds": 0}, "/TimeoutSeconds"),
        ({"Type": "Task", "End": True, "Resource": SQS, "TimeoutSeconds": "5"}, "/TimeoutSeconds"),
        (
            {"Type": "Task", "End": True, "Resource": SQS, "TimeoutSeconds": 5, "HeartbeatSeconds": 5},
            "/HeartbeatSeconds",
        ),
        (
            {"Type": "Task", "End": True, "Resource": SQS, "TimeoutSeconds": 5, "TimeoutSecondsPath": "$"},
            "/TimeoutSecondsPath",
        ),
        ({"Type": "Task", "End": True, "Resource": SQS, "Credentials": 1}, "/Credentials"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": {}}, "/Retry"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [1]}, "/Retry/0"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [{}]}, "/Retry/0"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": []}]}, "/Retry/0/ErrorEquals"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": "E"}]}, "/Retry/0/ErrorEquals"),
        ({"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": [1]}]}, "/Retry/0/ErrorEquals/0"),
        (
            {"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": ["States.ALL", "E"]}]},
            "/Retry/0/ErrorEquals",
        ),
        (
            {
                "Type": "Task",
                "End": True,
                "Resource": SQS,
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}, {"ErrorEquals": ["E"], "Next": "B"}],
            },
            "/Catch/0/ErrorEquals",
        ),
        ({"Type": "Task", "End": True, "Resource": SQS, "Catch": [{"ErrorEquals": ["E"]}]}, "/Catch/0"),
        (
            {"Type": "Task", "End": True, "Resource": SQS, "Catch": [{"ErrorEquals": ["E"], "Next": "X"}]},
            "/Catch/0/Next",
        ),
        (
            {
                "Type": "Task",
                "End": True,
                "Resource": SQS,
                "Catch": [{"ErrorEquals": ["E"], "Next": "B", "ResultPath": "x"}],
            },
            "/Catch/0/ResultPath",
        ),
        (
            {
                "Type": "Task",
                "End": True,
                "Resource": SQS,
                "Catch": [{"ErrorEquals": ["E"], "Next": "B", "Output": {}}],
            },
            "/Catch/0/Output",
        ),
        (
            {
                "Type": "Task",
                "QueryLanguage": "JSONata",
                "End": True,
                "Resource": SQS,
                "Catch": [{"ErrorEquals": ["E"], "Next": "B", "ResultPath": "$.x"}],
            },
            "/Catch/0/ResultPath",
        ),
        *[
            (
                {"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": ["E"], field: value}]},
                f"/Retry/0/{field}",
            )
            for field, value in (
                ("IntervalSeconds", 0),
                ("MaxAttempts", -1),
                ("BackoffRate", 0.5),
                ("BackoffRate", "2"),
                ("MaxDelaySeconds", 99_999_999),
                ("JitterStrategy", "SOME"),
            )
        ],
        ({"Type": "Choice"}, ""),
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
        (
            {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "B"}], "Default": "X"},
            "/Default",
        ),
        ({"Type": "Parallel", "End": True}, ""),
        ({"Type": "Parallel", "End": True, "Branches": []}, "/Branches"),
        ({"Type": "Parallel", "End": True, "Branches": {}}, "/Branches"),
        ({"Type": "Parallel", "End": True, "Branches": [{}]}, "/Branches/0"),
        ({"Type": "Parallel", "End": True, "Branches": [{"StartAt": "X", "States": {}}]}, "/Branches/0/States"),
        (
            {"Type": "Parallel", "End": True, "Branches": [{"StartAt": 1, "States": {"X": {"Type": "Succeed"}}}]},
            "/Branches/0/StartAt",
        ),
        ({"Type": "Map", "End": True}, ""),
        ({"Type": "Map", "End": True, "ItemProcessor": 1}, "/ItemProcessor"),
        ({"Type": "Map", "End": True, "MaxConcurrency": -1}, "/MaxConcurrency"),
        ({"Type": "Map", "End": True, "ItemsPath": "x"}, "/ItemsPath"),
        ({"Type": "Map", "End": True, "ToleratedFailurePercentage": 101}, "/ToleratedFailurePercentage"),
        ({"Type": "Map", "End": True, "Label": "x" * 41}, "/Label"),
        ({"End": True}, ""),
        ([], ""),
    ],
)
def test_an_error_is_found_at_its_place(state, path):
    assert f"/States/A{path}" in {place for place, _ in found(machine(state))}


PROCESSOR = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}


@pytest.mark.parametrize(
    ("config", "path"),
    [
        (1, "ProcessorConfig"),
        ({"Mode": "OTHER"}, "ProcessorConfig/Mode"),
        ({"Mode": "DISTRIBUTED"}, "ProcessorConfig"),
        ({"Mode": "DISTRIBUTED", "ExecutionType": "FAST"}, "ProcessorConfig/ExecutionType"),
    ],
)
def test_a_processor_says_how_it_runs(config, path):
    state = {"Type": "Map", "End": True, "ItemProcessor": {**PROCESSOR, "ProcessorConfig": config}}
    assert f"/States/A/ItemProcessor/{path}" in {place for place, _ in found(machine(state))}


def test_names_are_unique_in_the_whole_machine_but_for_distributed_maps():
    inner = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    parallel = {"Type": "Parallel", "Branches": [inner], "End": True}
    assert found(machine(parallel)) == [("/States/A/Branches/0/States/A", "Duplicate State name: A")]
    config = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    assert found(machine({"Type": "Map", "ItemProcessor": {**inner, **config}, "End": True})) == []


@pytest.mark.parametrize("name", ["", "x" * 81])
def test_a_name_has_1_to_80_characters(name):
    assert found(json.dumps({"StartAt": name, "States": {name: {"Type": "Succeed"}}}))


@pytest.mark.parametrize(
    ("state", "warnings"),
    [
        ({"Type": "Pass", "End": True, "Retry": []}, [("/States/A/Retry", "MISPLACED_FIELD")]),
        ({"Type": "Pass", "End": True, "Nonsense": 1}, [("/States/A/Nonsense", "UNKNOWN_FIELD")]),
        (
            {"Type": "Task", "End": True, "Resource": CALLBACK, "Parameters": {"T.$": "$$.Task.Token"}},
            [("/States/A", "CALLBACK_WITHOUT_TIMEOUT")],
        ),
        (
            {"Type": "Task", "End": True, "Resource": CALLBACK, "HeartbeatSeconds": 5, "Parameters": {"T": 1}},
            [("/States/A/Parameters", "TOKEN_NOT_PASSED")],
        ),
        ({"Type": "Task", "End": True, "Resource": CALLBACK, "TimeoutSeconds": 5}, [("/States/A", "TOKEN_NOT_PASSED")]),
        *[
            (
                {
                    "Type": "Task",
                    "End": True,
                    "Resource": CALLBACK,
                    "TimeoutSecondsPath": "$.t",
                    "Parameters": template,
                },
                [],
            )
            for template in (
                {"deep": [{"T.$": "$$.Task.Token"}]},
                {"all.$": "$$"},
                {"T.$": "States.Format('{}', $$.Task.Token)"},
                {"T.$": "$$['Task']['Token']"},
                "${Parameters}",
            )
        ],
        (
            {"Type": "Task", "End": True, "Resource": "arn:aws:states:us-east-1:123456789012:activity:a"},
            [("/States/A", "CALLBACK_WITHOUT_TIMEOUT")],
        ),
        (
            {"Type": "Map", "End": True, "ItemProcessor": PROCESSOR, "ToleratedFailureCount": 1},
            [("/States/A/ToleratedFailureCount", "MISPLACED_FIELD")],
        ),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Odd": 1, "Next": "B"}]},
            [("/States/A/Choices/0/Odd", "UNKNOWN_FIELD")],
        ),
        (
            {"Type": "Task", "End": True, "Resource": SQS, "Retry": [{"ErrorEquals": ["E"], "Odd": 1}]},
            [("/States/A/Retry/0/Odd", "UNKNOWN_FIELD")],
        ),
    ],
)
def test_what_can_hardly_have_been_meant_is_a_warning(state, warnings):
    assert warned(machine(state)) == warnings
    assert found(machine(state)) == []


def test_a_jsonata_callback_passes_its_token_in_arguments():
    state = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": CALLBACK,
        "TimeoutSeconds": "{% $states.input.t %}",
        "Arguments": {"T": "{% $states.context.Task.Token %}"},
        "End": True,
    }
    assert warned(machine(state)) == []


def test_a_state_that_nothing_leads_to_is_a_warning():
    text = machine({"Type": "Pass", "End": True})
    assert [(one.path, one.code, one.severity) for one in diagnose(text)] == [
        ("/States/B", "UNREACHABLE_STATE", "WARNING")
    ]


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


def test_parsing_raises_with_all_errors_and_no_warnings():
    with pytest.raises(DefinitionError) as failure:
        parse(machine({"Type": "Pass", "Nonsense": 1, "Next": "X", "InputPath": "y"}))
    assert [one.path for one in failure.value.diagnostics] == ["/States/A/InputPath", "/States/A/Next"]
    assert "Missing 'Next' target: X at /States/A/Next" in str(failure.value)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (
            machine(
                {
                    "Type": "Map",
                    "End": True,
                    "ItemProcessor": {
                        **PROCESSOR,
                        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                    },
                }
            ),
            "/States/A",
        ),
        (
            machine({"Type": "Map", "End": True, "ItemProcessor": PROCESSOR, "ItemReader": {}}),
            "/States/A/ItemReader",
        ),
        (
            machine(
                {
                    "Type": "Parallel",
                    "End": True,
                    "Branches": [
                        {
                            "StartAt": "M",
                            "States": {
                                "M": {"Type": "Map", "End": True, "ItemProcessor": PROCESSOR, "ResultWriter": {}}
                            },
                        }
                    ],
                }
            ),
            "/States/A/Branches/0/States/M/ResultWriter",
        ),
    ],
)
def test_what_the_engine_does_not_run_is_valid_all_the_same_and_told(text, path):
    assert found(text) == []
    compiled = parse(text)
    (diagnostic,) = unsupported(compiled)
    assert diagnostic.path == path
    assert diagnostic.message.endswith("is not supported by this engine yet")
    with pytest.raises(DefinitionError):
        start(compiled, identity=IDENTITY, input="{}", at=0.0, seed=SEED)


def test_dollars_in_plain_text_are_no_variables():
    state = {
        "Type": "Pass",
        "Parameters": {"price": "$x", "f.$": "States.Format('$x {}', $.a)"},
        "Result": {"a.$": "$x"},
        "End": True,
    }
    assert unsupported(parse(machine(state))) == []
