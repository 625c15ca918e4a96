"""One Map Run: begins its executions as long as there are items and room, until all are over or too many have failed.

All that it knows is in the store, too: which executions there are, and how they ended. So one that goes on after the
endpoint's end skips the items that were begun, and waits for what runs.
"""

import asyncio
import itertools
import logging
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from asl.errors import StatesError
from asl.events import ExecutionStopped, MapRunFailed, MapRunSucceeded
from asl.map_item import STATE_DATA, Items
from asl.map_run import ChildInput, child_inputs
from asl.tolerance import find_excess
from localaws import arns
from localaws.catalogue import MachineRecord
from localaws.item_source import ItemSource, blocking
from localaws.live import Live
from localaws.map_results import MapResults
from localaws.map_run_rows import ChildRow, MapRunRow, MapRunRows, Tally
from localaws.redrive import reason_against

if TYPE_CHECKING:
    from asl.json_types import JSON
    from localaws.engine import Engine

logger = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 10_000  # executions of a Map Run that names no MaxConcurrency (developer guide, "Quotas")
BATCH: Final = 50  # executions that begin, or are stopped, in one transaction
READ_AHEAD: Final = 100  # inputs


class MapRunner:
    def __init__(
        self,
        engine: "Engine",
        rows: MapRunRows,
        run: MapRunRow,
        machine: MachineRecord,
        *,
        calls: Any,
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        """``calls`` is `localaws.integrations.calls.ServiceCalls`; ``flush`` makes durable what S3 acknowledged."""
        self.run = run
        self.tally: Tally = rows.tally(run)
        self.running: dict[int, int] = rows.running(run)  # execution -> items
        self._engine = engine
        self._rows = rows
        self._machine = machine
        self._calls = calls
        self._flush = flush
        self._settings: Mapping[str, JSON] = rows.settings(run)
        self._region = run.arn.split(":")[3]
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # -- life

    def start(self, before: asyncio.Task[None] | None = None) -> asyncio.Task[None]:
        """``before``: what is still to be done for the same Map Run."""
        self._task = asyncio.get_running_loop().create_task(self._work(before))
        return self._task

    def abort(self) -> asyncio.Task[None]:
        """The Map is over for others' reasons; the rows say so."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(self._clear_away(self._task))
        return self._task

    def child_ended(self, live: Live) -> None:
        items = self.running.pop(live.id, None)
        if items is not None:
            self.tally.move("RUNNING", live.outcome.status, items)
            self._changed.set()

    def limit(self, row: MapRunRow) -> None:
        """Go by the limits that ``row`` has now."""
        run = self.run
        run.max_concurrency = row.max_concurrency
        run.tolerated_count, run.tolerated_percentage = row.tolerated_count, row.tolerated_percentage
        self._changed.set()

    async def _work(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
            self.tally, self.running = self._rows.tally(self.run), self._rows.running(self.run)
        failure: StatesError | None = None
        try:
            await self._redrive_failed()
            await self._begin_all()
            while self.running:
                self._check()
                await self._change()
            self._check()
        except StatesError as error:
            failure = error
        except Exception:
            logger.exception("The Map Run %s failed inside the endpoint.", self.run.arn)
            failure = StatesError(
                "States.Runtime", "The local endpoint failed while it ran this Map Run; its log says why."
            )
        if failure is not None:
            await self._stop_running()
        await self._end(failure)

    async def _end(self, failure: StatesError | None) -> None:
        output = ""
        results = MapResults(self._engine.journal, self._rows, self.run, self._settings, self.tally)
        try:
            if results.goes_to_s3:
                output = await results.write(self._put)
                await self._flush()  # a result that a crash could still take back must not count as written
            elif failure is None:
                output = await results.result()
        except StatesError as error:
            failure = failure or error

        def job() -> None:
            at, run = self._engine.clock(), self.run
            run.status, run.open, run.stopped_at = "SUCCEEDED" if failure is None else "FAILED", False, at
            run.results_written = results.written
            self._rows.update(run)
            live = self._engine.loaded(run.execution_id)
            if live is None or run.task_id not in live.execution.tasks:
                return
            if failure is None:
                self._engine.deliver(live, MapRunSucceeded(at=at, task_id=run.task_id, output=output))
            else:
                event = MapRunFailed(at=at, task_id=run.task_id, error=failure.error, cause=failure.cause)
                self._engine.deliver(live, event)

        await self._request(job)

    async def _clear_away(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        self.running = self._rows.running(self.run)
        await self._stop_running()

        def job() -> None:
            self.run.open = False
            self._rows.update(self.run)

        await self._request(job)

    # -- beginning

    async def _begin_all(self) -> None:
        inputs = child_inputs(self._settings, *self._data_set())
        skipped, ahead, done = self.tally.begun, deque[ChildInput](), False
        number = skipped
        while True:
            self._check()
            if not ahead and not done:
                found = await asyncio.to_thread(_take, inputs, skipped)
                skipped, done = 0, len(found) < READ_AHEAD
                ahead.extend(found)
            if not ahead:
                break
            room = min(self._most - len(self.running), BATCH)
            if room <= 0:
                await self._change()
                continue
            batch = [ahead.popleft() for _ in range(min(room, len(ahead)))]
            await self._request(lambda batch=batch, number=number: self._begin(batch, number))  # type: ignore[misc]
            number += len(batch)
        if self.run.total is None:
            self.run.total = self.tally.begun_items
            await self._request(lambda: self._rows.update(self.run))

    @property
    def _most(self) -> int:
        return self.run.max_concurrency or MOST_AT_ONCE

    def _data_set(self) -> tuple[Items, Callable[[], str]]:
        """The items, and where the one that was read last lies."""
        if "items" in self._settings:
            return self._settings["items"], lambda: STATE_DATA
        reader = ItemSource(blocking(self._calls, self._region), self._settings["reader"])
        return reader.items(), lambda: reader.source

    def _begin(self, batch: list[ChildInput], number: int) -> Callable[[], None]:
        """Inside a job. What it gives is done once it is committed."""
        begun: dict[int, int] = {}
        if self.run.status == "RUNNING":
            for offset, child in enumerate(batch):
                begun[self._begin_one(child, number + offset)] = child.items

        def committed() -> None:
            for execution_id, items in begun.items():
                self._count(execution_id, items)

        return committed

    def _begin_one(self, child: ChildInput, number: int) -> int:
        name = str(uuid.uuid4())
        arn, unique = arns.execution_arn(self._machine.arn, name), name
        if self._machine.type == "EXPRESS":
            unique = f"{name}:{uuid.uuid4()}"
            arn = arns.express_execution_arn(self._machine.arn, name, unique.partition(":")[2])
        live = self._engine.begin(self._machine, arn=arn, name=unique, input_text=child.text)
        self._rows.add_child(self.run, ChildRow(number, live.id, child.items))
        return live.id

    def _count(self, execution_id: int, items: int) -> None:
        """Of an execution that was begun; it may be over already."""
        status = self._engine.journal.execution(execution_id).status
        self.tally.add(status, items)
        if status == "RUNNING":
            self.running[execution_id] = items

    # -- redriving

    async def _redrive_failed(self) -> None:
        """Run again what had failed before the last redrive, in the order of the items."""
        after = -1
        while True:
            room = min(self._most - len(self.running), BATCH)
            if room <= 0:
                await self._change()
                continue
            page = self._rows.children(self.run, standing="PENDING_REDRIVE", after=after, limit=room)
            if not page:
                return
            after = page[-1].number
            await self._request(lambda page=page: self._redrive(page))  # type: ignore[misc]

    def _redrive(self, page: list[ChildRow]) -> Callable[[], None]:
        again: list[tuple[int, int]] = []
        refused: list[int] = []
        for child in page:
            row = self._engine.journal.execution(child.execution_id)
            if self.run.status != "RUNNING":
                continue
            if row.machine_type == "EXPRESS":
                again.append((self._begin_one(ChildInput(row.input, child.items), child.number), child.items))
            elif reason_against(row, deleting=False, now=self._engine.clock()) is None:
                self._engine.redrive(row.arn, row, None)
                again.append((row.id, child.items))
            else:
                refused.append(child.items)

        def committed() -> None:
            for execution_id, items in again:
                self.tally.add("PENDING_REDRIVE", -items, -1)
                self._count(execution_id, items)
            for items in refused:
                self.tally.move("PENDING_REDRIVE", "FAILED", items)

        return committed

    # -- stopping

    async def _stop_running(self) -> None:
        for batch in _groups(list(self.running)):
            await self._request(lambda batch=batch: self._stop(batch))  # type: ignore[misc]
        while self.run.status != "ABORTED" and self.running:
            await self._change()

    def _stop(self, batch: list[int]) -> None:
        for execution_id in batch:
            live = self._engine.loaded(execution_id)
            if live is not None:
                self._engine.deliver(live, ExecutionStopped(at=self._engine.clock()))

    # -- what all need

    def _check(self) -> None:
        """Raises States.ExceedToleratedFailureThreshold."""
        run, failed = self.run, self.tally.failed_items
        if run.tolerated_count is None and run.tolerated_percentage is None:
            excess = find_excess(failed=failed, total=0, tolerated=0, tolerated_percentage=None)
        else:
            percentage = None if run.total is None else run.tolerated_percentage
            excess = find_excess(
                failed=failed, total=run.total or 0, tolerated=run.tolerated_count, tolerated_percentage=percentage
            )
        if excess is not None:
            raise excess

    async def _change(self) -> None:
        await self._changed.wait()
        self._changed.clear()

    async def _request(self, job: Callable[[], Any]) -> None:
        """Run ``job`` in a transaction, again until the store can be written; then what it gives, if anything."""
        after = await self._engine.insist(job)
        if after is not None:
            after()

    async def _put(self, bucket: str, key: str, content: bytes) -> None:
        given = {"Bucket": bucket, "Key": key, "Body": content, "ContentType": "application/json"}
        await self._calls.call("s3", "PutObject", given, region=self._region)


def _take(inputs: Iterator[ChildInput], skipped: int) -> list[ChildInput]:
    """The next inputs, after those that were begun already. In a thread."""
    return list(itertools.islice(inputs, skipped, skipped + READ_AHEAD))


def _groups(running: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(running), BATCH):
        yield running[start : start + BATCH]
