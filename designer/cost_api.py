"""The JSON API of what a design costs (docs/api.md)."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from callboard.access import session
from designer import costs, selectors, visits
from designer.services import Refused
from designer.signals import past_visits_wanted

router = Router(tags=["costs"])
SEE = "designer.view_statemachine"
Amount = Annotated[float, Field(ge=0, le=1e9)]


class CostIn(Schema):
    definition: str
    shares: dict[str, dict[str, Amount]] = Field(default_factory=dict)
    iterations: dict[str, Amount] = Field(default_factory=dict)
    tokens: dict[str, tuple[Amount, Amount]] = Field(default_factory=dict)
    attempts: dict[str, Amount] = Field(default_factory=dict)
    runs: Amount = 1000
    seconds: Amount = 5
    megabytes: Amount = 64
    from_runs: bool = False


@router.post("state-machines/{machine_id}/cost", auth=session(SEE))
def post_cost(request: HttpRequest, machine_id: int, body: CostIn) -> dict[str, Any]:  # noqa: ARG001
    """An estimate for a text that needn't be saved; ``from_runs`` counts the states of past executions instead."""
    machine = selectors.machine(machine_id)
    past = _past(machine.pk)
    measured = past["visits"] if body.from_runs and past is not None else None
    given = costs.Given(
        visits=visits.Assumptions(shares=body.shares, iterations=body.iterations),
        tokens=body.tokens,
        attempts=body.attempts,
        measured=measured,
        runs=body.runs,
        seconds=body.seconds,
        megabytes=body.megabytes,
    )
    try:
        found = costs.estimate(body.definition, machine.type, given)
    except Refused as error:
        raise HttpError(422, str(error)) from error
    return {**found, "past_runs": past["executions"] if past else 0, "from_runs": measured is not None}


def _past(machine_id: int) -> dict[str, Any] | None:
    """What those who mirror executions know: ``{executions, visits: {name: average}}``."""
    answers: list[tuple[Any, Any]] = past_visits_wanted.send(sender=None, machine_id=machine_id)
    return next((answer for _, answer in answers if answer and answer["executions"]), None)
