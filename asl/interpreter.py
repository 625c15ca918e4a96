"""Advance an execution by one event: history and effects out, no clock and no IO.

`handle` first lets the event do its work on the frame it is for, then runs every frame that may enter a state until
all of them wait for something, or until the budget is spent. A frame runs on for as long as it can before the next has
its turn; frames have their turns in the order in which they became ready. The same saved execution and event give the
same transition.

What a state does is in `asl.flow_states`, `asl.tasks`, `asl.branches` and `asl.distributed_map`; what an error leads to
is in `asl.failure`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import assert_never

from asl import branches, distributed_map, failure, flow_states, json_text, redrive, tasks
from asl.definition import END, Choice, DistributedMap, Fail, Map, Parallel, Pass, StateMachine, Succeed, Task, Wait
from asl.effects import Continue, Effect
from asl.errors import StatesError
from asl.events import (
    Continued,
    Event,
    ExecutionExpired,
    ExecutionRedriven,
    ExecutionStopped,
    HeartbeatReceived,
    MapRunFailed,
    MapRunSucceeded,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
    TimerFired,
)
from asl.execution import FIXED_ROW, Execution, Identity, Refusal
from asl.frames import Distributing, Frame, Resuming, Retrying, Waiting, Working
from asl.history import HistoryEvent
from asl.run import HistoryFullError, Run

__all__ = ["Identity", "Transition", "handle", "start"]

EXPRESS_SECONDS = 300.0  # how long an EXPRESS execution may take (developer guide, "Service quotas")


@dataclass(slots=True)
class Transition:
    """What one event led to: the history events it added, and what the driver shall do."""

    history: list[HistoryEvent]
    effects: list[Effect]


def start(
    machine: StateMachine,
    *,
    identity: Identity,
    input: str,  # noqa: A002 - the API's own word
    at: float,
    seed: bytes,
    budget: int = 200,
    refusal: Refusal | None = None,
) -> tuple[Execution, Transition]:
    """Begin an execution. ``input`` is JSON text, else ValueError; ``seed`` is secret, at least 16 bytes."""
    execution = Execution(machine, identity, input, seed)
    execution.refusal = refusal
    value = execution.input_value
    run = Run(execution, at, budget)
    run.emit(("ExecutionStarted", 0, at, input, identity.role_arn, identity.alias_arn, identity.version_arn))
    if machine.timeout is not None:
        execution.timeout_timer = run.start_timer(FIXED_ROW, at + machine.timeout)
    outermost = machine.branches[0]
    root = Frame(
        id=execution.new_row(),
        parent=0,
        index=0,
        branch=outermost,
        state=outermost.states[outermost.start_at],
        data=value,
        text=input,
        previous=0,
    )
    execution.frames[root.id] = root
    execution.ready.append(root.id)
    _run_guarded(run)
    _limit_express(run)
    return execution, Transition(run.history, run.effects)


def _limit_express(run: Run) -> None:
    """An EXPRESS execution has five minutes; most end at once and need no timer."""
    execution = run.execution
    timeout = execution.machine.timeout
    if execution.status != "RUNNING" or execution.identity.type != "EXPRESS":
        return
    if timeout is None or timeout > EXPRESS_SECONDS:
        run.cancel_timer(execution.timeout_timer)
        execution.timeout_timer = run.start_timer(FIXED_ROW, run.at + EXPRESS_SECONDS)


def handle(execution: Execution, event: Event, *, budget: int = 200) -> Transition:
    """Advance ``execution`` by one event. An event for what is no longer outstanding changes nothing."""
    run = Run(execution, event.at, budget)
    if (execution.status == "RUNNING") != isinstance(event, ExecutionRedriven):
        _run_guarded(run, event)
    return Transition(run.history, run.effects)


def _run_guarded(run: Run, event: Event | None = None) -> None:
    try:
        if event is not None:
            _deliver(run, event)
        _run_ready(run)
    except HistoryFullError:
        cause = "The execution reached the maximum number of history events (25000)."
        failure.end(run, "FAILED", StatesError("States.Runtime", cause), previous=run.execution.last_event_id)


def _deliver(run: Run, event: Event) -> None:
    match event:
        case TaskStarted() | TaskSubmitted() | TaskSucceeded() | TaskFailed() | HeartbeatReceived():
            frame = run.execution.frames.get(run.execution.tasks.get(event.task_id, 0))
            if frame is not None and isinstance(frame.work, Working):
                run.frame = frame
                _deliver_to_task(run, frame, frame.work, event)
        case MapRunSucceeded() | MapRunFailed():
            _end_map_run(run, event)
        case TimerFired():
            _fire(run, event.timer_id)
        case ExecutionStopped():
            failure.end(run, "ABORTED", StatesError(event.error, event.cause), previous=0)
        case ExecutionExpired():
            _time_out(run)
        case ExecutionRedriven():
            _redrive(run)
        case Continued():
            pass
        case _:
            assert_never(event)


def _end_map_run(run: Run, event: MapRunSucceeded | MapRunFailed) -> None:
    frame = run.execution.frames.get(run.execution.tasks.get(event.task_id, 0))
    if frame is None or not isinstance(frame.work, Distributing):
        return
    run.frame, work = frame, frame.work
    if isinstance(event, MapRunSucceeded):
        result = json_text.loads(event.output)
        _step(run, frame, lambda: distributed_map.succeeded(run, frame, work, result))
    else:
        error = distributed_map.failed(run, frame, work, StatesError(event.error, event.cause))
        failure.fail(run, frame, error)


def _redrive(run: Run) -> None:
    if not run.execution.can_be_redriven:
        return
    for frame in takewhile(lambda _: run.execution.status == "RUNNING", redrive.take_up(run)):
        run.frame = frame
        _step(run, frame, partial(branches.go_on, run, frame))


def _deliver_to_task(
    run: Run,
    frame: Frame,
    work: Working,
    event: TaskStarted | TaskSubmitted | TaskSucceeded | TaskFailed | HeartbeatReceived,
) -> None:
    match event:
        case TaskStarted():
            tasks.started(run, frame, work, event.worker_name)
        case TaskSubmitted():
            tasks.submitted(run, frame, work, event.output)
            if work.reply is not None:
                _take_reply(run, frame, work)
        case HeartbeatReceived():
            tasks.heartbeat(run, frame, work)
        case TaskSucceeded() | TaskFailed():
            if work.reply is not None:  # the call that carried the token failed: somebody has it all the same
                _take_reply(run, frame, work)
            elif not tasks.kept_for_submission(run, frame, work, event):
                _take_outcome(run, frame, work, event)
        case _:
            assert_never(event)


def _take_outcome(run: Run, frame: Frame, work: Working, event: TaskSucceeded | TaskFailed) -> None:
    if isinstance(event, TaskSucceeded):
        _step(run, frame, lambda: tasks.succeeded(run, frame, work, event.output))
    else:
        failure.fail(run, frame, tasks.failed(run, frame, work, event))


def _take_reply(run: Run, frame: Frame, work: Working) -> None:
    """The outcome that came by the token before its turn."""
    output, error, cause = work.reply
    if output is None:
        _take_outcome(run, frame, work, TaskFailed(at=run.at, task_id=work.task_id, error=error, cause=cause))
    else:
        _take_outcome(run, frame, work, TaskSucceeded(at=run.at, task_id=work.task_id, output=output))


def _time_out(run: Run) -> None:
    failure.end(run, "TIMED_OUT", StatesError(None), previous=0)


def _fire(run: Run, timer_id: int) -> None:
    execution = run.execution
    frame_id = execution.timers.pop(timer_id, None)
    if frame_id is None:
        return
    if frame_id == FIXED_ROW:
        _time_out(run)
        return
    frame = run.frame = execution.frames[frame_id]
    work = frame.work
    if isinstance(work, Waiting):
        frame.work = None
        _step(run, frame, lambda: flow_states.wait_is_over(run, frame))
    elif isinstance(work, Retrying):
        frame.work = None
        _step(run, frame, lambda: PERFORM[type(frame.state.work)](run, frame))
    else:
        assert isinstance(work, Working)  # nothing else has timers
        if work.reply is not None:
            _take_reply(run, frame, work)
        else:
            failure.fail(run, frame, tasks.timed_out(run, frame, work, timer_id))


def _step(run: Run, frame: Frame, step: Callable[[], str | None]) -> None:
    """Take a waiting frame's next step and follow where it leads."""
    run.execution.touch(frame)
    try:
        following = step()
    except (StatesError, RecursionError) as error:
        failure.fail(run, frame, failure.as_failure(error))
        return
    _follow(run, frame, following)


def _follow(run: Run, frame: Frame, following: str | None) -> None:
    """On to the next state; at the end of a branch the state around it may have its last result and be left in turn."""
    execution = run.execution
    while following == END:
        around = execution.frames.get(frame.parent, frame)
        try:
            parent = branches.branch_done(run, frame)
            if parent is None:
                return
            frame = run.frame = parent
            execution.touch(frame)
            following = branches.all_done(run, frame)
        except (StatesError, RecursionError) as error:
            failure.fail(run, around, failure.as_failure(error))
            return
    if following is not None:
        failure.move_to(run, frame, following)
        execution.ready.append(frame.id)


def _run_ready(run: Run) -> None:
    execution = run.execution
    ready, frames = execution.ready, execution.frames
    while ready:
        _run_frame(run, frames[ready[0]])
        if run.budget <= 0 and ready:
            run.effects.append(Continue())
            return


def _run_frame(run: Run, frame: Frame) -> None:
    """Enter state after state until the frame, the first one ready, waits or ends, or the budget is spent."""
    execution, ready, at = run.execution, run.execution.ready, run.at
    run.frame = frame
    if frame.work is not None:
        _resume(run, frame)
        return
    execution.touch(frame)
    states = frame.branch.states
    while run.budget > 0:
        state = frame.state
        following = None if state.through is None else flow_states.pass_through(run, frame)
        if following is None:
            run.budget -= 1
            came_from = frame.came_from = frame.previous
            text = frame.text
            entered = state.entered, came_from, at, state.name, frame.data if text is None else None, text
            frame.previous = frame.entered_id = run.emit(entered)
            frame.entered_at = at
            try:
                following = PERFORM[type(state.work)](run, frame)
            except (StatesError, RecursionError) as error:
                ready.popleft()
                failure.fail(run, frame, failure.as_failure(error))
                return
        if not following:
            ready.popleft()
            _follow(run, frame, following)
            return
        frame.state = states[following]  # not retried yet: a retry goes on in `_step`, and from there by `move_to`


def _resume(run: Run, frame: Frame) -> None:
    """A redrive takes the state up: it is performed anew, with the input and the time of its entry."""
    run.execution.ready.popleft()
    run.budget -= 1
    resuming, frame.work = frame.work, None
    if isinstance(resuming, Resuming) and resuming.map_run:
        _step(run, frame, lambda: distributed_map.redrive(run, frame, resuming.map_run, resuming.redrives))
    else:
        _step(run, frame, lambda: PERFORM[type(frame.state.work)](run, frame))


# What a state does when it is entered, and again at each retry. Gives where it leads, or None while it waits.
PERFORM: Mapping[type, Callable[[Run, Frame], str | None]] = {
    Pass: flow_states.perform_pass,
    Choice: flow_states.perform_choice,
    Wait: flow_states.perform_wait,
    Succeed: flow_states.perform_succeed,
    Fail: flow_states.perform_fail,
    Task: tasks.schedule,
    Parallel: branches.perform_parallel,
    Map: branches.perform_map,
    DistributedMap: distributed_map.perform,
}
