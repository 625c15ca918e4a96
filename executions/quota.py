"""Callboard's share of AWS's request quotas, counted per account, Region and action for all workers together.

Step Functions refills each action's bucket for everybody in an account and Region, so that is what a share is a share
of: environments that name the same account count together. Seconds are counted in the cache (Redis between processes),
whose increment is atomic. An embedded endpoint has no quota.

Source: Step Functions' quotas, "Quotas related to API action throttling": GetExecutionHistory refills 20 a second (5 in
smaller Regions), ListExecutions 5 (2). CloudWatch Logs' quotas: FilterLogEvents 10 a second (5).
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from designer.models import Environment

logger = logging.getLogger(__name__)
GET_HISTORY, LIST_EXECUTIONS, FILTER_LOGS = "GetExecutionHistory", "ListExecutions", "FilterLogEvents"
CALLS_PER_SECOND = {GET_HISTORY: 4, LIST_EXECUTIONS: 1, FILTER_LOGS: 2}
_FORGET = 10  # seconds; a counter is needed for one
_LONGEST_WAIT = 5.0  # seconds; then the call is made: a share is courtesy, and AWS itself refuses what is too much


def take(environment: Environment, arn: str, action: str) -> bool:
    """Use one call of the share for ``arn``'s account and Region; False where this second has none left."""
    if environment.kind == environment.Kind.EMBEDDED:
        return True
    key = f"quota:{action}:{place_of(arn)}:{int(time.time())}"
    try:
        cache.add(key, 0, _FORGET)
        return bool(cache.incr(key) <= CALLS_PER_SECOND[action])
    except (RedisError, OSError, ValueError) as error:  # ValueError: the key was evicted in between
        logger.warning("The share of %s isn't counted just now: %s", action, type(error).__name__)
        return True


def wait(environment: Environment, arn: str, action: str) -> bool:
    """`take`, as soon as there is something to take; False where that took too long."""
    end = time.monotonic() + _LONGEST_WAIT
    while not take(environment, arn, action):
        if time.monotonic() > end:
            return False
        time.sleep(1 - time.time() % 1)  # until the next second's share
    return True


def place_of(arn: str) -> str:
    """``region:account`` of an ARN."""
    return ":".join(arn.split(":")[3:5])
