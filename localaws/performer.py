"""Performs Tasks: calls the integration, and tells the engine what came of it.

A task is an asyncio task only while its call runs; those beyond a service's share wait in line. A call that must not be
made twice begins only once the store says that it begins; one that the store says began before isn't made. Decides
nothing about retries or time-outs, which are the interpreter's.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Protocol, TypeAlias

from asl.effects import ScheduleTask
from asl.events import TaskFailed, TaskStarted, TaskSubmitted, TaskSucceeded
from asl.json_types import JSON
from localaws.integrations.task import TaskFailure, TaskRequest

logger = logging.getLogger(__name__)

AT_ONCE = 32  # calls to one service at the same time
ANSWERED_LATER = (".waitForTaskToken", ".sync", ".sync:2")
LAST_SECONDS = 3.0  # how long a stop waits for calls that can't be made again

TaskEvent: TypeAlias = TaskStarted | TaskSubmitted | TaskSucceeded | TaskFailed
Key: TypeAlias = tuple[int, int]  # execution id, task id


class Beginning(Enum):
    """What the store says of a call that is about to be made."""

    NOW = auto()  # and that it begins is written down
    BEFORE = auto()  # it began in a process that ended since
    OVER = auto()  # nobody wants it any more


class Integration(Protocol):
    async def perform(self, request: TaskRequest) -> str: ...

    def refusal(self, resource: str, parameters: JSON) -> str | None: ...

    def interrupted(self, request: TaskRequest) -> TaskFailure | None:
        """The failure of a call that may have been made already; None where it may be made again."""
        ...


class Performer:
    """``tell(execution_id, event)`` takes what happened; ``begin(execution_id, task_id)`` answers after its commit.

    ``flush`` makes what services acknowledged durable.
    """

    def __init__(
        self,
        integration: Integration,
        *,
        tell: Callable[[int, TaskEvent], None],
        begin: Callable[[int, int], Awaitable[Beginning]],
        flush: Callable[[], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._integration = integration
        self._tell = tell
        self._begin = begin
        self._flush = flush
        self._clock = clock
        self._waiting: dict[str, deque[tuple[Key, TaskRequest]]] = defaultdict(deque)
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._busy: dict[str, int] = defaultdict(int)
        self._in_line: set[Key] = set()
        self._cant_be_repeated: set[asyncio.Task[None]] = set()
        self._stopping = False

    def refusal(self, resource: str, parameters: JSON) -> str | None:
        """Why the call can't be made at all; asked before it is scheduled."""
        return self._integration.refusal(resource, parameters)

    async def call(self, request: TaskRequest) -> str:
        """Make a call that belongs to no execution, at once. Raises `TaskFailure`."""
        output = await self._integration.perform(request)
        await self._flush()
        return output

    def perform(self, execution_id: int, task_id: int, request: TaskRequest) -> None:
        if self._stopping:
            return  # the store knows that it's owed
        service = service_of(request.resource)
        self._in_line.add((execution_id, task_id))
        self._waiting[service].append(((execution_id, task_id), request))
        self._start_next(service)

    def cancel(self, execution_id: int, task_id: int) -> None:
        """The outcome is no longer wanted. A call that runs is broken off; what it did is not undone."""
        key = (execution_id, task_id)
        self._in_line.discard(key)
        running = self._running.get(key)
        if running is not None:
            running.cancel()

    def cancel_execution(self, execution_id: int) -> None:
        for key in [key for key in self._running if key[0] == execution_id]:
            self._running[key].cancel()
        self._in_line = {key for key in self._in_line if key[0] != execution_id}

    async def stop(self) -> None:
        """Begin nothing more, and break off what runs; what must not be made again gets some seconds to end."""
        self._stopping = True
        self._waiting.clear()
        if self._cant_be_repeated:
            await asyncio.wait(self._cant_be_repeated, timeout=LAST_SECONDS)
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _start_next(self, service: str) -> None:
        line = self._waiting[service]
        while line and self._busy[service] < AT_ONCE:
            key, request = line.popleft()
            if key not in self._in_line:
                continue
            self._in_line.discard(key)
            self._busy[service] += 1
            self._running[key] = asyncio.get_running_loop().create_task(self._call(key, service, request))

    async def _call(self, key: Key, service: str, request: TaskRequest) -> None:
        execution_id, task_id = key
        try:
            failure = self._integration.interrupted(request)
            if failure is None:
                self._tell(execution_id, TaskStarted(at=self._clock(), task_id=task_id))
                self._tell(execution_id, await self._outcome(task_id, request))
            else:
                await self._call_once(key, request, failure)
        finally:
            del self._running[key]
            self._busy[service] -= 1
            self._start_next(service)

    async def _call_once(self, key: Key, request: TaskRequest, failure: TaskFailure) -> None:
        execution_id, task_id = key
        match await self._begin(execution_id, task_id):
            case Beginning.NOW:
                call = asyncio.current_task()
                assert call is not None
                self._cant_be_repeated.add(call)
                call.add_done_callback(self._cant_be_repeated.discard)
                self._tell(execution_id, await self._outcome(task_id, request))
            case Beginning.BEFORE:
                self._tell(execution_id, self._failed(task_id, failure))
            case Beginning.OVER:
                pass

    def _failed(self, task_id: int, failure: TaskFailure) -> TaskFailed:
        return TaskFailed(
            at=self._clock(), task_id=task_id, error=failure.error, cause=failure.cause, submit=failure.submit
        )

    async def _outcome(self, task_id: int, request: TaskRequest) -> TaskEvent:
        later = request.resource.endswith(ANSWERED_LATER)
        try:
            output = await self._integration.perform(request)
            # A message that a crash could still take back must not count as sent.
            await self._flush()
        except TaskFailure as failure:
            return self._failed(task_id, failure)
        except Exception:
            logger.exception("State %s (%s) failed inside the endpoint.", request.state_name, request.resource)
            return TaskFailed(
                at=self._clock(),
                task_id=task_id,
                error="States.TaskFailed",
                cause="The local endpoint failed while it performed this task; its log says why.",
                submit=later,
            )
        made = TaskSubmitted if later else TaskSucceeded
        return made(at=self._clock(), task_id=task_id, output=output)


def service_of(resource: str) -> str:
    """What shares a limit: ``sqs`` of arn:aws:states:::sqs:sendMessage, ``lambda`` of a function's ARN."""
    parts = resource.split(":")
    if len(parts) > 5 and parts[2] == "states":
        return ":".join(parts[5:7]) if parts[5] == "aws-sdk" else parts[5]
    return parts[2] if len(parts) > 2 else resource


def request_of(
    effect: ScheduleTask, *, execution_id: int, execution_arn: str, machine_arn: str, role_arn: str
) -> TaskRequest:
    parts = execution_arn.split(":")
    return TaskRequest(
        execution_arn=execution_arn,
        state_machine_arn=machine_arn,
        role_arn=role_arn,
        state_name=effect.state_name,
        resource=effect.resource,
        parameters=effect.parameters,
        token=effect.token,
        timeout=effect.timeout,
        heartbeat=effect.heartbeat,
        region=parts[3],
        account=parts[4],
        credentials=effect.credentials,
        execution_id=execution_id,
        task_id=effect.task_id,
    )
