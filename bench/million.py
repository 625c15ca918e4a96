"""What callers wait for with a million executions in the store, beside an endpoint whose store is nearly new.

The store is filled by the engine itself: chains that succeeded, executions that failed, some that wait. Both endpoints
have their turns in blocks, so that both meet the same neighbours; what counts is the median of each request as boto3
waits for it. Over raw HTTP a page of the store that must be read from the disk's cache shows more: for information.
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
from functools import partial
from pathlib import Path
from typing import Any

from botocore import xform_name

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
        for name, (operation, given) in _requests().items():
            clients = [one.server.client() for one in (many, few)]
            method = xform_name(operation)
            how = {
                "raw HTTP": [_over_http(await connect(one.server.port), operation) for one in (many, few)],
                "boto3": [_in_thread(getattr(client, method)) for client in clients],
            }
            for by, asks in how.items():
                late, early = await _medians(asks, [partial(given, one) for one in (many, few)], calls)
                note = f"{late:.2f} ms, with {FEW:,} {early:.2f} ms"
                bounds = [at_most(UNCHANGED)] if by == "boto3" else []
                what = f"{name}, p50, {by}, {executions:,} / {FEW:,}"
                report.add(Figure(what=what, value=late / early, unit="times", bounds=bounds, note=note))


Given = dict[str, Any]
Ask = Callable[[Given], Awaitable[object]]


def _over_http(connection: Connection, operation: str) -> Ask:
    return lambda given: connection.call(operation, **given)


def _in_thread(method: Callable[..., object]) -> Ask:
    async def ask(given: Given) -> object:
        return method(**given)  # nothing else is going on in this loop

    return ask


async def _medians(asks: list[Ask], given: list[Callable[[], Given]], calls: int) -> list[float]:
    """Milliseconds of a call, each endpoint's."""
    taken: list[list[float]] = [[] for _ in asks]
    for _ in range(0, calls, BLOCK):
        for ask, make, times in zip(asks, given, taken, strict=True):
            for _ in range(BLOCK):
                members, began = make(), time.perf_counter()
                await ask(members)
                times.append((time.perf_counter() - began) * 1000)
    return [middle(times) for times in taken]


def _requests() -> dict[str, tuple[str, Callable[[Filled], Given]]]:
    def listing(kind: str, **how: Any) -> tuple[str, Callable[[Filled], Given]]:
        return "ListExecutions", lambda one: {"stateMachineArn": one.machines[kind], "maxResults": 20, **how}

    return {
        "StartExecution": (
            "StartExecution",
            lambda one: {"stateMachineArn": one.machines["ended"], "name": uuid.uuid4().hex, "input": "{}"},
        ),
        "DescribeExecution": ("DescribeExecution", lambda one: {"executionArn": _any_of(one)}),
        "GetExecutionHistory": ("GetExecutionHistory", lambda one: {"executionArn": _any_of(one)}),
        "ListExecutions": listing("ended"),
        "ListExecutions, RUNNING": listing("waits", statusFilter="RUNNING"),
        "ListExecutions, FAILED of all": listing("ended", statusFilter="FAILED"),
    }


def _any_of(one: Filled) -> str:
    """The ARN of one of those that ended: any, so that hardly a page of the store is looked at twice."""
    number = random.randrange(int(one.count * (1 - FAILED - WAITING)))
    return one.machines["ended"].replace(":stateMachine:", ":execution:") + f":{number}"


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
