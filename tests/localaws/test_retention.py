"""Ended executions are forgotten in time, whole; what runs, and what others still need, stays."""

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from maps import distributed
from served import PASS, ROOT, Endpoint, create, finished, machine, wait_until, waits

SECONDS = 3
DAYS = str(SECONDS / 86_400)
TABLES = ("execution", "history", "value", "frame", "task", "timer", "redrive", "map_run", "map_child")


def counts(home):
    with closing(sqlite3.connect(home / "stepfunctions.sqlite3")) as store:
        return {table: store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def is_there(sfn, arn):
    try:
        return bool(sfn.describe_execution(executionArn=arn))
    except sfn.exceptions.ExecutionDoesNotExist:
        return False


def test_ended_executions_are_forgotten_and_running_ones_are_not(tmp_path):
    home = tmp_path / "home"
    with Endpoint(home, LOCALAWS_RETENTION_DAYS=DAYS) as endpoint:
        sfn = endpoint.client()
        passes, fails = create(sfn, PASS), create(sfn, machine(F={"Type": "Fail"}))
        large = json.dumps("x" * 50_000)  # lies in rows of its own
        gone = [
            sfn.start_execution(stateMachineArn=passes, name=f"n{n}", input=large)["executionArn"] for n in range(250)
        ]
        gone.append(sfn.start_execution(stateMachineArn=fails)["executionArn"])  # keeps what a redrive needs
        running = sfn.start_execution(stateMachineArn=create(sfn, waits(3600)))["executionArn"]
        wait_until(lambda: not any(is_there(sfn, arn) for arn in gone), "they are forgotten", 20)
        assert sfn.list_executions(stateMachineArn=passes)["executions"] == []
        assert is_there(sfn, running)
        again = sfn.start_execution(stateMachineArn=passes, name="n0", input="{}")["executionArn"]  # the name is free
        assert finished(sfn, again)["input"] == "{}"
        wait_until(lambda: not is_there(sfn, again), "it is forgotten, too", 20)
        left = counts(home)
        assert {name for name, count in left.items() if count} == {"execution", "history", "frame", "timer"}
        assert (left["execution"], left["history"], left["timer"]) == (1, 1, 1)
        sfn.stop_execution(executionArn=running)


def test_a_map_runs_executions_stay_as_long_as_the_maps_own(tmp_path):
    home = tmp_path / "home"
    with Endpoint(home, LOCALAWS_RETENTION_DAYS=DAYS) as endpoint:
        sfn = endpoint.client()
        then_wait = {**distributed(Next="W"), "End": None}
        del then_wait["End"]
        definition = machine(M=then_wait, W={"Type": "Wait", "Seconds": 2 * SECONDS, "End": True})
        arn = sfn.start_execution(stateMachineArn=create(sfn, definition), input="[1, 2, 3]")["executionArn"]
        (map_run,) = wait_until(lambda: sfn.list_map_runs(executionArn=arn)["mapRuns"], "the Map Run begins")
        time.sleep(1.5 * SECONDS)  # alone, they would be gone
        children = sfn.list_executions(mapRunArn=map_run["mapRunArn"])["executions"]
        assert [child["status"] for child in children] == ["SUCCEEDED"] * 3
        assert finished(sfn, arn)["status"] == "SUCCEEDED"
        wait_until(lambda: counts(home) == dict.fromkeys(TABLES, 0), "all is forgotten", 20)
        with pytest.raises(sfn.exceptions.ResourceNotFound):
            sfn.describe_map_run(mapRunArn=map_run["mapRunArn"])


def test_free_pages_are_given_back_when_nobody_uses_the_store(tmp_path):
    home = tmp_path / "home"
    with Endpoint(home, LOCALAWS_RETENTION_DAYS=DAYS) as endpoint:
        sfn = endpoint.client()
        passes = create(sfn, PASS)
        for number in range(40):
            sfn.start_execution(stateMachineArn=passes, input=json.dumps(f"{number}" * 50_000))
        wait_until(lambda: not counts(home)["execution"], "they are forgotten", 20)
        refused = _compact(home)
        assert (refused.returncode, "Another local endpoint" in refused.stderr) == (1, True)
    before = (home / "stepfunctions.sqlite3").stat().st_size
    assert _compact(home).returncode == 0
    assert (home / "stepfunctions.sqlite3").stat().st_size < before / 10
    with Endpoint(home) as endpoint:
        assert finished(endpoint.client(), endpoint.client().start_execution(stateMachineArn=passes)["executionArn"])


def _compact(home):
    command = [sys.executable, "-m", "localaws", "--home", str(home), "--compact"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
