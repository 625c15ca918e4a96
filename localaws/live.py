"""An execution in memory: the interpreter's own state of it, and what it did since the last commit."""

from dataclasses import dataclass, field, replace
from typing import Any

from asl.effects import CancelTask, CancelTimer, Continue, Effect, ScheduleTask, StartTimer
from asl.execution import Execution
from localaws.activities import is_activity
from localaws.journal import Batch, ExecutionRow, place
from localaws.nested import Child
from localaws.values import LARGE, Shared, pack

REDRIVES_KEPT = 10  # client tokens that are still known (API reference, RedriveExecution)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an execution stands, as its row says."""

    status: str
    stopped_at: float | None = None
    error: str | None = None
    cause: str | None = None
    output: str | None = None


@dataclass(slots=True)
class Live:
    arn: str
    row: ExecutionRow  # as it was when it was loaded or begun; `outcome` has what changes
    execution: Execution
    stored_events: int = 0
    fresh: bool = False  # there is no row yet
    continues: bool = False
    history: list[Any] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    answered_tasks: list[int] = field(default_factory=list)
    fired_timers: list[int] = field(default_factory=list)
    children: dict[int, Child | None] = field(default_factory=dict)  # by task; None: no longer waited for
    redrive: tuple[float, str | None] | None = None  # when it was redriven, and by which client's token
    shared: Shared = field(default_factory=lambda: Shared(""))  # large values that its rows share
    broken: Outcome | None = None  # a fault of the endpoint ended it, whatever the interpreter thinks

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def outcome(self) -> Outcome:
        if self.broken is not None:
            return self.broken
        run = self.execution
        return Outcome(run.status, run.stopped_at, run.error, run.cause, run.output)

    @property
    def ended(self) -> bool:
        return self.broken is not None or self.execution.status != "RUNNING"

    def row_now(self) -> ExecutionRow:
        """The row as the last transition left it."""
        outcome = self.outcome
        return replace(
            self.row,
            status=outcome.status,
            stopped_at=outcome.stopped_at,
            error=outcome.error,
            cause=outcome.cause,
            output=outcome.output,
            last_event_id=self.stored_events + len(self.history),
        )

    @property
    def can_be_redriven(self) -> bool:
        """It ended without success, and the interpreter knows where it would go on."""
        return self.broken is None and self.execution.can_be_redriven

    def write(self, batch: Batch) -> None:
        """Put the rows for everything since the last commit into ``batch``."""
        shared = self.shared
        if self.row.keeps_history:
            pairs = ((frame.data, frame.text) for frame in self.execution.frames.values())
            batch.add_history(self.id, self.stored_events + 1, self.history, shared, pairs)
        for task_id, child in self.children.items():
            if child is None:
                batch.gone_children.append((self.id, task_id))
            else:
                batch.children.append((self.id, task_id, child.execution_id, child.resource))
        last_event_id = self.stored_events + len(self.history)
        outcome, ended = self.outcome, self.ended
        header = None
        if not ended or self.can_be_redriven:
            changes = self.execution.take_changes()
            header = pack(changes.header)
            for frame_id, frame in changes.frames.items():
                if frame is not None:
                    batch.frames.append((self.id, frame_id, shared.pack_row(frame)))
                elif not self.fresh:
                    batch.gone_frames.append((self.id, frame_id))
        if not ended:
            self._write_effects(batch)
        self._write_row(batch, outcome, last_event_id, header)
        batch.values.extend((place(self.id, number), data) for number, data in shared.take_new())
        if ended and not self.fresh:
            batch.ended.append((self.id,))
            if header is None:
                batch.ended_for_good.append((self.id,))
        if self.redrive is not None:
            count = self.row.redrive_count
            batch.redrives.append((self.id, count, *self.redrive))
            batch.old_redrives.append((self.id, count - REDRIVES_KEPT))

    def committed(self) -> None:
        self.stored_events += len(self.history)
        self.fresh = False
        self.history = []
        self.effects = []
        self.answered_tasks = []
        self.fired_timers = []
        self.children = {}
        self.redrive = None

    def _write_row(self, batch: Batch, outcome: Outcome, last_event_id: int, header: bytes | None) -> None:
        row, continues = self.row, int(self.continues and not self.ended)
        changing = (outcome.status, outcome.stopped_at, last_event_id, continues)
        if not self.fresh:
            texts = (_storable(outcome.error), _storable(outcome.cause), header, _storable(outcome.output))
            batch.executions.append((*changing, *texts, row.id))
            return
        inside = len(row.input) < LARGE
        if not inside:
            batch.values.append((place(self.id, 0), row.input))
        batch.new_executions.append(
            (
                row.id,
                row.state_machine_id,
                row.name,
                row.definition_id,
                outcome.status,
                row.started_at,
                outcome.stopped_at,
                last_event_id,
                continues,
                row.role_arn,
                row.trace_header,
                row.revision_id,
                row.version,
                row.alias,
                _storable(outcome.error),
                _storable(outcome.cause),
                header,
                row.input if inside else "",
                _storable(outcome.output),
            )
        )

    def _write_effects(self, batch: Batch) -> None:
        """Rows for what is owed after this commit; what began and ended since the last one leaves none."""
        tasks: dict[int, ScheduleTask | None] = dict.fromkeys(self.answered_tasks)
        timers: dict[int, float | None] = dict.fromkeys(self.fired_timers)
        for effect in self.effects:
            match effect:
                case ScheduleTask():
                    if effect.task_id not in tasks:
                        tasks[effect.task_id] = effect
                case CancelTask():
                    tasks[effect.task_id] = None
                case StartTimer():
                    timers[effect.timer_id] = effect.due
                case CancelTimer():
                    timers[effect.timer_id] = None
                case Continue():
                    pass
        for task_id, task in tasks.items():
            if task is not None:
                activity = task.resource if is_activity(task.resource) else None
                batch.tasks.append((self.id, task_id, activity, self.shared.pack_row(task_row(task))))
            else:
                batch.gone_tasks.append((self.id, task_id))
        for timer_id, due in timers.items():
            if due is not None:
                batch.timers.append((self.id, timer_id, due))
            else:
                batch.gone_timers.append((self.id, timer_id))


def _storable(text: str | None) -> str | None:
    """Half a surrogate pair, which a service may answer with, can't be written as UTF-8."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "replace").decode()


def task_row(task: ScheduleTask) -> tuple[Any, ...]:
    return (
        task.state_name,
        task.resource,
        task.parameters,
        task.token,
        task.timeout,
        task.heartbeat,
        task.credentials,
    )


def task_of(task_id: int, row: tuple[Any, ...]) -> ScheduleTask:
    state_name, resource, parameters, token, timeout, heartbeat, credentials = row
    return ScheduleTask(
        task_id=task_id,
        state_name=state_name,
        resource=resource,
        parameters=parameters,
        token=token,
        timeout=timeout,
        heartbeat=heartbeat,
        credentials=credentials,
    )
