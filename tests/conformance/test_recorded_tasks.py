"""AWS's recorded histories of machines that call something: each task is answered as it was in the recording.

What the services do is not in question here; what a state hands to them and makes of their answers is.
"""

import json
import re
from dataclasses import replace
from functools import cache

import pytest

from asl.events import TaskFailed, TaskStarted, TaskSubmitted, TaskSucceeded
from asl.parse import parse
from asl.testing import IDENTITY, Playbook

from .test_recorded_answers import (
    ARNS,
    CASES,
    DISTRIBUTED,
    MASKS,
    NOW,
    history_differences,
    ids,
    text_of,
    without_lost_events,
)

NOT_REPLAYED = {
    "activities/test_activities::test_activity_task#1": "the activity's ARN is masked in the definition",
    "activities/test_activities::test_activity_task_on_deleted": "the driver knows which activities there are",
    "activities/test_activities::test_activity_task_with_heartbeat#1": "the activity's ARN is masked",
    "callback/test_callback::test_sqs_wait_for_task_tok_with_heartbeat#1": "the token is masked by half",
    "callback/test_callback::test_sqs_wait_for_task_token_timeout": "the token is masked by half",
    "callback/test_callback::test_sync_with_task_token#1": "two executions in one recording",
    "error_handling/test_task_lambda::test_raise_exception_catch": "a Cause that was parsed and masked",
    "scenarios/test_base_scenarios::test_lambda_invoke_with_retry_base": "a Cause that was parsed and masked",
    "error_handling/test_task_service_lambda::test_invoke_timeout": "a time-out is no outcome to be handed in",
    "timeouts/test_timeouts::test_fixed_timeout_service_lambda": "a time-out is no outcome to be handed in",
    "timeouts/test_timeouts::test_service_lambda_map_timeout": "a time-out is no outcome to be handed in",
    "services/test_apigetway_task_service::test_invoke_with_headers[singleStringHeader]": "the driver's own refusal",
}
OUTCOME = re.compile(r"(Task|LambdaFunction|Activity)(Succeeded|Failed|Submitted|SubmitFailed|StartFailed)")
NAMES = re.compile(r"\$\{[^}]*\}")  # what a definition calls; masked in the recording
FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:work"


@cache
def cases():
    found = []
    for file in sorted(CASES.glob("*.json")):
        for case in json.loads(file.read_text()):
            definition = text_of(case["definition"]) if case["kind"] == "execution" else ""
            if not definition or case["needs"] == ["none"] or DISTRIBUTED.search(definition):
                continue
            if case["expected"].get("history") and case["id"] not in NOT_REPLAYED:
                found.append(case)
    return found


def as_text(value):
    return value if isinstance(value, str) or value is None else json.dumps(value, separators=(",", ":"))


def details(event):
    return next(value for key, value in event.items() if key.endswith("EventDetails"))


def answer(playbook, recorded):
    """The recorded outcome, for the task that has waited longest."""
    about, task_id, at = details(recorded), min(playbook.tasks), playbook.now
    kind = OUTCOME.fullmatch(recorded["type"])[2]
    if kind == "Succeeded":
        playbook.reply(TaskSucceeded(at=at, task_id=task_id, output=as_text(about["output"])))
    elif kind == "Submitted":
        playbook.reply(TaskStarted(at=at, task_id=task_id))
        playbook.reply(TaskSubmitted(at=at, task_id=task_id, output=as_text(about["output"])))
    else:
        failed = TaskFailed(
            at=at,
            task_id=task_id,
            error=about.get("error"),
            cause=as_text(about.get("cause")),
            submit=kind == "SubmitFailed",
            start=kind == "StartFailed",
        )
        playbook.reply(failed)


def run(case):
    masks = sorted({*MASKS, *(mask for mask in case.get("wildcards", []) if mask and len(mask) > 2)}, key=len)[::-1]
    definition = NAMES.sub(FUNCTION, text_of(case["definition"]))
    data = as_text(details(case["expected"]["history"][0])["input"])  # with the names as the recording masked them
    identity = replace(IDENTITY, type=case["type"], execution_arn=ARNS[case["type"]])
    playbook = Playbook(parse(definition), input=data, identity=identity, at=NOW, reload=True, budget=7)
    for recorded in case["expected"]["history"]:
        if OUTCOME.fullmatch(recorded["type"]):
            playbook.run(until=playbook.now)
            if not playbook.tasks:
                playbook.run()  # until the next attempt
            answer(playbook, recorded)
    playbook.run()
    return playbook, masks


pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"no recorded answers at {CASES}")


@pytest.mark.parametrize("case", cases() if CASES.is_dir() else [], ids=ids)
def test_what_is_made_of_a_services_answer_is_what_aws_made(case):
    playbook, masks = run(case)
    expected = case["expected"]["history"]
    assert playbook.execution.status == case["expected"]["status"]
    assert history_differences(expected, without_lost_events(expected, playbook.rendered()), masks) == []


def test_there_are_recordings_of_tasks():
    assert len(cases()) == 97
