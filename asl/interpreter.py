"""Advance an execution by one event: history and effects out, no clock and no IO."""

from dataclasses import dataclass

from asl.definition import StateMachine
from asl.effects import Effect
from asl.events import Event
from asl.execution import Execution, Identity
from asl.history import HistoryEvent

__all__ = ["Identity", "Transition", "handle", "start"]


@dataclass(slots=True)
class Transition:
    """What one event led to: the history events it added, and what the driver shall do."""

    history: list[HistoryEvent]
    effects: list[Effect]


def start(
    machine: StateMachine, *, identity: Identity, input: str, at: float, seed: bytes, budget: int = 200
) -> tuple[Execution, Transition]:
    raise NotImplementedError


def handle(execution: Execution, event: Event, *, budget: int = 200) -> Transition:
    raise NotImplementedError
