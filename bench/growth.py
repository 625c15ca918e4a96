"""What one more event, and one more execution, costs when many have gone before.

Engine and store in this process, no HTTP. The old and the new have their turns in short stretches, so that both meet
the same neighbours; what counts is processor time, of the thread that folds the store's log back too.
"""

import asyncio
import time
import uuid

from bench import machines
from bench.deliveries import OUTSTANDING, RESOURCE, Driver, driver, empty
from bench.report import Figure, Report, at_most, middle
from localaws.catalogue import MachineRecord

FLAT = 1.2
STRETCH = 256  # deliveries or executions


def measure(report: Report, *, events: int, executions: int, stretches: int) -> None:
    report.heading("Growth: the marginal cost, late against early")
    asyncio.run(_events(report, events))
    asyncio.run(_executions(report, executions, stretches))


async def _events(report: Report, count: int) -> None:
    late, early = [], []
    async with driver() as one:
        record = await one.machine(machines.task_loop(RESOURCE))
        (old,) = await one.start(record, ["old"])
        while _last_event(one, old) < count:
            (new,) = await one.start(record, [uuid.uuid4().hex])
            # A delivery to one execution at a time: what is measured is not how well they share a commit.
            costs = [await _deliveries(one, execution) for execution in (new, old)]
            early.append(costs[0])
            late.append(costs[1])
    last_quarter = max(len(late) // 4, 1)
    early, late = early[-last_quarter:], late[-last_quarter:]
    note = f"{middle(early) * 1e6:.0f} us a delivery to a new execution, {middle(late) * 1e6:.0f} us to the old one"
    what = f"one more delivery: after {count:,} events / after none"
    value = middle([one / other for one, other in zip(late, early, strict=True)])
    report.add(Figure(what=what, value=value, unit="times", bounds=[at_most(FLAT)], note=note))


def _last_event(one: Driver, execution_id: int) -> int:
    return one.journal.execution(execution_id).last_event_id


async def _deliveries(one: Driver, execution_id: int) -> float:
    """Processor seconds of a delivery."""
    began = time.process_time()
    for _ in range(STRETCH):
        await one.answer([execution_id], empty)
    return (time.process_time() - began) / STRETCH


async def _executions(report: Report, count: int, stretches: int) -> None:
    async with driver() as full, driver() as empty:
        for kind, definition in (("finished", machines.chain(10)), ("parked", machines.task_loop(RESOURCE))):
            records = {one: await one.machine(definition) for one in (full, empty)}
            await full.start(records[full], [uuid.uuid4().hex for _ in range(count)])
            costs: dict[Driver, list[float]] = {full: [], empty: []}
            for _ in range(stretches):
                for one in (full, empty):
                    costs[one].append(await _starts(one, records[one]))
            note = (
                f"{middle(costs[empty]) * 1e6:.0f} us an execution in a new store, {middle(costs[full]) * 1e6:.0f} us"
            )
            pairs = zip(costs[full], costs[empty], strict=True)
            value = middle([one / other for one, other in pairs])
            what = f"one more execution, {kind}: after {count:,} / after none"
            report.add(Figure(what=what, value=value, unit="times", bounds=[at_most(FLAT)], note=note))


async def _starts(one: Driver, record: MachineRecord) -> float:
    """Processor seconds of a start, its execution run until it ends or waits."""
    await asyncio.sleep(0.02)  # what the last stretch left to do
    names = [uuid.uuid4().hex for _ in range(STRETCH)]
    began = time.process_time()
    for start in range(0, STRETCH, OUTSTANDING):
        await one.start(record, names[start : start + OUTSTANDING])
    return (time.process_time() - began) / STRETCH
