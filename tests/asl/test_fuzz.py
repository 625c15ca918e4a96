"""Broken definitions and odd inputs: diagnosed, refused or run to a failure of the workflow, never a crash of ours."""

import json
import os
import random
from pathlib import Path

import pytest

from asl.diagnostics import DefinitionError, is_error
from asl.events import TaskFailed, TaskSucceeded
from asl.parse import parse
from asl.testing import Playbook
from asl.validate import aws_message, diagnose

ROUNDS = int(os.environ.get("ASL_FUZZ", "1000"))
ROOT = Path(__file__).parents[3] / "shared"
ODD = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "$",
    "$$",
    "$.a[*]",
    "$..",
    "$x",
    "States.Format('{}', $)",
    "States.ALL",
    "{% $states.input %}",
    "{%",
    "${p}",
    [],
    [[]],
    {},
    {"a.$": "$.a"},
    {"Type": "Pass"},
    "Next",
    "JSONata",
    "é\ud800",
]
INPUTS = [
    "{}",
    "[]",
    "null",
    '"x"',
    '{"a": [1, {"b": null}]}',
    "[[1], [2]]",
    '{"n": 1e300, "t": "2024-01-01T00:00:00Z"}',
]


def definitions():
    """Real ones where they are at hand, and one of our own that has a little of everything."""
    own = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "ResultPath": "$.r", "Next": "C"},
            "C": {
                "Type": "Choice",
                "Choices": [{"And": [{"Variable": "$.n", "IsPresent": True}], "Next": "P"}],
                "Default": "M",
            },
            "P": {
                "Type": "Parallel",
                "Branches": [{"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$.n", "End": True}}}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "M", "ResultPath": "$.e"}],
                "Next": "M",
            },
            "M": {
                "Type": "Map",
                "ItemsPath": "$.a",
                "ItemSelector": {"v.$": "$$.Map.Item.Value"},
                "ItemProcessor": {
                    "StartAt": "T",
                    "States": {
                        "T": {
                            "Type": "Task",
                            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                            "Parameters": {"T.$": "$$.Task.Token"},
                            "TimeoutSeconds": 5,
                            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}],
                            "End": True,
                        }
                    },
                },
                "End": True,
            },
        },
    }
    files = sorted((ROOT / "definitions").glob("*.json")) if ROOT.is_dir() else []
    return [own] * 60 + [json.loads(file.read_text()) for file in files if file.name != "manifest.json"]


DEFINITIONS = definitions()


def places(value, path=()):
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*path, key))


def mutated(value, choose):
    """A copy in which one place was dropped, renamed, replaced by something odd, or by another place's value."""
    copy = json.loads(json.dumps(value))
    every = list(places(copy))[1:]
    if not every:
        return choose.choice(ODD)
    path = choose.choice(every)
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    match choose.randrange(4):
        case 0:
            del parent[path[-1]]
        case 1 if isinstance(parent, dict):
            parent[choose.choice(["Next", "End", "Type", "States", "x.$", "Catch", "Output"])] = parent.pop(path[-1])
        case 2:
            other = copy
            for key in choose.choice(every):
                if isinstance(other, dict | list) and (isinstance(other, list) or key in other):
                    other = other[key]
            parent[path[-1]] = json.loads(json.dumps(other))
        case _:
            parent[path[-1]] = choose.choice(ODD)
    return copy


@pytest.mark.parametrize("part", range(4))
def test_no_broken_definition_breaks_us(part):
    choose = random.Random(part)
    ran = 0
    for _ in range(ROUNDS // 4):
        definition = choose.choice(DEFINITIONS)
        for _ in range(choose.randrange(1, 4)):
            definition = mutated(definition, choose)
        text = json.dumps(definition)
        diagnostics = diagnose(text, type=choose.choice(["STANDARD", "EXPRESS"]))
        assert aws_message(diagnostics)
        try:
            machine = parse(text)
        except DefinitionError:
            continue
        assert not any(is_error(one) for one in diagnose(text, placeholders=False))
        if not machine.unsupported:
            ran += 1
            play(machine, choose)
    assert ran > ROUNDS // 100, "some of them still run"


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
    playbook.rendered()
