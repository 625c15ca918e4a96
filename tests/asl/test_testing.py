"""The playbook: virtual time, outstanding tasks and timers, storing in between."""

import json

import pytest

from asl.events import MapRunSucceeded, TaskSucceeded
from asl.parse import parse
from asl.testing import Playbook
from tests.asl.definitions import distributed

TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}


def play(states, **options):
    return Playbook(parse(json.dumps({"StartAt": next(iter(states)), "States": states})), **options)


@pytest.mark.parametrize("reload", [False, True])
def test_a_year_takes_no_time(reload):
    playbook = play({"W": {"Type": "Wait", "Seconds": 31_536_000, "Next": "T"}, "T": TASK}, reload=reload)
    began = playbook.now
    playbook.run(until=began + 5)
    assert playbook.types()[-1] == "WaitStateEntered"
    playbook.run()
    assert playbook.now == began + 31_536_000
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=playbook.task().task_id, output='{"ok":  1}'))
    assert playbook.execution.output == '{"ok":  1}'
    assert playbook.rendered()[-1]["type"] == "ExecutionSucceeded"
    assert set(playbook.stored()[1]) == {0}


def test_slices_are_granted_and_what_is_cancelled_is_outstanding_no_more():
    retry = {**TASK, "TimeoutSeconds": 5, "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]}
    branches = [{"StartAt": name, "States": {name: state}} for name, state in (("A", retry), ("B", TASK))]
    playbook = play({"P": {"Type": "Parallel", "Branches": branches, "End": True}}, budget=1)
    assert playbook.must_continue
    playbook.run()
    assert playbook.execution.status == "FAILED"
    assert (playbook.tasks, playbook.timers) == ({}, {})


def test_a_task_that_is_done_calls_its_time_out_off():
    playbook = play({"T": {**TASK, "TimeoutSeconds": 5}})
    assert len(playbook.timers) == 1
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output="1"))
    assert playbook.timers == {}


def test_a_map_run_is_outstanding_until_it_is_over():
    playbook = play({"M": distributed()}, input="[1]", reload=True)
    ((task_id, asked),) = playbook.map_runs.items()
    assert (asked.task_id, asked.settings["items"], playbook.tasks) == (task_id, [1], {})
    playbook.reply(MapRunSucceeded(at=playbook.now, task_id=task_id, output="[2]"))
    assert playbook.map_runs == {}
    assert playbook.execution.output == "[2]"
