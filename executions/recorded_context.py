"""The Context Object as a state had it in a past run, as far as the history tells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from asl import json_text
from asl.preview import UNKNOWN, Sample
from asl.preview import preview as preview_state
from asl.timestamps import format_timestamp
from asl.walk import states

if TYPE_CHECKING:
    from datetime import datetime

    from asl.recorded_states import Visit
    from asl.walk import Place
    from executions.models import Execution


def context_of(execution: Execution, visit: Visit, entered_at: datetime, state: dict[str, Any]) -> dict[str, Any]:
    """What isn't recorded (the role, the number of the attempt) is left out, not guessed."""
    context = run_context(execution) | state_context(visit, entered_at)
    if "Map.Item" in json.dumps(state) and (item := Items(execution).of(visit, entered_at)) is not None:
        context["Map"] = {"Item": item}
    return context


def run_context(execution: Execution) -> dict[str, Any]:
    """The members that are the same for all states of the run."""
    given = whole(execution.input)
    arn = execution.state_machine_arn
    return {
        "Execution": {
            "Id": execution.arn,
            "Input": None if given is UNKNOWN else given,
            "Name": execution.name,
            "StartTime": format_timestamp(execution.started_at.timestamp()),
        },
        "StateMachine": {"Id": arn, "Name": arn.rpartition(":")[2]},
    }


def state_context(visit: Visit, entered_at: datetime) -> dict[str, Any]:
    return {"State": {"Name": visit.name, "EnteredTime": format_timestamp(entered_at.timestamp())}}


class Items:
    """What the Maps of a run made of their input; each is asked once, however many iterations it had."""

    def __init__(self, execution: Execution) -> None:
        self.execution = execution
        self._known: dict[int, Any] = {}  # by the event that entered the Map

    def of(self, visit: Visit, at: datetime) -> dict[str, Any] | None:
        """The item that the visit is about; None outside of a Map, and where its input isn't known."""
        while visit.parent is not None and visit.parent.type != "Map":
            visit = visit.parent
        around = visit.parent
        if around is None:
            return None
        if around.event_id not in self._known:
            self._known[around.event_id] = self._made(around, at)
        items = self._known[around.event_id]
        known = isinstance(items, list) and visit.index < len(items)
        return {"Index": visit.index, "Value": items[visit.index]} if known else None

    def _made(self, around: Visit, at: datetime) -> Any:
        place = place_of(self.execution, around)
        if place is None or (given := whole(around.input)) is UNKNOWN:
            return None
        sample = Sample(input=given, variables=around.variables)
        found = preview_state(around.name, place.state, place.query_language, sample, now=at.timestamp())
        return next((step.value for step in found.steps if step.path in ("/ItemsPath", "/Items")), None)


def place_of(execution: Execution, visit: Visit) -> Place | None:
    """The state in the definition; of several with its name, the one in the container of the same name."""
    try:
        document = json.loads(execution.revision.definition if execution.revision else execution.definition)
    except (ValueError, RecursionError):
        return None
    named = [place for place in states(document) if place.name == visit.name and isinstance(place.state, dict)]
    around = "" if visit.parent is None else visit.parent.name
    inside = [place for place in named if around and f"/{around}/" in place.scope]
    return next(iter(inside or named), None)


def whole(text: str | None) -> Any:
    """The value of a JSON text; `UNKNOWN` for one that was cut short."""
    try:
        return UNKNOWN if text is None else json_text.loads(text)
    except (ValueError, RecursionError):
        return UNKNOWN
