"""What Pass, Choice, Wait, Succeed and Fail do with their data.

A performer gives where its state leads (a state's name, or `END`), or None when the frame has something to wait for.
"""

from asl.definition import END, Choice, Fail, Pass, Wait
from asl.errors import NO_CHOICE_MATCHED, EvaluationError, StatesError
from asl.frames import Frame, Waiting
from asl.java_text import to_text
from asl.json_types import JSON
from asl.run import Run
from asl.scope import Query


def perform_pass(run: Run, frame: Frame) -> str | None:
    state, raw = frame.state, frame.data
    flow, work = state.flow, state.work
    assert type(work) is Pass
    if work.has_result:
        result = work.result
    else:
        result = raw if flow.effective_input is None else flow.effective_input(raw, run)
        if flow.arguments is not None:
            result = flow.arguments(result, run)
    output = result if flow.output is None else flow.output(raw, result, run)
    return run.leave(frame, output, frame.text if output is raw else None, state.next)


def perform_choice(run: Run, frame: Frame) -> str | None:
    work = frame.state.work
    assert type(work) is Choice
    effective = effective_input(run, frame)
    for test, following in work.rules:
        if test(effective, run):
            return leave_with(run, frame, effective, following)
    if work.default is None:
        cause = "Failed to transition out of the state. The state does not point to a next state."
        raise EvaluationError(cause, error=NO_CHOICE_MATCHED)
    return leave_with(run, frame, effective, work.default)


def perform_wait(run: Run, frame: Frame) -> str | None:
    work = frame.state.work
    assert type(work) is Wait
    effective = effective_input(run, frame)
    due = work.until(effective, run, run.at)
    if due <= run.at:
        return leave_with(run, frame, effective, frame.state.next)
    frame.work = Waiting(run.start_timer(frame.id, due), due)
    return None


def wait_is_over(run: Run, frame: Frame) -> str | None:
    return leave_with(run, frame, effective_input(run, frame), frame.state.next)


def perform_succeed(run: Run, frame: Frame) -> str | None:
    return leave_with(run, frame, effective_input(run, frame), END)


def perform_fail(run: Run, frame: Frame) -> str | None:
    work = frame.state.work
    assert type(work) is Fail
    raise StatesError(_text(run, frame, work.error), _text(run, frame, work.cause))


def _text(run: Run, frame: Frame, query: Query | None) -> str | None:
    return None if query is None else to_text(query(frame.data, run))


def effective_input(run: Run, frame: Frame) -> JSON:
    select = frame.state.flow.effective_input
    return frame.data if select is None else select(frame.data, run)


def leave_with(run: Run, frame: Frame, result: JSON, following: str) -> str:
    raw, reduce = frame.data, frame.state.flow.output
    output = result if reduce is None else reduce(raw, result, run)
    return run.leave(frame, output, frame.text if output is raw else None, following)
