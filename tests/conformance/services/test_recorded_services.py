"""AWS's recorded answers of machines that call services, against the endpoint with its own services behind it.

Status, output, error, cause and the history in every field; of a script, each step's answer. The cases run side by
side, each as soon as the first test asks; what can't be matched has its reason in ``recordings.DIFFERENT``.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from ..test_recorded_answers import MASKS, differences, history_differences, without_lost_events  # noqa: TID252
from .functions import HANDLERS
from .recordings import CASES, DIFFERENT, recorded
from .replay import play_execution, play_script, play_state
from .scenes import MASKED

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"no recorded answers at {CASES}")
PLAYERS = {"execution": play_execution, "script": play_script, "teststate": play_state}

ANYTHING = "timestamp"
# Of a body with masked names in it, of the moment, of a function's run: no two recordings agree.
MEASURED = {"Content-Length", "Date", "billedDurationInMilliseconds"}
MASK_WITHIN_MASK = re.compile(r"<<([^<>]+)>(:\d+)?>")
MASKED_WHOLE = re.compile(r"<headers-[\w-]+>|<start-date>|<stop-date>")  # in place of a list or a number
ADDED = {"encryptionConfiguration": "2024-07-25"}  # field of an answer -> since when AWS gives it


def masks_of(case: dict[str, Any]) -> list[str]:
    return sorted({*MASKS, *MASKED, *(mask for mask in case.get("wildcards", []) if mask and len(mask) > 2)}, key=len)[
        ::-1
    ]


@pytest.fixture(scope="module")
def played(localaws, request) -> Any:
    """Every case that this run asks for, by id, playing."""
    asked = {
        item.callspec.id
        for item in request.session.items
        if item.module is request.module and hasattr(item, "callspec")
    }
    every = any(item.name == "test_at_least_95_of_100_are_right" for item in request.session.items)
    with ThreadPoolExecutor(1) as one:  # what takes the first machine in the list must be the only one there
        first = {case["id"]: one.submit(play_script, localaws.url, case) for case in recorded() if by_list(case)}
    pool = ThreadPoolExecutor(8)
    groups: dict[str, list[tuple[dict[str, Any], Future[Any]]]] = {}
    for case in recorded():
        if (every or case["id"] in asked) and case["id"] not in first:
            groups.setdefault(turn_of(case), []).append((case, Future()))
    for name in sorted(groups, key=lambda name: -steps_of(groups[name])):  # what takes longest starts first
        pool.submit(play_in_turn, localaws.url, groups[name])
    yield first | {case["id"]: future for group in groups.values() for case, future in group}
    pool.shutdown(cancel_futures=True)


def by_list(case: dict[str, Any]) -> bool:
    """Does a script find what it made as the first of all machines that there are?"""
    return any(".stateMachines[0]" in json.dumps(step.get("params")) for step in case.get("steps", []))


def steps_of(group: list[tuple[dict[str, Any], Future[Any]]]) -> int:
    return sum(len(case.get("steps") or case["expected"].get("history") or ()) for case, _ in group)


def turn_of(case: dict[str, Any]) -> str:
    """The recorded test: its cases use the same queues and topics, so they take turns."""
    return re.sub(r"#\d+$|!script$", "", case["id"])


def play_in_turn(url: str, group: list[tuple[dict[str, Any], Future[Any]]]) -> None:
    for case, future in group:
        try:
            future.set_result(PLAYERS[case["kind"]](url, case))
        except Exception as error:  # noqa: BLE001 (the case's own test reports it)
            future.set_exception(error)


def execution_differences(case: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    expected, masks = comparable(case["expected"]), masks_of(case)
    found = differences(expected["status"], answer["status"], masks, "status")
    for field in ("output", "error", "cause"):
        found += differences(expected[field], answer.get(field), masks, field, loose=True)
    if expected.get("history") and "history" in answer:
        actual = without_lost_events(expected["history"], answer["history"])
        found += history_differences(expected["history"], actual, masks)
    return found


def comparable(value: Any) -> Any:
    """A recorded value less boto3's metadata, with wildcards for what was measured and for masks within masks."""
    if isinstance(value, dict):
        kept = {key: comparable(item) for key, item in value.items() if key != "ResponseMetadata"}
        return {key: ANYTHING if key in MEASURED else item for key, item in kept.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if not isinstance(value, str):
        return value
    return ANYTHING if MASKED_WHOLE.fullmatch(value) else MASK_WITHIN_MASK.sub(r"<\1\2>", value)


def as_then(case: dict[str, Any], value: Any) -> Any:
    """An answer less the fields that AWS has added since the recording."""
    if not isinstance(value, dict):
        return value
    recorded_on = case["meta"]["aws_validated"][:10]
    return {key: item for key, item in value.items() if recorded_on >= ADDED.get(key, "")}


def script_differences(case: dict[str, Any], answers: dict[int, Any]) -> list[str]:
    masks, found = masks_of(case), []
    for step in case["steps"]:
        for expected in step.get("expect", []):
            answer, value = answers[step["n"]], comparable(expected["value"])
            if isinstance(value, dict) and "exception_value" in value:
                answer, value = answer.get("exception_value"), value["exception_value"]
            elif isinstance(value, str) and "exception_value" in answer:
                answer = answer["exception_value"]
            elif expected["path"] and expected["path"] != "?exc":
                answer = answer.get(expected["path"])
            elif isinstance(answer, dict):
                answer = {key: item for key, item in answer.items() if key != "exception_value"}
            found += differences(value, as_then(case, answer), masks, f"{step['n']}.{expected['key']}", loose=True)
    return found


def state_differences(case: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    return differences(comparable(case["expected"]), answer, masks_of(case), loose=True)


def differences_of(case: dict[str, Any], playing: Future[Any]) -> list[str]:
    answer = playing.result(timeout=240)
    compared = {"execution": execution_differences, "script": script_differences, "teststate": state_differences}
    return compared[case["kind"]](case, answer)


@pytest.mark.parametrize(
    "case",
    [case for case in recorded() if case["id"] not in DIFFERENT] if CASES.is_dir() else [],
    ids=lambda case: case["id"],
)
def test_a_case_with_services_is_as_it_was_at_aws(case, played):
    found = differences_of(case, played[case["id"]])
    assert not found, "\n".join(found)


def test_every_behaviour_that_a_replayed_case_asks_for_is_known():
    assert {words for case in recorded() for words in (case.get("lambdas") or {}).values()} == set(HANDLERS)


def test_every_case_that_differs_is_a_recorded_one():
    assert set(DIFFERENT) <= {case["id"] for case in recorded()}


def test_at_least_95_of_100_are_right(played):
    def right(case: dict[str, Any]) -> bool:
        try:
            return not differences_of(case, played[case["id"]])
        except Exception:  # noqa: BLE001 (reported by the case's own test)
            return False

    cases = recorded()
    wrong = [case["id"] for case in cases if not right(case)]
    assert len(wrong) <= 0.05 * len(cases), wrong
