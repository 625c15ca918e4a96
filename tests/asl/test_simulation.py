"""A whole run in virtual time, with mocks."""

import json

import pytest

from asl.parse import parse
from asl.simulation import STUCK, MockError, simulate

CALL = "arn:aws:lambda:us-east-1:123456789012:function:call"
ASK = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def run(mocks=None, data="{}", **states):
    machine = parse(json.dumps({"StartAt": next(iter(states)), "States": states}))
    return simulate(machine, input=data, mocks={} if mocks is None else mocks)


def task(resource=CALL, **fields):
    return {"Type": "Task", "Resource": resource, "End": True, **fields}


def test_a_years_wait_takes_no_time():
    found = run(A={"Type": "Wait", "Seconds": 31_536_000, "Next": "B"}, B={"Type": "Pass", "End": True})
    assert (found.status, found.path, found.seconds) == ("SUCCEEDED", ["A", "B"], 31_536_000)


def test_a_long_chain_is_one_run():
    chain = {f"S{number}": {"Type": "Wait", "Seconds": 0, "Next": f"S{number + 1}"} for number in range(300)}
    assert run(**chain, S300={"Type": "Succeed"}).status == "SUCCEEDED"
    passes = {f"S{number}": {"Type": "Pass", "Result": number, "Next": f"S{number + 1}"} for number in range(300)}
    assert run(**passes, S300={"Type": "Succeed"}).output == "299"


def test_a_task_is_answered_by_its_mock_and_says_how_it_was_called():
    found = run({"A": {"0": {"Return": {"title": "Rain"}}}}, '{"x": 1}', A=task())
    assert (found.status, found.output) == ("SUCCEEDED", '{"title":"Rain"}')
    (call,) = found.calls
    assert (call.state_name, call.number, call.resource, call.parameters) == ("A", 0, CALL, {"x": 1})


def test_calls_are_counted_over_attempts():
    busy = {"Throw": {"Error": "Busy", "Cause": "later"}}
    retry = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 10, "BackoffRate": 1}]
    found = run({"A": {"0-1": busy, "2": {"Return": 7}}}, A=task(Retry=retry))
    assert (found.status, found.output, found.seconds) == ("SUCCEEDED", "7", 20)


def test_a_thrown_error_is_caught_or_ends_the_run():
    mocks = {"A": {"*": {"Throw": {"Error": "Broken"}}}}
    assert (run(mocks, A=task()).status, run(mocks, A=task()).error) == ("FAILED", "Broken")
    caught = run(mocks, A=task(Catch=[{"ErrorEquals": ["Broken"], "Next": "B"}]), B={"Type": "Pass", "End": True})
    assert caught.path == ["A", "B"]


def test_a_callback_is_submitted_and_answered():
    ask = task(ASK, Parameters={"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}})
    found = run({"A": {"0": {"Return": {"approved": "yes"}, "AfterSeconds": 3600}}}, A=ask)
    assert (found.status, found.seconds) == ("SUCCEEDED", 3600)
    assert [event["type"] for event in found.history][2:5] == ["TaskScheduled", "TaskStarted", "TaskSubmitted"]


def test_an_activitys_task_is_answered():
    assert (
        run({"A": {"0": {"Return": 1}}}, A=task("arn:aws:states:us-east-1:123456789012:activity:paint")).output == "1"
    )


def test_a_late_answer_comes_after_the_time_out():
    found = run({"A": {"0": {"Return": 1, "AfterSeconds": 90}}}, A=task(TimeoutSeconds=60))
    assert (found.status, found.error, found.seconds) == ("FAILED", "States.Timeout", 60)


def test_nobody_answers_until_the_heartbeat_runs_out():
    found = run(
        {"A": {"0": {"Never": True}}}, A=task(ASK, Parameters={"QueueUrl": "q", "MessageBody": ""}, HeartbeatSeconds=30)
    )
    assert (found.error, found.seconds) == ("States.Timeout", 30)


def test_a_run_that_nobody_would_ever_end_says_so():
    found = run({"A": {"0": {"Never": True}}}, A=task())
    assert (found.status, found.stuck_at) == (STUCK, "A")
    assert "has no time-out" in found.problem


def test_a_task_without_a_mock_stops_the_run_and_says_which():
    found = run(A={"Type": "Pass", "Next": "B"}, B=task())
    assert (found.status, found.stuck_at, found.path) == (STUCK, "B", ["A", "B"])
    assert found.problem == f"B has no mock: say what {CALL} answers."


def test_a_call_more_than_there_are_mocks_is_said():
    loop = {"Type": "Wait", "Seconds": 1, "Next": "A"}
    found = run({"A": {"0": {"Return": {}}}}, A={**task(Next="B"), "End": False}, B=loop)
    assert found.problem == "A was called once more than it has mocks: call 1 has none."


def test_branches_and_items_are_answered_in_the_order_they_are_called():
    each = {"StartAt": "T", "States": {"T": task()}}
    mapped = {"Type": "Map", "ItemProcessor": each, "End": True}
    found = run(
        {"T": {"0": {"Return": "a"}, "1": {"Return": "b", "AfterSeconds": 5}, "2": {"Return": "c"}}},
        "[1,2,3]",
        M=mapped,
    )
    assert (found.output, found.seconds) == ('["a","b","c"]', 5)


def test_an_answer_to_a_task_that_a_failed_sibling_ended_is_nobodys():
    slow, quick = {"StartAt": "S", "States": {"S": task()}}, {"StartAt": "Q", "States": {"Q": task()}}
    both = {"Type": "Parallel", "Branches": [slow, quick], "End": True}
    mocks = {"S": {"0": {"Return": 1, "AfterSeconds": 9}}, "Q": {"0": {"Throw": {"Error": "No"}, "AfterSeconds": 1}}}
    assert (run(mocks, P=both).error, run(mocks, P=both).seconds) == ("No", 1)


def test_a_callback_whose_answer_is_too_late_for_the_execution_itself():
    machine = {
        "StartAt": "A",
        "TimeoutSeconds": 5,
        "States": {"A": task(ASK, Parameters={"QueueUrl": "q", "MessageBody": ""})},
    }
    found = simulate(parse(json.dumps(machine)), input="{}", mocks={"A": {"0": {"Return": 1, "AfterSeconds": 6}}})
    assert (found.status, found.seconds) == ("TIMED_OUT", 5)


@pytest.mark.parametrize(
    ("mocks", "words"),
    [
        ([], "Mocks are an object"),
        ({"A": []}, "A: expected an object with calls"),
        ({"A": {"first": {"Return": 1}}}, 'A: "first" is neither a call'),
        ({"A": {"3-1": {"Return": 1}}}, "A: the range 3-1 ends before it begins"),
        ({"A": {"0": {}}}, "A, call 0: expected one of Return, Throw and Never"),
        ({"A": {"0": {"Return": 1, "Throw": {"Error": "x"}}}}, "expected one of"),
        ({"A": {"0": {"Return": 1, "AfterSeconds": "x"}}}, "AfterSeconds is a number"),
        ({"A": {"0": {"Return": 1, "AfterSeconds": True}}}, "AfterSeconds is a number"),
        ({"A": {"0": {"Never": 1}}}, "Never is true"),
        ({"A": {"0": {"Throw": "x"}}}, "Throw is an object with Error"),
        ({"A": {"0": {"Throw": {"Error": "x", "Cause": 1}}}}, "Cause is text"),
    ],
)
def test_a_mock_that_cant_be_understood_is_refused_with_its_place(mocks, words):
    with pytest.raises(MockError, match=words):
        run(mocks, A=task())


def test_a_distributed_map_is_told_as_what_cant_be_simulated():
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    inner = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}, "ProcessorConfig": config}
    text = json.dumps({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": inner, "End": True}}})
    told = simulate(parse(text), input="[1]", mocks={})
    assert (told.status, told.stuck_at) == ("STUCK", "M")
    assert told.problem == "M is a Map in the Mode DISTRIBUTED: its child executions can't be simulated."
