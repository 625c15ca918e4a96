"""A whole run in virtual time, with mocks in place of what Tasks call. Nothing is deployed; a year's Wait takes none.

Mocks are written as in the MockConfigFile of AWS's Step Functions Local, by the name of the state, then by which call
of it (counted from 0, over all attempts, loops and Map items)::

    {"Propose": {"0-1": {"Throw": {"Error": "Busy", "Cause": "try later"}}, "2": {"Return": {"title": "Rain"}}}}

Beyond AWS's: ``"AfterSeconds": 90`` lets an answer come late (a time-out of 60 s fires before it), ``{"Never": true}``
lets none come, and ``"*"`` stands for every call that has no number of its own.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from asl import json_text
from asl.definition import StateMachine
from asl.effects import ScheduleTask, StartMapRun
from asl.events import TaskFailed, TaskSubmitted, TaskSucceeded
from asl.json_types import JSON
from asl.testing import Playbook

STUCK: Final = "STUCK"
ANY_CALL: Final = "*"
_calls = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?\Z")


class MockError(ValueError):
    """A mock that can't be understood; the message names its state and says what is wrong."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one call is answered with: exactly one of ``output``, ``error``, ``never``."""

    after: float = 0.0  # seconds
    output: str | None = None  # JSON text
    error: str | None = None
    cause: str | None = None
    never: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A Task as it was called."""

    state_name: str
    number: int  # from 0, of this state
    resource: str
    parameters: JSON


@dataclass(frozen=True, slots=True)
class Simulation:
    """A run that is over, or can't go on: then ``status`` is STUCK and ``problem`` says why and where."""

    status: str
    output: str | None  # JSON text
    error: str | None
    cause: str | None
    problem: str | None
    stuck_at: str | None  # the state
    history: Sequence[Mapping[str, JSON]]  # as GetExecutionHistory gives it
    calls: Sequence[Call]
    seconds: float  # virtual time from start to end

    @property
    def path(self) -> list[str]:
        """The states that were entered, in order."""
        return [
            event["stateEnteredEventDetails"]["name"] for event in self.history if "stateEnteredEventDetails" in event
        ]


class Mocks:
    """Replies by state and call. Raises `MockError` for what isn't one."""

    def __init__(self, mocks: JSON) -> None:
        if not isinstance(mocks, dict):
            raise MockError("Mocks are an object: the names of states, and what each is answered.")
        self._replies = {name: _replies(name, replies) for name, replies in mocks.items()}

    def reply(self, state_name: str, number: int) -> Reply | None:
        replies = self._replies.get(state_name, {})
        return replies.get(number, replies.get(None))

    def __contains__(self, state_name: str) -> bool:
        return state_name in self._replies


def simulate(machine: StateMachine, *, input: str, mocks: JSON) -> Simulation:  # noqa: A002 - the API's own word
    """Run it. Raises `MockError`, ValueError for an input that isn't JSON, DefinitionError for what can't run."""
    replies = Mocks(mocks)
    playbook = Playbook(machine, input=input)
    began, counts, calls = playbook.now, Counter[str](), list[Call]()
    answered: set[int] = set()
    due: dict[int, tuple[float, Reply]] = {}  # by task: when its reply comes
    problem: tuple[str, str] | None = None
    while playbook.execution.status == "RUNNING" and problem is None:
        playbook.run(until=min((at for at, _ in due.values()), default=playbook.now))
        due = {task_id: reply for task_id, reply in due.items() if task_id in playbook.tasks}
        new = [task for task_id, task in playbook.tasks.items() if task_id not in answered]
        for task in new:
            answered.add(task.task_id)
            number = counts[task.state_name]
            counts[task.state_name] += 1
            calls.append(Call(task.state_name, number, task.resource, task.parameters))
            reply = replies.reply(task.state_name, number)
            if task.token is not None and ":activity:" not in task.resource:
                playbook.reply(TaskSubmitted(at=playbook.now, task_id=task.task_id, output="{}"))
            if reply is None:
                problem = task.state_name, _missing(task, number, known=task.state_name in replies)
            elif not reply.never:
                due[task.task_id] = (playbook.now + reply.after, reply)
        if problem is None and not new:
            problem = _go_on(playbook, due)
    execution = playbook.execution
    return Simulation(
        status=execution.status if problem is None else STUCK,
        output=execution.output,
        error=execution.error,
        cause=execution.cause,
        problem=None if problem is None else problem[1],
        stuck_at=None if problem is None else problem[0],
        history=playbook.rendered(),
        calls=calls,
        seconds=playbook.now - began,
    )


def _go_on(playbook: Playbook, due: dict[int, tuple[float, Reply]]) -> tuple[str, str] | None:
    """Give the next reply that is due, or let time pass to the next timer; what is wrong when there is neither."""
    if due:  # earlier timers have fired by now
        task_id, (at, reply) = min(due.items(), key=lambda entry: (entry[1][0], entry[0]))
        del due[task_id]
        _give(playbook, playbook.tasks[task_id], at, reply)
        return None
    if playbook.timers:
        playbook.run(until=min(playbook.timers.values()))
        return None
    if playbook.execution.status != "RUNNING":
        return None
    if playbook.map_runs:
        run = next(iter(playbook.map_runs.values()))
        name = run.state_name if isinstance(run, StartMapRun) else run.arn
        return name, f"{name} is a Map in the Mode DISTRIBUTED: its child executions can't be simulated."
    name = next(iter(playbook.tasks.values())).state_name
    return name, f"Nobody answers {name}, and it has no time-out: it would wait for a year."


def _give(playbook: Playbook, task: ScheduleTask, at: float, reply: Reply) -> None:
    if reply.output is not None:
        playbook.reply(TaskSucceeded(at=at, task_id=task.task_id, output=reply.output))
    else:
        playbook.reply(TaskFailed(at=at, task_id=task.task_id, error=reply.error, cause=reply.cause))


def _missing(task: ScheduleTask, number: int, *, known: bool) -> str:
    if known:
        return f"{task.state_name} was called once more than it has mocks: call {number} has none."
    return f"{task.state_name} has no mock: say what {task.resource} answers."


def _replies(name: str, replies: JSON) -> dict[int | None, Reply]:
    if not isinstance(replies, dict):
        raise MockError(f'{name}: expected an object with calls, such as {{"0": {{"Return": ...}}}}.')
    found: dict[int | None, Reply] = {}
    for calls, mock in replies.items():
        reply = _reply(name, calls, mock)
        if calls == ANY_CALL:
            found[None] = reply
            continue
        numbers = _calls.match(calls)
        if numbers is None:
            raise MockError(f'{name}: "{calls}" is neither a call ("0"), a range of calls ("1-3") nor "*".')
        first, last = int(numbers[1]), int(numbers[2] or numbers[1])
        if last < first:
            raise MockError(f"{name}: the range {calls} ends before it begins.")
        found.update(dict.fromkeys(range(first, last + 1), reply))
    return found


def _reply(name: str, calls: str, mock: JSON) -> Reply:
    where = f"{name}, call {calls}"
    if not isinstance(mock, dict) or len({"Return", "Throw", "Never"} & mock.keys()) != 1:
        raise MockError(f"{where}: expected one of Return, Throw and Never.")
    after = mock.get("AfterSeconds", 0)
    if isinstance(after, bool) or not isinstance(after, int | float) or after < 0:
        raise MockError(f"{where}: AfterSeconds is a number of seconds.")
    if "Return" in mock:
        return Reply(after, output=json_text.dumps(mock["Return"]))
    if "Never" in mock:
        if mock["Never"] is not True:
            raise MockError(f"{where}: Never is true or not there.")
        return Reply(never=True)
    thrown = mock["Throw"]
    if not isinstance(thrown, dict) or not isinstance(thrown.get("Error"), str):
        raise MockError(f"{where}: Throw is an object with Error, and Cause if there is one.")
    cause = thrown.get("Cause", "")
    if not isinstance(cause, str):
        raise MockError(f"{where}: Cause is text.")
    return Reply(after, error=thrown["Error"], cause=cause)
