"""One execution: what is stored of it, and nothing of how it moves (that is `asl.interpreter`).

An execution is owned and mutated by `asl.interpreter.handle`. It lives in rows: a small header, row 0 that never
changes (identity, input and seed), and rows for its frames, their larger data, and the results of their children.
`Execution.take_changes` hands out what changed since it was last asked, so that what a store writes grows with what
happened, not with how large the execution is.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

from asl import json_text
from asl.definition import StateMachine
from asl.frames import Distributing, Frame, InProgress, Joining, Resuming, Retrying, Stopped, Waiting, Working
from asl.json_types import JSON
from asl.sizes import Sizes
from asl.tokens import InvalidToken, parse_token, token_matches

# What a driver says of a task before it is scheduled: why ``resource`` can't be called with ``parameters``, or None.
Refusal: TypeAlias = Callable[[str, JSON], str | None]

FIXED_ROW = 0
ROOT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is running: what the Context Object, the history and the task tokens need to know."""

    execution_arn: str
    execution_name: str
    state_machine_arn: str
    state_machine_name: str
    role_arn: str
    start_time: float  # seconds since the epoch
    type: str = "STANDARD"
    alias_arn: str | None = None
    version_arn: str | None = None


_IDENTITY = tuple(field.name for field in fields(Identity))


@dataclass(frozen=True, slots=True)
class Changes:
    """What must be stored: the header always, and the rows that changed (None: the row is gone)."""

    header: JSON
    frames: dict[int, JSON]


class Execution:
    """A running or ended execution. Made by `asl.interpreter.start` or `load`.

    One that ended without success keeps the frames of what didn't succeed, for as long as it can be redriven.
    """

    __slots__ = (
        "_dirty",
        "_fixed_is_stored",
        "_input",
        "_stored",
        "cause",
        "error",
        "frames",
        "identity",
        "input_text",
        "last_event_id",
        "last_row",
        "last_task",
        "last_timer",
        "machine",
        "output",
        "random_count",
        "ready",
        "redrive_count",
        "redriven_at",
        "refusal",
        "region",
        "seed",
        "sizes",
        "status",
        "stopped_at",
        "tasks",
        "timeout_timer",
        "timers",
    )

    def __init__(self, machine: StateMachine, identity: Identity, input_text: str, seed: bytes) -> None:
        self.machine = machine
        self.identity = identity
        self.input_text = input_text
        self._input: tuple[JSON] | None = None  # the input's value, once somebody asked for it
        self.seed = seed
        self.region = (identity.execution_arn.split(":", 4) + [""] * 4)[3]
        self.status = "RUNNING"  # RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED
        self.output: str | None = None  # JSON text
        self.error: str | None = None
        self.cause: str | None = None
        self.stopped_at: float | None = None  # seconds since the epoch
        self.last_event_id = 0
        self.redrive_count = 0
        self.redriven_at: float | None = None  # seconds since the epoch
        self.refusal: Refusal | None = None  # the driver's; not stored
        self.sizes = Sizes()  # not stored
        self.frames: dict[int, Frame] = {}
        self.ready: deque[int] = deque()  # frames that may enter their state
        self.tasks: dict[int, int] = {}  # task -> frame
        self.timers: dict[int, int] = {}  # timer -> frame; 0 for the execution's own time-out
        self.timeout_timer: int | None = None
        self.last_row = ROOT - 1
        self.last_task = 0
        self.last_timer = 0
        self.random_count = 0
        self._dirty: dict[int, JSON] = {}  # rows to store: a frame's id for the frame itself, else the row's content
        self._stored: set[int] = set()
        self._fixed_is_stored = False

    @property
    def input_value(self) -> JSON:
        """The input; ValueError where its text is no JSON. A loaded execution reads it only when it is needed."""
        if self._input is None:
            self._input = (json_text.loads(self.input_text),)
        return self._input[0]

    @property
    def can_be_redriven(self) -> bool:
        """Did it end without success, with what a redrive needs still there? Time limits are the driver's matter."""
        return self.status != "RUNNING" and bool(self.frames)

    def token_is_open(self, token: str) -> bool:
        """Is this the token of a task of this execution that still awaits its outcome?"""
        try:
            _, task_id = parse_token(token)
        except InvalidToken:
            return False
        work = self.task(task_id)
        if work is None or not work.has_token or work.reply is not None:
            return False
        return token_matches(token, self.seed, self.identity.execution_arn, task_id)

    def task(self, task_id: int) -> Working | None:
        """A task that awaits its outcome; None when it doesn't."""
        frame = self.frames.get(self.tasks.get(task_id, 0))
        work = None if frame is None else frame.work
        return work if isinstance(work, Working) else None

    # -- rows ---------------------------------------------------------------------------------------

    def new_row(self) -> int:
        self.last_row += 1
        return self.last_row

    def touch(self, frame: Frame) -> None:
        """The frame changed: its row must be written again."""
        self._dirty[frame.id] = frame

    def store_row(self, row: int, content: JSON) -> None:
        self._dirty[row] = content

    def drop_frame_rows(self, frame: Frame) -> None:
        """The frame is gone, and with it the rows that were its own."""
        self.drop_row(frame.id)
        self.drop_own_rows(frame)

    def drop_own_rows(self, frame: Frame) -> None:
        """Its data and variables, where they have rows of their own."""
        if frame.data_row:
            self.drop_row(frame.data_row)
        if frame.variables_row:
            self.drop_row(frame.variables_row)

    def drop_row(self, row: int) -> None:
        self._dirty[row] = None

    def take_changes(self) -> Changes:
        """What must be stored since the last call."""
        rows: dict[int, JSON] = {}
        if not self._fixed_is_stored:
            self._fixed_is_stored = True
            rows[FIXED_ROW] = {
                "identity": {name: getattr(self.identity, name) for name in _IDENTITY},
                "input": self.input_text,
                "seed": self.seed.hex(),
            }
        dirty, self._dirty = self._dirty, {}
        for row, content in dirty.items():
            if content is None:
                if row in self._stored:
                    self._stored.discard(row)
                    rows[row] = None
                continue
            rows[row] = self._frame_row(content, rows) if isinstance(content, Frame) else content
            self._stored.add(row)
        return Changes(self._header(), rows)

    def _header(self) -> JSON:
        return {
            "status": self.status,
            "output": self.output,
            "error": self.error,
            "cause": self.cause,
            "stopped_at": self.stopped_at,
            "last_event_id": self.last_event_id,
            "redrive_count": self.redrive_count,
            **({} if self.redriven_at is None else {"redriven_at": self.redriven_at}),
            "ready": list(self.ready),
            "timeout_timer": self.timeout_timer,
            "last_row": self.last_row,
            "last_task": self.last_task,
            "last_timer": self.last_timer,
            "random_count": self.random_count,
        }

    def _frame_row(self, frame: Frame, rows: dict[int, JSON]) -> JSON:
        """Larger data has a row of its own, so that a frame that moves within a state doesn't write it again."""
        if json_text.is_small(frame.data):
            if frame.data_row:
                rows[frame.data_row] = None
                self._stored.discard(frame.data_row)
                frame.data_row, frame.stored_data = 0, None
            data = [frame.data if frame.text is None else None, frame.text]
        else:
            if not frame.data_row or frame.stored_data is not frame.data:
                frame.data_row = frame.data_row or self.new_row()
                frame.stored_data = frame.data
                rows[frame.data_row] = ["data", frame.data if frame.text is None else None, frame.text]
                self._stored.add(frame.data_row)
            data = [None, None]
        variables = self._variables_of(frame, rows)
        return [
            "frame",
            frame.parent,
            frame.index,
            frame.branch.number,
            frame.state.name,
            frame.previous,
            frame.entered_id,
            frame.entered_at,
            frame.attempts,
            frame.retry_count,
            _work_row(frame.work),
            frame.data_row,
            *data,
            frame.came_from,
            frame.variables_row,
            variables,
        ]

    def _variables_of(self, frame: Frame, rows: dict[int, JSON]) -> JSON:
        """The same for variables: small ones with the frame, others in a row that is written when they change."""
        if frame.variables is None or json_text.is_small(frame.variables):
            if frame.variables_row:
                rows[frame.variables_row] = None
                self._stored.discard(frame.variables_row)
                frame.variables_row, frame.stored_variables = 0, None
            return frame.variables
        if not frame.variables_row or frame.stored_variables is not frame.variables:
            frame.variables_row = frame.variables_row or self.new_row()
            frame.stored_variables = frame.variables
            rows[frame.variables_row] = ["variables", frame.variables]
            self._stored.add(frame.variables_row)
        return None


def _work_row(work: InProgress | None) -> JSON:
    match work:
        case None:
            return None
        case Waiting(timer_id, due):
            return ["wait", timer_id, due]
        case Retrying(timer_id, due):
            return ["retry", timer_id, due]
        case Joining(row):
            return ["join", row]
        case Distributing(task_id, arn, redrives):
            return ["map_run", task_id, arn, redrives]
        case Stopped(entered, arn, redrives):
            return ["stopped", entered, arn, redrives]
        case Resuming(arn, redrives):
            return ["resuming", arn, redrives]
        case _:
            return [
                "task",
                work.task_id,
                work.has_token,
                work.timeout_timer,
                work.timeout_due,
                work.heartbeat,
                work.heartbeat_timer,
                work.heartbeat_due,
                work.started,
                work.submitted,
                work.reply,
            ]


def join_row(join: Joining, frame: Frame) -> JSON:
    return ["join", frame.id, join.total, join.next_index, join.concurrency, join.items_row]


def items_row(join: Joining, frame: Frame) -> JSON:
    return ["items", frame.id, join.items]


def done_row(child: Frame, output: JSON, text: str | None) -> JSON:
    return ["done", child.parent, child.index, output if text is None else None, text]


def load(machine: StateMachine, header: JSON, frames: Mapping[int, JSON]) -> Execution:
    """The execution whose changes were stored: continuing it gives what continuing the original would have given."""
    fixed = frames[FIXED_ROW]
    execution = Execution(machine, Identity(**fixed["identity"]), fixed["input"], bytes.fromhex(fixed["seed"]))
    for name, value in header.items():
        setattr(execution, name, deque(value) if name == "ready" else value)
    execution._fixed_is_stored = True  # noqa: SLF001 - its own module
    execution._stored = {row for row in frames if row != FIXED_ROW}  # noqa: SLF001
    for row in sorted(frames):
        content = frames[row]
        if row != FIXED_ROW and content[0] == "frame":
            _load_frame(execution, row, content, frames)
    for row in sorted(frames):
        content = frames[row]
        if row != FIXED_ROW and content[0] == "done":
            _load_result(execution, row, content)
    if execution.timeout_timer is not None:
        execution.timers[execution.timeout_timer] = FIXED_ROW
    return execution


def _load_frame(execution: Execution, row: int, content: JSON, frames: Mapping[int, JSON]) -> None:
    _, parent, index, branch_number, state_name, previous, entered_id, entered_at, *rest = content
    attempts, retry_count, work, data_row, data, text, *more = rest
    came_from, variables_row, variables = more or (previous, 0, None)  # rows from before there were variables
    branch = execution.machine.branches[branch_number]
    if data_row:
        _, data, text = frames[data_row]
    if text is not None:
        data = json_text.loads(text)
    if variables_row:
        _, variables = frames[variables_row]
    frame = Frame(
        id=row,
        parent=parent,
        index=index,
        branch=branch,
        state=branch.states[state_name],
        data=data,
        text=text,
        previous=previous,
        entered_id=entered_id,
        entered_at=entered_at,
        attempts=attempts,
        retry_count=retry_count,
        data_row=data_row,
        stored_data=data if data_row else None,
        came_from=came_from,
        variables=variables,
        variables_row=variables_row,
        stored_variables=variables if variables_row else None,
    )
    frame.work = _load_work(execution, frame, work, frames)
    execution.frames[row] = frame
    if parent:
        join = execution.frames[parent].work
        assert isinstance(join, Joining)
        join.children[index] = row


def _load_work(execution: Execution, frame: Frame, work: JSON, frames: Mapping[int, JSON]) -> InProgress | None:
    if work is None:
        return None
    kind, *details = work
    if kind in ("wait", "retry"):
        timer_id, due = details
        execution.timers[timer_id] = frame.id
        return Waiting(timer_id, due) if kind == "wait" else Retrying(timer_id, due)
    if kind == "join":
        return _load_join(details[0], frames)
    if kind == "stopped":
        return Stopped(*details)
    if kind == "resuming":
        return Resuming(*details)
    if kind == "map_run":
        execution.tasks[details[0]] = frame.id
        return Distributing(*details)
    working = Working(*details)
    execution.tasks[working.task_id] = frame.id
    for timer in (working.timeout_timer, working.heartbeat_timer):
        if timer is not None:
            execution.timers[timer] = frame.id
    return working


def _load_join(row: int, frames: Mapping[int, JSON]) -> Joining:
    _, _, total, next_index, concurrency, items_row_id = frames[row]
    return Joining(
        row=row,
        total=total,
        next_index=next_index,
        concurrency=concurrency,
        items=frames[items_row_id][2] if items_row_id else None,
        items_row=items_row_id,
        results=[None] * total,
        texts={},
    )


def _load_result(execution: Execution, row: int, content: JSON) -> None:
    _, parent, index, output, text = content
    join = execution.frames[parent].work
    assert isinstance(join, Joining)
    join.results[index] = output
    if text is not None:
        join.results[index], join.texts[index] = json_text.loads(text), text
    join.done_rows.append(row)
