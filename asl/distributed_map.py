"""A Map in the Mode DISTRIBUTED: it asks for a Map Run, waits for its end, and goes on with its result.

What the Map Run needs is evaluated here, where the state's data is, and handed over with the effect; what becomes of it
item by item is in `asl.map_run`. Recorded: MapStateStarted counts the items of the input and none of a reader's; a
tolerance that can't be read fails the execution after it.
"""

import uuid

from asl.definition import DistributedMap
from asl.effects import RedriveMapRun, StartMapRun
from asl.errors import StatesError
from asl.flow_states import effective_input, leave_with
from asl.frames import Distributing, Frame
from asl.item_batches import evaluate_batcher
from asl.json_types import JSON
from asl.run import Run


def perform(run: Run, frame: Frame) -> str | None:
    """Begin a Map Run; a Retrier's next attempt begins another."""
    execution, state = run.execution, frame.state
    work = state.work
    assert type(work) is DistributedMap
    effective = effective_input(run, frame)
    items = None if work.reader is not None else work.items(effective, run)
    concurrency = work.max_concurrency(effective, run)
    frame.previous = run.emit(("MapStateStarted", frame.previous, run.at, len(items or ())))
    settings = _settings(run, frame, work, effective) | {"max_concurrency": concurrency}
    if items is not None:
        settings["items"] = items
    name = execution.identity.state_machine_arn.replace(":stateMachine:", ":mapRun:", 1)
    arn = f"{name}/{work.label}:{uuid.UUID(int=run.random_bits() >> 128, version=4)}"
    frame.previous = run.emit(("MapRunStarted", frame.previous, run.at, arn))
    work_id = _wait_for(run, frame, arn, 0)
    run.effects.append(StartMapRun(task_id=work_id, state_name=state.name, arn=arn, settings=settings))
    return None


def _settings(run: Run, frame: Frame, work: DistributedMap, effective: JSON) -> dict[str, JSON]:
    tolerance = work.tolerance
    settings: dict[str, JSON] = {
        "label": work.label,
        "definition": work.definition,
        "type": work.execution_type,
        "tolerated_percentage": None if tolerance.percentage is None else tolerance.percentage(effective, run),
        "tolerated_count": None if tolerance.count is None else tolerance.count(effective, run),
    }
    for name, call in (("reader", work.reader), ("writer", work.writer)):
        if call is not None:
            settings[name] = {
                "Resource": call.resource,
                "Parameters": {} if call.parameters is None else call.parameters(effective, run),
                "Config": call.config(effective, run),
            }
    if work.batcher is not None:
        settings["batch"] = evaluate_batcher(work.batcher, effective, run)
    if work.item_selector is not None:
        settings["selector"] = {
            "definition": work.selector_definition,
            "language": work.language,
            "input": effective,
            "context": run.context(),
            "variables": _variables(run, frame),
        }
    return settings


def _variables(run: Run, frame: Frame) -> JSON:
    """All that the state sees, the innermost of a name."""
    found: dict[str, JSON] = dict(frame.variables or {})
    while frame.parent:
        frame = run.execution.frames[frame.parent]
        found = {**(frame.variables or {}), **found}
    return found


def _wait_for(run: Run, frame: Frame, arn: str, redrives: int) -> int:
    execution = run.execution
    execution.last_task += 1
    execution.tasks[execution.last_task] = frame.id
    frame.work = Distributing(execution.last_task, arn, redrives)
    return execution.last_task


def redrive(run: Run, frame: Frame, arn: str, redrives: int) -> str | None:
    """A redrive takes the Map Run up that had ended without success: what failed of it, and what never began."""
    number = redrives + 1
    frame.previous = run.emit(("MapRunRedriven", frame.previous, run.at, arn, number))
    work_id = _wait_for(run, frame, arn, number)
    run.effects.append(RedriveMapRun(task_id=work_id, arn=arn))
    return None


def succeeded(run: Run, frame: Frame, work: Distributing, result: JSON) -> str:
    run.execution.tasks.pop(work.task_id, None)
    frame.previous = run.emit(("MapRunSucceeded", frame.previous, run.at))
    run.emit(("MapStateSucceeded", frame.previous, run.at))
    frame.work = None
    return leave_with(run, frame, result, frame.state.next, frame.state.flow)


def failed(run: Run, frame: Frame, work: Distributing, error: StatesError) -> StatesError:
    """The error is then the state's own: `asl.failure.fail`."""
    run.execution.tasks.pop(work.task_id, None)
    frame.previous = run.emit(("MapRunFailed", frame.previous, run.at, error.error, error.cause))
    return error
