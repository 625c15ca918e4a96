"""What callers wait for with a million executions in the store, beside an endpoint whose store is nearly new.

The store is filled by the engine itself: chains that succeeded, executions that failed, some that wait. Both endpoints
have their turns in blocks, so that both meet the same neighbours; what counts is the median of each request.
"""

import asyncio
import itertools
import json
import random
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import machines
from bench.deliveries import Driver
from bench.raw_http import Connection, connect
from bench.report import Figure, Report, at_most, middle
from bench.servers import Server, own

UNCHANGED = 1.2
FEW = 1000  # executions in the nearly new store: a page of a list is full there, too
BLOCK = 10  # calls of a turn
FAILED, WAITING = 0.03, 0.03  # of the executions
EVENTS = 8  # of a chain of three
_GROUP = 10_000


@dataclass(frozen=True, slots=True)
class Filled:
    server: Server
    machines: dict[str, str]  # kind -> ARN
    count: int
    seconds: float  # that filling took
    stored: int  # bytes


def measure(report: Report, *, executions: int, calls: int) -> None:
    report.heading(f"{executions:,} executions in the store")
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        many, few = Path(folder) / "many", Path(folder) / "few"
        for home in (many, few):
            home.mkdir(mode=0o700)
        asyncio.run(_compare(report, many, few, executions, calls))


async def _compare(report: Report, much: Path, little: Path, executions: int, calls: int) -> None:
    async with _filled(much, executions) as many, _filled(little, FEW) as few:
        note = f"{executions / many.seconds:,.0f} executions/s, {many.stored / executions:,.0f} bytes each"
        what = f"{executions:,} executions of {EVENTS} events: the store"
        report.add(Figure(what=what, value=many.stored / 2**20, unit="MiB", note=note))
        memory = many.server.memory() / 2**20
        report.add(Figure(what="memory of the endpoint that serves it", value=memory, unit="MiB"))
        for name, ask in _requests().items():
            taken: dict[int, list[float]] = {id(many): [], id(few): []}
            connections = {id(one): await connect(one.server.port) for one in (many, few)}
            for _ in range(0, calls, BLOCK):
                for one in (many, few):
                    taken[id(one)] += [await _timed(ask, connections[id(one)], one) for _ in range(BLOCK)]
            for connection in connections.values():
                connection.close()
            late, early = middle(taken[id(many)]), middle(taken[id(few)])
            note = f"{late:.2f} ms, with {FEW:,} {early:.2f} ms"
            what = f"{name}, p50, {executions:,} / {FEW:,}"
            report.add(Figure(what=what, value=late / early, unit="times", bounds=[at_most(UNCHANGED)], note=note))


Ask = Callable[[Connection, Filled], Awaitable[Any]]


def _requests() -> dict[str, Ask]:
    async def start(connection: Connection, one: Filled) -> None:
        begun = await connection.call("StartExecution", stateMachineArn=one.machines["ended"], name=uuid.uuid4().hex)
        found = await connection.call("DescribeExecution", executionArn=begun["executionArn"])
        assert found["status"] == "SUCCEEDED", found

    async def describe(connection: Connection, one: Filled) -> None:
        await connection.call("DescribeExecution", executionArn=_any_of(one))

    async def history(connection: Connection, one: Filled) -> None:
        found = await connection.call("GetExecutionHistory", executionArn=_any_of(one))
        assert len(found["events"]) == EVENTS

    def listing(kind: str, **how: Any) -> Ask:
        async def ask(connection: Connection, one: Filled) -> None:
            await connection.call("ListExecutions", stateMachineArn=one.machines[kind], maxResults=20, **how)

        return ask

    return {
        "StartExecution and its end": start,
        "DescribeExecution": describe,
        "GetExecutionHistory": history,
        "ListExecutions": listing("ended"),
        "ListExecutions, RUNNING": listing("waits", statusFilter="RUNNING"),
        "ListExecutions, FAILED of all": listing("ended", statusFilter="FAILED"),
    }


def _any_of(one: Filled) -> str:
    """The ARN of one of those that ended."""
    number = random.randrange(int(one.count * (1 - FAILED - WAITING)))
    return one.machines["ended"].replace(":stateMachine:", ":execution:") + f":{number}"


async def _timed(ask: Ask, connection: Connection, one: Filled) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    await ask(connection, one)
    return (time.perf_counter() - began) * 1000


@asynccontextmanager
async def _filled(home: Path, count: int) -> AsyncIterator[Filled]:
    began = time.perf_counter()
    driver = Driver(home, "stepfunctions.sqlite3")
    kinds = {
        "ended": (machines.chain(3), 1 - FAILED - WAITING),
        "fails": ({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Asked"}}}, FAILED),
        "waits": ({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9_000_000, "End": True}}}, WAITING),
    }
    arns = {}
    for kind, (definition, share) in kinds.items():
        record = await driver.machine(definition)
        arns[kind] = record.arn
        names = (str(number) for number in range(int(count * share)))
        while group := list(itertools.islice(names, _GROUP)):
            await driver.start(record, group, json.dumps({"video": "2026/11/a.mp4", "of": kind}))
    stored = driver.stored()
    await driver.stop()
    seconds = time.perf_counter() - began
    server = own(home)
    try:
        yield Filled(server, arns, count, seconds, stored)
    finally:
        server.stop()
