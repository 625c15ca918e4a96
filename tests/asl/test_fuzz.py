"""Broken definitions and odd inputs: diagnosed, refused or run to a failure of the workflow, never a crash of ours."""

import json
import random
import resource

import pytest

from asl.diagnostics import DefinitionError, is_error
from asl.events import TaskFailed, TaskSucceeded
from asl.parse import parse
from asl.testing import Playbook
from asl.validate import MISSING_END, aws_message, diagnose
from tests.asl.mutations import INPUTS, bounded, broken_definition, definitions

DEFINITIONS = definitions()
SECONDS = 10  # of processor time for one definition; JSONata alone may take 2 s of each expression
GROWTH = 400  # MiB that a process may need in between
PARTS = 4


@pytest.mark.parametrize(
    ("rounds", "part"),
    [
        *[(2_000, part) for part in range(PARTS)],
        *[pytest.param(100_000, part, marks=pytest.mark.proof) for part in range(PARTS)],
    ],
)
def test_no_broken_definition_breaks_us(rounds, part):
    choose = random.Random(part)
    ran, before = 0, peak_memory()
    for _ in range(rounds // PARTS):
        text = broken_definition(choose, DEFINITIONS)
        with bounded(SECONDS, lambda text=text: text):
            ran += check(text, choose)
    assert ran > rounds // PARTS // 20, "some of them still run"
    assert peak_memory() - before < GROWTH


def check(text, choose):
    """Diagnose, parse and run it. Did it run?"""
    diagnostics = diagnose(text, type=choose.choice(["STANDARD", "EXPRESS"]))
    assert aws_message(diagnostics)
    try:
        machine = parse(text)
    except DefinitionError:
        return False
    assert {one.code for one in diagnose(text, placeholders=False) if is_error(one)} <= {MISSING_END}
    play(machine, choose)
    return True


def play(machine, choose):
    playbook = Playbook(machine, input=choose.choice(INPUTS), budget=50, reload=True)
    for _ in range(8):
        playbook.run(until=playbook.now + 10_000)
        if len(playbook.history) > 2_000 or not playbook.tasks:
            break
        task_id = choose.choice(sorted(playbook.tasks))
        if choose.random() < 0.3:
            playbook.reply(TaskFailed(at=playbook.now, task_id=task_id, error="E", cause=None))
        else:
            playbook.reply(TaskSucceeded(at=playbook.now, task_id=task_id, output=choose.choice(INPUTS)))
    json.dumps(playbook.rendered())


def peak_memory():
    """MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
