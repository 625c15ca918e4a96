"""When an environment's queue is looked into next.

A queue of one's own endpoint costs nothing and is looked into at each beat. One in AWS costs a request, so it has
pauses; one that can't be read (no credentials, no such queue, AWS away) is tried ever more seldom, and the log says so
once, not at each try. What is kept lives in the cache: losing it means one look too many.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from django.core.cache import cache

if TYPE_CHECKING:
    from designer.models import Environment

logger = logging.getLogger(__name__)
AWS_PAUSE_SECONDS = 2  # half a request a second for each queue: about half a dollar a month
LONGEST_PAUSE_SECONDS = 60
FAILURES_KEPT_SECONDS = 3600


class QueuePace:
    """The pace of one queue (``name``: "review", "launch") of one environment."""

    def __init__(self, name: str, environment: Environment) -> None:
        self.name, self.environment = name, environment
        reached_by = (
            environment.pk,
            environment.region,
            environment.profile,
            environment.role_arn,
            environment.endpoint_url,
            environment.review_queue_url,
            environment.status_queue_url,
        )
        key = hashlib.sha256(repr(reached_by).encode()).hexdigest()[:16]  # what was just changed is tried at once
        self._rest = f"queue-rest-{name}-{key}"
        self._failures = f"queue-failures-{name}-{key}"

    def is_due(self) -> bool:
        return cache.get(self._rest) is None

    def succeeded(self, *, full: bool) -> None:
        """The queue was read; ``full``: there is more in it, so no pause."""
        if cache.get(self._failures):
            logger.info("The %s queue of %s can be read again", self.name, self.environment)
            cache.delete(self._failures)
        if not full and not self.environment.endpoint_url:
            cache.set(self._rest, 1, AWS_PAUSE_SECONDS)

    def failed(self, error: Exception) -> None:
        failures = (cache.get(self._failures) or 0) + 1
        cache.set(self._failures, failures, FAILURES_KEPT_SECONDS)
        pause = min(2**failures, LONGEST_PAUSE_SECONDS)
        cache.set(self._rest, 1, pause)
        if failures == 1:
            logger.warning(
                "The %s queue of %s can't be read (%s); it is tried again, at longest every %s seconds",
                self.name,
                self.environment,
                type(error).__name__,
                LONGEST_PAUSE_SECONDS,
            )
