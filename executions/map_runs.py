"""A Map Run as Step Functions describes it now: how far it is, what may fail, its executions, and its limits changed.

Nothing is mirrored: the numbers of a Map Run change with each item, and whoever wants them has the page open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from callboard.aws import client
from executions.models import HistoryEvent
from executions.quota import LIST_EXECUTIONS, wait

if TYPE_CHECKING:
    from datetime import datetime

    from executions.models import Execution

STARTED = "MapRunStarted"
STATUSES = ("FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE", "RUNNING", "SUCCEEDED")  # what is wrong first
PAGE = 50
LOOKED_AT = 50  # Map Runs of one execution
_COUNTED_AS = {
    "FAILED": "failed",
    "TIMED_OUT": "timedOut",
    "ABORTED": "aborted",
    "PENDING_REDRIVE": "pendingRedrive",
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
}
_COUNTS = ("pending", "running", "succeeded", "failed", "timedOut", "aborted", "pendingRedrive", "total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of a Map Run; ``percentage`` of items, 0 to 100, and ``count`` of items are both tolerated failures."""

    concurrency: int
    percentage: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRun:
    status: str
    started_at: datetime
    stopped_at: datetime | None
    redrives: int
    items: dict[str, int]  # by `_COUNTS`
    executions: dict[str, int]
    limits: Limits

    @property
    def failed_share(self) -> float:
        """Of all items, in percent, what counts as failed."""
        failed = self.items["failed"] + self.items["timedOut"] + self.items["aborted"]
        return 100 * failed / self.items["total"] if self.items["total"] else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    name: str
    status: str
    started_at: datetime
    stopped_at: datetime | None
    items: int | None


def begun_in(execution: Execution, state: str) -> HistoryEvent | None:
    """The event with which its newest Map Run began: of the state of that name, or "" for any."""
    events = HistoryEvent.objects.filter(execution=execution).order_by("-event_id")
    for event in events.filter(type=STARTED)[:LOOKED_AT]:
        if not state or state_of(event) == state:
            return event
    return None


def state_of(event: HistoryEvent) -> str:
    """The state that an event belongs to: the one entered a few events before (of MapRunStarted two or three)."""
    before, number = HistoryEvent.objects.filter(execution=event.execution_id), event.previous_event_id
    while row := before.filter(event_id=number).first():
        if row.type.endswith("StateEntered"):
            return str(row.details["stateEnteredEventDetails"]["name"])
        number = row.previous_event_id
    return ""


def arn_of(event: HistoryEvent) -> str:
    return str(event.details["mapRunStartedEventDetails"]["mapRunArn"])


def describe(execution: Execution, arn: str) -> MapRun:
    """Raises ClientError."""
    said = client(execution.environment, "stepfunctions").describe_map_run(mapRunArn=arn)
    return MapRun(
        status=said["status"],
        started_at=said["startDate"],
        stopped_at=said.get("stopDate"),
        redrives=said.get("redriveCount", 0),
        items=_counts(said["itemCounts"]),
        executions=_counts(said["executionCounts"]),
        limits=Limits(
            concurrency=said["maxConcurrency"],
            percentage=said["toleratedFailurePercentage"],
            count=said["toleratedFailureCount"],
        ),
    )


def children(execution: Execution, arn: str, run: MapRun, status: str, token: str) -> tuple[list[Child], str]:
    """A page of its executions and the next page's token: of one status, or of all of them with what is wrong first.

    EXPRESS ones are never listed. Raises ClientError.
    """
    wanted = [status] if status in STATUSES else [one for one in STATUSES if run.executions.get(_COUNTED_AS[one], 1)]
    first, _, rest = token.partition("|")
    if first in wanted:
        wanted = wanted[wanted.index(first) :]
    rows: list[Child] = []
    while wanted and len(rows) < PAGE:
        found, rest = _page(execution, arn, wanted[0], rest)
        rows += found
        if not rest:
            wanted.pop(0)
    return rows, f"{wanted[0]}|{rest}" if wanted else ""


def _page(execution: Execution, arn: str, status: str, token: str) -> tuple[list[Child], str]:
    """ListExecutions answers the newest first, whatever their status: each status is asked for by itself."""
    arguments: dict[str, Any] = {"mapRunArn": arn, "maxResults": PAGE, "statusFilter": status}
    if token:
        arguments["nextToken"] = token
    wait(execution.environment, arn, LIST_EXECUTIONS)
    answer = client(execution.environment, "stepfunctions").list_executions(**arguments)
    rows = [
        Child(
            name=row["name"],
            status=row["status"],
            started_at=row["startDate"],
            stopped_at=row.get("stopDate"),
            items=row.get("itemCount"),
        )
        for row in answer["executions"]
    ]
    return rows, answer.get("nextToken", "")


def change(execution: Execution, arn: str, limits: Limits) -> None:
    """UpdateMapRun. Raises ClientError, or botocore's ParamValidationError."""
    client(execution.environment, "stepfunctions").update_map_run(
        mapRunArn=arn,
        maxConcurrency=limits.concurrency,
        toleratedFailurePercentage=limits.percentage,
        toleratedFailureCount=limits.count,
    )


def _counts(said: dict[str, int]) -> dict[str, int]:
    return {name: said.get(name, 0) for name in _COUNTS}
