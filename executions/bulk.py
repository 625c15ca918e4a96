"""Several executions at once: stopped or redriven, each with its own result, and written out as a table or as JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from designer.serializers import iso
from executions.models import Execution
from executions.serializers import as_row
from executions.services import redrive_execution, stop_execution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST = 100  # in one go: each is a call of StopExecution or RedriveExecution
MOST_EXPORTED = 10_000
COLUMNS = (
    "name", "status", "workflow", "revision", "environment", "started_at", "stopped_at", "seconds", "started_by",
    "error", "arn",
)  # fmt: skip
REDRIVABLE = (Execution.Status.FAILED, Execution.Status.TIMED_OUT, Execution.Status.ABORTED)
CAUSE = "Stopped in Callboard, with others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """What became of one of them; ``problem`` is empty where Step Functions took it."""

    execution: Execution
    problem: str = ""


def stop_many(executions: Iterable[Execution]) -> list[Treated]:
    """Stop each; one that is refused or can't be reached keeps no other from being stopped."""
    return [_treat(execution, _not_running, _stop) for execution in executions]


def redrive_many(executions: Iterable[Execution]) -> list[Treated]:
    """Redrive each; whether one may be, Step Functions alone knows."""
    return [_treat(execution, _not_failed, redrive_execution) for execution in executions]


def _treat(
    execution: Execution, objection: Callable[[Execution], str], treat: Callable[[Execution], Execution]
) -> Treated:
    if problem := objection(execution):
        return Treated(execution=execution, problem=problem)
    try:
        return Treated(execution=treat(execution))
    except ClientError as error:
        said = error.response["Error"]
        return Treated(execution=execution, problem=f"{said['Code']}. {said.get('Message', '')}".strip())
    except BotoCoreError:
        return Treated(execution=execution, problem=f"{execution.environment} can't be reached.")


def _stop(execution: Execution) -> Execution:
    return stop_execution(execution, cause=CAUSE)


def _not_running(execution: Execution) -> str:
    if execution.status == Execution.Status.RUNNING:
        return ""
    return f"It had ended already: {execution.get_status_display()}."


def _not_failed(execution: Execution) -> str:
    if execution.status in REDRIVABLE:
        return ""
    return f"Only what failed, timed out or was aborted is redriven; this one: {execution.get_status_display()}."


def as_csv(executions: Iterable[Execution]) -> str:
    """UTF-8 with a byte order mark, by which spreadsheets know it; times in UTC."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _cells(execution)] for execution in executions)
    return text.getvalue()


def as_json(executions: Iterable[Execution]) -> str:
    return json.dumps({"executions": [as_row(execution) for execution in executions]}, ensure_ascii=False, indent=2)


def _cells(execution: Execution) -> tuple[object, ...]:
    took = execution.stopped_at - execution.started_at if execution.stopped_at else None
    return (
        execution.name,
        execution.status,
        execution.state_machine.name if execution.state_machine else execution.state_machine_arn,
        execution.revision.number if execution.revision else "",
        execution.environment.name,
        iso(execution.started_at),
        iso(execution.stopped_at) if execution.stopped_at else "",
        f"{took.total_seconds():.3f}" if took else "",
        execution.started_by or "",
        execution.error,
        execution.arn,
    )


def _cell(value: object) -> str:
    """A spreadsheet takes a text that begins so for a formula and computes it."""
    text = str(value)
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
