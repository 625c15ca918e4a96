"""What an error leads to: another attempt, a Catcher, the end of the branches around it, or of the execution."""

from asl import tasks
from asl.definition import Retrier, State
from asl.effects import CancelTask, CancelTimer
from asl.errors import TIMEOUT, EvaluationError, QueryEvaluationError, StatesError, matches
from asl.frames import Frame, Joining, Retrying, Waiting, Working
from asl.json_types import JSON
from asl.run import Run

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
    while True:
        execution.touch(frame)
        run.frame = frame
        was_joining = isinstance(frame.work, Joining)
        if was_joining:
            close_join(run, frame)
        if _retry(run, frame, error):
            return
        if was_joining or (never_began and frame.state.type == "Map"):
            frame.previous = run.emit((f"{frame.state.type}StateFailed", frame.previous, run.at))
        try:
            if _catch(run, frame, error):
                return
        except (StatesError, RecursionError) as in_catcher:
            error = _report(run, frame, as_failure(in_catcher))
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
    for position, retrier in enumerate(frame.state.retry):
        if not matches(retrier.error_equals, error):
            continue
        if frame.attempts is None:
            frame.attempts = [0] * len(frame.state.retry)
        if frame.attempts[position] >= retrier.max_attempts:
            return False  # the Retrier that takes the error is spent: no other has a say
        delay = _delay(run, retrier, frame.attempts[position])
        frame.attempts[position] += 1
        frame.retry_count += 1
        due = run.at + delay
        frame.work = Retrying(run.start_timer(frame.id, due), due)
        return True
    return False


def _delay(run: Run, retrier: Retrier, attempts: int) -> float:
    try:
        delay = min(float(retrier.interval * retrier.backoff_rate**attempts), LONGEST_DELAY)
    except OverflowError:
        delay = LONGEST_DELAY
    if retrier.max_delay is not None:
        delay = min(delay, retrier.max_delay)
    return delay * run.random_bits() / (1 << 256) if retrier.jitter else delay


def _catch(run: Run, frame: Frame, error: StatesError) -> bool:
    for catcher in frame.state.catch:
        if not matches(catcher.error_equals, error):
            continue
        report = error_output(error)
        assigned = None if catcher.assign is None else catcher.assign(frame.data, report, run)
        output = report if catcher.output is None else catcher.output(frame.data, report, run)
        run.leave(frame, output, frame.text if output is frame.data else None, catcher.next, assigned)
        move_to(run, frame, catcher.next)
        run.execution.ready.append(frame.id)
        return True
    return False


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
    remove(run, failed)
    for sibling in siblings:
        _abort(run, parent.state, sibling, reason)
    _forget_removed(run)
    parent.previous = reason


def _time_out_with(run: Run, siblings: list[Frame]) -> None:
    """Time-outs that are due at the same moment are told before any of them has its consequences."""
    for sibling in siblings:
        work = sibling.work
        if isinstance(work, Working) and work.timeout_due is not None and work.timeout_due <= run.at:
            tasks.tell_time_out(run, sibling)


def _abort(run: Run, around: State, frame: Frame, reason: int) -> None:
    if around.type == "Map":
        run.emit(("MapIterationAborted", reason, run.at, around.name, frame.index))
    work = frame.work
    if work is not None:
        run.emit((f"{frame.state.type}StateAborted", reason, run.at))
    match work:
        case Waiting(timer_id) | Retrying(timer_id):
            run.cancel_timer(timer_id)
        case Working():
            run.close_task(frame, work, cancel=True)
        case Joining():
            for _, child_id in sorted(work.children.items()):
                _abort(run, frame.state, run.execution.frames[child_id], reason)
            close_join(run, frame)
    remove(run, frame)


def remove(run: Run, frame: Frame) -> None:
    execution = run.execution
    execution.frames.pop(frame.id, None)
    execution.drop_frame_rows(frame)
    if frame.parent:
        join = execution.frames[frame.parent].work
        if isinstance(join, Joining):
            join.children.pop(frame.index, None)


def close_join(run: Run, frame: Frame) -> None:
    """Nothing is left of a Parallel's or Map's children but what the frame itself took over."""
    join = frame.work
    assert isinstance(join, Joining)
    execution = run.execution
    for child_id in list(join.children.values()):
        child = execution.frames.get(child_id)
        if child is not None:
            _abort(run, frame.state, child, frame.previous)
    for row in join.done_rows:
        execution.drop_row(row)
    execution.drop_row(join.row)
    if join.items_row:
        execution.drop_row(join.items_row)
    frame.work = None
    _forget_removed(run)


def _forget_removed(run: Run) -> None:
    execution = run.execution
    if any(frame_id not in execution.frames for frame_id in execution.ready):
        kept = [frame_id for frame_id in execution.ready if frame_id in execution.frames]
        execution.ready.clear()
        execution.ready.extend(kept)


# -- the end ----------------------------------------------------------------------------------------

END_EVENTS = {"FAILED": "ExecutionFailed", "TIMED_OUT": "ExecutionTimedOut", "ABORTED": "ExecutionAborted"}


def end(run: Run, status: str, error: StatesError, *, previous: int) -> None:
    """End the execution without success."""
    execution = run.execution
    run.emit_last((END_EVENTS[status], previous, run.at, error.error, error.cause))
    execution.error, execution.cause = error.error, error.cause
    finish(run, status)


def finish(run: Run, status: str) -> None:
    execution = run.execution
    execution.status = status
    execution.stopped_at = run.at
    run.effects.extend(CancelTask(task_id=task_id) for task_id in execution.tasks)
    run.effects.extend(CancelTimer(timer_id=timer_id) for timer_id in execution.timers)
    execution.tasks.clear()
    execution.timers.clear()
    execution.timeout_timer = None
    execution.ready.clear()
    for frame in execution.frames.values():
        execution.drop_frame_rows(frame)
        if isinstance(frame.work, Joining):
            for row in (*frame.work.done_rows, frame.work.row, frame.work.items_row):
                execution.drop_row(row)
    execution.frames.clear()
