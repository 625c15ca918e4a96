"""How long one caller waits: a Pass from start to end, StartSyncExecution, a page of history, a ping beside loops."""

import asyncio
import json
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from bench import machines
from bench.raw_http import connect
from bench.report import Figure, Report, at_most, middle, percentile, times
from bench.servers import Server
from bench.throughput import create, run

QUARTER = 0.25
HISTORY_CEILING = 8.0  # ms
PING_CEILING = 20.0  # ms
LOOPS = 4
BLOCK = 5  # calls to one server, then it is the next one's turn

Peers = Mapping[str, Server | str]  # a running peer, or why there is none


def single(report: Report, server: Server, peers: Peers, *, count: int) -> None:
    """One execution of one state, through boto3, the servers in turn."""
    report.heading("One caller, boto3 (the peers keep nothing)")
    for what, express, work in (
        ("one Pass, start to SUCCEEDED, p50", False, lambda client, arn: run(client, arn, pause=0.001)),
        ("StartSyncExecution of one Pass, p50", True, _sync),
        ("DescribeStateMachine, p50: the least a call costs", False, _describe),
    ):
        found = _in_turn({"callboard": server, **peers}, express=express, work=work, count=count)
        own = found.pop("callboard")
        assert isinstance(own, float), own
        quarter = {name: value for name, value in found.items() if name in {"moto", "localstack"}}
        bounds = [] if work is _describe else times(QUARTER, quarter, best=min)
        report.add(Figure(what=what, value=own, unit="ms", bounds=bounds, peers=found))


def _sync(client: Any, arn: str) -> float:
    began = time.perf_counter()
    answer = client.start_sync_execution(stateMachineArn=arn, name=uuid.uuid4().hex, input="{}")
    if answer["status"] != "SUCCEEDED":
        raise RuntimeError(f"ended {answer['status']}")
    return time.perf_counter() - began


def _describe(client: Any, arn: str) -> float:
    began = time.perf_counter()
    client.describe_state_machine(stateMachineArn=arn)
    return time.perf_counter() - began


def _in_turn(servers: Peers, *, express: bool, work: Callable[[Any, str], float], count: int) -> dict[str, float | str]:
    """Per server the middle of its times in ms, or why it has none."""
    found: dict[str, float | str] = {name: server for name, server in servers.items() if isinstance(server, str)}
    clients: dict[str, tuple[Any, str]] = {}
    taken: dict[str, list[float]] = defaultdict(list)
    for name, server in servers.items():
        if isinstance(server, Server):
            client = server.client(seconds=20)
            try:
                clients[name] = client, create(client, machines.chain(1), express=express)
                work(*clients[name])
            except Exception as reason:
                clients.pop(name, None)
                found[name] = f"fails: {reason}".splitlines()[0][:120]
    for _ in range(-(-count // BLOCK)):
        for name, (client, arn) in clients.items():
            taken[name].extend(work(client, arn) * 1000 for _ in range(BLOCK))
    return {**{name: middle(values) for name, values in taken.items()}, **found}


def history(report: Report, server: Server, peers: Peers, *, count: int) -> None:
    report.heading("A page of 1,000 events of an execution's history")
    client = server.client()
    execution = _long_one(client)
    taken = asyncio.run(_pages(server, execution, count))
    page = f"history page of 1,000 events, raw HTTP, p50 of {count}"
    report.add(Figure(what=page, value=middle(taken), unit="ms", bounds=[at_most(HISTORY_CEILING)]))
    found: dict[str, float | str] = {}
    own = middle(_boto3_pages(client, execution, count // 4 + 1))
    for name, peer in peers.items():
        if isinstance(peer, str):
            found[name] = peer
            continue
        theirs = peer.client()
        try:
            found[name] = middle(_boto3_pages(theirs, _long_one(theirs), count // 4 + 1))
        except Exception as reason:
            found[name] = f"fails: {reason}".splitlines()[0][:120]
    note = "most of this is botocore's own parser"
    report.add(Figure(what="the same through boto3, p50", value=own, unit="ms", peers=found, note=note))


def _long_one(client: Any) -> str:
    arn = create(client, machines.choice_loop(300))
    execution: str = client.start_execution(stateMachineArn=arn, name=uuid.uuid4().hex, input="{}")["executionArn"]
    while client.describe_execution(executionArn=execution)["status"] == "RUNNING":
        time.sleep(0.01)
    return execution


async def _pages(server: Server, execution: str, count: int) -> list[float]:
    connection = await connect(server.port)
    body = json.dumps({"executionArn": execution, "maxResults": 1000}).encode()
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        await connection.send("GetExecutionHistory", body)
        taken.append((time.perf_counter() - began) * 1000)
    answer = await connection.call("GetExecutionHistory", executionArn=execution, maxResults=1000)
    assert len(answer["events"]) == 1000
    connection.close()
    return taken


def _boto3_pages(client: Any, execution: str, count: int) -> list[float]:
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        found = client.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        taken.append((time.perf_counter() - began) * 1000)
        if len(found) != 1000:
            raise RuntimeError(f"a page has {len(found)} events")
    return taken


def ping(report: Report, server: Server, *, seconds: float) -> None:
    """A small request, again and again, while executions that never wait keep the interpreter busy."""
    report.heading(f"A ping (DescribeStateMachine, raw HTTP) while {LOOPS} executions loop")
    idle, _ = asyncio.run(_pings(server, seconds / 3, 0))
    busy, restarts = asyncio.run(_pings(server, seconds, LOOPS))
    report.add(Figure(what="ping p50, nothing else running", value=middle(idle), unit="ms"))
    report.add(Figure(what=f"ping p50, {LOOPS} loops", value=middle(busy), unit="ms"))
    note = f"{len(busy):,} pings; largest {max(busy):.1f} ms; {restarts} loops of 2,000 rounds came to their end"
    ceiling = [at_most(PING_CEILING)]
    value = percentile(busy, 0.99)
    report.add(Figure(what=f"ping p99, {LOOPS} loops", value=value, unit="ms", bounds=ceiling, note=note))


async def _pings(server: Server, seconds: float, loops: int) -> tuple[list[float], int]:
    client = server.client()
    machine, loop = create(client, machines.chain(1)), create(client, machines.choice_loop(2000))
    end = time.perf_counter() + seconds
    ended = 0

    async def keep_looping() -> None:
        nonlocal ended
        connection = await connect(server.port)
        while time.perf_counter() < end:
            answer = await connection.call("StartExecution", stateMachineArn=loop, input="{}")
            while time.perf_counter() < end:
                found = await connection.call("DescribeExecution", executionArn=answer["executionArn"])
                if found["status"] != "RUNNING":
                    ended += 1
                    break
                await asyncio.sleep(0.05)
        connection.close()

    others = [asyncio.create_task(keep_looping()) for _ in range(loops)]
    connection = await connect(server.port)
    body = json.dumps({"stateMachineArn": machine}).encode()
    taken = []
    while time.perf_counter() < end:
        began = time.perf_counter()
        await connection.send("DescribeStateMachine", body)
        taken.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.002)
    await asyncio.gather(*others)
    connection.close()
    return taken, ended
