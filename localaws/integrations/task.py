"""What a Task asks for and how it can fail: the values between the engine and the integrations."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asl.json_types import JSON

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.integrations.http_exchange import HttpExchange


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest:
    """One attempt of a Task state. ``parameters`` are already evaluated; ``timeout`` and ``heartbeat`` are seconds."""

    execution_arn: str
    state_machine_arn: str
    role_arn: str
    state_name: str
    resource: str  # as written in the definition: an ARN
    parameters: JSON
    token: str | None = None
    timeout: float | None = None
    heartbeat: float | None = None
    region: str
    account: str
    credentials: JSON = None
    execution_id: int = 0  # the engine's own numbers
    task_id: int = 0
    watch: "Callable[[HttpExchange], None] | None" = None  # is told what an HTTP Task sends, and what it gets


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceJob:
    """A job that a service runs for a Task (``.sync``): ``about`` holds what it is looked at and stopped with, as JSON.

    ``wanted`` is false once nobody waits for it any more: it is to be stopped.
    """

    resource: str
    region: str
    about: dict[str, JSON]
    wanted: bool = True


class JobNotSeen(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The service didn't say how a job stands. ``lasting``: it isn't likely to, later."""

    def __init__(self, failure: "TaskFailure", *, lasting: bool) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.lasting = lasting


class TaskFailure(Exception):  # noqa: N818 - AWS's word: TaskFailed, FailureEvent
    """The task failed with an Error Name and perhaps a Cause, as a Retrier or Catcher will see them.

    ``submit`` is set where the call was to submit a callback or a job (TaskSubmitFailed).
    """

    def __init__(self, error: str, cause: str | None = None, *, submit: bool = False) -> None:
        super().__init__(f"{error}: {cause}" if cause else error)
        self.error = error
        self.cause = cause
        self.submit = submit
