"""The States Language's quotas, at the limit and one past it: what AWS says is said in its words."""

import json
import time
from dataclasses import replace

import pytest

from asl.events import ExecutionExpired, TaskSucceeded
from asl.interpreter import EXPRESS_SECONDS
from asl.parse import parse
from asl.testing import IDENTITY, Playbook
from asl.validate import diagnose

LARGEST = 262_144  # bytes of a payload
TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}


def play(state, text="{}", **fields):
    return Playbook(parse(json.dumps({"StartAt": "A", "States": {"A": state}, **fields})), input=text)


def failure(playbook):
    execution = playbook.execution
    return execution.status, execution.error, execution.cause


def query(expression):
    return {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% " + expression + " %}", "End": True}


@pytest.mark.parametrize("letter", ["x", "é", "🎬"])
def test_a_states_output_has_at_most_256_kib_of_utf_8(letter):
    size = len(letter.encode())
    fits = (LARGEST - 2) // size
    text = json.dumps(letter, ensure_ascii=False)
    assert play(query(f"$pad('', {fits}, {text})")).execution.status == "SUCCEEDED"
    assert failure(play(query(f"$pad('', {fits + 1}, {text})"))) == (
        "FAILED",
        "States.DataLimitExceeded",
        "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.",
    )


def test_a_tasks_result_has_at_most_256_kib_and_may_be_caught():
    for extra, status in ((0, "SUCCEEDED"), (1, "FAILED")):
        playbook = play(TASK)
        output = json.dumps("x" * (LARGEST - 2 + extra))
        playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output=output))
        assert playbook.execution.status == status
    assert failure(playbook)[1:] == (
        "States.DataLimitExceeded",
        "The state/task 'sqs' returned a result with a size exceeding the maximum number of bytes service limit.",
    )


def test_an_express_execution_has_five_minutes_whatever_the_machine_says():
    wait = {"Type": "Wait", "Seconds": 400, "End": True}
    for fields, seconds in (
        ({}, EXPRESS_SECONDS),
        ({"TimeoutSeconds": 900}, EXPRESS_SECONDS),
        ({"TimeoutSeconds": 9}, 9),
    ):
        machine = parse(json.dumps({"StartAt": "A", "States": {"A": wait}, **fields}))
        playbook = Playbook(machine, identity=replace(IDENTITY, type="EXPRESS"), reload=True)
        began = playbook.now
        playbook.run()
        assert (playbook.execution.status, playbook.now - began) == ("TIMED_OUT", seconds)
    quick = Playbook(parse(json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})), identity=IDENTITY)
    assert quick.execution.last_timer == 0


def test_an_execution_that_its_driver_lets_be_no_longer_times_out_and_may_not_be_caught():
    wait = {"Type": "Wait", "Seconds": 400, "End": True}
    branch = {"StartAt": "A", "States": {"A": wait}}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "B"}]
    states = {
        "P": {"Type": "Parallel", "Branches": [branch], "Catch": catch, "End": True},
        "B": {"Type": "Pass", "End": True},
    }
    playbook = Playbook(parse(json.dumps({"StartAt": "P", "States": states})), identity=IDENTITY, reload=True)
    playbook.reply(ExecutionExpired(at=playbook.now))
    assert (playbook.execution.status, playbook.execution.can_be_redriven) == ("TIMED_OUT", True)
    assert playbook.history[-1] == ("ExecutionTimedOut", 0, playbook.now, "States.Timeout", None)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("$match('" + "a" * 40 + "!', /(a+)+$/)", "timeout|returned nothing"),
        ("$replace('" + "a" * 40 + "!', /(a|aa)+$/, 'b')", "evaluation timeout"),
        ("($f := function($n) { $f($n + 1) + 1 }; $f(1))", "Stack overflow"),
        ("($f := function($n) { $f($n + 1) }; $f(1))", "infinite loop"),
        ("$map([1..800000], function($a) { $map([1..800000], function($b) { $b }) })", "infinite loop"),
        ("$pad('', 2000000000)", "memory limit exceeded"),
        ("[1..100000000]", "10,000,000|1e7|range|elements"),
    ],
)
def test_a_query_ends_in_time_depth_and_size_and_fails_as_a_query(expression, words):
    began = time.thread_time()
    status, error, cause = failure(play(query(expression)))
    assert time.thread_time() - began < 8
    assert (status, error) == ("FAILED", "States.QueryEvaluationError")
    assert any(word.lower() in cause.lower() for word in words.split("|")), cause


@pytest.mark.parametrize(
    ("definition", "path", "message"),
    [
        ({"StartAt": "x" * 81, "States": {"x" * 81: {"Type": "Succeed"}}}, "", "80"),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"v" * 81: 1}, "End": True}}},
            "/States/A/Assign/" + "v" * 81,
            "80",
        ),
        ({"Comment": "x" * 1_048_576, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}, "", "1048576"),
    ],
)
def test_names_and_definitions_have_a_length(definition, path, message):
    (found,) = diagnose(json.dumps(definition))
    assert found.path.startswith(path)
    assert message in found.message
