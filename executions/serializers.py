"""The JSON shapes of docs/api.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from designer.serializers import as_place, iso

if TYPE_CHECKING:
    from executions.models import Execution, HistoryEvent


def as_row(execution: Execution) -> dict[str, Any]:
    """What a list shows."""
    machine = execution.state_machine
    return {
        "id": execution.pk,
        "arn": execution.arn,
        "name": execution.name,
        "status": execution.status,
        "state_machine": {
            "id": machine.pk if machine else None,
            "name": machine.name if machine else execution.state_machine_arn.rpartition(":")[2],
            "url": reverse("designer", args=[machine.pk]) if machine else None,
        },
        "environment": as_place(execution.environment),
        "started_at": iso(execution.started_at),
        "stopped_at": iso(execution.stopped_at) if execution.stopped_at else None,
        "url": reverse("execution", args=[execution.pk]),
    }


def as_execution(execution: Execution) -> dict[str, Any]:
    person = execution.started_by
    return {
        **as_row(execution),
        "revision": execution.revision.number if execution.revision else None,
        "definition": execution.revision.definition if execution.revision else execution.definition,
        "input": execution.input,
        "output": execution.output,
        "error": execution.error,
        "cause": execution.cause,
        "started_by": (person.get_full_name() or person.get_username()) if person else None,
        "last_event_id": execution.last_event_id,
        "notice": execution.poll_notice,
    }


def as_progress(execution: Execution) -> dict[str, Any]:
    """What changes while it runs."""
    return {
        "status": execution.status,
        "stopped_at": iso(execution.stopped_at) if execution.stopped_at else None,
        "output": execution.output,
        "error": execution.error,
        "cause": execution.cause,
        "last_event_id": execution.last_event_id,
    }


def as_event(event: HistoryEvent) -> dict[str, Any]:
    return {
        "id": event.event_id,
        "previousEventId": event.previous_event_id,
        "type": event.type,
        "timestamp": iso(event.timestamp),
        **event.details,
    }
