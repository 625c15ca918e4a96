"""Parallel and Map: children begin, children end, and the state goes on with their results."""

from asl import json_text
from asl.definition import Branch, Map, Parallel
from asl.execution import done_row, items_row, join_row
from asl.failure import close_join, finish
from asl.flow_states import effective_input, leave_with
from asl.frames import Frame, Joining
from asl.json_types import JSON
from asl.map_item import about_item
from asl.run import Run

INLINE_CONCURRENCY = 40  # iterations of an inline Map that AWS runs at a time at most


def perform_parallel(run: Run, frame: Frame) -> str | None:
    state = frame.state
    work = state.work
    assert type(work) is Parallel
    effective = effective_input(run, frame)
    data = effective if state.flow.arguments is None else state.flow.arguments(effective, run)
    text = frame.text if data is frame.data else None
    frame.previous = run.emit(("ParallelStateStarted", frame.previous, run.at))
    join = _begin_join(run, frame, total=len(work.branches), items=None, concurrency=0)
    for index, branch in enumerate(work.branches):
        _begin_child(run, frame, join, index=index, branch=branch, data=data, text=text, previous=frame.previous)
    return None


def perform_map(run: Run, frame: Frame) -> str | None:
    work = frame.state.work
    assert type(work) is Map
    effective = effective_input(run, frame)
    items = work.items(effective, run)
    limit = work.max_concurrency(effective, run)
    concurrency = min(limit or INLINE_CONCURRENCY, INLINE_CONCURRENCY)
    frame.previous = run.emit(("MapStateStarted", frame.previous, run.at, len(items)))
    join = _begin_join(run, frame, total=len(items), items=items, concurrency=concurrency)
    if not items:
        return _finish(run, frame, join, frame.previous)
    for _ in range(min(concurrency, len(items))):
        _begin_iteration(run, frame, join, frame.previous)
    return None


def _begin_join(run: Run, frame: Frame, *, total: int, items: list[JSON] | None, concurrency: int) -> Joining:
    execution = run.execution
    join = Joining(
        row=execution.new_row(),
        total=total,
        next_index=0 if items is not None else total,
        concurrency=concurrency,
        items=items,
        items_row=0 if items is None else execution.new_row(),
        results=[None] * total,
        texts={},
    )
    if items is not None:
        execution.store_row(join.items_row, items_row(join, frame))
    execution.store_row(join.row, join_row(join, frame))
    frame.work = join
    return join


def _begin_iteration(run: Run, frame: Frame, join: Joining, previous: int) -> None:
    work = frame.state.work
    assert type(work) is Map
    assert join.items is not None
    index = join.next_index
    data = join.items[index]
    if work.item_selector is not None:
        run.frame, run.item = frame, about_item(index, data)
        try:
            data = work.item_selector(effective_input(run, frame), run)
        finally:
            run.item = None
    join.next_index += 1
    run.execution.store_row(join.row, join_row(join, frame))
    event_id = run.emit(("MapIterationStarted", previous, run.at, frame.state.name, index))
    _begin_child(run, frame, join, index=index, branch=work.processor, data=data, text=None, previous=event_id)


def _begin_child(
    run: Run,
    parent: Frame,
    join: Joining,
    *,
    index: int,
    branch: Branch,
    data: JSON,
    text: str | None,
    previous: int,
) -> None:
    execution = run.execution
    child = Frame(
        id=execution.new_row(),
        parent=parent.id,
        index=index,
        branch=branch,
        state=branch.states[branch.start_at],
        data=data,
        text=text,
        previous=previous,
    )
    execution.frames[child.id] = child
    execution.touch(child)
    execution.ready.append(child.id)
    join.children[index] = child.id


def branch_done(run: Run, child: Frame) -> Frame | None:
    """A branch ended well. Gives the frame of the state around it if that was its last one: it is to be left."""
    execution = run.execution
    if not child.parent:
        _succeed(run, child)
        return None
    parent = execution.frames[child.parent]
    join = parent.work
    assert isinstance(join, Joining)
    _keep_result(run, join, child)
    last = child.previous
    if join.items is not None:
        last = run.emit(("MapIterationSucceeded", child.previous, run.at, parent.state.name, child.index))
        if join.next_index < join.total:
            _begin_iteration(run, parent, join, child.previous)
    if join.children:
        return None
    parent.previous = last
    return parent


def _keep_result(run: Run, join: Joining, child: Frame) -> None:
    """The child's row now holds its result."""
    execution = run.execution
    join.results[child.index] = child.data
    if child.text is not None:
        join.texts[child.index] = child.text
    del join.children[child.index]
    del execution.frames[child.id]
    execution.store_row(child.id, done_row(child, child.data, child.text))
    join.done_rows.append(child.id)
    execution.drop_own_rows(child)


def go_on(run: Run, frame: Frame) -> str | None:
    """A redrive came: begin the iterations for which there is room, or leave the state if nothing is left to do."""
    join = frame.work
    assert isinstance(join, Joining)
    frame.previous = frame.entered_id
    while join.next_index < join.total and len(join.children) < join.concurrency:
        _begin_iteration(run, frame, join, frame.previous)
    return None if join.children else _finish(run, frame, join, frame.previous)


def all_done(run: Run, frame: Frame) -> str | None:
    join = frame.work
    assert isinstance(join, Joining)
    return _finish(run, frame, join, frame.previous)


def _finish(run: Run, frame: Frame, join: Joining, last: int) -> str | None:
    state = frame.state
    run.emit((f"{state.type}StateSucceeded", last, run.at))
    flow = state.flow
    if flow.select is None and flow.output is None:
        assigned = None if flow.assign is None else flow.assign(frame.data, join.results, run)
        following = run.leave(frame, join.results, _joined_text(join), state.next, assigned)
    else:
        following = leave_with(run, frame, join.results, state.next, flow)
    close_join(run, frame)
    return following


def _joined_text(join: Joining) -> str | None:
    """Results that came as text are put together as they are."""
    if not join.texts:
        return None
    parts = (
        join.texts[index] if index in join.texts else json_text.dumps(result)
        for index, result in enumerate(join.results)
    )
    return f"[{','.join(parts)}]"


def _succeed(run: Run, root: Frame) -> None:
    execution = run.execution
    execution.output = root.text if root.text is not None else json_text.dumps(root.data)
    run.emit_last(("ExecutionSucceeded", root.previous, run.at, None, execution.output))
    finish(run, "SUCCEEDED")
