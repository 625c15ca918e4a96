"""EventBridge's "Step Functions Execution Status Change", for STANDARD executions; best effort, as with AWS.

Events wait in a bounded line, so that a burst of executions never waits for the services that hear of it.
"""

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from localaws.redrive import reason_against, redrive_status
from localaws.watchers import StatusChange

logger = logging.getLogger(__name__)

WAITING_AT_MOST = 10_000
PAYLOAD_LIMIT = 248 * 1024  # bytes; input and output are left out of a larger event


class StatusEvents:
    """``put(detail, resources=..., region=...)`` puts one event on the default bus."""

    def __init__(self, put: Callable[..., Awaitable[None]], account: str) -> None:
        self._put = put
        self._account = account
        self._line: deque[StatusChange] = deque(maxlen=WAITING_AT_MOST)
        self._arrived = asyncio.Event()

    def add(self, change: StatusChange) -> None:
        if change.row.machine_type == "STANDARD" and self._somebody_listens(change.arn.split(":")[3]):
            self._line.append(change)
            self._arrived.set()

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._line:
                change = self._line.popleft()
                try:
                    await self._put(detail(change), resources=[change.arn], region=change.arn.split(":")[3])
                except Exception:
                    logger.exception("The status change of %s was not put on the event bus.", change.arn)

    def _somebody_listens(self, region: str) -> bool:
        """Whether any rule is on the Region's default bus: asking moto costs nothing, putting an event does."""
        # Half of the module is there while another thread imports it.
        backends = getattr(sys.modules.get("moto.events.models"), "events_backends", None)
        if backends is None:
            return False
        backend = backends[self._account][region]
        bus = backend.event_buses.get("default")
        return bool(bus is not None and bus.rules)


def detail(change: StatusChange) -> Mapping[str, Any]:
    row, outcome = change.row, change.outcome
    now = replace(
        row,
        status=outcome.status,
        stopped_at=outcome.stopped_at,
        last_event_id=change.last_event_id,
        has_state=change.has_state,
    )
    reason = reason_against(now, deleting=False, now=outcome.stopped_at or row.started_at)
    large = len(row.input) + len(outcome.output or "") > PAYLOAD_LIMIT
    ended = outcome.stopped_at
    return {
        "executionArn": change.arn,
        "stateMachineArn": row.machine_arn,
        "name": row.name,
        "status": outcome.status,
        "startDate": int(row.started_at * 1000),
        "stopDate": None if ended is None else int(ended * 1000),
        "input": None if large else row.input,
        "output": None if large else outcome.output,
        "inputDetails": {"included": not large},
        "outputDetails": None if outcome.output is None else {"included": not large},
        "error": outcome.error,
        "cause": outcome.cause,
        "stateMachineVersionArn": row.version_arn,
        "stateMachineAliasArn": row.alias_arn,
        "redriveCount": row.redrive_count,
        "redriveDate": None if row.redriven_at is None else int(row.redriven_at * 1000),
        "redriveStatusReason": None,
        **redrive_status(reason),
    }
