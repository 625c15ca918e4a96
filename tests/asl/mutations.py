"""Broken state machines: real ones where they are at hand, bundled ones and our own, with something wrong in them."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "definitions"
SAMPLES = ROOT / "samples"

ODD = [
    None,
    True,
    0,
    -1,
    1.5,
    1e308,
    10**30,
    "",
    "\x00",
    "$",
    "$$",
    "$.a[*]",
    "$..",
    "$.a[?(@.b == 1)]",
    "$x",
    "States.Format('{}', $)",
    "States.ArrayRange(0, 1000000000, 1)",
    "States.ALL",
    "{% $states.input %}",
    "{% $map([1..1000000], function($n) { $n * $n }) %}",
    "{% ($f := function($n) { $f($n) + 1 }; $f(1)) %}",
    "{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a+)+$/) %}",
    "{% $pad('', 2000000000) %}",
    "{%",
    "${p}",
    [],
    [[]],
    {},
    {"a.$": "$.a"},
    {"Type": "Pass"},
    {"Type": "Succeed"},
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
    '{"n": 123456789012345678901234567890, "\\u0000": "\\ud800"}',
    "[" * 200 + "]" * 200,
]
RENAMED = ["Next", "End", "Type", "States", "x.$", "Catch", "Output", "QueryLanguage", "Assign", "Arguments"]

PATHS_EVERYWHERE = {
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
QUERIES_EVERYWHERE = {
    "QueryLanguage": "JSONata",
    "StartAt": "A",
    "States": {
        "A": {
            "Type": "Pass",
            "Assign": {"seen": "{% $states.input %}", "n": "{% $count($states.input.*) %}"},
            "Output": {"n": "{% $exists($states.input.n) ? $states.input.n + 1 : $n %}"},
            "Next": "C",
        },
        "C": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.n < 3 %}", "Assign": {"n": "{% $n + 1 %}"}, "Next": "A"}],
            "Default": "W",
        },
        "W": {"Type": "Wait", "Seconds": "{% $min([$n, 5]) %}", "Next": "M"},
        "M": {
            "Type": "Map",
            "Items": "{% [1..$n] %}",
            "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}"},
            "MaxConcurrency": "{% 2 %}",
            "ItemProcessor": {
                "StartAt": "T",
                "States": {
                    "T": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem",
                        "Arguments": {"TableName": "{% 't' & $string($states.input.v) %}"},
                        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "F"}],
                        "Output": "{% $states.result %}",
                        "End": True,
                    },
                    "F": {"Type": "Fail", "Error": "{% 'E' %}", "Cause": "{% $string($states.input) %}"},
                },
            },
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "P"}],
            "Next": "P",
        },
        "P": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "S", "States": {"S": {"Type": "Succeed", "Output": "{% $seen %}"}}}],
            "End": True,
        },
    },
}


def definitions():
    """Each of ours often enough that it has its turn among some hundred real ones."""
    real = [json.loads(file.read_text()) for file in sorted(REAL.glob("*.json")) if file.name != "manifest.json"]
    samples = [json.loads(file.read_text()) for file in sorted(SAMPLES.glob("*/definition.asl.json"))]
    assert samples, "the bundled samples are there"
    return [*[PATHS_EVERYWHERE, QUERIES_EVERYWHERE] * 30, *samples * 10, *real]


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
    match choose.randrange(5):
        case 0:
            del parent[path[-1]]
        case 1 if isinstance(parent, dict):
            parent[choose.choice(RENAMED)] = parent.pop(path[-1])
        case 2:
            other = copy
            for key in choose.choice(every):
                if isinstance(other, dict | list) and (isinstance(other, list) or key in other):
                    other = other[key]
            parent[path[-1]] = json.loads(json.dumps(other))
        case 3 if isinstance(parent[path[-1]], str):
            parent[path[-1]] = scrambled(parent[path[-1]], choose)
        case _:
            parent[path[-1]] = choose.choice(ODD)
    return copy


def scrambled(text, choose):
    """A piece of the text is gone, doubled, or has something odd in its place."""
    start, end = sorted(choose.randrange(len(text) + 1) for _ in range(2))
    middle = choose.choice(
        ["", text[start:end] * 2, "\x00", "\ud800", "(", ")", "]", "'", '"', "{%", "%}", "$", ".", "9" * 400]
    )
    return text[:start] + middle + text[end:]


def broken_definition(choose, known):
    """The text of a definition with one to three things wrong in it, and now and then in its JSON, too."""
    definition = choose.choice(known)
    for _ in range(choose.randrange(1, 4)):
        definition = mutated(definition, choose)
    text = json.dumps(definition, ensure_ascii=choose.random() < 0.9)
    return scrambled(text, choose) if choose.random() < 0.05 else text


BY_THE_CLOCK = 6  # of a busy machine's processors a process may get a sixth


@contextmanager
def bounded(seconds, what) -> Iterator[None]:
    """What runs inside takes at most so many seconds of processor time, the same on a busy machine; and by the clock at
    most `BY_THE_CLOCK` times as many, since what blocks takes no processor time.
    """

    def too_much_work(number, frame):
        raise AssertionError(f"more than {seconds} s of processor time: {what()}")

    def too_long(number, frame):
        raise AssertionError(f"more than {seconds * BY_THE_CLOCK} s by the clock: {what()}")

    before = signal.signal(signal.SIGPROF, too_much_work), signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * BY_THE_CLOCK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGPROF, before[0])
        signal.signal(signal.SIGALRM, before[1])
