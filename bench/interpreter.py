"""The interpreter alone, in memory, its history events included: `asl` against aws-local-stepfunctions (Node)."""

import json
import subprocess
import time
from collections import defaultdict
from pathlib import Path

import orjson

from asl import json_text
from asl.effects import Continue
from asl.events import Continued
from asl.interpreter import handle, start
from asl.parse import parse
from asl.testing import IDENTITY, SEED
from bench.machines import Workload, workloads
from bench.peers import PeerError, node_interpreter
from bench.report import Figure, Report, at_least, middle, times

FLOOR = 200_000  # transitions a second
FACTOR = 4
STEPS = 200  # as the endpoint slices
SCRIPT = Path(__file__).with_name("aws_local_stepfunctions.mjs")


def measure(report: Report, *, rounds: int, seconds: float, size: int = 1000, peers: bool = True) -> None:
    report.heading("The interpreter alone, in memory")
    json_text.use(orjson.dumps, orjson.loads)
    cases = [case for name, case in workloads(size).items() if name != "jsonata"]
    own: dict[str, list[float]] = defaultdict(list)
    other: dict[str, list[float]] = defaultdict(list)
    missing = "not asked for"
    for _ in range(rounds):  # in turn, so that both meet the same neighbours
        for case in cases:
            own[case.name].append(_rate(case, seconds))
        if not peers:
            continue
        try:
            for name, values in _peer(cases, seconds).items():
                other[name].extend(values)
        except PeerError as reason:
            missing, peers = str(reason), False
    for case in cases:
        theirs: float | str = middle(other[case.name]) if other[case.name] else missing
        found = {"aws-local-stepfunctions": theirs}
        report.add(
            Figure(
                what=f"{case.name}, in memory",
                value=middle(own[case.name]),
                unit="transitions/s",
                bounds=[at_least(FLOOR), *times(FACTOR, found)],
                peers=found,
            )
        )


def _rate(case: Workload, seconds: float) -> float:
    machine = parse(case.text)
    runs, began = 0, time.perf_counter()
    while not runs or time.perf_counter() - began < seconds:
        execution, transition = start(machine, identity=IDENTITY, input=case.input, at=1.0, seed=SEED, budget=STEPS)
        while transition.effects and isinstance(transition.effects[-1], Continue):
            transition = handle(execution, Continued(at=1.0), budget=STEPS)
        assert execution.status == "SUCCEEDED", execution.cause
        runs += 1
    return case.transitions * runs / (time.perf_counter() - began)


def _peer(cases: list[Workload], seconds: float) -> dict[str, list[float]]:
    command, folder = node_interpreter()
    asked = {
        "package": str(folder),
        "rounds": 1,
        "seconds": seconds,
        "workloads": [
            {
                "name": case.name,
                "definition": case.definition,
                "input": json.loads(case.input),
                "transitions": case.transitions,
            }
            for case in cases
        ],
    }
    finished = subprocess.run(
        [*command, str(SCRIPT)], input=json.dumps(asked), capture_output=True, text=True, timeout=300, check=False
    )
    if finished.returncode:
        raise PeerError(f"aws-local-stepfunctions failed: {finished.stderr.strip().splitlines()[-1]}")
    answer: dict[str, list[float]] = json.loads(finished.stdout)
    return answer
