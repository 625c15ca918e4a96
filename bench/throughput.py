"""Through the endpoint, everything durable: transitions a second of one execution, and many small executions."""

import asyncio
import json
import time
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench import machines
from bench.machines import Workload
from bench.raw_http import Connection, each
from bench.report import Figure, Report, at_least, middle, times
from bench.servers import ROLE, Server

FLOOR = 50_000  # transitions a second
JSONATA_FLOOR = 15_000
FACTOR = 10  # times ministack
EXECUTIONS_FLOOR = 3_000
CLIENTS = 16


def create(client: Any, definition: dict[str, Any], *, express: bool = False) -> str:
    made = client.create_state_machine(
        name=f"bench-{uuid.uuid4().hex[:12]}",
        definition=json.dumps(definition),
        roleArn=ROLE,
        type="EXPRESS" if express else "STANDARD",
    )
    arn: str = made["stateMachineArn"]
    return arn


def run(client: Any, arn: str, text: str = "{}", *, pause: float = 0.001, limit: float = 120) -> float:
    """Seconds from before StartExecution to the first DescribeExecution that says SUCCEEDED."""
    began = time.perf_counter()
    execution = client.start_execution(stateMachineArn=arn, name=uuid.uuid4().hex, input=text)["executionArn"]
    while time.perf_counter() - began < limit:
        status = client.describe_execution(executionArn=execution)["status"]
        if status == "SUCCEEDED":
            return time.perf_counter() - began
        if status != "RUNNING":
            raise RuntimeError(f"ended {status}")
        time.sleep(pause)
    raise RuntimeError(f"still RUNNING after {limit} s")


def transitions(report: Report, server: Server, ministack: Server | str, *, rounds: int, size: int = 1000) -> None:
    """``ministack`` is the running peer, or why there is none."""
    report.heading("One execution through the endpoint, durable (the peer keeps nothing)")
    cases = machines.workloads(size)
    for name, case in cases.items():
        both = {"callboard": server} | ({"ministack": ministack} if isinstance(ministack, Server) else {})
        rates, reasons = _in_turn(both, case, rounds)
        peer: float | str = reasons.get("ministack") or (
            middle(rates["ministack"]) if isinstance(ministack, Server) else ministack
        )
        peers = {"ministack": peer}
        bounds = [at_least(JSONATA_FLOOR)] if name == "jsonata" else [at_least(FLOOR), *times(FACTOR, peers)]
        value = middle(rates["callboard"])
        report.add(Figure(what=f"{case.name}, durable", value=value, unit="transitions/s", bounds=bounds, peers=peers))


def _in_turn(servers: dict[str, Server], case: Workload, rounds: int) -> tuple[dict[str, list[float]], dict[str, str]]:
    clients = {name: server.client() for name, server in servers.items()}
    rates: dict[str, list[float]] = defaultdict(list)
    reasons: dict[str, str] = {}
    arns: dict[str, str] = {}
    for _ in range(rounds):
        for name, client in clients.items():
            if name in reasons:
                continue
            try:
                if name not in arns:
                    arns[name] = create(client, case.definition)
                rates[name].append(case.transitions / run(client, arns[name], case.input, limit=30))
            except Exception as reason:
                if name == "callboard":
                    raise
                reasons[name] = f"fails: {reason}"[:120]
    return rates, reasons


def executions(report: Report, server: Server, ministack: Server | str, *, rounds: int, count: int = 1000) -> None:
    report.heading(f"{count:,} executions of 10 states, until none runs")
    raw = [asyncio.run(_raw(server, count)) for _ in range(rounds)]
    report.add(
        Figure(
            what=f"{count:,} executions, raw HTTP, 32 connections",
            value=middle(raw),
            unit="executions/s",
            bounds=[at_least(EXECUTIONS_FLOOR)],
            note="all rounds: " + ", ".join(f"{value:,.0f}" for value in raw),
        )
    )
    own: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        own.append(_boto3(server, count))
        if isinstance(ministack, Server):
            theirs.append(_boto3(ministack, count))
    peers = {"ministack": middle(theirs) if theirs else str(ministack)}
    report.add(
        Figure(
            what=f"{count:,} executions, boto3, {CLIENTS} threads",
            value=middle(own),
            unit="executions/s",
            bounds=times(1, peers),
            peers=peers,
            note="boto3's own work on the same processors is most of this",
        )
    )


async def _raw(server: Server, count: int) -> float:
    client = server.client()
    arn = create(client, machines.chain(10))

    async def start(connection: Connection, body: bytes) -> None:
        await connection.send("StartExecution", body)

    bodies = [
        json.dumps({"stateMachineArn": arn, "name": uuid.uuid4().hex, "input": "{}"}).encode() for _ in range(count)
    ]
    began = time.perf_counter()
    await each(server.port, bodies, start)
    _until_none_runs(client, arn, 0.0)
    return count / (time.perf_counter() - began)


def _boto3(server: Server, count: int) -> float:
    client = server.client()
    arn = create(client, machines.chain(10))
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda name: _start(client, arn, name), [uuid.uuid4().hex for _ in range(count)]))
    _until_none_runs(client, arn, 0.02)
    return count / (time.perf_counter() - began)


def _start(client: Any, arn: str, name: str) -> None:
    client.start_execution(stateMachineArn=arn, name=name, input="{}")


def _until_none_runs(client: Any, arn: str, pause: float) -> None:
    for _ in range(10_000):
        found = client.list_executions(stateMachineArn=arn, statusFilter="RUNNING", maxResults=10)["executions"]
        if not found:
            return
        time.sleep(pause)
    raise RuntimeError("executions never ended")
