"""Callboard's share of AWS's request quotas: a token bucket per account, Region and action, for all workers together.

Step Functions keeps a bucket of its own for each, for everybody in the account: environments that name the same
account count together. Ours holds a quarter of that one and refills at a quarter of its rate, so that Callboard never
spends more than its share. Between processes the buckets are in Redis, whose scripts are atomic and whose clock is the
only one; in one process, or while Redis is away, they are here. An embedded endpoint has no quota.

Source: Step Functions' quotas, "Quotas related to API action throttling".
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache as once
from typing import TYPE_CHECKING, Any, NamedTuple

import redis
from botocore.exceptions import BotoCoreError
from django.conf import settings

if TYPE_CHECKING:
    from designer.models import Environment

logger = logging.getLogger(__name__)
SHARE = 0.25
GET_HISTORY, LIST_EXECUTIONS, DESCRIBE = "GetExecutionHistory", "ListExecutions", "DescribeExecution"
DESCRIBE_MACHINE, FILTER_LOGS = "DescribeStateMachineForExecution", "FilterLogEvents"


class Quota(NamedTuple):
    """AWS's own bucket: what it holds, and the calls that come back to it in a second."""

    size: int
    refill: float


LARGE_REGIONS = {"us-east-1", "us-west-2", "eu-west-1"}
_IN_LARGE_REGIONS = {
    GET_HISTORY: Quota(400, 20),
    LIST_EXECUTIONS: Quota(200, 5),
    DESCRIBE: Quota(300, 15),
    DESCRIBE_MACHINE: Quota(200, 1),
    FILTER_LOGS: Quota(5, 5),  # CloudWatch Logs' own, of most Regions
}
_ELSEWHERE = _IN_LARGE_REGIONS | {LIST_EXECUTIONS: Quota(100, 2), DESCRIBE: Quota(250, 10)}
_LONGEST_WAIT = 20.0  # seconds


class ShareUsedUp(BotoCoreError):  # noqa: N818 - it says what happened
    """Callboard's share of an action's quota was used up for a while: to its callers, AWS can't be asked just now."""

    fmt = "Callboard has used up its share of AWS's quota for {action}. Try again in a moment."


def quota(action: str, region: str) -> Quota:
    return (_IN_LARGE_REGIONS if region in LARGE_REGIONS else _ELSEWHERE)[action]


def rate(action: str, region: str) -> float:
    """Calls a second that are ours for good."""
    return SHARE * quota(action, region).refill


def take(environment: Environment, arn: str, action: str, *, leave: float = 0) -> bool:
    """Use one call of the share for ``arn``'s account and Region; False where that would leave less than ``leave``."""
    return _taken(environment, arn, action, 1, leave) > 0


def left(environment: Environment, arn: str, action: str) -> float:
    """How many calls could be made at once."""
    return _taken(environment, arn, action, 0, 0)


def wait(environment: Environment, arn: str, action: str) -> None:
    """`take`, as soon as there is something to take. Raises `ShareUsedUp`."""
    end = time.monotonic() + _LONGEST_WAIT
    while not take(environment, arn, action):
        if time.monotonic() > end:
            raise ShareUsedUp(action=action)
        time.sleep(0.2)


def spent(environment: Environment, arn: str, action: str) -> None:
    """AWS refused a call: others spend, too. Nothing more of ours until the bucket has filled a little."""
    _taken(environment, arn, action, 0, 0, empty=True)


def _taken(environment: Environment, arn: str, action: str, calls: int, leave: float, *, empty: bool = False) -> float:
    """What the bucket held before ``calls`` were taken; 0 where it held too little for them."""
    if environment.kind == environment.Kind.EMBEDDED:
        return float("inf")
    place = place_of(arn)
    theirs = quota(action, place.split(":")[0])
    key = f"callboard:quota:{action}:{place}"
    size, refill = SHARE * theirs.size, SHARE * theirs.refill
    if not settings.CALLBOARD_SINGLE_PROCESS:
        try:
            return float(_script()(keys=[key], args=[size, refill, calls, leave, int(empty)]))
        except redis.RedisError as error:
            logger.warning("The share of %s is counted by this process alone: %s", action, type(error).__name__)
    return _here.take(key, size, refill, calls, leave, empty=empty)


def place_of(arn: str) -> str:
    """``region:account`` of an ARN."""
    return ":".join(arn.split(":")[3:5])


@dataclass(slots=True)
class _Bucket:
    held: float
    at: float  # seconds of the monotonic clock


class _Here:
    """The buckets of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}

    def take(self, key: str, size: float, refill: float, calls: int, leave: float, *, empty: bool = False) -> float:
        now = time.monotonic()
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(size, now))
            bucket.held, bucket.at = min(size, bucket.held + refill * (now - bucket.at)), now
            if empty:
                bucket.held = 0
            if bucket.held < calls + leave:
                return 0
            bucket.held -= calls
            return bucket.held + calls

    def forget(self) -> None:
        with self._lock:
            self._buckets.clear()


_here = _Here()
# The same, where several processes share it. Redis answers whole numbers or text: text keeps the fraction.
_TAKE = """
local size, refill, calls = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'held', 'at')
local held, at = tonumber(kept[1]) or size, tonumber(kept[2]) or now
held = math.min(size, held + refill * math.max(0, now - at))
if ARGV[5] == '1' then held = 0 end
local answer = 0
if held >= calls + tonumber(ARGV[4]) then
  answer = held
  held = held - calls
end
redis.call('HSET', KEYS[1], 'held', tostring(held), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], math.ceil(size / refill) + 60)
return tostring(answer)
"""


@once
def _script() -> Any:
    return redis.Redis.from_url(settings.CACHES["default"]["LOCATION"]).register_script(_TAKE)
