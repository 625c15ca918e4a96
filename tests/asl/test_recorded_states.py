"""What a state was given in a past run and what came of it, from histories that simulations write."""

import json

from asl.parse import parse
from asl.recorded_states import all_visits, visits_of
from asl.simulation import simulate

CALL = "arn:aws:lambda:us-east-1:123456789012:function:call"


INNER = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}


def task(**fields):
    return {"Type": "Task", "Resource": CALL, "End": True, **fields}


def history(states, mocks=None, data="{}"):
    machine = parse(json.dumps({"StartAt": next(iter(states)), "States": states}))
    return simulate(machine, input=data, mocks=mocks or {}).history


def samples(states, name, mocks=None, data="{}", **options):
    return [visit.as_sample() for visit in visits_of(history(states, mocks, data), name, **options)]


def test_a_task_has_its_input_raw_result_output_and_variables():
    states = {
        "First": {"Type": "Pass", "Assign": {"v": [1]}, "Next": "Call"},
        "Call": task(ResultPath="$.r"),
    }
    assert samples(states, "Call", {"Call": {"0": {"Return": "ok"}}}, '{"x":1}') == [
        {
            "input": '{"x":1}',
            "result": '"ok"',
            "output": '{"x":1,"r":"ok"}',
            "error": None,
            "variables": {"v": [1]},
            "index": None,
        }
    ]


def test_a_failed_attempt_leaves_its_error():
    mocks = {"Call": {"0": {"Throw": {"Error": "Busy", "Cause": "later"}}, "1": {"Return": 1}}}
    states = {"Call": task(Retry=[{"ErrorEquals": ["Busy"]}])}
    (found,) = samples(states, "Call", mocks)
    assert (found["error"], found["result"]) == ({"Error": "Busy", "Cause": "later"}, "1")
    (timed_out,) = samples({"Call": task(TimeoutSeconds=5)}, "Call", {"Call": {"0": {"Never": True}}})
    assert (timed_out["error"], timed_out["output"]) == ({"Error": "States.Timeout", "Cause": ""}, None)


def test_a_loop_gives_a_visit_each_time_up_to_a_number():
    rules = [{"Variable": "$.done", "IsPresent": True, "Next": "End"}]
    states = {
        "Call": task(ResultPath="$.r", Next="Again", End=None),
        "Again": {"Type": "Choice", "Choices": rules, "Default": "Call"},
        "End": {"Type": "Succeed"},
    }
    del states["Call"]["End"]
    mocks = {"Call": {"0": {"Return": 1}, "1": {"Return": 2}, "2": {"Throw": {"Error": "E"}}}}
    assert [one["result"] for one in samples(states, "Call", mocks)] == ["1", "2", None]
    assert len(samples(states, "Call", mocks, most=1)) == 1


def test_a_parallel_gives_what_its_branches_gave_in_their_order():
    states = {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 9, "Next": "A"}, "A": task()}},
                {"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": 2, "Assign": {"own": 1}, "End": True}}},
            ],
            "ResultSelector": {"all.$": "$"},
            "Next": "After",
        },
        "After": {"Type": "Pass", "End": True},
    }
    mocks = {"A": {"0": {"Return": 1}}}
    (both,) = samples(states, "Both", mocks)
    assert (both["result"], both["output"]) == ("[1,2]", '{"all":[1,2]}')
    assert samples(states, "A", mocks)[0]["index"] == 0
    assert samples(states, "B", mocks)[0]["index"] == 1
    assert samples(states, "After", mocks)[0]["variables"] == {}, "a branch's variables are its own"


def test_a_map_gives_what_its_iterations_gave_by_their_number():
    inner = {"StartAt": "I", "States": {"I": task(Next="J", End=None), "J": {"Type": "Pass", "End": True}}}
    del inner["States"]["I"]["End"]
    states = {"Each": {"Type": "Map", "ItemProcessor": inner, "End": True}}
    mocks = {"I": {"0": {"Return": "a", "AfterSeconds": 9}, "1": {"Return": "b"}}}
    (each,) = samples(states, "Each", mocks, "[1, 2]")
    assert each["result"] == '["a","b"]'
    assert [(one["index"], one["input"]) for one in samples(states, "I", mocks, "[1, 2]")] == [(0, "1"), (1, "2")]
    assert {one["index"] for one in samples(states, "J", mocks, "[1, 2]")} == {0, 1}


def test_a_history_without_data_gives_visits_without_it():
    def bare(event):
        return {
            key: {name: text for name, text in value.items() if name in ("name", "index")}
            if isinstance(value, dict)
            else value
            for key, value in event.items()
        }

    events = [
        bare(event) for event in history({"Each": {"Type": "Map", "ItemProcessor": INNER, "End": True}}, data="[1]")
    ]
    (each,) = visits_of(events, "Each")
    assert (each.input, each.result, each.output) == (None, None, None)


def test_a_history_that_begins_in_the_middle_is_read_as_far_as_it_goes():
    states = {"A": {"Type": "Pass", "Assign": {"v": 1}, "Next": "B"}, "B": {"Type": "Pass", "End": True}}
    events = history(states)
    assert visits_of(events[2:], "A") == []
    assert [visit.name for visit in visits_of(events[2:], "B")] == ["B"]
    assert visits_of([{"id": 9, "previousEventId": 8, "type": "MapStateSucceeded"}], "A") == []
    assert visits_of([{"id": 9, "previousEventId": 8, "type": "PassStateExited"}], "A") == []


def test_a_container_is_left_from_within_where_the_events_between_are_missing():
    events = history({"Each": {"Type": "Map", "ItemProcessor": INNER, "End": True}}, data="[1]")
    inner = next(event for event in events if event["type"] == "PassStateEntered")
    left = next(event for event in events if event["type"] == "MapStateExited")
    found = all_visits([*events[: events.index(inner) + 1], left | {"previousEventId": inner["id"]}])
    assert [(visit.name, visit.left_id is None) for visit in found] == [("Each", False), ("I", True)]


def test_a_variable_that_was_cut_short_is_taken_as_it_is():
    def event(number, kind, **details):
        key = kind[0].lower() + kind[1:] + "EventDetails"
        return {"id": number, "previousEventId": number - 1, "type": kind, key: details}

    events = [
        {"id": 1, "previousEventId": 0, "type": "PassStateEntered", "stateEnteredEventDetails": {"name": "A"}},
        {
            "id": 2,
            "previousEventId": 1,
            "type": "PassStateExited",
            "stateExitedEventDetails": {"name": "A", "assignedVariables": {"v": "[1, 2"}},
        },
        {"id": 3, "previousEventId": 2, "type": "PassStateEntered", "stateEnteredEventDetails": {"name": "B"}},
        event(4, "TaskFailed", error="late"),
    ]
    (found,) = visits_of(events, "B")
    assert found.variables == {"v": "[1, 2"}
    assert found.error == {"Error": "late", "Cause": ""}


def test_a_parallel_that_caught_an_error_of_a_branch_has_its_own_output():
    branch = {"StartAt": "In", "States": {"In": task()}}
    caught = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Handle"}]
    states = {
        "Try": {"Type": "Parallel", "Branches": [branch], "Catch": caught, "End": True},
        "Handle": {"Type": "Pass", "End": True},
    }
    mocks = {"In": {"0": {"Throw": {"Error": "E", "Cause": "c"}}}}
    (tried,) = samples(states, "Try", mocks)
    assert (json.loads(tried["output"]), tried["result"]) == ({"e": {"Error": "E", "Cause": "c"}}, None)
    assert tried["error"] == {"Error": "E", "Cause": "c"}
    assert samples(states, "In", mocks)[0]["output"] is None
    assert samples(states, "Handle", mocks)[0]["index"] is None


def test_every_visit_says_where_it_begins_and_ends_and_what_was_sent():
    failing = {"Call": {"0": {"Throw": {"Error": "Busy"}}, "1": {"Return": 1}}}
    states = {
        "Call": task(Parameters={"p": 1}, Retry=[{"ErrorEquals": ["Busy"]}]),
        "Sum": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $sum($states.input) + 'x' %}", "End": True},
    }
    states["Call"] = {name: value for name, value in states["Call"].items() if name != "End"} | {"Next": "Sum"}
    events = history(states, failing)
    call, total = all_visits(events)
    assert (call.type, call.request, call.event_id < call.left_id) == ("Task", '{"p":1}', True)
    assert (total.left_id, total.error["Error"]) == (None, "States.QueryEvaluationError")


def test_what_failed_at_its_entry_and_was_caught_is_left_by_its_own_event():
    caught = [{"ErrorEquals": ["States.ALL"], "Next": "Handle"}]
    states = {
        "First": {"Type": "Pass", "Next": "Call"},
        "Call": task(QueryLanguage="JSONata", Arguments="{% $sum('x') %}", Catch=caught),
        "Handle": {"Type": "Pass", "End": True},
    }
    first, call, handle = all_visits(history(states))
    assert (first.error, call.error["Error"], call.left_id is None) == (None, "States.QueryEvaluationError", False)
    assert handle.input == call.output


def test_a_container_that_failed_before_anything_was_in_it_has_the_errors_own_words():
    def event(number, kind, **details):
        key = "stateEnteredEventDetails" if kind.endswith("Entered") else kind[0].lower() + kind[1:] + "EventDetails"
        return {"id": number, "previousEventId": number - 1, "type": kind, key: details}

    events = [event(1, "MapStateEntered", name="Each"), event(2, "MapRunFailed", error="E", cause="c")]
    (each,) = all_visits(events)
    assert each.error == {"Error": "E", "Cause": "c"}
    assert all_visits([event(1, "PassStateEntered", name="A"), event(2, "MapStateFailed")])[0].error is None
    assert (
        all_visits([event(1, "PassStateEntered", name="A"), event(2, "EvaluationFailed", state="B")])[0].error is None
    )
