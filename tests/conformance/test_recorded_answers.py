"""AWS's recorded answers, in process and in virtual time: status, output, error, cause, and the history field by field.

The recordings lie beside the repository; without them these tests are skipped. Cases that need another service or a
distributed Map are not run here.
"""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from asl.parse import parse
from asl.testing import IDENTITY, Playbook

CASES = Path(__file__).parents[3] / "shared" / "conformance" / "cases"
DISTRIBUTED = re.compile(r'"ItemReader"|"ItemBatcher"|"ResultWriter"|"DISTRIBUTED"')
NOW = 1_795_384_800.0  # 2026-11-22T22:00:00Z: a Wait in the recordings goes just beyond the longest from here
ARNS = {
    "STANDARD": IDENTITY.execution_arn,
    "EXPRESS": "arn:aws:states:us-east-1:123456789012:express:machine:run:0d4b1c5e-0001",
}
MASKS = ["snf_role_arn", "sfn_role_arn", "timestamp", "datetime", "111111111111", "000000000000"]


def text_of(definition):
    return definition if isinstance(definition, str) else json.dumps(definition)


@cache
def cases():
    found = []
    for file in sorted(CASES.glob("*.json")):
        for case in json.loads(file.read_text()):
            plain = case["kind"] == "execution" and case["needs"] == ["none"]
            if not plain or DISTRIBUTED.search(text_of(case["definition"])) or case.get("interacts"):
                continue
            if case["expected"]["status"] in ("SUCCEEDED", "FAILED", "TIMED_OUT"):
                found.append(case)
    return found


def pattern(expected, masks):
    """A recorded string with its masked parts as wildcards."""
    masked = re.compile("(<[A-Za-z][A-Za-z0-9_.:\\- ]*>|" + "|".join(map(re.escape, masks)) + ")")
    parts = masked.split(expected)
    return re.compile(
        "".join(re.escape(part) if index % 2 == 0 else ".*?" for index, part in enumerate(parts)), re.DOTALL
    )


def as_json(text):
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None


def differences(expected, actual, masks, path="$", *, loose=False):
    """Where an answer differs from the recording; masked values match anything."""
    if isinstance(expected, str) and (expected in ("timestamp", "datetime", "date") or expected in masks):
        return []
    parsed = isinstance(expected, dict | list | int | float) and not isinstance(expected, bool)
    if parsed and isinstance(actual, str):
        actual = as_json(actual)
    if isinstance(expected, dict):
        if not isinstance(actual, dict) or expected.keys() != actual.keys():
            return [f"{path}: {expected} != {actual}"]
        return [line for key in expected for line in differences(expected[key], actual[key], masks, f"{path}.{key}")]
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(expected) != len(actual):
            return [f"{path}: {expected} != {actual}"]
        pairs = enumerate(zip(expected, actual, strict=True))
        return [line for index, (left, right) in pairs for line in differences(left, right, masks, f"{path}[{index}]")]
    if isinstance(expected, bool) or isinstance(actual, bool) or expected is None or actual is None:
        return [] if expected is actual else [f"{path}: {expected!r} != {actual!r}"]
    if not isinstance(expected, str) or not isinstance(actual, str):
        same = type(expected) in (int, float) and type(actual) in (int, float) and expected == actual
        return [] if same else [f"{path}: {expected!r} != {actual!r}"]
    if loose and isinstance(as_json(expected), dict | list | int | float) and as_json(actual) is not None:
        return differences(as_json(expected), as_json(actual), masks, path)
    return [] if pattern(expected, masks).fullmatch(actual) else [f"{path}: {expected!r} != {actual!r}"]


def run(case):
    masks = sorted({*MASKS, *(mask for mask in case.get("wildcards", []) if mask and len(mask) > 2)}, key=len)[::-1]
    identity = replace(IDENTITY, type=case["type"], execution_arn=ARNS[case["type"]])
    machine = parse(text_of(case["definition"]))
    playbook = Playbook(machine, input=case["input"] or "{}", identity=identity, at=NOW, reload=True, budget=7)
    playbook.run()
    return playbook, masks


def ids(case):
    return case["id"]


def unordered(history):
    """Positions whose order the recording lost: a Parallel block was sorted."""
    return [index for index, event in enumerate(history) if isinstance(event["id"], list)]


def without_ids(event):
    return {key: value for key, value in event.items() if key not in ("id", "previousEventId")}


ENDS_A_BLOCK = {"ParallelStateSucceeded", "ParallelStateFailed", "ParallelStateExited"}


def without_lost_events(expected, actual):
    """What was written, less the events that sorting a block dropped from the recording.

    The ids of such a recording have gaps where the end of the block was: ..., 17, 19. Only a block's end may be missing.
    """
    if not unordered(expected):
        return actual
    known = {event["id"] for event in expected if not isinstance(event["id"], list)}
    lost = expected[-1]["id"] - len(expected)
    missing = [event for event in actual if event["type"] in ENDS_A_BLOCK and event["id"] not in known]
    assert len(missing) == lost
    return [event for event in actual if event not in missing]


def history_differences(expected, actual, masks):
    if len(expected) != len(actual):
        return [f"{len(expected)} events expected, {len(actual)} written"]
    loose = unordered(expected)
    if not loose:
        return differences(expected, actual, masks, "history")
    found = []
    remaining = [without_ids(actual[index]) for index in loose]
    for index, event in enumerate(expected):
        if index not in loose:
            found += differences(event, actual[index], masks, f"history[{index}]")
            continue
        match = next((one for one in remaining if not differences(without_ids(event), one, masks)), None)
        if match is None:
            found.append(f"history[{index}]: nothing written matches {event}")
        else:
            remaining.remove(match)
    return found


def type_sequence(expected, history):
    loose = unordered(expected)
    types = [event["type"] for event in history]
    block = iter(sorted(types[index] for index in loose if index < len(types)))
    return [next(block) if index in loose else kind for index, kind in enumerate(types)]


pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"no recorded answers at {CASES}")


def test_there_are_recordings_to_compare_with():
    assert len(cases()) == 529


@pytest.mark.parametrize("case", cases() if CASES.is_dir() else [], ids=ids)
def test_an_execution_ends_as_it_did_at_aws(case):
    playbook, masks = run(case)
    execution, expected = playbook.execution, case["expected"]
    found = differences(expected["status"], execution.status, masks, "status")
    for field in ("output", "error", "cause"):
        found += differences(expected[field], getattr(execution, field), masks, field, loose=True)
    assert found == []


@pytest.mark.parametrize(
    "case", [case for case in cases() if case["expected"].get("history")] if CASES.is_dir() else [], ids=ids
)
def test_a_history_is_the_recorded_one_in_every_field(case):
    playbook, masks = run(case)
    expected = case["expected"]["history"]
    actual = without_lost_events(expected, playbook.rendered())
    assert type_sequence(expected, actual) == type_sequence(expected, expected)
    assert history_differences(expected, actual, masks) == []
