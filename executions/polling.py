"""When each execution is looked at: one adaptive poller per execution, whoever watches.

What is due is a query on ``next_poll_at``. A poll claims its execution by moving that time forward in one conditional
UPDATE, so two workers never double it; a claim that its worker didn't live to end lapses by itself. After a poll the
time is set by how busy the execution is, whether somebody watches, and how many others are watched beside it.

What is watched is held by a loop (executions.watch_loop); each poll of the others is a message.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from django.db.models import Case, Min, Q, QuerySet, When
from django.utils import timezone

from designer.models import Environment
from executions import quota
from executions.live import announce_notice
from executions.mirror import GOING, copy_history, give_up, is_whole
from executions.models import Execution
from executions.turns import writing

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)
# What is watched and no loop has taken for so long is anybody's.
WATCHED_OVERDUE = timedelta(seconds=2)
WATCHED_FOR = timedelta(seconds=25)
# Calls of the share that polls of what nobody watches leave: watched executions come first.
RESERVE = 10
# Of the share's refill, what watched executions may use together; the rest share what is left.
_WATCHED_SHARE = 0.9
# Seconds between polls of what nobody watches: (first, longest) by kind of environment.
_UNWATCHED = {"embedded": (0.5, 10.0), "aws": (5.0, 60.0)}
# Of a watched one: the first, and the longest, reached after being quiet for so long.
_WATCHED = {"embedded": 0.1, "aws": 1.0}
_WATCHED_LONGEST = 10.0
_QUIET_AFTER = 300.0
# Polls a second that one machine makes for its pages; an embedded endpoint has no other bound.
_EMBEDDED_POLLS = 200.0
FEWER_CALLS = "asks for fewer calls"  # how a notice says that an environment throttles
THROTTLED = {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"}
_GONE = {"ExecutionDoesNotExist", "InvalidArn"}
_AGAIN = 0.25  # seconds until a watched one is tried again for which the share didn't suffice
_AFTER_FAILURE = 1.0  # until one is that couldn't be stored


class Seen(Enum):
    """What a look at an execution's history brought."""

    NEWS = "news"
    QUIET = "quiet"
    NO_SHARE = "no share"  # the share of the quota is used up: it wasn't looked at
    SETTLED = "settled"  # it has ended, or when it's looked at again is written already
    FAILED = "failed"  # in a way that isn't the environment's


def due(now: datetime, *, limit: int = 500) -> list[int]:
    """The executions to poll in this sweep: watched ones first, then those that are known to have ended, then the
    others by how long they have waited. Of an AWS account and Region, whatever the number of environments that name it,
    only as many as its share of the quota allows; the others stay due for the next sweep.
    """
    rows = Execution.objects.filter(next_poll_at__lte=now)
    # A loop looks at what is watched; a message for each would only come in its way.
    rows = rows.exclude(Q(watched_until__gt=now), next_poll_at__gt=now - WATCHED_OVERDUE)
    ranked = rows.annotate(
        rank=Case(When(watched_until__gt=now, then=0), When(status__in=GOING, then=2), default=1)
    ).order_by("rank", "next_poll_at")
    chosen: list[int] = []
    # Place by place: thousands that are overdue in one must not keep another's from being looked at.
    for environment_ids, allowed in _places(rows):
        chosen += ranked.filter(environment_id__in=environment_ids).values_list("pk", flat=True)[: allowed(limit)]
    return chosen


def _places(rows: QuerySet[Execution]) -> list[tuple[list[int], Callable[[int], int]]]:
    """The environments of ``rows`` by what they share: an account and Region, which any execution's ARN tells."""
    found = rows.order_by().values_list("environment_id", "environment__kind").annotate(arn=Min("arn"))
    shared: dict[str, list[int]] = {}
    arns: dict[str, str] = {}
    for environment_id, kind, arn in found:
        place = str(environment_id) if kind == Environment.Kind.EMBEDDED else quota.place_of(arn)
        shared.setdefault(place, []).append(environment_id)
        arns[place] = arn if kind != Environment.Kind.EMBEDDED else ""

    def allowance(arn: str) -> Callable[[int], int]:
        if not arn:
            return lambda limit: limit
        anywhere = Environment(kind=Environment.Kind.AWS)
        return lambda limit: min(limit, int(quota.left(anywhere, arn, quota.GET_HISTORY)))

    return [(ids, allowance(arns[place])) for place, ids in shared.items()]


def claim(execution_id: int, now: datetime) -> bool:
    with writing():
        return bool(Execution.objects.filter(pk=execution_id, next_poll_at__lte=now).update(next_poll_at=now + LEASE))


def lapse_claims() -> None:
    """Every claim is over: for a deployment of one process, when it starts. What was polled at a kill is due."""
    now = timezone.now()
    Execution.objects.filter(next_poll_at__gt=now).update(next_poll_at=now)


def watch(execution_id: int) -> bool:
    """Somebody looks at it: poll soon, and often for a while. False where it has ended."""
    now = timezone.now()
    running = Execution.objects.filter(pk=execution_id, next_poll_at__isnull=False)
    # Only the first who looks brings the next poll forward; a poll under way (its time is the lease's) is left alone.
    unwatched = running.exclude(watched_until__gt=now)
    unwatched.update(news_at=now)
    unwatched.filter(next_poll_at__lt=now + LEASE - timedelta(seconds=10)).update(next_poll_at=now, quiet_polls=0)
    return bool(running.update(watched_until=now + WATCHED_FOR))


def poll(execution_id: int) -> float | None:
    """Poll the execution if it's due; returns the seconds until the next poll, None where there will be none, or where
    the share of the quota is used up: then it stays due.
    """
    now = timezone.now()
    if not claim(execution_id, now):
        return None
    execution = Execution.objects.select_related("environment").get(pk=execution_id)
    seen = look(execution, leave=0 if _is_watched(execution, now) else RESERVE)
    if seen is Seen.NO_SHARE:
        Execution.objects.filter(pk=execution_id).update(next_poll_at=now)
    if seen in (Seen.NO_SHARE, Seen.SETTLED):
        return None
    return _schedule(execution, found=seen is Seen.NEWS)


def look(execution: Execution, *, leave: float = 0) -> Seen:
    """Copy what is new of an execution that was claimed, leaving so many calls of the share to others."""
    if not quota.take(execution.environment, execution.arn, quota.GET_HISTORY, leave=leave):
        return Seen.NO_SHARE
    try:
        found = copy_history(execution)
    except ClientError as error:
        _refused(execution, error)
        return Seen.SETTLED
    except quota.ShareUsedUp:
        return Seen.NO_SHARE
    except BotoCoreError as error:
        logger.warning("Execution %s was not polled: %s", execution.arn, type(error).__name__)
        _postpone(execution, f"{execution.environment} can't be reached; trying again.")
        return Seen.SETTLED
    if execution.next_poll_at is None:  # its end was stored
        return Seen.SETTLED
    if execution.status not in GOING and is_whole(execution):
        _finish(execution)
        return Seen.SETTLED
    return Seen.NEWS if found else Seen.QUIET


def pause_after(execution: Execution, seen: Seen, quiet_polls: int, now: datetime) -> float:
    """Seconds until one that was looked at is looked at again."""
    match seen:
        case Seen.NO_SHARE:
            return _AGAIN
        case Seen.FAILED:
            return _AFTER_FAILURE
        case _:
            return _pause(execution, quiet_polls, now)


def _finish(execution: Execution) -> None:
    # A redrive that came meanwhile has set a time of its own, and is going.
    rows = Execution.objects.filter(pk=execution.pk).exclude(status__in=GOING)
    rows.update(next_poll_at=None, poll_notice="", looked_at=timezone.now())


def _schedule(execution: Execution, *, found: bool) -> float:
    now = timezone.now()
    execution.refresh_from_db(fields=["watched_until", "quiet_polls", "news_at"])
    quiet = 0 if found else execution.quiet_polls + 1
    pause = _pause(execution, quiet, now)
    with writing():
        Execution.objects.filter(pk=execution.pk).update(
            next_poll_at=now + timedelta(seconds=pause), quiet_polls=quiet, poll_notice="", looked_at=now
        )
    return pause


def is_watched(execution_id: int) -> bool:
    return Execution.objects.filter(pk=execution_id, watched_until__gt=timezone.now()).exists()


def _is_watched(execution: Execution, now: datetime) -> bool:
    return execution.watched_until is not None and execution.watched_until > now


def _pause(execution: Execution, quiet_polls: int, now: datetime) -> float:
    """Seconds. A watched one is looked at often for a minute after its last news, then ever more seldom: six times a
    minute after five.
    """
    kind = execution.environment.kind
    if not _is_watched(execution, now):
        first, longest = _UNWATCHED[kind]
        return float(min(longest, first * 1.5 ** max(0, quiet_polls - 5)))
    quiet = (now - (execution.news_at or now)).total_seconds() / _QUIET_AFTER
    pause = max(_WATCHED[kind], min(1.0, quiet) ** 2 * _WATCHED_LONGEST)
    return max(pause, _watched_beside(execution, now) / _polls_a_second(execution))


def _polls_a_second(execution: Execution) -> float:
    if execution.environment.kind == Environment.Kind.EMBEDDED:
        return _EMBEDDED_POLLS
    return _WATCHED_SHARE * quota.rate(quota.GET_HISTORY, quota.place_of(execution.arn).split(":")[0])


# By place: when it was counted (seconds of the monotonic clock), and how many there were.
_beside: dict[str, tuple[float, int]] = {}


def _watched_beside(execution: Execution, now: datetime) -> int:
    """How many are watched where this one runs, itself among them: counted once a second by each process."""
    environment = execution.environment
    aws = environment.kind == Environment.Kind.AWS
    key = quota.place_of(execution.arn) if aws else str(environment.pk)
    counted, count = _beside.get(key, (-1.0, 0))
    if time.monotonic() - counted < 1:
        return count
    rows = Execution.objects.filter(watched_until__gt=now, next_poll_at__isnull=False, status__in=GOING)
    if aws:
        there = ":".join(execution.arn.split(":")[:5])
        rows = rows.filter(environment__kind=environment.kind, arn__startswith=there)
    else:
        rows = rows.filter(environment=environment)
    count = rows.count()
    _beside[key] = (time.monotonic(), count)
    return count


def _refused(execution: Execution, error: ClientError) -> None:
    code = error.response["Error"]["Code"]
    if code in _GONE:
        give_up(execution, "Step Functions no longer knows this execution; this is the last copy.")
        return
    if code == "HistoryUnavailable":  # its state can't be told from its history
        give_up(execution, "Step Functions can't give this execution's history any more; this is the last copy.")
        return
    if code in THROTTLED:
        quota.spent(execution.environment, execution.arn, quota.GET_HISTORY)
        _postpone(execution, f"{execution.environment} {FEWER_CALLS}; looking less often for a while.")
        return
    logger.warning("Execution %s was not polled: %s", execution.arn, code)
    _postpone(execution, f"{execution.environment} refused the history ({code}); trying again.")


def _postpone(execution: Execution, notice: str) -> None:
    execution.refresh_from_db(fields=["quiet_polls", "poll_notice"])
    failures = execution.quiet_polls + 1 if execution.poll_notice else 0  # a notice is there since the first
    pause = min(60.0, 2.0 ** min(failures, 6))
    Execution.objects.filter(pk=execution.pk).update(
        next_poll_at=timezone.now() + timedelta(seconds=pause), quiet_polls=failures, poll_notice=notice
    )
    announce_notice(execution, "warning", notice)
