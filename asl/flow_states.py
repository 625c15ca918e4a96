"""What Pass, Choice, Wait, Succeed and Fail do with their data.

A performer gives where its state leads (a state's name, or `END`), or None when the frame has something to wait for.
"""

from asl.definition import END, Choice, Fail, Flow, Pass, Wait
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
    if flow.assign is not None:
        return leave_with(run, frame, result, state.next, flow)
    output = result if flow.output is None else flow.output(raw, result, run)
    return run.leave(frame, output, frame.text if output is raw else None, state.next)


def pass_through(run: Run, frame: Frame) -> str | None:
    """Enter and leave Pass states that change nothing, one after the other, for as long as the budget lasts.

    The frame's state is the first of them. Gives where the last one leads; None if the history has no room for one.
    """
    execution, at = run.execution, run.at
    last, previous = execution.last_event_id, frame.previous
    most = min(run.budget, (run.room - last) // 2)
    if most < 1:
        return None
    append, states, text = run.history.append, frame.branch.states, frame.text
    data = frame.data if text is None else None
    through, left, following = frame.state.through, most, END
    while through is not None and left:
        left -= 1
        entered, exited, name, following = through
        append((entered, previous, at, name, data, text))
        append((exited, last + 1, at, name, data, text))
        frame.came_from = previous
        previous = last = last + 2
        if not following:
            break
        through = states[following].through
    run.budget -= most - left
    execution.last_event_id = frame.previous = last
    frame.entered_id = last - 1
    frame.entered_at = at
    return following


def perform_choice(run: Run, frame: Frame) -> str | None:
    work = frame.state.work
    assert type(work) is Choice
    effective = effective_input(run, frame)
    for test, following, flow in work.rules:
        if test(effective, run):
            return leave_with(run, frame, effective, following, flow)
    if work.default is None:
        cause = "Failed to transition out of the state. The state does not point to a next state."
        raise EvaluationError(cause, error=NO_CHOICE_MATCHED)
    return leave_with(run, frame, effective, work.default, frame.state.flow)


def perform_wait(run: Run, frame: Frame) -> str | None:
    work = frame.state.work
    assert type(work) is Wait
    effective = effective_input(run, frame)
    due = work.until(effective, run, run.at)
    if due <= run.at:
        return leave_with(run, frame, effective, frame.state.next, frame.state.flow)
    frame.work = Waiting(run.start_timer(frame.id, due), due)
    return None


def wait_is_over(run: Run, frame: Frame) -> str | None:
    return leave_with(run, frame, effective_input(run, frame), frame.state.next, frame.state.flow)


def perform_succeed(run: Run, frame: Frame) -> str | None:
    return leave_with(run, frame, effective_input(run, frame), END, frame.state.flow)


def perform_fail(run: Run, frame: Frame) -> str | None:
    work = frame.state.work
    assert type(work) is Fail
    raise StatesError(_text(run, frame, work.error), _text(run, frame, work.cause))


def _text(run: Run, frame: Frame, query: Query | None) -> str | None:
    return None if query is None else to_text(query(frame.data, run))


def effective_input(run: Run, frame: Frame) -> JSON:
    select = frame.state.flow.effective_input
    return frame.data if select is None else select(frame.data, run)


def leave_with(run: Run, frame: Frame, result: JSON, following: str, flow: Flow, *, text: str | None = None) -> str:
    """Make the state's output and variables from its result, both from what was there on entry, and exit it.

    ``text`` is the result as it came, where it came as text.
    """
    raw = frame.data
    selected = result if flow.select is None else flow.select(result, run)
    assigned = None if flow.assign is None else flow.assign(raw, selected, run)
    output = selected if flow.output is None else flow.output(raw, selected, run)
    if output is raw:
        text = frame.text
    elif output is not result:
        text = None
    return run.leave(frame, output, text, following, assigned)
