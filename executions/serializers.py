"""The JSON shapes of docs/api.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from designer.serializers import as_place, iso
from executions import related

if TYPE_CHECKING:
    from executions.models import Execution, ExpressRun, HistoryEvent
    from executions.object_previews import Preview


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
        "express": as_express(execution.express) if hasattr(execution, "express") else None,
    }


def as_express(express: ExpressRun) -> dict[str, Any]:
    """How much of an EXPRESS execution its log can tell, and what it was billed."""
    return {
        "level": express.level,
        "includes_data": express.includes_data,
        "log_group": express.log_group,
        "billed_milliseconds": express.billed_milliseconds,
        "billed_megabytes": express.billed_megabytes,
    }


def as_origin(execution: Execution) -> dict[str, Any] | None:
    """The way back from an execution that another one started."""
    found = related.origin(execution)
    if found is None:
        return None
    parent: Execution = found["execution"]
    back = reverse("execution", args=[parent.pk])
    return {
        "kind": found["kind"],
        "name": parent.name,
        "state": found["state"],
        "url": f"{back}?{urlencode({'state': found['state']})}" if found["state"] else back,
        "map_run": reverse("map-run", args=[parent.pk, found["event_id"]]) if found["kind"] == "item" else None,
    }


def as_preview(found: Preview, execution_id: int, bucket: str, key: str) -> dict[str, Any]:
    named = "?" + urlencode({"bucket": bucket, "key": key})
    return {
        "kind": found.kind,
        "type": found.type,
        "size": found.size,
        "modified": iso(found.modified) if found.modified else None,
        "text": found.text,
        "whole": found.whole,
        "url": reverse("object", args=[execution_id]) + named,
        "download_url": reverse("object-save", args=[execution_id]) + named,
    }


# What `as_progress` reads: the definition and the input, which may be large, aren't among it.
PROGRESS = ("status", "stopped_at", "output", "error", "cause", "last_event_id")


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
