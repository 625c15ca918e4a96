"""One execution: what is stored of it, and nothing of how it moves (that is `asl.interpreter`).

An execution is owned and mutated by `asl.interpreter.handle`. It lives in rows: a small header, a row that never changes
(its identity and input), and one row per frame. `Execution.take_changes` hands out what changed since it was last asked,
so that what a store writes grows with what happened, not with how large the execution is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from asl.definition import StateMachine
from asl.json_types import JSON


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


@dataclass(frozen=True, slots=True)
class Changes:
    """What must be stored: the header always, and the frames that changed (None: the frame is gone)."""

    header: JSON
    frames: dict[int, JSON]


class Execution:
    """A running or ended execution. Made by `asl.interpreter.start` or `load`."""

    status: str  # RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED
    output: str | None  # JSON text
    error: str | None
    cause: str | None
    stopped_at: float | None  # seconds since the epoch
    last_event_id: int

    def take_changes(self) -> Changes:
        raise NotImplementedError

    def token_is_open(self, token: str) -> bool:
        raise NotImplementedError


def load(machine: StateMachine, header: JSON, frames: Mapping[int, JSON]) -> Execution:
    raise NotImplementedError
