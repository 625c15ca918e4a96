"""How findings could be put right: what an editor is told."""

import json

import pytest

from asl import repairs
from asl.diagnostics import Diagnostic
from asl.validate import diagnose
from tests.asl.definitions import SQS, machine


def fixes(definition, **options):
    text = definition if isinstance(definition, str) else json.dumps(definition)
    return {(one.path, one.fix["kind"]): dict(one.fix) for one in diagnose(text, **options) if one.fix}


def state(**fields):
    return machine({"Type": "Pass", "End": True, **fields})


def test_what_is_near_a_name_is_told_whatever_its_case():
    assert repairs.near("nxet", ["Next", "End", "Type"]) == ["Next"]
    assert repairs.near("NEXT", ["Next"]) == ["Next"]
    assert repairs.near(5, ["5"]) == []
    assert repairs.one_of("task", ("Task", "Pass")) == {"kind": "one_of", "near": ["Task"]}
    assert repairs.one_of("x", ("FULL", "NONE")) == {"kind": "one_of", "near": ["FULL", "NONE"]}


@pytest.mark.parametrize(
    ("definition", "path", "fix"),
    [
        (
            {"StartAt": "Azk", "States": {"Ask": {"Type": "Succeed"}}},
            "/StartAt",
            {"kind": "target", "name": "Azk", "near": ["Ask"]},
        ),
        ({"States": {"A": {"Type": "Succeed"}}}, "", {"kind": "add", "fields": ["StartAt"]}),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}},
            "/States/B",
            {"kind": "unreachable"},
        ),
        (machine({"Type": "Pass"}), "/States/A", {"kind": "onward"}),
        (state(Next="A"), "/States/A", {"kind": "keep_one", "fields": ["Next", "End"]}),
        (state(Coment="x"), "/States/A/Coment", {"kind": "unknown", "near": ["Comment"]}),
        (state(Resource="x"), "/States/A/Resource", {"kind": "remove"}),
        (state(Arguments={}), "/States/A/Arguments", {"kind": "language", "wanted": "JSONata"}),
        (
            state(Parameters={"a": "$.b"}),
            "/States/A/Parameters/a",
            {"kind": "rename", "field": "a", "near": ["a.$"]},
        ),
        (
            state(Parameters={"a.$": "b"}),
            "/States/A/Parameters",
            {"kind": "rename", "field": "a.$", "near": ["a"]},
        ),
        (
            state(Parameters={"a.$": "$.b", "a": 1}),
            "/States/A/Parameters",
            {"kind": "keep_one", "fields": ["a", "a.$"]},
        ),
        (
            machine({"Type": "Choice", "Choices": [{"Variable": "$", "IsNul": True, "Next": "B"}]}),
            "/States/A/Choices/0",
            {"kind": "rename", "field": "IsNul", "near": ["IsNull"]},
        ),
        (
            machine({"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "IsString": True, "Next": "B"}]}),
            "/States/A/Choices/0",
            {"kind": "keep_one", "fields": ["IsNull", "IsString"]},
        ),
        (machine({"Type": "Wait", "End": True}), "/States/A", {"kind": "add", "fields": ["Seconds"]}),
        (
            machine({"Type": "Task", "End": True, "Resource": "arn:aws:states:::sqs:sendMesage"}),
            "/States/A/Resource",
            {"kind": "one_of", "near": [SQS]},
        ),
        (
            machine(
                {
                    "Type": "Task",
                    "End": True,
                    "Resource": SQS,
                    "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["X"]}],
                }
            ),
            "/States/A/Retry/0/ErrorEquals",
            {"kind": "last"},
        ),
        (
            machine({"Type": "Pass", "End": True, "QueryLanguage": "JSONPath"}, QueryLanguage="JSONata"),
            "/States/A",
            {"kind": "drop", "field": "QueryLanguage"},
        ),
    ],
)
def test_a_finding_says_how_it_could_be_put_right(definition, path, fix):
    assert fixes(definition)[path, fix["kind"]] == fix


def test_a_pattern_that_express_has_not_is_taken_off_the_resource():
    definition = machine({"Type": "Task", "End": True, "Resource": "arn:aws:states:::glue:startJobRun.sync"})
    assert fixes(definition, type="EXPRESS")["/States/A/Resource", "replace"] == {
        "kind": "replace",
        "value": "arn:aws:states:::glue:startJobRun",
    }


def test_what_is_to_be_put_right_is_no_part_of_what_was_found():
    first, second = Diagnostic("", "X", "x"), Diagnostic("", "X", "x", fix=repairs.REMOVE)
    assert first == second
