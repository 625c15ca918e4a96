"""What happens while one event is handled: the clock, the history and effects so far, and the frame whose turn it is.

It is the `Scope` that expressions see.
"""

import hashlib
import hmac
from collections.abc import Mapping

from asl.definition import State
from asl.effects import CancelTask, CancelTimer, Effect, StartTimer
from asl.errors import data_limit_exceeded
from asl.execution import Execution
from asl.frames import Frame, Joining, Working
from asl.history import HistoryEvent
from asl.json_types import JSON
from asl.map_item import about_item
from asl.timestamps import format_timestamp
from asl.tokens import make_token
from asl.variables import assign

HISTORY_LIMIT = 25_000  # events of a STANDARD execution; the last one is the end
REDRIVE_LIMIT = HISTORY_LIMIT - 1  # so many events, and there is no room for a redrive and an event after it
RETRIABLE = frozenset({"Task", "Parallel", "Map"})


class HistoryFullError(Exception):
    """The history has no room but for the event that ends the execution."""


class Run:
    __slots__ = ("at", "budget", "effects", "execution", "frame", "history", "item", "room")

    def __init__(self, execution: Execution, at: float, budget: int) -> None:
        self.execution = execution
        self.at = at
        self.budget = budget  # states that may still be entered
        self.history: list[HistoryEvent] = []
        self.effects: list[Effect] = []
        self.frame: Frame | None = None
        self.item: JSON = None  # the Map item that a selector is about, before its iteration has begun
        self.room = HISTORY_LIMIT - 1 if execution.identity.type == "STANDARD" else 1 << 62

    # -- history ------------------------------------------------------------------------------------

    def emit(self, event: HistoryEvent) -> int:
        """Append to the history; the event's id."""
        execution = self.execution
        event_id = execution.last_event_id + 1
        if event_id > self.room:
            raise HistoryFullError
        self.history.append(event)
        execution.last_event_id = event_id
        return event_id

    def emit_last(self, event: HistoryEvent) -> None:
        """Append the event that ends the execution, for which there is always room."""
        self.history.append(event)
        self.execution.last_event_id += 1

    def leave(
        self, frame: Frame, output: JSON, text: str | None, following: str, assigned: Mapping[str, JSON] | None = None
    ) -> str:
        """Exit the frame's state with its output, which is the next one's input; ``following`` is where it leads."""
        state = frame.state
        if output is not frame.data and self.execution.sizes.exceed_limit(output, text):
            raise data_limit_exceeded(state.name)
        shown = output if text is None else None
        if assigned:
            frame.variables = assign(frame, assigned)
            exited = state.exited, frame.previous, self.at, state.name, shown, text, assigned
            frame.previous = self.emit(exited)
        else:
            frame.previous = self.emit((state.exited, frame.previous, self.at, state.name, shown, text))
        frame.data = output
        frame.text = text
        return following

    # -- timers and tasks ---------------------------------------------------------------------------

    def start_timer(self, frame_id: int, due: float) -> int:
        execution = self.execution
        execution.last_timer += 1
        execution.timers[execution.last_timer] = frame_id
        self.effects.append(StartTimer(timer_id=execution.last_timer, due=due))
        return execution.last_timer

    def cancel_timer(self, timer_id: int | None) -> None:
        if timer_id is not None and self.execution.timers.pop(timer_id, None) is not None:
            self.effects.append(CancelTimer(timer_id=timer_id))

    def close_task(self, frame: Frame, work: Working, *, cancel: bool) -> None:
        """The task has its outcome, or nobody wants it any more (``cancel``)."""
        self.cancel_timer(work.timeout_timer)
        self.cancel_timer(work.heartbeat_timer)
        self.execution.tasks.pop(work.task_id, None)
        frame.work = None
        if cancel:
            self.effects.append(CancelTask(task_id=work.task_id))

    # -- the Scope that expressions see -------------------------------------------------------------

    def now(self) -> float:
        return self.at

    def variable(self, name: str) -> JSON:
        frame = self.frame
        assert frame is not None
        while True:
            if frame.variables is not None and name in frame.variables:
                return frame.variables[name]
            if not frame.parent:
                raise KeyError(name)
            frame = self.execution.frames[frame.parent]

    def random_bits(self) -> int:
        execution = self.execution
        execution.random_count += 1
        message = f"random#{execution.random_count}".encode()
        return int.from_bytes(hmac.digest(execution.seed, message, hashlib.sha256), "big")

    def context(self) -> JSON:
        """The Context Object (developer guide, "Accessing execution data from the Context object")."""
        execution, frame = self.execution, self.frame
        assert frame is not None
        identity = execution.identity
        about_execution = {
            "Id": identity.execution_arn,
            "Input": execution.input_value,
            "StartTime": format_timestamp(identity.start_time),
            "Name": identity.execution_name,
            "RoleArn": identity.role_arn,
        }
        if identity.type == "STANDARD":
            about_execution["RedriveCount"] = execution.redrive_count
            if execution.redriven_at is not None:
                about_execution["RedriveTime"] = format_timestamp(execution.redriven_at)
        context: dict[str, JSON] = {
            "Execution": about_execution,
            "StateMachine": {"Id": identity.state_machine_arn, "Name": identity.state_machine_name},
            "State": self._about_state(frame, frame.state),
        }
        item = self._map_item(frame) if self.item is None else self.item
        if item is not None:
            context["Map"] = {"Item": item}
        if isinstance(frame.work, Working) and frame.work.has_token:
            context["Task"] = {"Token": make_token(execution.seed, identity.execution_arn, frame.work.task_id)}
        return context

    def _about_state(self, frame: Frame, state: State) -> JSON:
        about = {"Name": state.name, "EnteredTime": format_timestamp(frame.entered_at)}
        return about | {"RetryCount": frame.retry_count} if state.type in RETRIABLE else about

    def _map_item(self, frame: Frame) -> JSON:
        """The item of the nearest Map iteration that the frame is in."""
        while frame.parent:
            parent = self.execution.frames[frame.parent]
            if isinstance(parent.work, Joining) and parent.work.items is not None:
                return about_item(frame.index, parent.work.items[frame.index])
            frame = parent
        return None
