"""Who watches executions from outside: EventBridge's status changes, the execution logs. They hold nothing up.

What is told is what was committed. A watcher's fault is logged, and is no execution's.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localaws.journal import ExecutionRow
from localaws.live import Live, Outcome

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """An execution began, ended or was redriven: EventBridge's "Step Functions Execution Status Change".

    ``row`` is as it was before; ``outcome`` says how the execution stands.
    """

    arn: str
    row: ExecutionRow
    outcome: Outcome
    last_event_id: int
    has_state: bool  # what a redrive needs is there


OnStatusChange = Callable[[StatusChange], None]
OnHistory = Callable[[ExecutionRow, str, int, list[Any]], None]


class Watchers:
    def __init__(self, on_status_change: OnStatusChange | None, on_history: OnHistory | None) -> None:
        """``on_history(row, arn, first_id, events)`` is told what each commit added to a history."""
        self._on_status_change = on_status_change
        self._on_history = on_history

    def tell(self, live: Live) -> None:
        """What was committed since the last time."""
        try:
            if self._on_history is not None and live.history:
                self._on_history(live.row, live.arn, live.stored_events + 1, live.history)
            if self._on_status_change is not None:
                if live.stored_events == 0 or live.redrive is not None:
                    self._on_status_change(_status_change(live, Outcome("RUNNING")))
                if live.ended:
                    self._on_status_change(_status_change(live, live.outcome))
        except Exception:
            logger.exception("What watches executions failed.")


def _status_change(live: Live, outcome: Outcome) -> StatusChange:
    return StatusChange(
        arn=live.arn,
        row=live.row,
        outcome=outcome,
        last_event_id=live.stored_events + len(live.history),
        has_state=live.can_be_redriven,
    )
