"""Pass, Choice, Wait, Succeed and Fail: what goes in and what comes out."""

import json

import pytest

from asl.events import TaskSucceeded
from asl.parse import parse
from asl.testing import Playbook
from asl.timestamps import format_timestamp


def run(state, text="{}", others=None, **options):
    machine = parse(json.dumps({"StartAt": "A", "States": {"A": state, **(others or {})}}))
    playbook = Playbook(machine, input=text, reload=True, **options)
    playbook.run()
    return playbook


def output(state, text="{}"):
    playbook = run(state, text)
    assert playbook.execution.status == "SUCCEEDED", playbook.execution.cause
    return json.loads(playbook.execution.output)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"a": {"b": 1}}),
        ({"Result": [1]}, [1]),
        ({"Result": None}, None),
        ({"Result": {"x.$": "$.a"}}, {"x.$": "$.a"}),
        ({"Result": 5, "ResultPath": "$.a.c"}, {"a": {"b": 1, "c": 5}}),
        ({"Result": 5, "ResultPath": None}, {"a": {"b": 1}}),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"OutputPath": None}, {}),
        ({"InputPath": "$.a", "Parameters": {"x.$": "$.b"}}, {"x": 1}),
        ({"InputPath": "$.a", "ResultPath": "$.r"}, {"a": {"b": 1}, "r": {"b": 1}}),
        ({"Parameters": {"k": [{"v.$": "$.a.b"}, 2]}, "OutputPath": "$.k[0]"}, {"v": 1}),
        ({"Parameters": {"one.$": "States.MathAdd($.a.b, 1)", "two": 2}}, {"one": 2, "two": 2}),
        ({"InputPath": "$$.Execution.Name"}, "run"),
    ],
)
def test_a_pass(fields, expected):
    assert output({"Type": "Pass", "End": True, **fields}, '{"a": {"b": 1}}') == expected


def test_input_that_nothing_touches_is_echoed_as_it_came():
    playbook = run({"Type": "Pass", "Next": "B"}, '{"a":  [1.0]}', {"B": {"Type": "Succeed"}})
    assert playbook.execution.output == '{"a":  [1.0]}'


@pytest.mark.parametrize("budget", [1, 2, 3, 7, 200])
def test_passing_through_many_states_gives_the_same_history_in_any_slices(budget):
    chain = {f"S{n}": {"Type": "Pass", "Next": f"S{n + 1}"} for n in range(9)}
    states = {**chain, "S9": {"Type": "Pass", "Result": 1, "Next": "S10"}, "S10": {"Type": "Pass", "End": True}}
    playbook = run({"Type": "Pass", "Next": "S0"}, "{}", states, budget=budget)
    kinds = ["ExecutionStarted", *["PassStateEntered", "PassStateExited"] * 12, "ExecutionSucceeded"]
    assert [event[0] for event in playbook.history] == kinds
    assert [event[1] for event in playbook.history] == [0, 0, *range(2, 26)]
    assert playbook.execution.output == "1"


def test_passing_through_ends_where_the_history_is_full():
    """Where the room that is left is odd, the last state is entered and not left."""
    again = {"Type": "Pass", "Next": "B"}
    loop = run(again, "{}", {"B": again})
    inside = run({"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": {"B": again}}, "End": True}, "[1]")
    for playbook, last in ((loop, "PassStateExited"), (inside, "PassStateEntered")):
        assert playbook.execution.status == "FAILED"
        assert len(playbook.history) == 25_000
        assert [event[0] for event in playbook.history[-2:]] == [last, "ExecutionFailed"]


def test_the_context_object():
    context = output({"Type": "Pass", "Parameters": {"c.$": "$$"}, "End": True}, '{"x": 1}')["c"]
    entered = context["State"].pop("EnteredTime")
    assert entered == context["Execution"].pop("StartTime")
    assert entered == format_timestamp(1_800_000_000)
    assert context == {
        "Execution": {
            "Id": "arn:aws:states:us-east-1:123456789012:execution:machine:run",
            "Input": {"x": 1},
            "Name": "run",
            "RoleArn": "arn:aws:iam::123456789012:role/role",
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": "arn:aws:states:us-east-1:123456789012:stateMachine:machine", "Name": "machine"},
        "State": {"Name": "A"},
    }


@pytest.mark.parametrize(
    ("fields", "text", "cause"),
    [
        ({"InputPath": "$.x"}, "{}", "Invalid path '$.x' : No results for path: $['x']"),
        ({"OutputPath": "$.x.y"}, "{}", "Invalid path '$.x.y' : Missing property in path $['x']"),
        (
            {"Parameters": {"v.$": "$.x"}},
            '{"y": "é"}',
            "The JSONPath '$.x' specified for the field 'v.$' could not be found in the input '{\"y\":\"é\"}'",
        ),
    ],
)
def test_a_path_that_finds_nothing_is_a_runtime_error_of_the_state(fields, text, cause):
    execution = run({"Type": "Pass", "End": True, **fields}, text).execution
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert execution.cause == f"An error occurred while executing the state 'A' (entered at the event id #2). {cause}"


RULES = [
    {"Variable": "$.n", "NumericLessThan": 5, "Next": "Small"},
    {"Variable": "$.n", "NumericLessThan": 50, "Next": "Middle"},
]
PLACES = {name: {"Type": "Pass", "Result": name, "End": True} for name in ("Small", "Middle", "Other")}


@pytest.mark.parametrize(("number", "place"), [(1, "Small"), (5, "Middle"), (50, "Other")])
def test_a_choice_takes_the_first_rule_that_holds(number, place):
    state = {"Type": "Choice", "Choices": RULES, "Default": "Other", "InputPath": "$.in", "OutputPath": "$.n"}
    playbook = run(state, json.dumps({"in": {"n": number}}), PLACES)
    assert json.loads(playbook.execution.output) == place
    assert playbook.rendered()[2]["stateExitedEventDetails"]["output"] == str(number)


def test_a_choice_that_no_rule_fits_fails():
    places = {name: PLACES[name] for name in ("Small", "Middle")}
    playbook = run({"Type": "Choice", "Choices": RULES}, '{"n": 99}', places)
    assert playbook.execution.error == "States.NoChoiceMatched"
    assert playbook.types()[-2:] == ["ChoiceStateEntered", "ExecutionFailed"]


@pytest.mark.parametrize(
    ("fields", "text", "seconds"),
    [
        ({"Seconds": 0}, "{}", 0),
        ({"Seconds": 7}, "{}", 7),
        ({"SecondsPath": "$.s"}, '{"s": 7}', 7),
        ({"SecondsPath": "$.s"}, '{"s": "7"}', 7),
        ({"Timestamp": format_timestamp(1_800_000_030)}, "{}", 30),
        ({"TimestampPath": "$.t"}, json.dumps({"t": format_timestamp(1_800_000_030)}), 30),
        ({"Timestamp": "2016-03-05T21:29:29.243167252Z"}, "{}", 0),
        ({"Seconds": 5, "InputPath": "$.x", "OutputPath": "$.y"}, '{"x": {"y": 1}}', 5),
        ({"Seconds": 31_536_000}, "{}", 31_536_000),
    ],
)
def test_a_wait_lasts(fields, text, seconds):
    playbook = run({"Type": "Wait", "End": True, **fields}, text)
    assert playbook.execution.status == "SUCCEEDED"
    assert playbook.now == 1_800_000_000 + seconds
    assert playbook.types()[1:3] == ["WaitStateEntered", "WaitStateExited"]


@pytest.mark.parametrize(
    ("fields", "value", "cause"),
    [
        ("SecondsPath", None, "The SecondsPath parameter does not reference an input value: $.x"),
        ("SecondsPath", 1.5, "The SecondsPath parameter cannot be parsed as a long value: $.x == 1.5"),
        ("SecondsPath", -1, "The SecondsPath parameter references a negative value: $.x == -1"),
        ("SecondsPath", 2**31, "Wait state delay is too long."),
        ("TimestampPath", None, "The TimestampPath parameter does not reference an input value: $.x"),
        ("TimestampPath", "2999-01-01T00:00:00Z", "Wait state delay is too long."),
        (
            "TimestampPath",
            5,
            (
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: "
                "$.x == 5"
            ),
        ),
    ],
)
def test_a_wait_that_names_no_time_says_why(fields, value, cause):
    playbook = run({"Type": "Wait", fields: "$.x", "End": True}, json.dumps({} if value is None else {"x": value}))
    assert playbook.execution.error == "States.Runtime"
    assert playbook.execution.cause.endswith(f"(entered at the event id #2). {cause}")


def test_a_succeed_ends_its_branch():
    assert output({"Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.b"}, '{"a": {"b": 2}}') == 2


@pytest.mark.parametrize(
    ("fields", "error", "cause"),
    [
        ({}, None, None),
        ({"Error": "E"}, "E", None),
        ({"Error": "E", "Cause": "C"}, "E", "C"),
        ({"ErrorPath": "$.e", "CausePath": "$.c"}, "from input", "{n=1}"),
        ({"CausePath": "States.Format('{}!', $.e)"}, None, "from input!"),
        ({"CausePath": "$$.State.Name"}, None, "A"),
    ],
)
def test_a_fail_tells_error_and_cause(fields, error, cause):
    playbook = run({"Type": "Fail", **fields}, '{"e": "from input", "c": {"n": 1}}')
    assert playbook.execution.status == "FAILED"
    assert (playbook.execution.error, playbook.execution.cause) == (error, cause)
    assert playbook.types() == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]


def test_a_fail_whose_path_finds_nothing_is_a_runtime_error():
    playbook = run({"Type": "Fail", "ErrorPath": "$.e"})
    assert playbook.execution.cause.endswith(
        "The JSONPath '$.e' specified for the field 'ErrorPath' could not be found in the input '{}'"
    )


def test_an_output_over_the_limit_fails_the_state():
    playbook = run({"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, "End": True}, json.dumps("x" * 150_000))
    assert playbook.execution.error == "States.DataLimitExceeded"


def test_data_that_is_nested_too_deeply_is_the_workflows_failure():
    states = {
        "A": {"Type": "Pass", "Parameters": {"a.$": "$"}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"a.$": "$"}, "Next": "A"},
    }
    playbook = run(states.pop("A"), "{}", states)
    assert playbook.execution.status == "FAILED"
    assert playbook.execution.error in ("States.DataLimitExceeded", "States.Runtime")
    deep = json.dumps({"a": 1})
    for _ in range(400):
        deep = f'{{"a":{deep}}}'
    formatted = run({"Type": "Pass", "Parameters": {"t.$": "States.Format('{}', $)"}, "End": True}, deep)
    assert formatted.execution.status in ("SUCCEEDED", "FAILED")


def test_a_slice_ends_when_its_budget_is_spent():
    states = {f"S{index}": {"Type": "Pass", "Next": f"S{index + 1}"} for index in range(20)}
    states["S20"] = {"Type": "Succeed"}
    playbook = Playbook(parse(json.dumps({"StartAt": "S0", "States": states})), budget=5)
    assert playbook.types().count("PassStateEntered") == 5
    assert playbook.must_continue
    playbook.run()
    assert playbook.execution.status == "SUCCEEDED"


def test_an_input_that_is_no_json_is_refused():
    with pytest.raises(ValueError):
        run({"Type": "Succeed"}, "{")


def test_a_pass_assigns_and_its_result_is_kept_as_text_where_it_is_the_input():
    playbook = run({"Type": "Pass", "Assign": {"v": 1}, "End": True}, '{"a":  1}')
    assert playbook.execution.output == '{"a":  1}'
    playbook = run(
        {"Type": "Pass", "Assign": {"v": 1}, "Result": {"r": 1}, "ResultPath": "$.b", "End": True}, '{"a":  1}'
    )
    assert playbook.execution.output == '{"a":1,"b":{"r":1}}'


def test_a_result_that_is_not_the_input_keeps_no_text_and_one_that_stays_as_it_came_does():
    task = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}
    for fields, expected in (({}, '{"r":  1}'), ({"OutputPath": "$.r"}, "1"), ({"ResultPath": None}, '{"a":  1}')):
        playbook = run({**task, **fields}, '{"a":  1}')
        playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output='{"r":  1}'))
        assert playbook.execution.output == expected
