"""Executions that wait for an answer by task token: what each costs, how soon they are there after kill -9, how quick
answer is while they wait.
"""

import asyncio
import json
import signal
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench import machines
from bench.latency import BLOCK, Peers
from bench.raw_http import Connection, connect, each
from bench.report import Figure, Report, at_most, middle, times
from bench.servers import Server, bare_server, own
from bench.throughput import create

KIB = 0.5  # of memory for each ...
MANY = 100_000  # ... of so many
READY = 1.0  # seconds
HALF = 0.5
ACTIVITY = "arn:aws:states:us-east-1:000000000000:activity:bench"


def many(report: Report, *, count: int) -> None:
    """Tokens on a queue, activity tasks in line, and tokens with a time-out and heartbeats."""
    report.heading(f"{count:,} parked task tokens")
    empty_start(report)
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        for kind, fields in {
            "an activity's, in line": None,
            "an activity's, with a time-out and a heartbeat": {"TimeoutSeconds": 86_400, "HeartbeatSeconds": 3600},
        }.items():
            _park(report, Path(folder) / uuid.uuid4().hex, kind, fields or {}, count)


def _park(report: Report, home: Path, kind: str, fields: dict[str, Any], count: int) -> None:
    server = own(home)
    try:
        client = server.client()
        client.create_activity(name="bench")
        arn = create(client, machines.tasks(ACTIVITY, 1, **fields))
        asyncio.run(_start(server, arn, min(count, 2000)))  # caches are filled before memory is looked at
        memory, threads, began = server.memory(), server.threads(), time.perf_counter()
        asyncio.run(_start(server, arn, count))
        parked = time.perf_counter() - began
        each_one = (server.memory() - memory) / 1024 / count
        note = f"parked in {parked:.1f} s ({count / parked:,.0f}/s); {server.threads() - threads} threads more"
        what = f"memory for each token, {kind}"
        # The store's page cache fills up, whatever the number: with fewer it is most of what is measured.
        bounds = [at_most(KIB)] if count >= MANY else []
        report.add(Figure(what=what, value=max(each_one, 0), unit="KiB", bounds=bounds, note=note))
        server.stop(signal.SIGKILL)
        began = time.perf_counter()
        server = own(home, port=server.port)
        ready = time.perf_counter() - began
        running = client.list_executions(stateMachineArn=arn, statusFilter="RUNNING", maxResults=1)["executions"]
        assert running, "the parked executions are gone"
        memory = server.memory() // 2**20
        note = f"the whole process starts in this time; then it has {memory} MiB in all"
        what = f"serving again after kill -9, {kind}"
        report.add(Figure(what=what, value=ready, unit="s", bounds=[at_most(READY)], note=note))
    finally:
        server.stop()


def empty_start(report: Report) -> None:
    """What a start costs with nothing in the store."""
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        taken = []
        for number in range(3):
            began = time.perf_counter()
            server = own(Path(folder) / str(number))
            taken.append(time.perf_counter() - began)
            server.stop()
    report.add(Figure(what="serving, with nothing in the store", value=middle(taken), unit="s"))


async def _start(server: Server, arn: str, count: int) -> None:
    async def start(connection: Connection, name: str) -> None:
        body = json.dumps({"stateMachineArn": arn, "name": name, "input": "{}"})
        await connection.send("StartExecution", body.encode())

    await each(server.port, [uuid.uuid4().hex for _ in range(count)], start)


def answers(report: Report, server: Server, peers: Peers, *, count: int, answered: int) -> None:
    """As a worker does it: take a message from the queue, send what is in its token's name. Only the sending counts."""
    report.heading(f"SendTaskSuccess while {count:,} tokens are parked (queue: SQS)")
    found: dict[str, float | str] = {name: peer for name, peer in peers.items() if isinstance(peer, str)}
    workers: dict[str, _Worker] = {}
    for name, one in {"callboard": server, **peers}.items():
        if isinstance(one, Server):
            try:
                workers[name] = _Worker(one, count)
                workers[name].answer(2, raw=False)
                workers[name].answer(2, raw=True)
            except Exception as reason:
                workers.pop(name, None)
                found[name] = f"fails: {reason}".splitlines()[0][:120]
    for how, raw in (("boto3", False), ("raw HTTP", True)):
        taken: dict[str, list[float]] = {name: [] for name in workers}
        for _ in range(0, answered, BLOCK):
            for name, worker in workers.items():
                taken[name] += worker.answer(BLOCK, raw=raw)
        measured: dict[str, float | str] = {**{name: middle(values) for name, values in taken.items()}, **found}
        own_one = measured.pop("callboard")
        assert isinstance(own_one, float), own_one
        bounds = times(HALF, {name: value for name, value in measured.items() if name == "ministack"}, best=min)
        what = f"SendTaskSuccess p50, {count:,} parked, {how}"
        note = "" if raw else f"boto3's own work on a call is {boto3_floor():.2f} ms of each"
        report.add(Figure(what=what, value=own_one, unit="ms", bounds=bounds, peers=measured, note=note))


class _Worker:
    def __init__(self, server: Server, count: int) -> None:
        self.port = server.port
        self.client, self.sqs = server.client(), server.client("sqs")
        self.url = self.sqs.create_queue(QueueName=f"bench-{uuid.uuid4().hex[:8]}")["QueueUrl"]
        arn = create(self.client, machines.asks(self.url))
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: self.client.start_execution(stateMachineArn=arn, input="{}"), range(count)))

    def answer(self, count: int, *, raw: bool) -> list[float]:
        """Milliseconds of each of ``count`` answers."""
        return asyncio.run(self._raw(count)) if raw else [self._boto3() for _ in range(count)]

    def _boto3(self) -> float:
        token = self._token()
        began = time.perf_counter()
        self.client.send_task_success(taskToken=token, output="{}")
        return (time.perf_counter() - began) * 1000

    async def _raw(self, count: int) -> list[float]:
        connection = await connect(self.port)
        taken = []
        for _ in range(count):
            body = json.dumps({"taskToken": self._token(), "output": "{}"}).encode()
            began = time.perf_counter()
            await connection.send("SendTaskSuccess", body)
            taken.append((time.perf_counter() - began) * 1000)
        connection.close()
        return taken

    def _token(self) -> str:
        for _ in range(10):
            for message in self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=1).get("Messages", ()):
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                token: str = json.loads(message["Body"])["token"]
                return token
        raise RuntimeError("no token came")


def boto3_floor() -> float:
    """Milliseconds of a SendTaskSuccess to a server that does nothing but answer."""
    with bare_server() as server:
        client = server.client()
        taken = []
        for _ in range(100):
            began = time.perf_counter()
            client.send_task_success(taskToken="x" * 150, output="{}")
            taken.append((time.perf_counter() - began) * 1000)
        return middle(taken)
