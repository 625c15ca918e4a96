"""The JSON shapes of docs/api.md."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from executions.models import Execution, HistoryEvent


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def as_environment(execution: Execution) -> dict[str, Any]:
    environment = execution.environment
    return {
        "id": environment.pk,
        "name": environment.name,
        "kind": environment.kind,
        "region": environment.region,
        "account": environment.account,
        "production": environment.production,
    }


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
        "environment": as_environment(execution),
        "started_at": iso(execution.started_at),
        "stopped_at": iso(execution.stopped_at),
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
        "stopped_at": iso(execution.stopped_at),
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
