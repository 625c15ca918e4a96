"""kill -9 at random moments under mixed load: what was acknowledged is there, nothing is stuck, nothing is done twice."""

import random
import time
from collections import Counter

import pytest
from mixed_load import Load, counting_server, message_ids, set_up
from served import Endpoint, events, finished, wait_until

ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}
STARTED = {"TaskStarted", "LambdaFunctionStarted", "ActivityStarted"}
SUCCEEDED = {"TaskSucceeded", "LambdaFunctionSucceeded"}
LOST = {"Lambda.SdkClientException", "SQS.SdkClientException", "States.Http.Socket"}


@pytest.mark.parametrize("kills", [10, pytest.param(50, marks=pytest.mark.proof)])
def test_kill_9_at_any_moment_loses_nothing_and_repeats_nothing_unsaid(tmp_path, kills):
    with counting_server() as server:
        allowed = f"127.0.0.1:{server.server_port}"
        endpoint = Endpoint(tmp_path / "home", LOCALAWS_HTTP_ALLOWED_HOSTS=allowed).start()
        try:
            _kill_and_check(endpoint, server, kills)
        finally:
            endpoint.stop()


def _kill_and_check(endpoint, server, kills):
    stage = set_up(endpoint, server.server_port)
    client = endpoint.client()
    for kind in ("message", "post", "function"):  # what a Task saw of the services is durable when it has ended
        arn = client.start_execution(stateMachineArn=stage.machines[kind], name=f"{kind}-first", input="{}")
        assert finished(client, arn["executionArn"])["status"] == "SUCCEEDED"
    load = Load(endpoint, stage)
    load.start()
    try:
        start_seconds = 1.0
        for _ in range(kills):
            time.sleep(random.uniform(0.1, 0.7) * max(start_seconds, 1.0))  # a busy machine gets less done in a second
            load.up.clear()
            endpoint.kill()
            begun = time.monotonic()
            endpoint.start()
            start_seconds = time.monotonic() - begun
            load.up.set()
        wait_until(load.ledger.says_enough, "clients got some answers of each kind", 120)
        load.ending.set()
        wait_until(lambda: not _running(endpoint, stage), "every execution ends", 120)
    finally:
        load.stop()
    _check_acknowledged(endpoint, load.ledger)
    everything = _all_executions(endpoint, stage)
    histories = {name: events(endpoint.client(), arn) for name, arn in everything.items() if "loop" not in name}
    for name, history in histories.items():
        _check_history(name, history)
    _check_calls(server.calls, message_ids(endpoint, stage.messages), histories)
    _check_children(endpoint, stage, histories)


def _all_executions(endpoint, stage):
    """Name -> ARN of all, acknowledged or not."""
    pages = endpoint.client().get_paginator("list_executions")
    return {
        one["name"]: one["executionArn"]
        for arn in stage.machines.values()
        for page in pages.paginate(stateMachineArn=arn)
        for one in page["executions"]
    }


def _running(endpoint, stage):
    client = endpoint.client()
    return [
        execution["name"]
        for kind, arn in stage.machines.items()
        if kind != "parked"
        for execution in client.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
    ]


def _check_acknowledged(endpoint, ledger):
    client = endpoint.client()
    assert ledger.faults == []
    assert ledger.says_enough()
    for arn, (name, text) in ledger.started.items():
        found = client.describe_execution(executionArn=arn)
        assert found["input"] == text
        if name in ledger.answered:
            status, said = ledger.answered[name]
            assert found["status"] == status
            assert found.get("output" if status == "SUCCEEDED" else "error") == said
        if arn in ledger.stopped:
            assert (found["status"], found["error"]) == ("ABORTED", "Enough")
        elif not name.startswith("parked"):
            assert found["status"] != "RUNNING"
        if arn in ledger.finished:
            seen = ledger.finished[arn]
            assert {key: found.get(key) for key in seen} == seen


def _check_history(name, history):
    assert [event["id"] for event in history] == list(range(1, len(history) + 1))
    assert all(event["previousEventId"] < event["id"] for event in history)
    types = [event["type"] for event in history]
    assert types[0] == "ExecutionStarted"
    ends = [position for position, kind in enumerate(types) if kind in ENDS]
    assert ends == ([] if name.startswith("parked") and not ends else [len(types) - 1])


def _check_calls(calls, messages, histories):
    """No call was made that the history doesn't tell of; and none that it tells of as done is missing."""
    begun, done, lost = Counter(), Counter(), 0
    for name, history in histories.items():
        types = [event["type"] for event in history]
        begun[name] = sum(kind in STARTED for kind in types)
        done[name] = sum(kind in SUCCEEDED for kind in types)
        lost += sum(error in LOST for event in history for error in _errors(event))
    made = {name: calls[name] for name in histories if name.startswith(("post", "function", "invoke"))}
    made |= {name: len(messages.get(name, ())) for name in histories if name.startswith("message")}
    assert sum(made.values()) > 20
    for name, count in made.items():
        assert done[name] <= count <= begun[name], (name, count, [event["type"] for event in histories[name]])
    assert lost, "some call was under way at a kill"


def _errors(event):
    return [details.get("error") for details in event.values() if isinstance(details, dict) and "error" in details]


def _check_children(endpoint, stage, histories):
    submitted = sum(
        event["type"] == "TaskSubmitted"
        for name, history in histories.items()
        if name.startswith("nested")
        for event in history
    )
    pages = endpoint.client().get_paginator("list_executions").paginate(stateMachineArn=stage.machines["child"])
    assert sum(len(page["executions"]) for page in pages) == submitted
