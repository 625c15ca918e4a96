"""Map Runs at random: each ends, says what is wrong with it in the language's errors, and loses no item that it counted."""

import json
import random

import odd_map_runs
import pytest
from served import Endpoint, create, finished
from test_fuzz import FAULTS, GROWTH, ODD, memory

INPUTS = ['{"n": 1, "list": [1, 2, 3]}', '{"n": 0, "list": []}', "[1, 2]", '{"n": "x", "list": [{"id": 1}]}', "null"]


@pytest.mark.parametrize("rounds", [150, pytest.param(4_000, marks=pytest.mark.proof)])
def test_whatever_a_map_run_is_given_it_ends(tmp_path, rounds):
    with Endpoint(tmp_path / "home") as endpoint:
        chance, sfn = random.Random(rounds), endpoint.client()
        odd_map_runs.put_odd_objects(endpoint.client("s3"))
        odd = [value for value in ODD if _is_text(value)]
        before, ended = 0.0, []
        for number in range(rounds):
            if number == 100:  # what the first ones load stays
                before = memory(endpoint)
            try:
                machine = create(sfn, odd_map_runs.odd_map(chance, odd))
            except sfn.exceptions.InvalidDefinition:
                continue
            arn = sfn.start_execution(stateMachineArn=machine, input=chance.choice(INPUTS))["executionArn"]
            ended.append(_check(sfn, finished(sfn, arn, 60)))
            sfn.delete_state_machine(stateMachineArn=machine)
        assert {"SUCCEEDED", "FAILED"} <= set(ended)
        assert len(ended) > rounds / 4
        assert memory(endpoint) - before < GROWTH


def _is_text(value):
    """Whether it can be sent."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _check(sfn, execution):
    assert not any(fault in execution.get("cause", "") for fault in FAULTS), execution
    for listed in sfn.list_map_runs(executionArn=execution["executionArn"])["mapRuns"]:
        found = sfn.describe_map_run(mapRunArn=listed["mapRunArn"])
        assert found["status"] == execution["status"] or execution["status"] == "FAILED", (found, execution)
        for counts in (found["itemCounts"], found["executionCounts"]):
            told = sum(counts[name] for name in ("pending", "running", "succeeded", "failed", "timedOut", "aborted"))
            assert counts["running"] == 0, found
            assert told == counts["total"], found
    return execution["status"]
