"""All that the interpreter may ask of whoever drives it. Effects are data: stored first, performed after."""

from dataclasses import dataclass
from typing import TypeAlias

from asl.json_types import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTask:
    """Perform a Task: call ``resource`` with ``parameters`` and answer with a `TaskSucceeded` or `TaskFailed`.

    For ``.waitForTaskToken`` and ``.sync`` resources a successful call is answered with `TaskSubmitted`; the outcome
    comes later. ``token`` is the task's token whether or not the parameters mention it, None where there is none.
    Time-outs are the interpreter's own timers, not the driver's: a driver may use ``timeout`` to give up early.
    """

    task_id: int
    state_name: str
    resource: str  # the Resource as written: an ARN
    parameters: JSON
    token: str | None
    timeout: float | None  # seconds
    heartbeat: float | None  # seconds
    credentials: JSON = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTask:
    """The task's outcome is no longer wanted: it timed out, was aborted, or the execution ended."""

    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer:
    """Deliver `TimerFired` at ``due`` (seconds since the epoch) or as soon after as possible."""

    timer_id: int
    due: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimer:
    timer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMapRun:
    """Run child executions for the items of a distributed Map and answer with `MapRunSucceeded` or `MapRunFailed`.

    ``settings``, all evaluated: ``label``, ``definition`` (text) and ``type`` of the children's state machine;
    ``max_concurrency`` (0: as many as there may be), ``tolerated_count`` and ``tolerated_percentage`` (None where the
    state says nothing); ``items``, or the ``reader`` of them; ``selector`` and ``batch`` (`asl.map_run`); ``writer``.
    `CancelTask` with the same id ends it before its time.
    """

    task_id: int
    state_name: str
    arn: str
    settings: dict[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedriveMapRun:
    """Take up a Map Run that ended without success: run again what failed, begin what never began."""

    task_id: int
    arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Continue:
    """The step budget is spent: deliver `Continued`, after others have had their turn."""


Effect: TypeAlias = ScheduleTask | CancelTask | StartTimer | CancelTimer | StartMapRun | RedriveMapRun | Continue
