"""Variables: when they take effect, who sees them, how large they may be, and that a stored execution keeps them."""

import json

import pytest

from asl.events import TaskSucceeded
from asl.execution import FIXED_ROW
from asl.parse import parse
from asl.testing import Playbook
from asl.variables import ASSIGN_LIMIT

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:work"


def run(states, data="{}", *, reload=True, **top):
    text = json.dumps({"StartAt": next(iter(states)), "States": states, **top})
    playbook = Playbook(parse(text), input=data, reload=reload, budget=3)
    playbook.run()
    return playbook


def output(states, data="{}", **top):
    execution = run(states, data, **top).execution
    assert execution.status == "SUCCEEDED", execution.cause
    return json.loads(execution.output)


def pass_state(**fields):
    return {"Type": "Pass", **({} if "Next" in fields else {"End": True}), **fields}


def test_all_fields_of_a_state_see_the_values_from_before_it():
    states = {
        "A": pass_state(Assign={"x": 1, "y": 2}, Next="B"),
        "B": pass_state(
            QueryLanguage="JSONata", Assign={"x": "{% $y %}", "y": "{% $x %}"}, Output="{% $x * 10 + $y %}", Next="C"
        ),
        "C": pass_state(Parameters={"then.$": "$", "x.$": "$x", "y.$": "$y"}),
    }
    assert output(states) == {"then": 12, "x": 2, "y": 1}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("InputPath", "$v.a"),
        ("OutputPath", "$v.a"),
        ("Parameters", {"r.$": "$v.a"}),
        ("Parameters", {"r.$": "States.ArrayGetItem($v.list, 0)"}),
    ],
)
def test_jsonpath_reads_them_wherever_it_reads(field, value):
    states = {"A": pass_state(Assign={"v": {"a": 1, "list": [1]}}, Next="B"), "B": pass_state(**{field: value})}
    assert output(states) in (1, {"r": 1})


def test_a_jsonpath_choice_reads_and_assigns():
    states = {
        "A": pass_state(Assign={"v": {"n": 5}}, Next="C"),
        "C": {
            "Type": "Choice",
            "Choices": [{"Variable": "$v.n", "NumericEqualsPath": "$.n", "Next": "B", "Assign": {"by.$": "$.n"}}],
            "Assign": {"by": "default"},
            "Default": "B",
        },
        "B": pass_state(OutputPath="$by"),
    }
    assert output(states, '{"n": 5}') == 5
    assert output(states, '{"n": 6}') == "default"


def test_jsonpath_assigns_from_the_selected_result_and_the_error_output():
    task = {
        "Type": "Task",
        "Resource": LAMBDA,
        "ResultSelector": {"id.$": "States.UUID()", "n.$": "$.n"},
        "ResultPath": "$.r",
        "Assign": {"got.$": "$", "from.$": "$$.State.Name"},
        "Next": "B",
    }
    states = {"A": task, "B": pass_state(Parameters={"got.$": "$got", "from.$": "$from", "r.$": "$.r"})}
    playbook = run(states)
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=playbook.task().task_id, output='{"n": 4}'))
    playbook.run()
    made = json.loads(playbook.execution.output)
    assert made["got"] == made["r"]  # selected once: the id is the same
    assert (made["got"]["n"], made["from"]) == (4, "A")


def test_a_catcher_assigns():
    task = {
        "Type": "Task",
        "Resource": LAMBDA,
        "TimeoutSeconds": 1,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"e.$": "$.Error"}, "ResultPath": None, "Next": "B"}],
        "End": True,
    }
    assert output({"A": task, "B": pass_state(OutputPath="$e")}) == "States.Timeout"


def branch(name, **fields):
    return {"StartAt": name, "States": {name: pass_state(**fields)}}


def test_an_inner_scope_reads_the_outer_ones_and_keeps_its_own():
    inner = {
        "StartAt": "I",
        "States": {"I": pass_state(Assign={"own.$": "$x"}, Next="J"), "J": pass_state(Parameters={"o.$": "$own"})},
    }
    parallel = {"Type": "Parallel", "Branches": [inner, branch("K", OutputPath="$x")], "Next": "D"}
    states = {
        "A": pass_state(Assign={"x": 1}, Next="B"),
        "B": parallel,
        "D": pass_state(
            QueryLanguage="JSONata", Output={"results": "{% $states.input %}", "own": "{% $exists($own) %}"}
        ),
    }
    assert output(states) == {"results": [{"o": 1}, 1], "own": False}


def test_iterations_do_not_see_each_others():
    inner = {
        "StartAt": "I",
        "States": {
            "I": pass_state(QueryLanguage="JSONata", Output="{% $exists($seen) ? 'seen' : $base %}", Next="J"),
            "J": pass_state(Assign={"seen": True}),
        },
    }
    states = {
        "A": pass_state(Assign={"base": 7, "xs": [1, 2]}, Next="B"),
        "B": {"Type": "Map", "ItemsPath": "$xs", "MaxConcurrency": 1, "ItemProcessor": inner, "End": True},
    }
    assert output(states) == [7, 7]


def test_an_undefined_variable_fails_a_jsonpath_state():
    execution = run({"A": pass_state(OutputPath="$nope")}).execution
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert "'$nope'" in execution.cause


def test_what_is_assigned_at_once_has_a_limit():
    half = "x" * (ASSIGN_LIMIT // 2)
    fitting = {"A": pass_state(Assign={"a": half}, Next="B"), "B": pass_state(Assign={"b": half})}
    assert output(fitting) == {}
    execution = run({"A": pass_state(Assign={"a": half, "b": half})}).execution
    assert (execution.status, execution.error) == ("FAILED", "States.DataLimitExceeded")


def test_all_that_is_kept_has_a_limit():
    big = "{% " + f"$pad('', {ASSIGN_LIMIT - 2}, 'x')" + " %}"
    count = 41
    states = {f"S{index}": pass_state(Assign={f"v{index}": big}, Next=f"S{index + 1}") for index in range(count)}
    states[f"S{count}"] = pass_state()
    execution = run(states, reload=False, QueryLanguage="JSONata").execution
    assert execution.error == "States.DataLimitExceeded"
    assert "S40" in execution.cause


def test_large_variables_have_a_row_that_is_written_once_and_goes_with_its_scope():
    big = "x" * 10_000
    inner = {
        "StartAt": "I",
        "States": {"I": pass_state(Assign={"mine": big}, Next="W"), "W": {"Type": "Wait", "Seconds": 5, "End": True}},
    }
    states = {
        "A": pass_state(Assign={"v": big}, Next="M"),
        "M": {"Type": "Map", "ItemsPath": "$.xs", "ItemProcessor": inner, "Next": "T"},
        "T": {"Type": "Task", "Resource": LAMBDA, "Assign": {"v": 1}, "Next": "U"},
        "U": {"Type": "Task", "Resource": LAMBDA, "Next": "B"},
        "B": pass_state(OutputPath="$v"),
    }
    text = json.dumps({"StartAt": "A", "States": states})
    playbook = Playbook(parse(text), input='{"xs": [1, 2]}', reload=True)
    playbook.run(until=playbook.now)
    assert sum(kind(row) == "variables" for row in playbook.stored()[1].values()) == 3
    playbook.run()
    assert sum(kind(row) == "variables" for row in playbook.stored()[1].values()) == 1
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=playbook.task().task_id, output="{}"))
    assert sum(kind(row) == "variables" for row in playbook.stored()[1].values()) == 0
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=playbook.task().task_id, output="{}"))
    assert playbook.execution.output == "1"
    assert list(playbook.stored()[1]) == [FIXED_ROW]


def kind(row):
    return row[0] if isinstance(row, list) else None


def test_a_stored_execution_from_before_there_were_variables_goes_on():
    playbook = Playbook(
        parse(json.dumps({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 5, "End": True}}})), reload=True
    )
    for row, content in playbook._rows.items():
        if kind(content) == "frame":
            playbook._rows[row] = content[:14]
    playbook.run()
    assert playbook.execution.status == "SUCCEEDED"
