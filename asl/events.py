"""All that can happen to an execution. Each event carries ``at``, the only clock there is.

``at`` is seconds since the epoch (UTC) as a float. ``task_id`` and ``timer_id`` are the integers that the
interpreter gave out in its effects (`asl.effects`); an event for one that is no longer outstanding changes nothing.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStarted:
    """The driver has begun to perform the task. Optional: an outcome that comes first implies it."""

    at: float
    task_id: int
    worker_name: str | None = None  # who polled the activity


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSubmitted:
    """The service took the job or the message of a ``.sync`` or ``.waitForTaskToken`` task."""

    at: float
    task_id: int
    output: str  # JSON text of the service's answer


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSucceeded:
    """The task is done; ``output`` is JSON text, kept as it came.

    ``by_token``: somebody who holds the task's token says so. They may be quicker than the call that carried the token
    there: then it is kept until the call's own answer (`TaskSubmitted`), or for a few seconds.
    """

    at: float
    task_id: int
    output: str
    by_token: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFailed:
    """The task failed. ``cause`` and ``error`` may be absent, as SendTaskFailure lets them be."""

    at: float
    task_id: int
    error: str | None
    cause: str | None
    submit: bool = False  # the call that should have submitted a callback or job task failed (TaskSubmitFailed)
    start: bool = False  # the task could not even be started (TaskStartFailed)
    by_token: bool = False  # as for `TaskSucceeded`


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatReceived:
    """SendTaskHeartbeat: the heartbeat window starts again. Writes no history."""

    at: float
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """A timer that `StartTimer` asked for is due (Wait, retry, time-out, heartbeat)."""

    at: float
    timer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRunSucceeded:
    """A Map Run is over and its children's failures, if any, are borne; ``output`` is JSON text."""

    at: float
    task_id: int
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRunFailed:
    """A Map Run is over: its items couldn't be read, too many failed, or its result couldn't be written."""

    at: float
    task_id: int
    error: str | None
    cause: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionStopped:
    """StopExecution."""

    at: float
    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionExpired:
    """The execution has been open for as long as the driver lets one be: a year, with AWS."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionRedriven:
    """RedriveExecution: an execution that ended without success goes on where it stopped (`asl.redrive`)."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued:
    """The driver grants another slice after a `Continue` effect."""

    at: float


Event: TypeAlias = (
    TaskStarted
    | TaskSubmitted
    | TaskSucceeded
    | TaskFailed
    | HeartbeatReceived
    | TimerFired
    | MapRunSucceeded
    | MapRunFailed
    | ExecutionStopped
    | ExecutionExpired
    | ExecutionRedriven
    | Continued
)
