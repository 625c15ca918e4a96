"""The JSON API of simulations and saved test cases (docs/api.md)."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError

from callboard.access import session
from designer import selectors, test_cases
from designer.models import TestCase
from designer.serializers import iso
from designer.services import Refused

router = Router(tags=["test cases"])
SEE, SAVE = "designer.view_statemachine", "designer.add_revision"
JSON = dict[str, Any]


class SimulationIn(Schema):
    definition: str
    input: str = "{}"
    mocks: JSON = Field(default_factory=dict)
    to: str = ""


class RunIn(Schema):
    definition: str


class CaseIn(Schema):
    document: JSON


@router.post("simulations", auth=session(SAVE))
def post_simulation(request: HttpRequest, body: SimulationIn) -> JSON:  # noqa: ARG001
    """``to`` ends it where the state of this name is entered for the first time."""
    try:
        return test_cases.as_simulation(test_cases.run_once(body.definition, body.input, body.mocks), to=body.to)
    except Refused as error:
        raise HttpError(422, str(error)) from error


@router.get("state-machines/{machine_id}/test-cases", auth=session(SEE))
def get_cases(request: HttpRequest, machine_id: int) -> JSON:  # noqa: ARG001
    return {"test_cases": [_as_case(row) for row in selectors.machine(machine_id).test_cases.all()]}


@router.post("state-machines/{machine_id}/test-cases", response={201: JSON}, auth=session(SAVE))
def post_case(request: HttpRequest, machine_id: int, body: CaseIn) -> Status[JSON]:
    try:
        row = test_cases.save_case(selectors.machine(machine_id), body.document, by=request.user)  # type: ignore[arg-type]
    except Refused as error:
        raise HttpError(422, str(error)) from error
    return Status(201, _as_case(row))


@router.put("test-cases/{case_id}", auth=session(SAVE))
def put_case(request: HttpRequest, case_id: int, body: CaseIn) -> JSON:
    row = get_object_or_404(TestCase.objects.select_related("state_machine"), pk=case_id)
    try:
        return _as_case(test_cases.save_case(row.state_machine, body.document, by=request.user, replaces=row))  # type: ignore[arg-type]
    except Refused as error:
        raise HttpError(422, str(error)) from error


@router.delete("test-cases/{case_id}", response={204: None}, auth=session(SAVE))
def delete_case(request: HttpRequest, case_id: int) -> Status[None]:  # noqa: ARG001
    get_object_or_404(TestCase, pk=case_id).delete()
    return Status(204, None)


@router.post("state-machines/{machine_id}/test-cases/run", auth=session(SAVE))
def post_run(request: HttpRequest, machine_id: int, body: RunIn) -> JSON:  # noqa: ARG001
    """All saved cases against a text that needn't be saved yet."""
    machine = selectors.machine(machine_id)
    try:
        report = test_cases.run_cases(body.definition, test_cases.cases_of(machine))
    except Refused as error:
        raise HttpError(422, str(error)) from error
    return {
        "outcomes": [
            {"name": outcome.case.name, "wrong": list(outcome.wrong), "status": outcome.run.status}
            for outcome in report.outcomes
        ],
        "coverage": report.covered,
    }


def _as_case(row: TestCase) -> JSON:
    return {"id": row.pk, "name": row.name, "document": json.loads(row.document), "updated_at": iso(row.updated_at)}
