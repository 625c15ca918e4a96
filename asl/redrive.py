"""RedriveExecution: where an execution that ended without success goes on.

Only what didn't succeed runs again: the failed and the aborted states of a Parallel's branches and an inline Map's
iterations, wherever they are nested. Each is performed anew with the input, the variables and the entry that it had;
nothing is entered twice. Retriers count from zero, time-outs begin again, tasks get new tokens (developer guide,
"Restarting state machine executions with redrive"; recorded: the first event of a redriven state follows its
StateEntered event, and that of a Fail state follows ExecutionRedriven).

What is kept for this is decided where an execution ends (`asl.failure`), and whether it may still be redriven by the
driver: 14 days, the state machine's status, the client's token.
"""

from collections.abc import Iterator

from asl.execution import FIXED_ROW, Execution
from asl.frames import Frame, Joining, Resuming, Stopped
from asl.run import Run


def take_up(run: Run) -> list[Frame]:
    """Begin the redrive: what stopped is ready to go on.

    Gives the Parallel and Map states that have something to do themselves, be it only to put their results together.
    """
    execution = run.execution
    execution.status = "RUNNING"
    execution.error = execution.cause = execution.stopped_at = None
    execution.redrive_count += 1
    execution.redriven_at = run.at
    event_id = run.emit(("ExecutionRedriven", execution.last_event_id, run.at, execution.redrive_count))
    timeout = execution.machine.timeout
    if timeout is not None:
        execution.timeout_timer = run.start_timer(FIXED_ROW, run.at + timeout)
    around = []
    for frame in _in_order(execution):
        frame.attempts, frame.retry_count = None, 0
        execution.touch(frame)
        if isinstance(frame.work, Stopped):
            _make_ready(execution, frame, frame.work, event_id)
        elif isinstance(frame.work, Joining) and _has_work(frame.work):
            around.append(frame)
    return around


def _make_ready(execution: Execution, frame: Frame, stopped: Stopped, event_id: int) -> None:
    if stopped.entered:
        frame.previous = event_id if frame.state.type == "Fail" else frame.entered_id
        frame.work = Resuming(stopped.map_run, stopped.redrives)
    else:
        frame.work = None
    execution.ready.append(frame.id)


def _has_work(join: Joining) -> bool:
    return not join.children or (join.next_index < join.total and len(join.children) < join.concurrency)


def _in_order(execution: Execution) -> Iterator[Frame]:
    """A state before what runs in it, branches and iterations by their place."""
    (root,) = (frame for frame in execution.frames.values() if not frame.parent)
    waiting = [root]
    while waiting:
        frame = waiting.pop()
        yield frame
        if isinstance(frame.work, Joining):
            waiting.extend(execution.frames[child] for _, child in sorted(frame.work.children.items(), reverse=True))
