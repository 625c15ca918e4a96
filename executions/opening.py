"""An execution that another one started, opened from it: nested, or of a Map Run.

Taken into the mirror then, where it isn't there: of a workflow that wasn't deployed from here, an EXPRESS one, of which
its log alone tells, or one of a Map Run, which may have ten thousand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from callboard.aws import client
from designer.models import Deployment
from executions import map_runs
from executions.adoption import adopt
from executions.express import NotLogged, open_logged
from executions.models import Execution
from executions.related import adopt_nested, machine_of, nested_arn

if TYPE_CHECKING:
    from executions.models import HistoryEvent

NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")  # StartExecution's rule


class NotRelated(Exception):  # noqa: N818 - it says what happened
    """The execution that was asked for isn't one that this execution started."""


def open_nested(execution: Execution, event: HistoryEvent) -> Execution:
    """The execution that ``event`` started. Raises `NotRelated`, `NotLogged` of an EXPRESS one, ClientError."""
    arn = nested_arn(event)
    if not arn:
        raise NotRelated
    row = Execution.objects.filter(environment=execution.environment_id, arn=arn).first()
    if row is None and ":express:" in arn:
        row = open_logged(_deployment(execution, arn), arn, event.timestamp)
    elif row is None:
        definition = _definition(execution, arn)
        row = adopt_nested(execution, event, arn, definition=definition)
    if row.parent_id is None and row.pk != execution.pk:
        Execution.objects.filter(pk=row.pk).update(parent=execution, parent_event_id=event.event_id)
    return row


def _deployment(execution: Execution, arn: str) -> Deployment:
    """Of the state machine that ``arn`` ran. Raises `NotLogged`: of a workflow that isn't from here no log is known."""
    ours = Deployment.objects.filter(environment=execution.environment_id, arn=machine_of(arn))
    found = ours.select_related("environment", "revision__state_machine").order_by("-deployed_at").first()
    if found is None:
        raise NotLogged
    return found


def open_child(execution: Execution, event: HistoryEvent, name: str) -> Execution:
    """The execution of that name of the Map Run that ``event`` began. Raises `NotRelated`, ClientError."""
    if not NAME.fullmatch(name):
        raise NotRelated
    map_run = map_runs.arn_of(event)
    machine = map_run.replace(":mapRun:", ":stateMachine:", 1).rpartition(":")[0]
    arn = f"{machine.replace(':stateMachine:', ':execution:', 1)}:{name}"
    row = Execution.objects.filter(environment=execution.environment_id, arn=arn).first()
    if row is not None:
        return row
    said = client(execution.environment, "stepfunctions").describe_execution(executionArn=arn)
    if said.get("mapRunArn") != map_run:
        raise NotRelated
    row, _ = adopt(
        execution.environment,
        arn=arn,
        state_machine_arn=said["stateMachineArn"],
        started_at=said["startDate"],
        definition=_definition(execution, arn),
        parent=execution,
        parent_event_id=event.event_id,
    )
    return row


def _definition(execution: Execution, arn: str) -> str:
    """What ``arn`` runs; of a Map Run's execution that is the Map's item processor. Raises ClientError."""
    answer = client(execution.environment, "stepfunctions").describe_state_machine_for_execution(executionArn=arn)
    return str(answer["definition"])
