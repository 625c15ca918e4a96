"""Test cases of state machines: read, run, judged; and what they cover."""

import json

import pytest

from asl.cases import CaseError, coverage, read_case, read_cases, run_case
from asl.parse import parse
from asl.simulation import MockError

MACHINE = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:ask",
            "Catch": [{"ErrorEquals": ["Gone"], "Next": "Sorry"}],
            "Next": "Good?",
        },
        "Good?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "Both"}],
            "Default": "Ask",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "Left", "States": {"Left": {"Type": "Pass", "Result": 1, "Next": "Then"}, "Then": {"Type": "Succeed"}}}],
            "End": True,
        },
        "Sorry": {"Type": "Fail", "Error": "Sorry", "Cause": "It is gone"},
    },
}  # fmt: skip
GOOD = {"0": {"Return": {"ok": False}}, "1": {"Return": {"ok": True}}}


def verdict(mocks, **expected):
    return run_case(
        parse(json.dumps(MACHINE)), read_case({"name": "x", "mocks": {"Ask": mocks}, "expected": expected})
    ).wrong


def test_a_run_as_expected_passes():
    path = ["Ask", "Good?", "Ask", "Good?", "Both", "Left", "Then"]
    assert verdict(GOOD, status="SUCCEEDED", output=[1], path=path) == []
    assert verdict(GOOD) == []
    assert verdict({"0": {"Throw": {"Error": "Gone"}}}, status="FAILED", error="Sorry") == []


def test_what_went_otherwise_is_said():
    assert verdict({"0": {"Throw": {"Error": "Gone"}}}) == ["Expected SUCCEEDED, but the run FAILED: Sorry: It is gone"]
    assert verdict({"0": {"Throw": {"Error": "Odd"}}}) == ["Expected SUCCEEDED, but the run FAILED: Odd"]
    assert verdict(GOOD, status="FAILED") == ["Expected FAILED, but the run SUCCEEDED"]
    assert verdict(GOOD, error="Sorry") == ["Expected the error Sorry, but it is none"]
    assert verdict(GOOD, output=[2]) == ["Expected the output [2], but it is [1]"]
    assert verdict(GOOD, output=[True]) == ["Expected the output [true], but it is [1]"]
    assert verdict(GOOD, path=["Ask", "Both"]) == ["Step 2 of the path should be Both, but is Good?"]
    assert verdict(GOOD, path=["Ask"]) == ["Step 2 of the path should be the end, but is Good?"]


def test_a_run_that_cant_go_on_says_only_that():
    assert verdict({"0": {"Return": {"ok": False}}}, output=[1]) == [
        "Ask was called once more than it has mocks: call 1 has none."
    ]


def test_coverage_counts_states_and_transitions_and_names_what_never_was():
    outcome = run_case(parse(json.dumps(MACHINE)), read_case({"name": "x", "mocks": {"Ask": GOOD}}))
    found = coverage(MACHINE, [outcome.run, outcome.run])
    assert found.states == {
        "/States/Ask": 4,
        "/States/Good?": 4,
        "/States/Both": 2,
        "/States/Both/Branches/0/States/Left": 2,
        "/States/Both/Branches/0/States/Then": 2,
        "/States/Sorry": 0,
    }
    assert found.transitions == {
        "/States/Ask>/States/Good?": 4,
        "/States/Ask>/States/Sorry": 0,
        "/States/Good?>/States/Both": 2,
        "/States/Good?>/States/Ask": 2,
        "/States/Both/Branches/0/States/Left>/States/Both/Branches/0/States/Then": 2,
    }


def test_a_catchers_way_is_covered():
    outcome = run_case(
        parse(json.dumps(MACHINE)), read_case({"name": "x", "mocks": {"Ask": {"0": {"Throw": {"Error": "Gone"}}}}})
    )
    assert coverage(MACHINE, [outcome.run]).transitions["/States/Ask>/States/Sorry"] == 1


def test_cases_come_alone_in_an_array_or_under_tests():
    one = {"name": " a ", "input": 3}
    for document in (one, [one], {"tests": [one]}):
        (case,) = read_cases(document)
        assert (case.name, case.input, case.mocks, case.expected) == ("a", 3, {}, {})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (3, "A test case is an object"),
        ({}, "has a name"),
        ({"name": " "}, "has a name"),
        ({"name": "a", "inptu": {}}, "a: a test case has no inptu"),
        ({"name": "a", "expected": []}, "expected holds"),
        ({"name": "a", "expected": {"outputs": 1}}, "expected holds"),
        ({"name": "a", "expected": {"status": "GOOD"}}, "one of SUCCEEDED, FAILED, TIMED_OUT"),
        ({"name": "a", "expected": {"path": "A"}}, "array of states"),
        ({"name": "a", "expected": {"path": [1]}}, "array of states"),
    ],
)
def test_what_isnt_a_case_is_refused_in_words(document, words):
    with pytest.raises(CaseError, match=words):
        read_case(document)


def test_a_cases_mocks_are_looked_at_before_it_runs():
    with pytest.raises(MockError):
        read_case({"name": "a", "mocks": {"A": {"0": {}}}})
