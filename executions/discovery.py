"""Finding executions that were started elsewhere, and the ends of those that nobody watches, in ListExecutions.

A sweep reads the newest executions of each state machine that was deployed from here: what isn't known gets a row (the
poller does the rest), what has ended or was redriven is said at once. In AWS the calls come from Callboard's share of
the quota: state machines with running executions are swept every few seconds, the others once a minute, and in no fixed
order where the share doesn't suffice for all of them.
"""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.cache import cache

from callboard.aws import client
from designer.models import Deployment, Environment, StateMachine
from executions import quota
from executions.adoption import adopt
from executions.mirror import GOING, hear_of_end, take_up_again
from executions.models import Execution
from executions.polling import THROTTLED
from executions.quota import DESCRIBE, LIST_EXECUTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)
# Executions in a page: a call costs AWS's quota the same whatever it answers; here it costs processor time.
PAGE = {Environment.Kind.EMBEDDED: 100, Environment.Kind.AWS: 1000}
MOST = 2000  # of one state machine in one sweep: the newest; whoever has more than that unknown looks in AWS itself
# Seconds between the sweeps of a state machine in AWS, with and without running executions.
BUSY, IDLE = 6, 60
RESERVE = 4  # calls of the share that sweeps leave to people's own pages


def discover(environment: Environment) -> int:
    """Make rows for the executions of our deployments that we don't know; returns how many."""
    found = 0
    for arn in due(environment):
        try:
            found += sweep(environment, arn)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            logger.info("Executions of %s were not listed: %s", arn, code)
            if code in THROTTLED:
                quota.spent(environment, arn, LIST_EXECUTIONS)
        except BotoCoreError as error:
            logger.info("Executions in %s were not listed: %s", environment, type(error).__name__)
            break
    return found


def due(environment: Environment) -> Iterator[str]:
    """The state machines to sweep now; of an account in AWS, as many as the share of its quota allows."""
    deployments = Deployment.objects.filter(
        environment=environment, revision__state_machine__type=StateMachine.Type.STANDARD
    )  # EXPRESS executions aren't listed
    arns = list(deployments.order_by().values_list("arn", flat=True).distinct())
    if environment.kind == Environment.Kind.EMBEDDED:
        yield from arns
        return
    rows = Execution.objects.filter(environment=environment, next_poll_at__isnull=False, status__in=GOING)
    busy = set(rows.order_by().values_list("state_machine_arn", flat=True).distinct())
    for arn in random.sample(arns, len(arns)):
        swept = f"swept:{environment.pk}:{arn}"
        if not cache.add(swept, 1, BUSY if arn in busy else IDLE):  # lately, or just now by another worker
            continue
        if not quota.take(environment, arn, LIST_EXECUTIONS, leave=RESERVE):
            cache.delete(swept)
            return
        yield arn


def sweep(environment: Environment, arn: str) -> int:
    """Read the newest executions of ``arn``, whose first call is taken from the share already; how many were new."""
    rows = Execution.objects.filter(environment=environment, state_machine_arn=arn, status__in=GOING)
    going = set(rows.filter(next_poll_at__isnull=False).values_list("arn", flat=True))
    unknown: list[dict[str, Any]] = []
    for page, is_known in listed(environment, arn):
        hear(environment, page, going)
        going.difference_update(row["executionArn"] for row in page)
        unknown += (row for row in page if row["executionArn"] not in is_known)
    # The oldest first: a process that dies midway leaves the newest, where the next sweep begins to look.
    found = sum(mirror_listed(environment, row) for row in reversed(unknown))
    if going and environment.kind == Environment.Kind.AWS:
        _look_for(environment, arn, going)
    return found


def listed(environment: Environment, arn: str) -> Iterator[tuple[list[dict[str, Any]], set[str]]]:
    """Pages of ListExecutions, each with which of it we know. It answers the newest first: on until a page holds
    nothing new. One that we know ends nothing: what is started from here stands among what was started elsewhere.
    """
    answers = _pages(environment, arn, MaxItems=MOST)
    for answer in answers:
        arns = [row["executionArn"] for row in answer["executions"]]
        known = set(Execution.objects.filter(environment=environment, arn__in=arns).values_list("arn", flat=True))
        yield answer["executions"], known
        if len(known) == len(arns):
            return
        quota.wait(environment, arn, LIST_EXECUTIONS)


def _pages(environment: Environment, arn: str, *, status: str = "", **paging: int) -> Iterator[dict[str, Any]]:
    arguments = {"stateMachineArn": arn, **({"statusFilter": status} if status else {})}
    size = PAGE[Environment.Kind(environment.kind)]
    step_functions = client(environment, "stepfunctions", counted=True)
    yield from step_functions.get_paginator("list_executions").paginate(
        **arguments, PaginationConfig={"PageSize": size, **paging}
    )


def hear(environment: Environment, rows: list[dict[str, Any]], going: set[str]) -> None:
    """What a list says of executions that are known: those of ``going`` that have ended, those redriven elsewhere."""
    follow_redriven(environment, rows)
    for row in rows:
        if row["executionArn"] in going and row.get("stopDate") is not None and row["status"] not in GOING:
            hear_of_end(environment, row["executionArn"], status=row["status"], stopped_at=row["stopDate"])


def _look_for(environment: Environment, arn: str, going: set[str]) -> None:
    """Executions that run here and are too old for the first pages: of those that aren't listed as running, each is
    asked for, as far as the share allows; the others are next time's.
    """
    for answer in _running(environment, arn):
        going.difference_update(row["executionArn"] for row in answer["executions"])
    for execution_arn in going:
        if not quota.take(environment, execution_arn, DESCRIBE, leave=RESERVE):
            return
        said = client(environment, "stepfunctions", counted=True).describe_execution(
            executionArn=execution_arn, includedData="METADATA_ONLY"
        )
        hear(environment, [said], going)


def _running(environment: Environment, arn: str) -> Iterator[dict[str, Any]]:
    quota.wait(environment, arn, LIST_EXECUTIONS)
    for answer in _pages(environment, arn, status="RUNNING"):
        yield answer
        if answer.get("nextToken"):
            quota.wait(environment, arn, LIST_EXECUTIONS)


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
        status=row["status"],
        stopped_at=row.get("stopDate"),
    )
    return created
