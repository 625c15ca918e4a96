"""Jobs of services that Tasks wait for (``.sync``): their rows, looking at them until they are over, and stopping them.

A row is written in the transaction that writes the Task's TaskSubmitted and goes with the Task's outcome. When nobody
waits any more (the execution was stopped, a sibling failed, the Task timed out) the row stays, marked, until the
service was asked to stop the job; so a restart goes on with either. What a look-up means is `localaws.integrations`'s.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from asl.events import TaskFailed, TaskSucceeded
from asl.json_text import dumps, loads
from localaws.integrations.task import JobNotSeen, ServiceJob, TaskFailure

logger = logging.getLogger(__name__)

FIRST_SECONDS = 0.2  # until the first look; later ones are rarer
SLOWER = 1.5
MOST_SECONDS = 10.0
AT_ONCE = 8  # look-ups
UNSEEN_LIMIT = 3  # look-ups in a row that the service refuses for good
STOP_ATTEMPTS = 4

Key: TypeAlias = tuple[int, int]  # execution id, task id
Outcome: TypeAlias = TaskSucceeded | TaskFailed


class Looker(Protocol):
    """`localaws.integrations.Integrations`, as jobs use it."""

    async def look_at(self, job: ServiceJob) -> str | None: ...

    async def stop_job(self, job: ServiceJob) -> None: ...


class Jobs:
    """All jobs by their Task, as the last commit left them, and one asyncio task for each."""

    def __init__(
        self, connection: sqlite3.Connection, *, tell: Callable[[int, Outcome], None], clock: Callable[[], float]
    ) -> None:
        """``tell(execution_id, event)`` takes a Task's outcome."""
        self._connection = connection
        self._tell = tell
        self._clock = clock
        self._looker: Looker | None = None
        self._forget: Callable[[Key], Awaitable[object]] | None = None
        self._jobs: dict[Key, ServiceJob] = {}
        self._changes: dict[Key, ServiceJob | None] = {}  # since the last commit
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)

    def __len__(self) -> int:
        return len(self._jobs) + len(self._changes)

    def start(self, looker: Looker, forget: Callable[[Key], Awaitable[object]]) -> None:
        """Go on with all that the store has. ``forget(key)`` deletes a row, in a transaction (`delete`)."""
        self._looker, self._forget = looker, forget
        rows = self._connection.execute("SELECT execution_id, task_id, resource, region, wanted, about FROM job")
        for execution_id, task_id, resource, region, wanted, about in rows.fetchall():
            job = ServiceJob(resource=resource, region=region, wanted=bool(wanted), about=loads(about))
            self._take_up((execution_id, task_id), job)

    async def stop(self) -> None:
        """Look no further. What is not over is taken up at the next start."""
        self._looker = None
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # -- in a transaction, and after it

    def wait_for(self, key: Key, job: ServiceJob) -> None:
        """A Task waits for this job from now on."""
        self._changes[key] = job

    def over(self, key: Key) -> None:
        """The Task has its outcome."""
        if self._waited_for(key) is not None:
            self._changes[key] = None

    def give_up(self, key: Key) -> None:
        """Nobody waits for the Task's job any more: it is to be stopped."""
        job = self._waited_for(key)
        if job is not None:
            self.call_off(key, job)

    def call_off(self, key: Key, job: ServiceJob) -> None:
        self._changes[key] = replace(job, wanted=False)

    def _waited_for(self, key: Key) -> ServiceJob | None:
        job = self._changes[key] if key in self._changes else self._jobs.get(key)
        return job if job is not None and job.wanted else None

    def write(self) -> None:
        """The rows of what changed."""
        for key, job in self._changes.items():
            if job is None:
                self.delete(key)
            else:
                self._connection.execute(
                    "INSERT OR REPLACE INTO job VALUES (?, ?, ?, ?, ?, ?)",
                    (*key, job.resource, job.region, job.wanted, dumps(job.about)),
                )

    def delete(self, key: Key) -> None:
        self._connection.execute("DELETE FROM job WHERE execution_id = ? AND task_id = ?", key)

    def committed(self) -> None:
        """Watch and stop as the rows now say."""
        changes, self._changes = self._changes, {}
        for key, job in changes.items():
            running = self._running.pop(key, None)
            if running is not None:
                running.cancel()
            self._jobs.pop(key, None)
            if job is not None:
                self._take_up(key, job)

    def rolled_back(self) -> None:
        """Nothing of what changed since the last commit has happened."""
        self._changes = {}

    def _take_up(self, key: Key, job: ServiceJob) -> None:
        self._jobs[key] = job
        if self._looker is not None:
            work = self._watch if job.wanted else self._call_off
            self._running[key] = asyncio.get_running_loop().create_task(work(key, job))

    # -- one job

    async def _watch(self, key: Key, job: ServiceJob) -> None:
        pause, unseen = FIRST_SECONDS, 0
        while True:
            await asyncio.sleep(pause)
            pause = min(pause * SLOWER, MOST_SECONDS)
            try:
                outcome = await self._look(key, job)
            except JobNotSeen as reason:
                unseen = unseen + 1 if reason.lasting else 0
                logger.warning("The job of %s can't be looked at: %s", job.resource, reason)
                if unseen < UNSEEN_LIMIT:
                    continue
                outcome = self._failed(key, reason.failure)
            except Exception:
                logger.exception("The job of %s can't be looked at.", job.resource)
                continue
            if outcome is not None:
                self._tell(key[0], outcome)
                return

    async def _look(self, key: Key, job: ServiceJob) -> Outcome | None:
        assert self._looker is not None
        try:
            async with self._at_once:
                text = await self._looker.look_at(job)
        except TaskFailure as failure:
            return self._failed(key, failure)
        return None if text is None else TaskSucceeded(at=self._clock(), task_id=key[1], output=text)

    def _failed(self, key: Key, failure: TaskFailure) -> TaskFailed:
        return TaskFailed(at=self._clock(), task_id=key[1], error=failure.error, cause=failure.cause)

    async def _call_off(self, key: Key, job: ServiceJob) -> None:
        """Best effort, as on AWS: a service that keeps refusing has the last word."""
        assert self._looker is not None
        assert self._forget is not None
        for attempt in range(1, STOP_ATTEMPTS + 1):
            try:
                await self._looker.stop_job(job)
                break
            except (ClientError, BotoCoreError) as reason:
                logger.warning("The job of %s could not be stopped: %s", job.resource, reason)
            await asyncio.sleep(attempt)
        with contextlib.suppress(Exception):  # the row stays, and the next start tries again
            await self._forget(key)
            self._jobs.pop(key, None)
            self._running.pop(key, None)
