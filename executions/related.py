"""Which execution another one started, and the way back: nested executions and the executions of a Map Run.

A parent's history names what its Tasks started. Those of workflows that were deployed from here are linked as the
history comes; any other when somebody opens it (executions/opening.py).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from designer.models import Deployment
from executions import map_runs
from executions.adoption import adopt
from executions.models import Execution, HistoryEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

_TELLS = ("TaskSubmitted", "TaskSucceeded")  # of .sync, and of what isn't waited for
_EXECUTION = re.compile(r"arn:aws[\w-]*:states:[\w-]*:\d*:(?:execution|express):[^:/]+:[^:]+(?::[^:]+)?")


def nested_arn(event: HistoryEvent) -> str:
    """The execution that a Task's event says it started; empty for any other event."""
    details: dict[str, Any] = next(iter(event.details.values()), {}) if event.type in _TELLS else {}
    if details.get("resourceType") not in ("states", "aws-sdk:sfn"):
        return ""
    if not str(details.get("resource", "")).lower().startswith(("startexecution", "startsyncexecution")):
        return ""
    try:
        said = json.loads(details.get("output") or "null")
    except ValueError:  # too long, or left out
        return ""
    arn = said.get("ExecutionArn") if isinstance(said, dict) else None
    return arn if isinstance(arn, str) and _EXECUTION.fullmatch(arn) else ""


def link(execution: Execution, events: Iterable[HistoryEvent]) -> None:
    """Tell the executions that ``events`` started where they come from."""
    found = {arn: event for event in events if (arn := nested_arn(event))}
    if not found:
        return
    known = Execution.objects.filter(environment=execution.environment_id, arn__in=found, parent=None)
    for row in known.exclude(pk=execution.pk).only("pk", "arn"):
        Execution.objects.filter(pk=row.pk).update(parent=execution, parent_event_id=found.pop(row.arn).event_id)
    machines = {machine_of(arn) for arn in found}
    ours = Deployment.objects.filter(environment=execution.environment_id, arn__in=machines)
    deployed = set(ours.values_list("arn", flat=True))
    for arn, event in found.items():
        if ":execution:" in arn and machine_of(arn) in deployed:
            adopt_nested(execution, event, arn)


def adopt_nested(execution: Execution, event: HistoryEvent, arn: str, **fields: Any) -> Execution:
    row, _ = adopt(
        execution.environment,
        arn=arn,
        state_machine_arn=machine_of(arn),
        started_at=event.timestamp,
        parent=execution,
        parent_event_id=event.event_id,
        **fields,
    )
    return row


def machine_of(arn: str) -> str:
    """The state machine of an execution's ARN."""
    parts = arn.split(":")
    return ":".join([*parts[:5], "stateMachine", parts[6]])


def origin(execution: Execution) -> dict[str, Any] | None:
    """Where it comes from: ``{kind: "item" | "task", execution, event_id, state}``; None where no execution did it."""
    if execution.parent is None or execution.parent_event_id is None:
        return None
    event = execution.parent.events.filter(event_id=execution.parent_event_id).first()
    kind = "item" if event is not None and event.type == map_runs.STARTED else "task"
    state = map_runs.state_of(event) if event is not None else ""
    return {"kind": kind, "execution": execution.parent, "event_id": execution.parent_event_id, "state": state}
