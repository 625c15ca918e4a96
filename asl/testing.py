"""Run a state machine in virtual time, with no driver: a script of events in, the history out.

    playbook = Playbook(parse(text), input='{"x": 1}')
    playbook.run()  # until it waits for a task or has ended; timers fire by themselves
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=playbook.task().task_id, output='{"ok": true}'))
    assert playbook.execution.status == "SUCCEEDED"

With ``reload`` the execution is stored and loaded again before each event, which must change nothing.
"""

import json
from dataclasses import replace

from asl.calls import room_for_calls
from asl.definition import StateMachine
from asl.effects import CancelTask, CancelTimer, RedriveMapRun, ScheduleTask, StartMapRun, StartTimer
from asl.events import Continued, Event, TimerFired
from asl.execution import Execution, load
from asl.history import HistoryEvent, render
from asl.interpreter import Identity, Transition, handle, start
from asl.json_types import JSON

IDENTITY = Identity(
    execution_arn="arn:aws:states:us-east-1:123456789012:execution:machine:run",
    execution_name="run",
    state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:machine",
    state_machine_name="machine",
    role_arn="arn:aws:iam::123456789012:role/role",
    start_time=0.0,
)
SEED = b"a seed that only this test knows"


class Playbook:
    """An execution with its outstanding tasks and timers, and a clock that only moves when it is told to."""

    def __init__(
        self,
        machine: StateMachine,
        *,
        input: str = "{}",  # noqa: A002 - the API's own word
        identity: Identity = IDENTITY,
        at: float = 1_800_000_000.0,
        budget: int = 200,
        reload: bool = False,
    ) -> None:
        self.machine = machine
        self.now = at
        self.budget = budget
        self.reload = reload
        self.history: list[HistoryEvent] = []
        self.tasks: dict[int, ScheduleTask] = {}
        self.timers: dict[int, float] = {}
        self.map_runs: dict[int, StartMapRun | RedriveMapRun] = {}
        self.must_continue = False
        self._header: JSON = None
        self._rows: dict[int, JSON] = {}
        identity = replace(identity, start_time=at)
        self.execution, transition = start(machine, identity=identity, input=input, at=at, seed=SEED, budget=budget)
        self._take(transition)

    def task(self) -> ScheduleTask:
        """The one task that awaits its outcome."""
        (task,) = self.tasks.values()
        return task

    def reply(self, event: Event) -> Transition:
        """Deliver one event."""
        self.now = max(self.now, event.at)
        if self.reload:
            self.execution = self._reloaded()
        transition = handle(self.execution, event, budget=self.budget)
        self._take(transition)
        return transition

    def run(self, *, until: float | None = None) -> None:
        """Grant slices and fire timers in the order in which they are due, up to a time if one is given."""
        while self.execution.status == "RUNNING":
            if self.must_continue:
                self.must_continue = False
                self.reply(Continued(at=self.now))
                continue
            due = min(self.timers.items(), key=lambda timer: (timer[1], timer[0]), default=None)
            if due is None or (until is not None and due[1] > until):
                return
            self.now = max(self.now, due[1])
            del self.timers[due[0]]
            self.reply(TimerFired(at=self.now, timer_id=due[0]))

    def rendered(self) -> list[dict[str, JSON]]:
        """The history as GetExecutionHistory gives it."""
        return [render(number, event) for number, event in enumerate(self.history, 1)]

    def types(self) -> list[str]:
        return [event[0] for event in self.history]

    def stored(self) -> tuple[JSON, dict[int, JSON]]:
        """What a store holds after what happened so far."""
        return self._header, self._rows

    def _take(self, transition: Transition) -> None:
        self.history.extend(transition.history)
        for effect in transition.effects:
            match effect:
                case ScheduleTask():
                    self.tasks[effect.task_id] = effect
                case StartMapRun() | RedriveMapRun():
                    self.map_runs[effect.task_id] = effect
                case CancelTask():
                    self.tasks.pop(effect.task_id, None)
                    self.map_runs.pop(effect.task_id, None)
                case StartTimer():
                    self.timers[effect.timer_id] = effect.due
                case CancelTimer():
                    self.timers.pop(effect.timer_id, None)
                case _:
                    self.must_continue = True
        for task_id in [task_id for task_id in self.tasks if task_id not in self.execution.tasks]:
            del self.tasks[task_id]
        for task_id in [task_id for task_id in self.map_runs if task_id not in self.execution.tasks]:
            del self.map_runs[task_id]
        self._store()

    def _store(self) -> None:
        changes = self.execution.take_changes()
        self._header = _as_stored(changes.header)
        for row, content in changes.frames.items():
            if content is None:
                self._rows.pop(row, None)
            else:
                self._rows[row] = _as_stored(content)

    def _reloaded(self) -> Execution:
        return load(self.machine, _as_stored(self._header), self._rows)


def _as_stored(value: JSON) -> JSON:
    """A copy that has been through JSON, however deep it is nested."""
    with room_for_calls:
        return json.loads(json.dumps(value))
