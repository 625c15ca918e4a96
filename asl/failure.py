"""What an error leads to: another attempt, a Catcher, the end of the branches around it, or of the execution."""

from dataclasses import replace

from asl import tasks
from asl.definition import Catcher, Retrier, State
from asl.effects import CancelTask, CancelTimer
from asl.errors import DATA_LIMIT_EXCEEDED, TIMEOUT, EvaluationError, QueryEvaluationError, StatesError, matches
from asl.frames import Distributing, Frame, InProgress, Joining, Resuming, Retrying, Stopped, Waiting, Working
from asl.json_types import JSON
from asl.run import REDRIVE_LIMIT, Run

LONGEST_DELAY = 31_622_400.0  # seconds: longer than an execution may take


def located(frame: Frame, error: StatesError) -> StatesError:
    """AWS's words in front of the cause where a state's data was at fault: which state, and where it was entered."""
    if not isinstance(error, EvaluationError):
        return error
    place = f"the state '{frame.state.name}' (entered at the event id #{frame.entered_id})"
    cause = f"An error occurred while executing {place}. {error.cause}"
    return StatesError(error.error, cause, terminal=error.terminal)


def as_failure(error: StatesError | RecursionError) -> StatesError:
    """Data may be nested deeper than paths and functions can follow: the workflow's failure, not ours."""
    return error if isinstance(error, StatesError) else EvaluationError("The data is nested too deeply.")


def fail(run: Run, frame: Frame, reason: StatesError) -> None:
    """The frame's state failed, its last event telling so; whoever takes the error up decides how the frame goes on."""
    execution = run.execution
    never_began = isinstance(reason, QueryEvaluationError) and frame.previous == frame.entered_id
    error = _report(run, frame, reason)
    _abort_children(run, frame)
    while True:
        execution.touch(frame)
        run.frame = frame
        was_joining = isinstance(frame.work, Distributing) or (
            isinstance(frame.work, Joining) and not frame.work.is_done
        )
        if _retry(run, frame, error):
            return
        if was_joining or (never_began and frame.state.type == "Map"):
            frame.previous = run.emit((f"{frame.state.type}StateFailed", frame.previous, run.at))
        try:
            if _catch(run, frame, error):
                return
        except (StatesError, RecursionError) as in_catcher:
            error = _report(run, frame, as_failure(in_catcher))
        _stop(run, frame, error)
        if not frame.parent:
            end(run, "FAILED", error, previous=frame.previous)
            return
        parent = execution.frames[frame.parent]
        _abort_branches(run, parent, frame, error)
        frame, never_began = parent, False


def _report(run: Run, frame: Frame, reason: StatesError) -> StatesError:
    """The failure as others shall see it; a query's own is told by an event."""
    error = located(frame, reason)
    if isinstance(reason, QueryEvaluationError):
        at_entry = frame.previous == frame.entered_id and not reason.follows_entry
        previous = frame.came_from if at_entry else frame.previous
        details = error.error, error.cause, reason.location, frame.state.name
        frame.previous = run.emit(("EvaluationFailed", previous, run.at, *details))
    return error


def move_to(run: Run, frame: Frame, name: str) -> None:
    """The frame is to enter the state of this name."""
    frame.state = frame.branch.states[name]
    frame.attempts = None
    frame.retry_count = 0
    run.execution.touch(frame)


def _retry(run: Run, frame: Frame, error: StatesError) -> bool:
    position = retrier_for(frame.state, error)
    if position is None:
        return False
    retrier = frame.state.retry[position]
    if frame.attempts is None:
        frame.attempts = [0] * len(frame.state.retry)
    if frame.attempts[position] >= retrier.max_attempts:
        return False  # the Retrier that takes the error is spent: no other has a say
    delay = delay_before(run, retrier, frame.attempts[position])
    frame.attempts[position] += 1
    frame.retry_count += 1
    due = run.at + delay
    close_join(run, frame)
    frame.work = Retrying(run.start_timer(frame.id, due), due)
    return True


def retrier_for(state: State, error: StatesError) -> int | None:
    """The position of the Retrier that takes the error, spent or not."""
    return next((i for i, retrier in enumerate(state.retry) if matches(retrier.error_equals, error)), None)


def catcher_for(state: State, error: StatesError) -> int | None:
    return next((i for i, catcher in enumerate(state.catch) if matches(catcher.error_equals, error)), None)


def delay_before(run: Run, retrier: Retrier, attempts: int) -> float:
    """Seconds until the next attempt, after so many that the Retrier has granted."""
    try:
        delay = min(float(retrier.interval * retrier.backoff_rate**attempts), LONGEST_DELAY)
    except OverflowError:
        delay = LONGEST_DELAY
    if retrier.max_delay is not None:
        delay = min(delay, retrier.max_delay)
    return delay * run.random_bits() / (1 << 256) if retrier.jitter else delay


def _catch(run: Run, frame: Frame, error: StatesError) -> bool:
    position = catcher_for(frame.state, error)
    if position is None:
        return False
    catcher = frame.state.catch[position]
    leave_by(run, frame, catcher, error)
    close_join(run, frame)
    move_to(run, frame, catcher.next)
    run.execution.ready.append(frame.id)
    return True


def leave_by(run: Run, frame: Frame, catcher: Catcher, error: StatesError) -> None:
    """Exit the state with the Catcher's output and variables."""
    report = error_output(error)
    assigned = None if catcher.assign is None else catcher.assign(frame.data, report, run)
    output = report if catcher.output is None else catcher.output(frame.data, report, run)
    run.leave(frame, output, frame.text if output is frame.data else None, catcher.next, assigned)


def error_output(error: StatesError) -> JSON:
    return {"Error": error.error or "", "Cause": error.cause or ""}


# -- the branches around an error -------------------------------------------------------------------


def _abort_branches(run: Run, parent: Frame, failed: Frame, error: StatesError) -> None:
    """A branch failed for good: its siblings are aborted, all with the failure as their previous event."""
    join, reason = parent.work, failed.previous
    assert isinstance(join, Joining)
    siblings = [
        run.execution.frames[frame_id] for index, frame_id in sorted(join.children.items()) if frame_id != failed.id
    ]
    if error.error == TIMEOUT:
        _time_out_with(run, siblings)
    if parent.state.type == "Map":
        run.emit(("MapIterationFailed", reason, run.at, parent.state.name, failed.index))
    if failed.state.type == "Task":
        run.emit(("TaskStateAborted", reason, run.at))
    for sibling in siblings:
        _abort(run, parent.state, sibling, reason)
    _forget_stopped(run)
    parent.previous = reason


def _time_out_with(run: Run, siblings: list[Frame]) -> None:
    """Time-outs that are due at the same moment are told before any of them has its consequences."""
    for sibling in siblings:
        work = sibling.work
        if isinstance(work, Working) and work.timeout_due is not None and work.timeout_due <= run.at:
            tasks.tell_time_out(run, sibling)


def _abort_children(run: Run, frame: Frame) -> None:
    """A Parallel or Map state failed by itself: whatever still runs in it is aborted."""
    if isinstance(frame.work, Joining):
        for _, child_id in sorted(frame.work.children.items()):
            _abort(run, frame.state, run.execution.frames[child_id], frame.previous)
        _forget_stopped(run)


def _abort(run: Run, around: State, frame: Frame, reason: int) -> None:
    """The frame stays, for whoever takes the error up to drop, or for a redrive to take up."""
    if around.type == "Map":
        run.emit(("MapIterationAborted", reason, run.at, around.name, frame.index))
    work = frame.work
    if isinstance(work, Distributing):
        run.emit(("MapRunAborted", reason, run.at))
        give_up_map_run(run, work)
    if not isinstance(work, Resuming | None):
        run.emit((f"{frame.state.type}StateAborted", reason, run.at))
    match work:
        case Waiting(timer_id) | Retrying(timer_id):
            run.cancel_timer(timer_id)
        case Working():
            run.close_task(frame, work, cancel=True)
        case Joining():
            for _, child_id in sorted(work.children.items()):
                _abort(run, frame.state, run.execution.frames[child_id], reason)
    if not isinstance(work, Joining):
        frame.work = stopped(work)
    run.execution.touch(frame)


def give_up_map_run(run: Run, work: Distributing) -> None:
    run.execution.tasks.pop(work.task_id, None)
    run.effects.append(CancelTask(task_id=work.task_id))


def stopped(work: InProgress | None) -> Stopped:
    """What a redrive must know of a state that stopped while it had this to wait for, or nothing yet."""
    if isinstance(work, Distributing):
        return Stopped(entered=True, map_run=work.arn, redrives=work.redrives)
    if isinstance(work, Resuming):
        return Stopped(entered=True, map_run=work.map_run, redrives=work.redrives)
    return Stopped(entered=work is not None)


def _stop(run: Run, frame: Frame, error: StatesError) -> None:
    """The frame's state has failed for good.

    A Parallel or Map state whose branches all succeeded, and whose result was too large, is run again as a whole by a
    redrive (developer guide, "Redrive behavior of individual states"); other results are made again of what there is.
    """
    join = frame.work
    if isinstance(join, Distributing):
        frame.work = stopped(join)
        return
    if isinstance(join, Joining):
        if not join.is_done or error.error != DATA_LIMIT_EXCEEDED:
            return
        close_join(run, frame)
    frame.work = Stopped(entered=True)


def close_join(run: Run, frame: Frame) -> None:
    """Nothing is left of a Parallel's or Map's children but what the frame itself took over."""
    join = frame.work
    if isinstance(join, Distributing):
        frame.work = None
    if not isinstance(join, Joining):
        return
    execution = run.execution
    for child_id in join.children.values():
        child = execution.frames.pop(child_id)
        close_join(run, child)
        execution.drop_frame_rows(child)
    for row in join.done_rows:
        execution.drop_row(row)
    execution.drop_row(join.row)
    if join.items_row:
        execution.drop_row(join.items_row)
    frame.work = None


def _forget_stopped(run: Run) -> None:
    execution = run.execution
    if any(isinstance(execution.frames[frame_id].work, Stopped) for frame_id in execution.ready):
        kept = [frame_id for frame_id in execution.ready if not isinstance(execution.frames[frame_id].work, Stopped)]
        execution.ready.clear()
        execution.ready.extend(kept)


# -- the end ----------------------------------------------------------------------------------------

END_EVENTS = {"FAILED": "ExecutionFailed", "TIMED_OUT": "ExecutionTimedOut", "ABORTED": "ExecutionAborted"}


def end(run: Run, status: str, error: StatesError, *, previous: int) -> None:
    """End the execution without success. What didn't succeed is kept, if a redrive may still take it up."""
    execution = run.execution
    # A time-out has its error in the history alone: DescribeExecution names none.
    shown = "States.Timeout" if status == "TIMED_OUT" else error.error
    run.emit_last((END_EVENTS[status], previous, run.at, shown, error.cause))
    execution.error, execution.cause = error.error, error.cause
    redrivable = execution.identity.type == "STANDARD" and execution.last_event_id < REDRIVE_LIMIT
    if redrivable:
        _stop_all(run)
    finish(run, status, keep_frames=redrivable)


def _stop_all(run: Run) -> None:
    execution = run.execution
    ready = set(execution.ready)
    for frame in execution.frames.values():
        if not isinstance(frame.work, Joining | Stopped):
            entered = frame.id not in ready or frame.work is not None
            frame.work = replace(stopped(frame.work), entered=entered)
            execution.touch(frame)


def finish(run: Run, status: str, *, keep_frames: bool = False) -> None:
    execution = run.execution
    execution.status = status
    execution.stopped_at = run.at
    run.effects.extend(CancelTask(task_id=task_id) for task_id in execution.tasks)
    run.effects.extend(CancelTimer(timer_id=timer_id) for timer_id in execution.timers)
    execution.tasks.clear()
    execution.timers.clear()
    execution.timeout_timer = None
    execution.ready.clear()
    if not keep_frames:
        _drop_all(run)


def _drop_all(run: Run) -> None:
    execution = run.execution
    for frame in execution.frames.values():
        execution.drop_frame_rows(frame)
        if isinstance(frame.work, Joining):
            for row in (*frame.work.done_rows, frame.work.row, frame.work.items_row):
                execution.drop_row(row)
    execution.frames.clear()
