"""Tasks that wait for an execution that they started: ``states:startExecution.sync`` and ``.sync:2``.

A child is begun in the transaction that writes the parent's TaskSubmitted, so that neither is there without the other;
it is stopped in the transaction that gives the Task up. That it ended is told to the parent after the commit, and once
more when the endpoint starts if a kill came between. A row holds for as long as the Task waits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from asl import json_text
from asl.events import Event, ExecutionStopped, TaskFailed, TaskSucceeded
from asl.json_types import JSON
from localaws.journal import ExecutionRow, Journal

if TYPE_CHECKING:
    from localaws.live import Live

Key: TypeAlias = tuple[int, int]  # execution id, task id


@dataclass(frozen=True, slots=True)
class Child:
    """What a Task waits for; ``resource`` is the Task's, which says how the outcome looks."""

    execution_id: int
    resource: str


class Children:
    """All that is waited for, by the Task and by the child. As the last commit left it."""

    def __init__(self) -> None:
        self._of_task: dict[Key, Child] = {}
        self._waiting: dict[int, list[Key]] = {}

    def __len__(self) -> int:
        return len(self._of_task)

    def of_task(self, key: Key) -> Child | None:
        return self._of_task.get(key)

    def waiting_for(self, execution_id: int) -> list[tuple[Key, Child]]:
        """The Tasks that wait for an execution."""
        return [(key, self._of_task[key]) for key in self._waiting.get(execution_id, ())]

    def add(self, key: Key, child: Child) -> None:
        self._of_task[key] = child
        self._waiting.setdefault(child.execution_id, []).append(key)

    def discard(self, key: Key) -> None:
        child = self._of_task.pop(key, None)
        if child is None:
            return
        keys = self._waiting[child.execution_id]
        keys.remove(key)
        if not keys:
            del self._waiting[child.execution_id]

    def apply(self, execution_id: int, changes: Mapping[int, Child | None]) -> None:
        for task_id, child in changes.items():
            key = execution_id, task_id
            self.discard(key)
            if child is not None:
                self.add(key, child)


class Executions(Protocol):
    """`localaws.engine.Engine`, as nested executions use it."""

    clock: Callable[[], float]

    def loaded(self, execution_id: int) -> "Live | None": ...

    def deliver(self, live: "Live", event: Event) -> None: ...

    def tell(self, execution_id: int, event: Event) -> None: ...


class Nested:
    """Who waits for whom: kept with the Task's execution while a transaction lasts (`Live.children`), here after it."""

    def __init__(self, executions: Executions) -> None:
        self._executions = executions
        self._children = Children()

    def __len__(self) -> int:
        return len(self._children)

    def take_up(self, journal: Journal) -> None:
        """Go on with what the store has; who wasn't told of an end is told now."""
        for execution_id, task_id, child_id, resource in journal.owed_children():
            self._children.add((execution_id, task_id), Child(child_id, resource))
            row = journal.execution(child_id)
            if row.status != "RUNNING":
                self.tell_parents(row)

    def wait_for(self, key: Key, child: Child) -> None:
        """A task waits for an execution: its end is the task's, and the task's end is its. Inside a job."""
        execution_id, task_id = key
        live = self._executions.loaded(execution_id)
        if live is not None and task_id in live.execution.tasks:
            live.children[task_id] = child

    def over(self, live: "Live", task_id: int) -> None:
        """The task has its outcome."""
        if self._child_of(live, task_id) is not None:
            live.children[task_id] = None

    def give_up(self, live: "Live", task_id: int) -> None:
        """Nobody waits for what the task began: it is stopped in the same transaction."""
        child = self._child_of(live, task_id)
        if child is None:
            return
        live.children[task_id] = None
        running = self._executions.loaded(child.execution_id)
        if running is not None:
            self._executions.deliver(running, ExecutionStopped(at=self._executions.clock()))

    def committed(self, live: "Live") -> None:
        if live.children:
            self._children.apply(live.id, live.children)

    def tell_parents(self, row: ExecutionRow) -> None:
        """An execution ended, as ``row`` says: whoever waits for it hears of it."""
        at = self._executions.clock()
        for (execution_id, task_id), child in self._children.waiting_for(row.id):
            self._executions.tell(execution_id, outcome_event(child, task_id, row, row.arn, at))

    def _child_of(self, live: "Live", task_id: int) -> Child | None:
        if task_id in live.children:
            return live.children[task_id]
        return self._children.of_task((live.id, task_id))


def outcome_event(child: Child, task_id: int, row: ExecutionRow, arn: str, at: float) -> TaskSucceeded | TaskFailed:
    """What a child's end means to the Task that waited for it."""
    if row.status == "SUCCEEDED":
        described = _described(row, arn, parsed=child.resource.endswith(".sync:2"))
        return TaskSucceeded(at=at, task_id=task_id, output=json_text.dumps(described))
    cause = json_text.dumps(_described(row, arn, parsed=False))
    return TaskFailed(at=at, task_id=task_id, error="States.TaskFailed", cause=cause)


def _described(row: ExecutionRow, arn: str, *, parsed: bool) -> dict[str, JSON]:
    """The execution as DescribeExecution has it, named as optimized integrations name things; in order."""

    def data(text: str) -> JSON:
        return json_text.loads(text) if parsed else text

    found: dict[str, JSON] = {
        "ExecutionArn": arn,
        "Input": data(row.input),
        "InputDetails": {"Included": True},
        "Name": row.name,
        "RedriveCount": row.redrive_count,
        "RedriveStatus": "REDRIVABLE",
        "StartDate": milliseconds(row.started_at),
        "StateMachineArn": row.machine_arn,
        "Status": row.status,
        "StopDate": milliseconds(row.stopped_at or row.started_at),
    }
    if row.status == "SUCCEEDED":
        found["Output"] = data(row.output or "null")
        found["OutputDetails"] = {"Included": True}
        found["RedriveStatus"] = "NOT_REDRIVABLE"
        found["RedriveStatusReason"] = "Execution is SUCCEEDED and cannot be redriven"
    optional = {
        "Cause": row.cause,
        "Error": row.error,
        "StateMachineAliasArn": row.alias_arn,
        "StateMachineVersionArn": row.version_arn,
        "TraceHeader": row.trace_header,
    }
    found |= {name: value for name, value in optional.items() if value is not None}
    return {name: found[name] for name in sorted(found)}


def milliseconds(seconds: float) -> int:
    """Times of an optimized integration's result, as the AWS SDK for Java 1.x prints them."""
    return int(seconds * 1000)
