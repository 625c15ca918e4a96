"""The one write path: load, handle, append history, state and effects in one transaction, then perform the effects.

What shares a transaction, and who is answered after it, is `localaws.ticks`'s to say. An execution that waits is rows
and nothing else: those in memory are a cache, least recently used out first.

The engine knows nothing of HTTP, of services or of what an operation is called.
"""

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from asl.effects import (
    CancelTask,
    Continue,
    RedriveMapRun,
    ScheduleTask,
    StartMapRun,
)
from asl.events import (
    Continued,
    Event,
    ExecutionRedriven,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
    TimerFired,
)
from asl.execution import load
from asl.interpreter import Transition, handle, start
from asl.json_types import JSON
from localaws.activities import ActivityLine, Key, is_activity
from localaws.beginning import first_row, identity_of
from localaws.catalogue import Catalogue, MachineRecord
from localaws.jobs import Jobs
from localaws.journal import Batch, ExecutionRow, Journal
from localaws.live import Live, Outcome, task_of
from localaws.map_runs import MapRuns
from localaws.nested import Nested
from localaws.outside import Outside
from localaws.performer import Beginning, Performer
from localaws.ticks import Ticks
from localaws.timers import Timers
from localaws.values import Shared
from localaws.watchers import OnHistory, OnStatusChange, Watchers

logger = logging.getLogger(__name__)

STEPS = 200  # state transitions that one delivery may make before it asks to be continued
KEPT_IN_MEMORY = 1000  # executions


class Engine:
    """Use from the loop's thread only: `start_performing`, then `request` with jobs that `begin` and `deliver`."""

    def __init__(
        self,
        journal: Journal,
        catalogue: Catalogue,
        *,
        clock: Callable[[], float] = time.time,
        on_status_change: OnStatusChange | None = None,
        on_history: OnHistory | None = None,
    ) -> None:
        self.journal = journal
        self.catalogue = catalogue
        self.clock = clock
        self._ticks = Ticks(journal, self)  # what arrives, from outside and from inside
        self.request, self.at_once, self.insist = self._ticks.request, self._ticks.at_once, self._ticks.insist
        self.tell = self._ticks.tell
        self.timers = Timers(self._timer_fired, clock, journal.timers)
        self.activity_line = ActivityLine()
        self.nested = Nested(self)
        self.map_runs = MapRuns(self)
        self.jobs = Jobs(journal.connection, tell=self.tell, clock=clock)
        self._outside = Outside(self.activity_line, self.timers)
        self._watchers = Watchers(on_status_change, on_history)
        self._live: OrderedDict[int, Live] = OrderedDict()
        self._ids: dict[str, int] = {}  # of those in memory
        self._dirty: dict[int, Live] = {}
        self._ended: dict[int, list[asyncio.Future[Outcome]]] = {}
        self._next_id = journal.next_execution_id()

    @property
    def performer(self) -> Performer | None:
        """Who makes the calls of Tasks; None before there is anybody."""
        return self._outside.performer

    # -- life

    def start_performing(self, performer: Performer) -> None:
        """Take up what the store says is owed: slices, timers, tasks whose call has no recorded answer."""
        self._outside.performer = performer
        self.timers.start()
        for execution_id in self.journal.owed_slices():
            self.tell(execution_id, Continued(at=self.clock()))
        self.nested.take_up(self.journal)
        self._outside.take_up(self.journal)

    async def stop(self) -> None:
        """Break off calls and commit what has arrived. What is still owed is taken up at the next start."""
        self.timers.stop()
        self.activity_line.close()
        await self.jobs.stop()
        await self.map_runs.stop()
        if self.performer is not None:
            await self.performer.stop()
        self._ticks.stop()

    # -- from outside

    async def begin_task(self, execution_id: int, task_id: int) -> Beginning:
        """Write down that a task's call begins; answers once that is committed."""
        began: Beginning = await self.insist(lambda: self._begin_task(execution_id, task_id))
        return began

    def when_ended(self, execution_id: int) -> asyncio.Future[Outcome]:
        """Resolved with the outcome once it's committed. For a running execution, inside a job."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._ended.setdefault(execution_id, []).append(future)
        return future

    # -- inside a job

    def begin(
        self,
        machine: MachineRecord,
        *,
        arn: str,
        name: str,
        input_text: str,
        trace_header: str | None = None,
        version: int | None = None,
        alias: str | None = None,
    ) -> Live:
        """Start an execution and run its first slice; of a ``version``, ``machine`` is as it was published."""
        row = first_row(
            self._next_id,
            machine,
            name=name,
            at=self.clock(),
            input_text=input_text,
            trace_header=trace_header,
            version=version,
            alias=alias,
        )
        execution, transition = start(
            self.catalogue.parsed(machine.definition_id),
            identity=identity_of(row, arn, machine.name),
            input=input_text,
            at=row.started_at,
            seed=secrets.token_bytes(32),
            budget=STEPS,
            refusal=self._refusal,
        )
        self._next_id += 1
        live = Live(arn, row, execution, shared=Shared(input_text), fresh=True)
        self._live[row.id] = live
        self._ids[arn] = row.id
        self._took(live, transition)
        return live

    def redrive(self, arn: str, row: ExecutionRow, client_token: str | None) -> float:
        """Let an execution that ended without success go on; when that was. Inside a job; ``row`` says that it may."""
        at = self.clock()
        live = self.live(arn, row)
        try:
            transition = handle(live.execution, ExecutionRedriven(at=at), budget=STEPS)
        except Exception:
            self._forget(live)  # the store knows how it stood
            raise
        live.row = replace(row, redrive_count=live.execution.redrive_count, redriven_at=at)
        live.redrive = at, client_token
        self._took(live, transition)
        return at

    def find_live(self, arn: str) -> Live | None:
        """The execution if it's in memory; its row may be older than it."""
        execution_id = self._ids.get(arn)
        return None if execution_id is None else self._live.get(execution_id)

    def live(self, arn: str, row: ExecutionRow) -> Live:
        """An execution that has state, loaded from its rows unless it's in memory."""
        found = self._live.get(row.id)
        if found is None:
            header, frames, shared = self.journal.state(row)
            execution = load(self.catalogue.parsed(row.definition_id), header, frames)
            execution.refusal = self._refusal
            found = self._live[row.id] = Live(arn, row, execution, shared=shared, stored_events=row.last_event_id)
            self._ids[arn] = row.id
        else:
            self._live.move_to_end(row.id)
        return found

    def assign(self, key: Key, worker_name: str | None) -> ScheduleTask | None:
        """Begin an activity's task in a worker's name: from here on it is the worker's to end. None if it's over."""
        execution_id, task_id = key
        row = self.journal.task(execution_id, task_id)
        if row is None:
            return None
        live = self.loaded(execution_id)
        if live is None or task_id not in live.execution.tasks:
            return None
        self.deliver(live, TaskStarted(at=self.clock(), task_id=task_id, worker_name=worker_name))
        live.answered_tasks.append(task_id)
        return task_of(task_id, row)

    def _begin_task(self, execution_id: int, task_id: int) -> Beginning:
        live = self.loaded(execution_id)
        work = None if live is None else live.execution.task(task_id)
        if live is None or work is None:
            return Beginning.OVER
        if work.started:
            return Beginning.BEFORE
        self.deliver(live, TaskStarted(at=self.clock(), task_id=task_id))
        return Beginning.NOW

    def loaded(self, execution_id: int) -> Live | None:
        """An execution by its number; None when it has ended."""
        live = self._live.get(execution_id)
        if live is None:
            row = self.journal.execution(execution_id)
            if row.status != "RUNNING":
                return None
            live = self.live(row.arn, row)
        return None if live.ended else live

    def deliver(self, live: Live, event: Event) -> None:
        """Advance an execution by one event. An event that nothing waits for changes nothing."""
        if live.ended:
            return
        match event:
            case TaskSucceeded() | TaskFailed() | TaskSubmitted():
                live.answered_tasks.append(event.task_id)
                if not isinstance(event, TaskSubmitted):
                    self.jobs.over((live.id, event.task_id))
                    self.nested.over(live, event.task_id)
            case TimerFired():
                live.fired_timers.append(event.timer_id)
            case Continued():
                live.continues = False
            case _:
                pass
        try:
            transition = handle(live.execution, event, budget=STEPS)
        except Exception:
            logger.exception("Execution %s is ended: %s could not be handled.", live.arn, type(event).__name__)
            self._break(live, event.at)
        else:
            self._took(live, transition)

    def _refusal(self, resource: str, parameters: JSON) -> str | None:
        """Why a task can't be scheduled; None where it can."""
        if is_activity(resource):
            known = self.catalogue.activities.find(resource) is not None
            return None if known else f"The activity {resource} does not exist."
        return None if self.performer is None else self.performer.refusal(resource, parameters)

    def _took(self, live: Live, transition: Transition) -> None:
        live.history.extend(transition.history)
        live.effects.extend(transition.effects)
        self._dirty[live.id] = live
        for effect in transition.effects:
            if isinstance(effect, StartMapRun):
                self.map_runs.begin(live, effect)
            elif isinstance(effect, RedriveMapRun):
                self.map_runs.redrive(effect)
        if self.nested or live.children or self.jobs or self.map_runs:
            for effect in transition.effects:
                if isinstance(effect, CancelTask):
                    self._give_up(live, effect.task_id)
        if transition.effects and isinstance(transition.effects[-1], Continue) and not live.continues:
            live.continues = True  # one slice at a time, however many events come between
            self._ticks.tell_later(live.id, Continued(at=self.clock()))

    def _give_up(self, live: Live, task_id: int) -> None:
        """Nobody waits for what the task began: an execution is stopped in the same transaction, a job soon after."""
        self.jobs.give_up((live.id, task_id))
        self.nested.give_up(live, task_id)
        if self.map_runs:
            self.map_runs.give_up(live, task_id)

    def _break(self, live: Live, at: float) -> None:
        """End an execution that the interpreter can't go on with: a fault of ours must not look like waiting."""
        cause = "The local endpoint failed while it ran this execution; its log says why."
        live.broken = Outcome("FAILED", at, "States.Runtime", cause)
        for task_id in live.execution.tasks:
            self._give_up(live, task_id)
        last = live.stored_events + len(live.history)
        live.history.append(("ExecutionFailed", last, at, "States.Runtime", cause))
        self._dirty[live.id] = live

    def end_broken(self, execution_id: int) -> None:
        """Inside a job."""
        live = self.loaded(execution_id)
        if live is not None:
            self._break(live, self.clock())

    # -- the tick

    def take(self, execution_id: int, event: Event) -> None:
        """A delivery from inside, whose execution may have ended."""
        live = self.loaded(execution_id)
        if live is not None:
            self.deliver(live, event)

    def write(self) -> None:
        """Put what has changed into the transaction."""
        self.jobs.write()
        if not self._dirty:
            return
        batch = Batch()
        for live in self._dirty.values():
            live.write(batch)
        self.journal.write(batch)
        for live in self._dirty.values():
            if live.ended and not live.fresh:
                self.catalogue.finish_deletion(live.row.machine_arn)

    def committed(self) -> None:
        """Do what follows from what is stored now."""
        dirty, self._dirty = self._dirty, {}
        self.jobs.committed()
        self.map_runs.committed()
        for live in dirty.values():
            self.nested.committed(live)
        for live in dirty.values():
            self._outside.perform(live)
            self._watchers.tell(live)
            if live.ended:
                self._tell_end(live)
                self._drop(live)
            live.committed()
        while len(self._live) > KEPT_IN_MEMORY:
            _, idle = self._live.popitem(last=False)
            self._ids.pop(idle.arn, None)

    def _tell_end(self, live: Live) -> None:
        if self.nested:
            self.nested.tell_parents(live.row_now())
        if self.map_runs:
            self.map_runs.child_ended(live)
        for future in self._ended.pop(live.id, ()):
            if not future.cancelled():
                future.set_result(live.outcome)

    def _forget(self, live: Live) -> None:
        self._live.pop(live.id, None)
        self._ids.pop(live.arn, None)

    def _drop(self, live: Live) -> None:
        self._forget(live)
        if live.broken is not None and self.performer is not None:
            self.performer.cancel_execution(live.id)

    def rolled_back(self) -> None:
        """What is in memory ran ahead of the store: forget it."""
        for live in self._dirty.values():
            self._forget(live)
            if live.fresh:  # others go on once they are loaded again, and whoever waits for their end still hears of it
                self._ended.pop(live.id, None)
        self._dirty.clear()
        self.jobs.rolled_back()
        self.map_runs.rolled_back()
        self.catalogue.forget()

    def _timer_fired(self, execution_id: int, timer_id: int) -> None:
        self.tell(execution_id, TimerFired(at=self.clock(), timer_id=timer_id))
