"""What CloudWatch Logs holds of EXPRESS executions: where a state machine logs to, what a look costs, what it finds.

Read with FilterLogEvents, which isn't billed, rather than with Logs Insights, which is billed for each byte it scans.
It is slower, so a look takes a bounded number of calls, the newest times first, and says when that wasn't enough.

Sources: Step Functions' developer guide, "Using CloudWatch Logs to log execution history"; CloudWatch Logs' quotas and
price list.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from callboard.aws import client
from designer.costs import prices
from executions.quota import FILTER_LOGS, wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from designer.models import Environment

CALLS = 20  # FilterLogEvents' calls of one look
MOST = 500  # executions that a look finds
LONGEST = timedelta(minutes=5, seconds=30)  # an EXPRESS execution, and its last event's way to the log
_NARROWEST = timedelta(minutes=5)
_GIGABYTE = 1024**3
_STATUS = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    """How a state machine logs now; ``group`` is empty where it doesn't."""

    level: str
    includes_data: bool
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """``stored``: bytes in the group; ``insights``: what Logs Insights would cost at most, scanning them all."""

    stored: int
    insights: float
    currency: str

    @property
    def holds(self) -> str:
        """``2.1 KiB``, ``14.0 GiB``."""
        size, unit = self.stored / 1024, "KiB"
        for larger in ("MiB", "GiB", "TiB"):
            if size >= 1024:
                size, unit = size / 1024, larger
        return f"{size:.1f} {unit}"


@dataclass(slots=True, kw_only=True)
class Logged:
    """An execution as its first and last events show it; either may not be logged, or not in the time looked at."""

    arn: str
    seen_at: datetime
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    status: str = ""  # empty: no end was found
    error: str = ""

    @property
    def name(self) -> str:
        return self.arn.split(":")[7]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    rows: list[Logged]
    calls: int
    whole: bool  # False: the oldest part of the time wasn't looked at
    reached: datetime  # what is newer was looked at


class Bounded:
    """Calls of FilterLogEvents, counted: `whole` turns False when they are used up."""

    def __init__(self, environment: Environment, group: str, *, most: int) -> None:
        self._environment, self._group, self._left = environment, group, most
        self.calls, self.whole = 0, True

    def events(self, since: datetime, until: datetime, pattern: str = "") -> Iterator[dict[str, Any]]:
        """``{timestamp, message, logStreamName}``, page by page. Raises ClientError."""
        logs, token = client(self._environment, "logs"), ""
        while True:
            if self.calls == self._left:
                self.whole = False
                return
            wait(self._environment, f"arn:aws:logs:{self._environment.region}:{self._environment.account}", FILTER_LOGS)
            self.calls += 1
            arguments: dict[str, Any] = {
                "logGroupName": self._group,
                "startTime": int(since.timestamp() * 1000),
                "endTime": int(until.timestamp() * 1000),
            }
            arguments |= {"filterPattern": pattern} if pattern else {}
            arguments |= {"nextToken": token} if token else {}
            answer = logs.filter_log_events(**arguments)
            yield from answer["events"]
            token = answer.get("nextToken", "")
            if not token:
                return


def logging_of(environment: Environment, state_machine_arn: str) -> Logging:
    """Raises ClientError."""
    said = client(environment, "stepfunctions").describe_state_machine(stateMachineArn=state_machine_arn)
    given: dict[str, Any] = said.get("loggingConfiguration") or {}
    level = given.get("level", "OFF")
    groups = [
        one["cloudWatchLogsLogGroup"]["logGroupArn"].split(":log-group:", 1)[-1].removesuffix(":*")
        for one in given.get("destinations") or []
        if "cloudWatchLogsLogGroup" in one
    ]
    group = groups[0] if groups and level != "OFF" else ""
    return Logging(level=level if group else "OFF", includes_data=bool(given.get("includeExecutionData")), group=group)


def cost_of(environment: Environment, group: str) -> Cost:
    """Raises ClientError, or `Refused` where the table of prices can't be read."""
    answer = client(environment, "logs").describe_log_groups(logGroupNamePrefix=group)
    stored = next((row.get("storedBytes", 0) for row in answer["logGroups"] if row["logGroupName"] == group), 0)
    table = prices()
    price = float(table.get("logs_insights_gb", 0.005))
    return Cost(stored=stored, insights=stored / _GIGABYTE * price, currency=table.get("currency", "USD"))


def find(environment: Environment, group: str, state_machine_arn: str, since: datetime, until: datetime) -> Found:
    """The executions that were logged in that time, the newest first. Raises ClientError."""
    arns = express_arn(state_machine_arn) + ":"
    pattern = f'{{ ($.execution_arn = "{arns}*") && ($.type = "Execution*") }}'
    rows: dict[str, Logged] = {}
    looks = Bounded(environment, group, most=CALLS)
    reached, width = until, _NARROWEST
    while reached > since and looks.whole and len(rows) < MOST:
        begin = max(since, reached - width)
        for event in looks.events(begin, reached, pattern):
            _note(rows, read(event["message"]), arns)
        if looks.whole:
            reached, width = begin, width * 2
    ordered = sorted(rows.values(), key=lambda row: row.seen_at, reverse=True)
    return Found(rows=ordered, calls=looks.calls, whole=reached <= since, reached=reached)


def history(environment: Environment, group: str, arn: str, around: datetime) -> tuple[list[dict[str, Any]], bool]:
    """What was logged of one execution, as GetExecutionHistory would say it; and whether all of the time was read.

    ``around`` is any moment of it. Raises ClientError.
    """
    looks = Bounded(environment, group, most=CALLS)
    pattern = f'{{ $.execution_arn = "{arn}" }}'
    found: dict[int, dict[str, Any]] = {}
    for event in looks.events(around - LONGEST, around + LONGEST, pattern):
        said = read(event["message"])
        if said is not None and said["execution_arn"] == arn:
            shown = as_event(said)
            found[shown["id"]] = shown
    return [found[number] for number in sorted(found)], looks.whole


def read(message: str) -> dict[str, Any] | None:
    """A log event's JSON; None for what isn't an execution's event."""
    try:
        said = json.loads(message)
        int(said["id"]), int(said["event_timestamp"])
        return said if isinstance(said["execution_arn"], str) and isinstance(said["type"], str) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def as_event(said: dict[str, Any]) -> dict[str, Any]:
    kind = said["type"]
    family = next((end for end in ("StateEntered", "StateExited") if kind.endswith(end)), kind)
    event = {
        "id": int(said["id"]),
        "previousEventId": int(said.get("previous_event_id") or 0),
        "type": kind,
        "timestamp": _moment(said),
    }
    details = said.get("details")
    return event | ({f"{family[0].lower()}{family[1:]}EventDetails": details} if isinstance(details, dict) else {})


def express_arn(state_machine_arn: str) -> str:
    """What its EXPRESS executions' ARNs begin with."""
    return ":".join(state_machine_arn.split(":")[:7]).replace(":stateMachine:", ":express:", 1)


def _note(rows: dict[str, Logged], said: dict[str, Any] | None, arns: str) -> None:
    if said is None or not said["execution_arn"].startswith(arns) or not said["type"].startswith("Execution"):
        return
    arn, at = said["execution_arn"], _moment(said)
    row = rows.setdefault(arn, Logged(arn=arn, seen_at=at))
    row.seen_at = max(row.seen_at, at)
    if said["type"] == "ExecutionStarted":
        row.started_at = at
    elif said["type"] in _STATUS:
        row.stopped_at, row.status = at, _STATUS[said["type"]]
        row.error = str((said.get("details") or {}).get("error", ""))[:256]


def _moment(said: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(said["event_timestamp"]) / 1000, UTC)
