"""When each execution is looked at: one adaptive poller per execution, whoever watches.

What is due is a query on ``next_poll_at``. A poll claims its execution by moving that time forward in one conditional
UPDATE, so two workers never double it; a claim that its worker didn't live to end lapses by itself. After a poll the
time is set by how busy the execution is and whether somebody watches.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from django.db.models import Case, F, Min, QuerySet, When
from django.utils import timezone

from designer.models import Environment
from executions.live import announce_notice
from executions.mirror import apply_description, copy_history
from executions.models import Execution
from executions.quota import GET_HISTORY, place_of, take

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)
WATCHED_FOR = timedelta(seconds=25)
# Of an account and Region, in a sweep of half a second: what `executions.quota` allows in a second.
AWS_POLLS_PER_SWEEP = 2
# Seconds between polls: (first, longest) by kind of environment and whether somebody watches.
_PACE = {
    ("embedded", True): (0.1, 1.0),
    ("embedded", False): (0.5, 10.0),
    ("aws", True): (1.0, 10.0),
    ("aws", False): (5.0, 60.0),
}
FEWER_CALLS = "asks for fewer calls"  # how a notice says that an environment throttles
_THROTTLED = {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"}
_GONE = {"ExecutionDoesNotExist", "InvalidArn"}


def due(now: datetime, *, limit: int = 500) -> list[int]:
    """The executions to poll in this sweep, watched ones first. Of an AWS account and Region, whatever the number of
    environments that name it, only as many as its share of the quota allows; the others stay due for the next sweep.
    """
    rows = Execution.objects.filter(next_poll_at__lte=now)
    watched_first = rows.annotate(unwatched=Case(When(watched_until__gt=now, then=0), default=1)).order_by(
        "unwatched", "next_poll_at"
    )
    chosen: list[int] = []
    # Place by place: thousands that are overdue in one must not keep another's from being looked at.
    for place, environment_ids in _places(rows).items():
        share = limit if place.startswith(Environment.Kind.EMBEDDED) else AWS_POLLS_PER_SWEEP
        chosen += watched_first.filter(environment_id__in=environment_ids).values_list("pk", flat=True)[:share]
    return chosen


def _places(rows: QuerySet[Execution]) -> dict[str, list[int]]:
    """The environments of ``rows`` by what they share: an account and Region, which any execution's ARN tells."""
    places: dict[str, list[int]] = {}
    found = rows.order_by().values_list("environment_id", "environment__kind").annotate(arn=Min("arn"))
    for environment_id, kind, arn in found:
        shared = f"{kind} {environment_id}" if kind == Environment.Kind.EMBEDDED else f"{kind} {place_of(arn)}"
        places.setdefault(shared, []).append(environment_id)
    return places


def claim(execution_id: int, now: datetime) -> bool:
    return bool(Execution.objects.filter(pk=execution_id, next_poll_at__lte=now).update(next_poll_at=now + LEASE))


def watch(execution_id: int) -> bool:
    """Somebody looks at it: poll soon, and often for a while. False where it has ended."""
    now = timezone.now()
    running = Execution.objects.filter(pk=execution_id, next_poll_at__isnull=False)
    # Only the first who looks brings the next poll forward; a poll under way (its time is the lease's) is left alone.
    unwatched = running.exclude(watched_until__gt=now)
    unwatched.filter(next_poll_at__lt=now + LEASE - timedelta(seconds=10)).update(next_poll_at=now, quiet_polls=0)
    return bool(running.update(watched_until=now + WATCHED_FOR))


def poll(execution_id: int) -> float | None:
    """Poll the execution if it's due; returns the seconds until the next poll, None where there will be none, or where
    the share of the quota is used up: then it stays due.
    """
    execution = Execution.objects.select_related("environment").filter(pk=execution_id).first()
    if execution is None or execution.next_poll_at is None or execution.next_poll_at > timezone.now():
        return None
    if not take(execution.environment, execution.arn, GET_HISTORY) or not claim(execution_id, timezone.now()):
        return None
    execution.refresh_from_db()
    try:
        events = copy_history(execution)
    except ClientError as error:
        return _refused(execution, error)
    except BotoCoreError as error:
        logger.warning("Execution %s was not polled: %s", execution.arn, type(error).__name__)
        return _postpone(execution, f"{execution.environment} can't be reached; trying again.")
    return _schedule(execution, found=bool(events))


def _schedule(execution: Execution, *, found: bool) -> float | None:
    if execution.status not in (Execution.Status.RUNNING, Execution.Status.PENDING_REDRIVE):
        Execution.objects.filter(pk=execution.pk).update(next_poll_at=None, poll_notice="")
        return None
    now = timezone.now()
    execution.refresh_from_db(fields=["watched_until", "quiet_polls"])
    watched = execution.watched_until is not None and execution.watched_until > now
    quiet = 0 if found else execution.quiet_polls + 1
    first, longest = _PACE[execution.environment.kind, watched]
    pause = min(longest, first * 1.5 ** max(0, quiet - 5))
    Execution.objects.filter(pk=execution.pk).update(
        next_poll_at=now + timedelta(seconds=pause), quiet_polls=quiet, poll_notice=""
    )
    return pause


def _refused(execution: Execution, error: ClientError) -> float | None:
    code = error.response["Error"]["Code"]
    if code in _GONE:
        Execution.objects.filter(pk=execution.pk).update(
            next_poll_at=None, poll_notice="Step Functions no longer knows this execution; this is the last copy."
        )
        return None
    if code in _THROTTLED:
        return _postpone(execution, f"{execution.environment} {FEWER_CALLS}; looking less often for a while.")
    if code == "HistoryUnavailable":
        apply_description(execution, {"status": Execution.Status.FAILED})
    logger.warning("Execution %s was not polled: %s", execution.arn, code)
    return _postpone(execution, f"{execution.environment} refused the history ({code}); trying again.")


def _postpone(execution: Execution, notice: str) -> float:
    pause = min(60.0, 2.0 ** min(execution.quiet_polls, 6))
    Execution.objects.filter(pk=execution.pk).update(
        next_poll_at=timezone.now() + timedelta(seconds=pause), quiet_polls=F("quiet_polls") + 1, poll_notice=notice
    )
    announce_notice(execution, "warning", notice)
    return pause
