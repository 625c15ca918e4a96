"""Mocks from a history: replayed with the same input, they take the same path."""

import json

import pytest

from asl.parse import parse
from asl.recording import mocks_of
from asl.simulation import simulate

CALL = "arn:aws:lambda:us-east-1:123456789012:function:call"


def task(resource=CALL, **fields):
    return {"Type": "Task", "Resource": resource, "End": True, **fields}


def machine(**states):
    return parse(json.dumps({"StartAt": next(iter(states)), "States": states}))


@pytest.mark.parametrize(
    ("run", "mocks", "data"),
    [
        (machine(A=task(Next="B", End=False), B=task()), {"A": {"0": {"Return": [1, {"x": None}]}}, "B": {"0": {"Return": "b"}}}, "{}"),
        (machine(A=task(Retry=[{"ErrorEquals": ["Busy"]}])), {"A": {"0": {"Throw": {"Error": "Busy", "Cause": "later"}}, "1": {"Return": 1}}}, "{}"),
        (machine(A=task("arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters={"QueueUrl": "q", "MessageBody": ""})), {"A": {"0": {"Return": {"approved": "yes"}}}}, "{}"),
        (machine(A=task("arn:aws:states:us-east-1:123456789012:activity:paint")), {"A": {"0": {"Throw": {"Error": "No", "Cause": ""}}}}, "{}"),
        (machine(M={"Type": "Map", "ItemProcessor": {"StartAt": "T", "States": {"T": task()}}, "End": True}), {"T": {"0": {"Return": "a"}, "1": {"Return": "b"}}}, "[1, 2]"),
    ],
)  # fmt: skip
def test_what_was_answered_comes_back_as_mocks_and_takes_the_same_path(run, mocks, data):
    first = simulate(run, input=data, mocks=mocks)
    assert mocks_of(first.history) == mocks
    again = simulate(run, input=data, mocks=mocks_of(first.history))
    assert (again.status, again.output, again.path) == (first.status, first.output, first.path)


def test_a_time_out_is_thrown_again():
    run = machine(A=task(TimeoutSeconds=5))
    found = mocks_of(simulate(run, input="{}", mocks={"A": {"0": {"Never": True}}}).history)
    assert found == {"A": {"0": {"Throw": {"Error": "States.Timeout", "Cause": ""}}}}


def test_who_had_no_answer_by_the_end_has_none():
    run = machine(
        P={
            "Type": "Parallel",
            "Branches": [{"StartAt": "S", "States": {"S": task()}}, {"StartAt": "Q", "States": {"Q": task()}}],
            "End": True,
        }
    )
    history = simulate(
        run, input="{}", mocks={"S": {"0": {"Never": True}}, "Q": {"0": {"Throw": {"Error": "No"}}}}
    ).history
    assert mocks_of(history) == {"S": {"0": {"Never": True}}, "Q": {"0": {"Throw": {"Error": "No", "Cause": ""}}}}


def test_what_was_kept_in_part_is_taken_as_it_is():
    def event(number, kind, **details):
        shape = f"{kind[0].lower()}{kind[1:]}EventDetails"
        return {"id": number, "previousEventId": number - 1, "type": kind, shape: details}

    entered = {"id": 1, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "A"}}
    assert mocks_of([entered, event(2, "TaskScheduled"), event(3, "TaskSucceeded", output='{"cut')]) == {
        "A": {"0": {"Return": '{"cut'}}
    }
    assert mocks_of([entered, event(2, "TaskScheduled"), event(3, "TaskSucceeded")]) == {"A": {"0": {"Return": None}}}
    no_details = {"id": 3, "previousEventId": 2, "type": "LambdaFunctionFailed"}
    assert mocks_of([entered, event(2, "LambdaFunctionScheduled"), no_details]) == {
        "A": {"0": {"Throw": {"Error": "States.TaskFailed", "Cause": ""}}}
    }
    assert mocks_of([event(7, "TaskScheduled")]) == {}
