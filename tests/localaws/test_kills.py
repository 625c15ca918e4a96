"""kill -9 at random moments under mixed load: what was acknowledged is there, nothing is stuck, nothing is done twice."""

import json
import random
import time
from collections import Counter

import pytest
from mixed_load import EACH, ROWS, Load, counting_server, message_ids, set_up
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
    messages = message_ids(endpoint, stage.messages)
    _check_calls(server.calls, messages, histories)
    _check_children(endpoint, stage, histories)
    map_runs = [name for name in everything if name.startswith(("each", "rows"))]
    assert map_runs
    for name in map_runs:
        _check_map_run(endpoint, everything[name], histories[name], messages)


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


def _check_map_run(endpoint, arn, history, messages):
    """Each item went to one execution; one that succeeded sent its message, none sent two."""
    client = endpoint.client()
    assert history[-1]["type"] == "ExecutionSucceeded"
    (map_run,) = client.list_map_runs(executionArn=arn)["mapRuns"]
    found = client.describe_map_run(mapRunArn=map_run["mapRunArn"])
    counts = found["executionCounts"]
    over = counts["succeeded"] + counts["failed"]
    assert (found["status"], over) == ("SUCCEEDED", counts["total"])
    output = json.loads(client.describe_execution(executionArn=arn)["output"])
    if "ResultWriterDetails" in output:
        assert (found["itemCounts"]["succeeded"], counts["failed"]) == (ROWS, 0)
        assert [int(row["n"]) for row in _written(endpoint, output["ResultWriterDetails"])] == list(range(ROWS))
        return
    pages = client.get_paginator("list_executions").paginate(mapRunArn=map_run["mapRunArn"])
    children = [child for page in pages for child in page["executions"]]
    assert len(children) == counts["total"] == EACH
    assert len(output["sent"]) == counts["succeeded"]
    for child in children:
        told = events(client, child["executionArn"])
        _check_history("child", told)
        errors = {error for event in told for error in _errors(event)}
        assert child["status"] == "SUCCEEDED" or errors <= LOST, errors
        sent = len(messages.get(child["name"], ()))
        assert sent == 1 if child["status"] == "SUCCEEDED" else sent <= 1, (child["name"], sent)


def _written(endpoint, details):
    s3 = endpoint.client("s3")
    manifest = json.loads(s3.get_object(**details)["Body"].read())
    for file in manifest["ResultFiles"]["SUCCEEDED"]:
        found = s3.get_object(Bucket=details["Bucket"], Key=file["Key"])["Body"].read()
        for execution in json.loads(found):
            yield from json.loads(execution["Output"])["Items"]
