"""What a workflow can catch: error names, their causes, and which of them Retry and Catch may take up."""

from collections.abc import Sequence

ALL = "States.ALL"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
INTRINSIC_FAILURE = "States.IntrinsicFailure"
NO_CHOICE_MATCHED = "States.NoChoiceMatched"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"
RESULT_PATH_MATCH_FAILURE = "States.ResultPathMatchFailure"
RUNTIME = "States.Runtime"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"


class StatesError(Exception):
    """A state failed: an Error Name and a Cause, either of which may be absent, as a Fail state lets them be.

    ``terminal`` marks what no Retrier or Catcher may take up, whatever it names. ``missed_heartbeat`` marks a time-out
    for want of a heartbeat: AWS reports States.Timeout, and ErrorEquals may name it as States.HeartbeatTimeout besides.
    """

    def __init__(
        self, error: str | None, cause: str | None = None, *, terminal: bool = False, missed_heartbeat: bool = False
    ) -> None:
        self.error = error
        self.cause = cause
        self.terminal = terminal
        self.missed_heartbeat = missed_heartbeat
        super().__init__(f"{error}: {cause}")


class EvaluationError(StatesError):
    """Reading or building a state's data failed. The interpreter puts in front of the cause in which state."""

    def __init__(self, cause: str, *, error: str = RUNTIME) -> None:
        super().__init__(error, cause, terminal=error == RUNTIME)


class QueryEvaluationError(EvaluationError):
    """A JSONata expression, or what it gave, was at fault: told by an event of its own. May be caught and retried."""

    def __init__(self, cause: str, location: str | None = None, *, follows_entry: bool = False) -> None:
        super().__init__(cause, error=QUERY_EVALUATION_ERROR)
        self.location = location  # the field, as "Output/result"
        self.follows_entry = follows_entry  # is StateEntered the event before it? Else that is the one before entering


def data_limit_exceeded(name: str) -> StatesError:
    limit = "the maximum number of bytes service limit"
    cause = f"The state/task '{name}' returned a result with a size exceeding {limit}."
    return StatesError(DATA_LIMIT_EXCEEDED, cause, terminal=True)


def matches(error_equals: Sequence[str], failure: StatesError) -> bool:
    """Does a Retrier's or Catcher's ErrorEquals take this failure?

    States.ALL takes all that isn't terminal; States.TaskFailed all of that but States.Timeout (developer guide, "Error
    names"). A task whose *result* was too large reports States.DataLimitExceeded as its failure, which AWS lets
    States.ALL take; a state's own output that is too large is terminal.
    """
    if failure.terminal:
        return False
    if ALL in error_equals:
        return True
    if TASK_FAILED in error_equals and failure.error != TIMEOUT:
        return True
    if failure.missed_heartbeat and HEARTBEAT_TIMEOUT in error_equals:
        return True
    return failure.error in error_equals
