"""A Task state from its schedule to its outcome: the events it writes, its timers, its token.

Three families of events, by what the Resource names: Task..., LambdaFunction... and Activity....
"""

from typing import NamedTuple

from asl import json_text
from asl.definition import Task
from asl.effects import ScheduleTask
from asl.errors import (
    DATA_LIMIT_EXCEEDED,
    RUNTIME,
    TIMEOUT,
    EvaluationError,
    StatesError,
    data_limit_exceeded,
)
from asl.events import TaskFailed, TaskSucceeded
from asl.flow_states import effective_input, leave_with
from asl.frames import Frame, Working
from asl.history import HistoryEvent
from asl.json_types import JSON
from asl.run import Run
from asl.tokens import make_token

SUBMISSION_SECONDS = 5.0  # how long an outcome that came by the token waits for the answer to the call that carried it
FAMILIES = {"task": "Task", "lambda": "LambdaFunction", "activity": "Activity"}


def schedule(run: Run, frame: Frame) -> str | None:
    """Ask the driver for the task. Each attempt is a new task with a new token."""
    execution, task = run.execution, frame.state.work
    assert type(task) is Task
    execution.last_task += 1
    has_token = task.pattern != "" or task.style == "activity"  # recorded: those of .sync have one, too
    work = frame.work = Working(execution.last_task, has_token, None, None, None, None, None)
    try:
        call = _prepare(run, frame, task)
    except StatesError:
        frame.work = None
        raise
    cause = None if execution.refusal is None else execution.refusal(task.resource, call.parameters)
    if cause is not None:
        frame.work = None
        raise EvaluationError(cause)
    frame.previous = run.emit(_scheduled_event(run, frame, task, call))
    execution.tasks[work.task_id] = frame.id
    if call.timeout is not None:
        work.timeout_due = run.at + call.timeout
        work.timeout_timer = run.start_timer(frame.id, work.timeout_due)
    if call.heartbeat is not None:
        work.heartbeat = call.heartbeat
        if task.style != "activity":  # an activity's heartbeat begins when a worker takes it
            _expect_heartbeat(run, frame, work)
    token = make_token(execution.seed, execution.identity.execution_arn, work.task_id) if has_token else None
    run.effects.append(
        ScheduleTask(
            task_id=work.task_id,
            state_name=frame.state.name,
            resource=task.resource,
            parameters=call.parameters,
            token=token,
            timeout=call.timeout,
            heartbeat=call.heartbeat,
            credentials=None if call.role_arn is None else {"RoleArn": call.role_arn},
        )
    )
    return None


class _Call(NamedTuple):
    """What a task is called with, as the state's fields and data have it."""

    parameters: JSON
    timeout: int | None
    heartbeat: int | None
    role_arn: str | None


def _prepare(run: Run, frame: Frame, task: Task) -> _Call:
    effective = effective_input(run, frame)
    build = frame.state.flow.arguments
    parameters = effective if build is None else build(effective, run)
    if parameters is not frame.data and run.execution.sizes.exceed_limit(parameters, None):
        raise data_limit_exceeded(frame.state.name)
    timeout = None if task.timeout is None else task.timeout(effective, run)
    heartbeat = None if task.heartbeat is None else task.heartbeat(effective, run)
    credentials = None if task.credentials is None else task.credentials(effective, run)
    return _Call(parameters, timeout, heartbeat, None if credentials is None else credentials["RoleArn"])


def _scheduled_event(run: Run, frame: Frame, task: Task, call: _Call) -> HistoryEvent:
    parameters, timeout, heartbeat, role_arn = call
    text = frame.text if parameters is frame.data else None
    if text is not None and task.style != "task":
        parameters = None
    if task.style == "lambda":
        about = task.resource, parameters, text, timeout, role_arn
        return "LambdaFunctionScheduled", frame.previous, run.at, *about
    if task.style == "activity":
        return "ActivityScheduled", frame.previous, run.at, task.resource, parameters, text, timeout, heartbeat
    region = run.execution.region
    details = task.resource_type, task.action, region, parameters, timeout, heartbeat, role_arn
    return "TaskScheduled", frame.previous, run.at, *details


def _expect_heartbeat(run: Run, frame: Frame, work: Working) -> None:
    assert work.heartbeat is not None
    run.cancel_timer(work.heartbeat_timer)
    work.heartbeat_due = run.at + work.heartbeat
    work.heartbeat_timer = run.start_timer(frame.id, work.heartbeat_due)


def _emit(run: Run, frame: Frame, suffix: str, *details: JSON) -> None:
    """Write an event of the task's family; only the Task family says which resource it is about."""
    task = frame.state.work
    assert type(task) is Task
    about = (task.resource_type, task.action) if task.style == "task" else ()
    kind = FAMILIES[task.style] + suffix
    frame.previous = run.emit((kind, frame.previous, run.at, *about, *details))
    run.execution.touch(frame)


def started(run: Run, frame: Frame, work: Working, worker_name: str | None = None) -> None:
    if work.started:
        return
    work.started = True
    task = frame.state.work
    assert type(task) is Task
    _emit(run, frame, "Started", *((worker_name,) if task.style == "activity" else ()))
    if task.style == "activity" and work.heartbeat is not None:
        _expect_heartbeat(run, frame, work)


def submitted(run: Run, frame: Frame, work: Working, output: str) -> None:
    task = frame.state.work
    assert type(task) is Task
    if work.submitted or task.style != "task":
        return
    started(run, frame, work)
    work.submitted = True
    _emit(run, frame, "Submitted", output)


def heartbeat(run: Run, frame: Frame, work: Working) -> None:
    if work.heartbeat_timer is not None:
        _expect_heartbeat(run, frame, work)
        run.execution.touch(frame)


def kept_for_submission(run: Run, frame: Frame, work: Working, event: TaskSucceeded | TaskFailed) -> bool:
    """Keep an outcome that came by the token before the task was submitted. It is accepted: no time-out undoes it."""
    task = frame.state.work
    assert type(task) is Task
    if not event.by_token or work.submitted or task.style != "task":
        return False
    run.cancel_timer(work.timeout_timer)
    run.cancel_timer(work.heartbeat_timer)
    work.heartbeat = work.heartbeat_timer = work.heartbeat_due = None
    work.reply = [event.output, None, None] if isinstance(event, TaskSucceeded) else [None, event.error, event.cause]
    work.timeout_due = run.at + SUBMISSION_SECONDS
    work.timeout_timer = run.start_timer(frame.id, work.timeout_due)
    run.execution.touch(frame)
    return True


def succeeded(run: Run, frame: Frame, work: Working, output: str) -> str | None:
    """The task's output goes through the state's flow, and the state is exited."""
    task = frame.state.work
    assert type(task) is Task
    started(run, frame, work)
    run.close_task(frame, work, cancel=False)
    if json_text.text_exceeds_limit(output):
        raise _too_large(run, frame, task)
    _emit(run, frame, "Succeeded", output)
    try:
        result = json_text.loads(output)
    except ValueError:
        raise EvaluationError("The task's output is not valid JSON.") from None
    return leave_with(run, frame, result, frame.state.next, frame.state.flow, text=output)


def _too_large(run: Run, frame: Frame, task: Task) -> StatesError:
    """A result over the limit is the task's failure; unlike a state's own output, AWS lets States.ALL take it."""
    cause = data_limit_exceeded(task.resource_type or task.resource).cause
    _emit(run, frame, "Failed", DATA_LIMIT_EXCEEDED, cause)
    return StatesError(DATA_LIMIT_EXCEEDED, cause)


def failed(run: Run, frame: Frame, work: Working, event: TaskFailed) -> StatesError:
    task = frame.state.work
    assert type(task) is Task
    if not event.start:
        started(run, frame, work)
    run.close_task(frame, work, cancel=False)
    suffix = "Failed"
    if event.start and task.style != "activity":
        suffix = "StartFailed"
    elif event.submit and task.style == "task":
        suffix = "SubmitFailed"
    _emit(run, frame, suffix, event.error, event.cause)
    return StatesError(event.error, event.cause, terminal=event.error == RUNTIME)


def tell_time_out(run: Run, frame: Frame) -> None:
    """Write that the task timed out, for a task whose branch is about to be aborted anyway."""
    _emit(run, frame, "TimedOut", TIMEOUT, None)


def timed_out(run: Run, frame: Frame, work: Working, timer_id: int) -> StatesError:
    missed_heartbeat = timer_id == work.heartbeat_timer
    run.close_task(frame, work, cancel=True)
    _emit(run, frame, "TimedOut", TIMEOUT, None)
    return StatesError(TIMEOUT, missed_heartbeat=missed_heartbeat)
