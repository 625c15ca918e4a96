"""How often each state was entered in the past runs of a workflow, for whoever reckons with it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from executions.models import Execution, HistoryEvent

MOST = 50  # the newest that succeeded


def past_visits(machine_id: int) -> dict[str, Any]:
    """``{executions, visits: {state's name: entries a run}}``."""
    ended = Execution.objects.filter(state_machine_id=machine_id, status=Execution.Status.SUCCEEDED)
    keys = list(ended.order_by("-started_at").values_list("pk", flat=True)[:MOST])
    entered: Counter[str] = Counter()
    rows = HistoryEvent.objects.filter(execution_id__in=keys, type__endswith="StateEntered").order_by()
    for details in rows.values_list("details", flat=True).iterator():
        name = (details.get("stateEnteredEventDetails") or {}).get("name")
        if isinstance(name, str):
            entered[name] += 1
    return {"executions": len(keys), "visits": {name: count / len(keys) for name, count in entered.items()}}
