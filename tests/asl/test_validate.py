"""A whole definition: what is found, where, and AWS's words for it."""

import json
from pathlib import Path

import pytest

from asl.parse import parse
from asl.validate import aws_location, aws_message, diagnose
from tests.asl.definitions import PROCESSOR, SQS, found, machine

DEFINITIONS = Path(__file__).parents[3] / "shared" / "definitions"
# Two of them are templates of a generator, and lead to states that are yet to be generated.
TEMPLATES = {
    "step-functions-agent-step-functions-agent-with-tools-flow-template.json",
    "step-functions-agent-step-functions-dynamic-agent-template.json",
}


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
            (
                "MISSING_TRANSITION_TARGET: Missing 'Next' target: Nowhere at /States/A/Next, "
                "MISSING_END_STATE: Workflow has no terminal state at null"
            ),
        ),
    ],
)
def test_errors_read_as_aws_words_them(text, message):
    assert aws_message(diagnose(text)) == f"Invalid State Machine Definition: '{message}'"


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
    assert found(text) == [("", "Expected value of type [OBJECT]")]


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
        "/States/a~1b",
        "/States/a~1b/InputPath",
        "/States/C",
        "/States/C/Type",
        "/States/D",
    }


@pytest.mark.parametrize(
    ("state", "path"),
    [
        (
            {"Type": "Task", "End": True, "Resource": SQS, "Catch": [{"ErrorEquals": ["E"], "Next": "X"}]},
            "/Catch/0/Next",
        ),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "B"}], "Default": "X"},
            "/Default",
        ),
        ({"Type": "Parallel", "End": True, "Branches": []}, "/Branches"),
        ({"Type": "Parallel", "End": True, "Branches": {}}, "/Branches"),
        ({"Type": "Parallel", "End": True, "Branches": [{}]}, "/Branches/0"),
        ({"Type": "Parallel", "End": True, "Branches": [{"StartAt": "X", "States": {}}]}, "/Branches/0/States"),
        (
            {"Type": "Parallel", "End": True, "Branches": [{"StartAt": 1, "States": {"X": {"Type": "Succeed"}}}]},
            "/Branches/0/StartAt",
        ),
        ({"Type": "Map", "End": True, "ItemProcessor": 1}, "/ItemProcessor"),
    ],
)
def test_an_error_between_states_is_found_at_its_place(state, path):
    assert f"/States/A{path}" in {place for place, _ in found(machine(state))}


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


def test_a_state_that_nothing_leads_to_is_found():
    text = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}})
    assert [(one.path, one.message) for one in diagnose(text)] == [("/States/B", 'State "B" is not reachable.')]


def test_a_machine_says_its_language_and_version():
    assert found(machine(QueryLanguage="SQL")) == [
        ("/QueryLanguage", "Value should be one of the following: [JSONPath, JSONata]")
    ]
    assert found(machine(Version="2.0")) == [("/Version", "Value should be one of the following: [1.0]")]


def test_a_processor_may_say_nothing_of_its_mode():
    state = {
        "Type": "Map",
        "End": True,
        "ItemProcessor": {**PROCESSOR, "ProcessorConfig": {"ExecutionType": "EXPRESS"}},
    }
    assert found(machine(state)) == []


def test_what_a_placeholder_may_lead_to_is_not_unreachable():
    states = {"A": {"Type": "Pass", "Next": "${Next}"}, "B": {"Type": "Succeed"}}
    assert diagnose(json.dumps({"StartAt": "A", "States": states})) == []


def test_branches_that_are_no_objects_and_states_that_lead_round_are_looked_at_once():
    parallel = {"Type": "Parallel", "End": True, "Branches": [5]}
    assert found(machine(parallel)) == [("/States/A/Branches/0", "Expected value of type [OBJECT]")]
    states = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}
    assert found(json.dumps({"StartAt": "A", "States": states})) == [("", "Workflow has no terminal state")]


def graph(start="A", **leads):
    """States that lead on by Next, or end where they lead nowhere."""
    states = {
        name: {"Type": "Pass"} | ({"Next": target} if target else {"End": True}) for name, target in leads.items()
    }
    return {"StartAt": start, "States": states}


@pytest.mark.parametrize(
    ("document", "findings"),
    [
        (graph(A="B", B="A"), [("MISSING_END_STATE", "Workflow has no terminal state", None)]),
        (graph(A="B", B="A", Unused="A"), [("MISSING_END_STATE", "Workflow has no terminal state", None)]),
        (graph(A="B", B="A", C=None), [("MISSING_TRANSITION_TARGET", 'State "C" is not reachable.', "/States/C")]),
        (
            graph(A="Nope"),
            [
                ("MISSING_TRANSITION_TARGET", "Missing 'Next' target: Nope", "/States/A/Next"),
                ("MISSING_END_STATE", "Workflow has no terminal state", None),
            ],
        ),
        (
            graph("Nope", A=None),
            [
                ("MISSING_TRANSITION_TARGET", "Missing 'Next' target: Nope", "/StartAt"),
                ("MISSING_TRANSITION_TARGET", 'State "A" is not reachable.', "/States/A"),
            ],
        ),
        (
            {
                "StartAt": "P",
                "States": {
                    "P": {"Type": "Parallel", "Branches": [graph("W", W=None, **{"a/b": None})], "End": True},
                },
            },
            [
                (
                    "MISSING_TRANSITION_TARGET",
                    'State "a/b" is not reachable.',
                    "/States/P/Branches[0]/States/a/b",
                )
            ],
        ),
        (
            {
                "StartAt": "1",
                "States": {
                    "1": {
                        "Type": "Choice",
                        "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "Ghost"}],
                        "Default": "Z",
                    },
                    "Z": {"Type": "Map", "ItemProcessor": graph(A="B", B="A"), "End": True},
                },
            },
            [("MISSING_TRANSITION_TARGET", "Missing 'Next' target: Ghost", "/States/1/Choices[0]/Next")],
        ),
    ],
)
def test_where_states_lead_is_told_as_aws_tells_it(document, findings):
    assert [(one.code, one.message, aws_location(one)) for one in diagnose(json.dumps(document))] == findings


def test_a_label_is_given_once():
    processor = {**graph(A=None), "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    first = {"Type": "Map", "Label": "L", "ItemProcessor": processor, "Next": "Second"}
    second = {"Type": "Map", "Label": "L", "ItemProcessor": processor, "Next": "Third"}
    third = {"Type": "Map", "Label": "${Label}", "ItemProcessor": processor, "End": True}
    states = {"First": first, "Second": second, "Third": third}
    (one,) = diagnose(json.dumps({"StartAt": "First", "States": states}))
    assert (one.code, one.path) == ("DUPLICATE_LABEL_NAME", "/States/Second/Label")


def test_branches_and_processors_have_the_whole_machines_language():
    inner = {**graph(A=None), "QueryLanguage": "JSONata"}
    for state, place in (
        ({"Type": "Map", "ItemProcessor": inner, "End": True}, "/States/A/ItemProcessor"),
        ({"Type": "Map", "Iterator": inner, "End": True}, "/States/A/Iterator"),
        ({"Type": "Parallel", "Branches": [inner], "End": True}, "/States/A/Branches[0]"),
    ):
        (one,) = (found for found in diagnose(machine(state)) if found.code == "SCHEMA_VALIDATION_FAILED")
        assert (one.message, aws_location(one)) == ("Field 'QueryLanguage' is not supported", place)


def test_handlers_and_rules_of_the_wrong_kind_lead_nowhere():
    task = {"Type": "Task", "Resource": SQS, "Catch": [5, {"ErrorEquals": ["E"]}], "End": True}
    assert [place for place, _ in found(machine(task))] == ["/States/A/Catch/0", "/States/A/Catch/1"]


def test_a_field_that_a_machine_does_not_have_is_an_error():
    (one,) = diagnose(machine(Odd=1))
    assert (one.path, one.message, aws_location(one)) == ("/Odd", "Field 'Odd' is not supported", "/")
    assert parse(machine(Odd=1), known=True).branches, "what was right when it was created still runs"
