"""Finding executions that were started elsewhere: by the launch worker, by boto3, in AWS's console.

A slow sweep of ListExecutions over what was deployed from here. It makes the mirror's row; the poller does the rest.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from callboard.aws import client
from designer.models import Deployment, Environment, StateMachine
from executions.adoption import adopt
from executions.mirror import take_up_again
from executions.models import Execution
from executions.quota import LIST_EXECUTIONS, wait

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)
PAGE = 100
MOST = 1000  # of one state machine in one sweep: the newest; whoever has more than that unknown looks in AWS itself


def discover(environment: Environment) -> int:
    """Make rows for the executions of our deployments that we don't know; returns how many."""
    deployments = Deployment.objects.filter(
        environment=environment, revision__state_machine__type=StateMachine.Type.STANDARD
    )  # EXPRESS executions aren't listed
    found = 0
    for arn in deployments.order_by().values_list("arn", flat=True).distinct():
        try:
            unknown = list(unknown_executions(environment, arn))
        except ClientError as error:
            logger.info("Executions of %s were not listed: %s", arn, error.response["Error"]["Code"])
            continue
        except BotoCoreError as error:
            logger.info("Executions in %s were not listed: %s", environment, type(error).__name__)
            break
        # The oldest first: a process that dies midway leaves the newest, where the next sweep begins to look.
        found += sum(mirror_listed(environment, row) for row in reversed(unknown))
    return found


def unknown_executions(environment: Environment, arn: str) -> Iterator[dict[str, Any]]:
    """ListExecutions answers the newest first: read on until a page holds nothing new. One that we know ends nothing:
    what is started from here stands among those that were started elsewhere.
    """
    pages = (
        client(environment, "stepfunctions")
        .get_paginator("list_executions")
        .paginate(stateMachineArn=arn, PaginationConfig={"PageSize": PAGE, "MaxItems": MOST})
    )
    wait(environment, arn, LIST_EXECUTIONS)
    for page in pages:
        follow_redriven(environment, page["executions"])
        arns = [row["executionArn"] for row in page["executions"]]
        known = set(Execution.objects.filter(environment=environment, arn__in=arns).values_list("arn", flat=True))
        yield from (row for row in page["executions"] if row["executionArn"] not in known)
        if len(known) == len(arns):
            return
        wait(environment, arn, LIST_EXECUTIONS)


def follow_redriven(environment: Environment, rows: list[dict[str, Any]]) -> None:
    """Executions that had ended here, and were redriven elsewhere since."""
    redriven = {row["executionArn"]: row["redriveDate"] for row in rows if row.get("redriveDate") is not None}
    if not redriven:
        return
    for execution in Execution.objects.filter(environment=environment, arn__in=redriven, stopped_at__isnull=False):
        assert execution.stopped_at is not None
        if execution.stopped_at < redriven[execution.arn]:
            take_up_again(execution)


def mirror_listed(environment: Environment, row: dict[str, Any]) -> bool:
    """A row for an execution that ListExecutions named; False where another sweep came first."""
    _, created = adopt(
        environment,
        arn=row["executionArn"],
        name=row["name"],
        state_machine_arn=row["stateMachineArn"],
        started_at=row["startDate"],
    )
    return created
