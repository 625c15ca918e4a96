"""All Map Runs that have something left to do: begun and given up in the transaction of the Map's own execution."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from asl.effects import RedriveMapRun, StartMapRun
from localaws.catalogue import MachineRecord
from localaws.live import Live
from localaws.map_run_rows import MapRunRow, MapRunRows
from localaws.map_runner import MapRunner

if TYPE_CHECKING:
    from localaws.engine import Engine


class MapRuns:
    """Rows while a transaction lasts, runners after its commit."""

    def __init__(self, engine: "Engine") -> None:
        self.rows = MapRunRows(engine.journal.connection)
        self._engine = engine
        self._calls: Any = None
        self._flush: Callable[[], Awaitable[None]] | None = None
        self._runners: dict[int, MapRunner] = {}  # by the Map Run
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._begun: list[tuple[MapRunRow, MachineRecord]] = []  # since the last commit
        self._given_up: list[MapRunRow] = []

    def __len__(self) -> int:
        return len(self._runners) + len(self._begun)

    def start(self, calls: Any, flush: Callable[[], Awaitable[None]]) -> None:
        """Go on with all that the store has; ``calls`` is how S3 is reached, ``flush`` makes what it took durable."""
        self._calls, self._flush = calls, flush
        for row in self.rows.open():
            runner = self._runner(row, self._machine(row))
            self._keep(row, runner.start() if row.status == "RUNNING" else runner.abort())

    async def stop(self) -> None:
        """What is not over is taken up at the next start."""
        self._calls = None
        running = list(self._tasks.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def runner(self, row: MapRunRow) -> MapRunner | None:
        return self._runners.get(row.id)

    # -- in a transaction

    def begin(self, live: Live, effect: StartMapRun) -> None:
        catalogue, settings = self._engine.catalogue, effect.settings
        parent = catalogue.find(live.row.machine_arn, deleted=True)
        assert parent is not None  # an execution's state machine keeps its row
        definition_id = catalogue.save_definition(settings["definition"])
        machine = catalogue.machine_of_map_run(
            parent, f"{parent.name}/{settings['label']}", settings["type"], definition_id
        )
        row = self.rows.add(
            live.id, effect, machine_id=machine.id, definition_id=definition_id, at=self._engine.clock()
        )
        self._begun.append((row, machine))

    def redrive(self, effect: RedriveMapRun) -> None:
        row = self.rows.find(effect.arn)
        assert row is not None  # the interpreter began it
        row.status, row.open, row.task_id, row.stopped_at = "RUNNING", True, effect.task_id, None
        row.redrive_count += 1
        row.redriven_at = self._engine.clock()
        self.rows.update(row)
        self._begun.append((row, self._machine(row)))

    def give_up(self, live: Live, task_id: int) -> None:
        """Nobody waits for the Map Run any more."""
        row = self.rows.of_task(live.id, task_id)
        if row is None or row.status != "RUNNING":
            return
        row.status, row.stopped_at = "ABORTED", self._engine.clock()
        self.rows.update(row)
        self._given_up.append(row)

    # -- after it

    def committed(self) -> None:
        begun, self._begun = self._begun, []
        given_up, self._given_up = self._given_up, []
        if self._calls is None:
            return
        for row, machine in begun:
            before = self._tasks.get(row.id)
            runner = self._runner(row, machine)
            self._keep(row, runner.start(before))
        for row in given_up:
            found = self._runners.get(row.id)
            if found is not None:
                found.run.status, found.run.stopped_at = row.status, row.stopped_at
                self._keep(row, found.abort())

    def updated(self, row: MapRunRow) -> None:
        """UpdateMapRun was committed: it holds from now on."""
        runner = self._runners.get(row.id)
        if runner is not None:
            runner.limit(row)

    def rolled_back(self) -> None:
        self._begun, self._given_up = [], []

    def child_ended(self, live: Live) -> None:
        if "/" in live.row.machine_arn:
            for runner in self._runners.values():
                if runner.run.state_machine_id == live.row.state_machine_id:
                    runner.child_ended(live)

    def _machine(self, row: MapRunRow) -> MachineRecord:
        return self._engine.catalogue.by_id(row.state_machine_id, definition_id=row.definition_id)

    def _runner(self, row: MapRunRow, machine: MachineRecord) -> MapRunner:
        assert self._flush is not None
        runner = self._runners[row.id] = MapRunner(
            self._engine, self.rows, row, machine, calls=self._calls, flush=self._flush
        )
        return runner

    def _keep(self, row: MapRunRow, task: asyncio.Task[None]) -> None:
        self._tasks[row.id] = task

        def over(done: asyncio.Task[None]) -> None:
            if self._tasks.get(row.id) is done:
                del self._tasks[row.id]
                self._runners.pop(row.id, None)

        task.add_done_callback(over)
