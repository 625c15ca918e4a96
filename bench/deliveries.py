"""Task deliveries: a Task's answer comes, its state is left, the next Task is scheduled, all of it committed.

The engine and its store are measured without HTTP and without a service behind the Task. Hot: the execution is in
memory. Cold: it isn't, and is loaded from its rows for each delivery.
"""

import asyncio
import gc
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from asl import json_text
from asl.events import TaskSucceeded
from bench import limits, machines
from bench.report import Figure, Report, at_least, at_most, middle
from bench.servers import ROLE
from localaws.catalogue import Catalogue, MachineRecord
from localaws.engine import KEPT_IN_MEMORY, Engine
from localaws.journal import Journal
from localaws.server import GARBAGE

HOT_FLOOR, COLD_FLOOR = 3_000, 1_500
HALF = 0.5
OUTSTANDING = 64  # deliveries that wait for their commit at a time
RESOURCE = "arn:aws:states:::lambda:invoke"
ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:"


def empty() -> str:
    return "{}"


class Silent:
    """Performs no Task: the bench answers."""

    def perform(self, execution_id: int, task_id: int, request: Any) -> None: ...

    def cancel(self, execution_id: int, task_id: int) -> None: ...

    def cancel_execution(self, execution_id: int) -> None: ...

    def refusal(self, resource: str, parameters: Any) -> None: ...

    async def stop(self) -> None: ...


class Driver:
    """An engine over a store of its own, and executions that it delivers answers to."""

    def __init__(self, folder: Path, name: str = "bench.sqlite3") -> None:
        self.journal = Journal(folder / name)
        self.engine = Engine(self.journal, Catalogue(self.journal.connection))
        self.engine.start_performing(Silent())  # type: ignore[arg-type]
        self.upkeep = asyncio.create_task(self.journal.checkpoint_forever())
        self.task_ids: dict[int, int] = {}
        self.machines = 0

    async def machine(self, definition: dict[str, Any]) -> MachineRecord:
        self.machines += 1
        name = f"m{self.machines}"
        catalogue = self.engine.catalogue

        def write() -> None:
            definition_id = catalogue.save_definition(json.dumps(definition))
            catalogue.create(
                MachineRecord(
                    id=0,
                    arn=ARN + name,
                    name=name,
                    type="STANDARD",
                    status="ACTIVE",
                    role_arn=ROLE,
                    definition_id=definition_id,
                    revision_id=None,
                    created_at=0.0,
                    updated_at=0.0,
                    configuration={},
                )
            )

        await self.engine.request(write)
        record = catalogue.find(ARN + name)
        assert record is not None
        return record

    async def start(self, record: MachineRecord, names: Sequence[str], text: str = "{}") -> list[int]:
        def begin(name: str) -> int:
            arn = record.arn.replace(":stateMachine:", ":execution:") + f":{name}"
            return self.engine.begin(record, arn=arn, name=name, input_text=text).id

        ids: list[int] = []
        for start in range(0, len(names), OUTSTANDING):
            part = names[start : start + OUTSTANDING]
            ids += await asyncio.gather(*(self.engine.request(partial(begin, name)) for name in part))
        self.task_ids.update(dict.fromkeys(ids, 1))
        return ids

    async def answer(self, ids: Sequence[int], output: Callable[[], str]) -> None:
        """One delivery for each, all of them in flight at once."""

        def deliver(execution_id: int) -> None:
            live = self.engine.loaded(execution_id)
            assert live is not None, "the execution has ended"
            task_id = self.task_ids[execution_id]
            self.engine.deliver(live, TaskSucceeded(at=self.engine.clock(), task_id=task_id, output=output()))
            self.task_ids[execution_id] = task_id + 1

        await asyncio.gather(*(self.engine.request(partial(deliver, one)) for one in ids))

    async def rounds(self, ids: Sequence[int], count: int, output: Callable[[], str] = empty) -> float:
        """Deliveries a second: ``count`` answers for each execution, one after the other."""
        began = time.perf_counter()
        for _ in range(count):
            for start in range(0, len(ids), OUTSTANDING):
                await self.answer(ids[start : start + OUTSTANDING], output)
        return len(ids) * count / (time.perf_counter() - began)

    def stored(self) -> int:
        """Bytes of all rows."""
        self.journal.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return self.journal.path.stat().st_size

    async def stop(self) -> None:
        self.upkeep.cancel()
        await self.engine.stop()
        self.journal.close()


@asynccontextmanager
async def driver() -> AsyncIterator[Driver]:
    json_text.use(orjson.dumps, orjson.loads)
    gc.set_threshold(*GARBAGE)
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        one = Driver(Path(folder))
        try:
            yield one
        finally:
            await one.stop()


def payload(size: int) -> str:
    """JSON text of about ``size`` bytes: a list of small records, as workflows carry them."""
    record = {"id": "7c9c6679-7425-40de-944b", "count": 17, "price": 12.5, "tags": ["a", "b"], "open": True}
    count = max(size // (len(json.dumps(record)) + 2), 1)
    return json.dumps({"records": [record | {"id": f"{record['id']}-{number}"} for number in range(count)]})


def measure(report: Report, *, rounds: int, count: int) -> None:
    report.heading("Task deliveries: engine and store, no HTTP")
    asyncio.run(_hot_and_cold(report, rounds, count))
    asyncio.run(_with_payloads(report, rounds, count))


async def _hot_and_cold(report: Report, rounds: int, count: int) -> None:
    hot, cold = [], []
    for _ in range(rounds):
        async with driver() as one:
            loop = await one.machine(machines.task_loop(RESOURCE))
            few = await one.start(loop, [f"hot-{number}" for number in range(64)])
            hot.append(await one.rounds(few, max(count // len(few), 1)))
            many = await one.start(loop, [f"cold-{number}" for number in range(3 * KEPT_IN_MEMORY)])
            cold.append(await one.rounds(many, 1))
    report.add(Figure(what="deliveries, hot", value=middle(hot), unit="/s", bounds=[at_least(HOT_FLOOR)]))
    report.add(Figure(what="deliveries, cold", value=middle(cold), unit="/s", bounds=[at_least(COLD_FLOOR)]))


@dataclass(frozen=True, slots=True)
class Load:
    """A payload of ``size`` bytes, in every execution from its input on (``carried``) or new in each answer."""

    name: str
    size: int
    carried: bool
    most_stored: float  # payloads for each delivery, beside what a small one stores


LOADS = (
    Load("0.6 KB carried through", 600, carried=True, most_stored=2),
    Load("0.6 KB new in each answer", 600, carried=False, most_stored=3),
    Load("200 KB carried through", 200_000, carried=True, most_stored=0.1),
    Load("200 KB new in each answer", 200_000, carried=False, most_stored=1.2),
)


async def _with_payloads(report: Report, rounds: int, count: int) -> None:
    """In turn with small ones, so that both meet the same neighbours; the ratio is of processor time."""
    for load in LOADS:
        deliveries = max(count // 8, 64) if load.size > 1000 and not load.carried else count
        ratios, rates, stored = [], [], []
        for _ in range(rounds):
            small = await _run("{}", deliveries, carried=True)
            large = await _run(payload(load.size), deliveries, carried=load.carried)
            ratios.append(small.cost / large.cost)
            rates.append(large.rate)
            stored.append((large.stored - small.stored) / load.size)
        half = [at_least(HALF)]
        note = f"{middle(rates):,.0f} deliveries/s"
        if not load.carried and load.size > 1000:
            half = []  # reading the text alone is more than twice a small delivery
            limit = limits.rate(partial(orjson.loads, payload(load.size)), 0.3)
            note += f", {middle(rates) * load.size / 1e6:,.0f} MB/s; only reading the answers: {limit:,.0f}/s"
        what = f"deliveries, {load.name}: rate, of a small one's"
        report.add(Figure(what=what, value=middle(ratios), unit="times", bounds=half, note=note))
        what = f"stored more for each, {load.name}"
        ceiling = [at_most(load.most_stored)]
        report.add(Figure(what=what, value=max(middle(stored), 0), unit="payloads", bounds=ceiling))


@dataclass(frozen=True, slots=True)
class Outcome:
    rate: float  # deliveries a second
    cost: float  # processor seconds of each
    stored: float  # bytes of each


async def _run(text: str, count: int, *, carried: bool) -> Outcome:
    fields = {"ResultPath": "$.answer"} if carried else {}
    async with driver() as one:
        loop = await one.machine(machines.task_loop(RESOURCE, **fields))
        ids = await one.start(loop, [f"e{number}" for number in range(16)], text if carried else "{}")
        output = (lambda: '{"ok": true}') if carried else lambda: text[:-1] + " }"  # each a text of its own
        await one.rounds(ids, 2, output)
        before, each = one.stored(), max(count // len(ids), 2)
        began = time.process_time()
        rate = await one.rounds(ids, each, output)
        cost = (time.process_time() - began) / (len(ids) * each)
        return Outcome(rate, cost, (one.stored() - before) / (len(ids) * each))
