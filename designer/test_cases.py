"""Runs of a definition without deploying it: one simulation, or a workflow's saved test cases.

`asl.simulation` runs; this fills placeholders, bounds what is sent to a browser, and keeps cases with their workflow.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from asl import json_text
from asl.cases import Case, CaseError, Outcome, coverage, read_case, read_cases, run_case
from asl.diagnostics import DefinitionError
from asl.parse import parse
from asl.recorded_states import visits_of
from asl.simulation import MockError, Simulation, simulate
from asl.testing import IDENTITY
from asl.timestamps import format_timestamp
from designer.models import TestCase
from designer.serializers import iso
from designer.services import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.contrib.auth.models import User

    from asl.definition import StateMachine as Runnable
    from designer.models import StateMachine

LARGEST_HISTORY = 4_000_000  # characters of JSON that a simulation's history may send to a browser
LARGEST_CASE = 262_144  # bytes: the input alone may not be larger at Step Functions
REACHED = "REACHED"  # the status of a run that was to go to a state, and did
MOST_CASES = 200  # of one workflow
_placeholder = re.compile(r"\$\{([^{}]+)\}")
_whole_resource = re.compile(r'("Resource"\s*:\s*)"\$\{([^{}]+)\}"')


@dataclass(frozen=True, slots=True)
class Report:
    outcomes: Sequence[Outcome]
    covered: dict[str, dict[str, int]]  # {"states": {pointer: count}, "transitions": {edge: count}}


def without_placeholders(text: str) -> str:
    return _placeholder.sub(r"\1", text)


def runnable(definition: str) -> Runnable:
    """The definition ready to run. Raises `Refused` with the first error's place.

    Placeholders stand for names that a deployment fills in: here their own names do, and a function's ARN where a
    Resource is one.
    """
    text = _whole_resource.sub(r'\1"arn:aws:lambda:us-east-1:123456789012:function:\2"', definition)
    try:
        machine = parse(without_placeholders(text))
    except DefinitionError as error:
        first = error.diagnostics[0]
        more = f" ({len(error.diagnostics) - 1} more)" if len(error.diagnostics) > 1 else ""
        raise Refused(
            f"The definition has errors: {first.message} at {first.path or '/'}{more}. Mend them first."
        ) from error
    return machine


def run_once(definition: str, input: str, mocks: Any) -> Simulation:  # noqa: A002 - the API's own word
    """Raises `Refused`."""
    machine = runnable(definition)
    try:
        return simulate(machine, input=input, mocks=mocks)
    except MockError as error:
        raise Refused(f"A mock can't be understood. {error}") from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"The input isn't JSON: {error}") from error


def run_cases(definition: str, cases: Iterable[Case]) -> Report:
    """Raises `Refused` for a definition that can't run."""
    machine = runnable(definition)
    outcomes = [run_case(machine, case) for case in cases]
    found = coverage(json.loads(definition), [outcome.run for outcome in outcomes])
    return Report(outcomes, {"states": dict(found.states), "transitions": dict(found.transitions)})


def cases_of(machine: StateMachine) -> list[Case]:
    return [read_case(json.loads(row.document)) for row in machine.test_cases.all()]


def save_case(machine: StateMachine, document: Any, *, by: User | None, replaces: TestCase | None = None) -> TestCase:
    """Raises `Refused`. A case that replaces another may take its name."""
    try:
        case = read_case(document)
    except (CaseError, MockError) as error:
        raise Refused(str(error)) from error
    text = json.dumps(document, ensure_ascii=False)
    if len(text.encode(errors="surrogatepass")) > LARGEST_CASE:
        raise Refused("The test case is larger than 256 KiB.")
    if "\\u0000" in text or "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused("The test case holds a NUL character or half of a surrogate pair. Remove it.")
    if len(case.name) > TestCase.LONGEST_NAME:
        raise Refused(f"A test case's name has at most {TestCase.LONGEST_NAME} characters.")
    if replaces is None and machine.test_cases.count() >= MOST_CASES:
        raise Refused(f"A workflow has at most {MOST_CASES} test cases.")
    row = replaces or TestCase(state_machine=machine, created_by=by)
    row.name, row.document = case.name, text
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(f"There is a test case named {case.name} already. Choose another name.") from error
    return row


def as_simulation(run: Simulation, *, to: str = "") -> dict[str, Any]:
    """What a browser gets; a history that is too large is cut, and says so.

    With ``to``, the run as it was when the state of this name was entered, and the sample that it then has; all of it
    where it never was.
    """
    visits = visits_of(run.history, to, most=1) if to else []
    if visits:
        entered = next(at for at, event in enumerate(run.history) if _enters(event, to))
        begun, now = run.history[0]["timestamp"], run.history[entered]["timestamp"]
        run = replace(run, status=REACHED, output=None, error=None, cause=None, problem=None, stuck_at=None)
        run = replace(run, history=run.history[: entered + 1], seconds=now - begun)
    history: list[Any] = []
    size = 0
    for event in run.history:
        size += len(json.dumps(event))
        if size > LARGEST_HISTORY:
            break
        history.append({**event, "timestamp": iso(datetime.fromtimestamp(event["timestamp"], UTC))})
    return {
        "status": run.status,
        "output": run.output,
        "error": run.error,
        "cause": run.cause,
        "problem": run.problem,
        "stuck_at": run.stuck_at,
        "seconds": run.seconds,
        "path": run.path[:10_000],
        "calls": [{"state": call.state_name, "number": call.number, "resource": call.resource} for call in run.calls],
        "events": history,
        "truncated": len(history) < len(run.history),
        "reached": visits[0].as_sample() | {"context": _context(run, to)} if visits else None,
    }


def _context(run: Simulation, name: str) -> dict[str, Any]:
    """The Context Object where the run stopped, but for what a Map's iteration has of its own."""
    started, entered = run.history[0], run.history[-1]
    given = json_text.loads(started["executionStartedEventDetails"]["input"])
    return {
        "Execution": {
            "Id": IDENTITY.execution_arn,
            "Input": given,
            "StartTime": format_timestamp(started["timestamp"]),
            "Name": IDENTITY.execution_name,
            "RoleArn": IDENTITY.role_arn,
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": IDENTITY.state_machine_arn, "Name": IDENTITY.state_machine_name},
        "State": {"Name": name, "EnteredTime": format_timestamp(entered["timestamp"]), "RetryCount": 0},
    }


def _enters(event: Mapping[str, Any], name: str) -> bool:
    return bool(event.get("stateEnteredEventDetails", {}).get("name") == name)


__all__ = [
    "Report",
    "as_simulation",
    "cases_of",
    "read_cases",
    "run_cases",
    "run_once",
    "runnable",
    "save_case",
    "without_placeholders",
]
