"""Everything that Callboard stands on goes away in turn while pages watch executions; nothing of the histories is lost,
doubled or out of order, neither in the mirror nor on the pages, which come back by themselves.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import threading
import time

import pytest
from processes import free_port, postgresql_server, program, spawn, start_processes, wait_for
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench.live.sites import COOKIE, KEYS, Place
from bench.live.watchers import START
from bench.live.work import WAIT, length

pytestmark = [pytest.mark.e2e, pytest.mark.proof]

# As the mirror's row of each event of the endpoint's own history says it; prints how many differ.
COMPARE = """
from executions import mirror
from executions.models import HistoryEvent
def told(row): return [row.event_id, row.previous_event_id, row.type, row.timestamp, row.details]
differing = 0
for run in Execution.objects.filter(pk__in=keys).select_related("environment"):
    theirs = [told(mirror.as_row(run, event)) for event in mirror.history(run.environment, run.arn)]
    ours = [told(row) for row in HistoryEvent.objects.filter(execution=run).order_by("event_id")]
    differing += theirs != ours or run.status != "ABORTED" or run.next_poll_at is not None
answer(differing)
"""


class Page:
    """What an open page does: it connects, says what it has, and comes back when the connection ends."""

    def __init__(self, place, key):
        self.place, self.key = place, key
        self.ids: list[int] = []
        self.connected = 0
        self.is_over = False
        self.troubles: list[str] = []

    async def follow(self, asleep: asyncio.Event):
        address = self.place.socket_url(f"/ws/executions/{self.key}/")
        while not self.is_over:
            try:
                async with connect(address, additional_headers=self.place.headers, open_timeout=10) as socket:
                    self.connected += 1
                    await socket.send(json.dumps({"type": "hello", "after": self.ids[-1] if self.ids else 0}))
                    await self._hear(socket, asleep)
            except (WebSocketException, EOFError, OSError, TimeoutError) as error:
                self.troubles.append(type(error).__name__)
            await asyncio.sleep(5 if asleep.is_set() else 0.5)

    async def _hear(self, socket, asleep):
        while not self.is_over and not asleep.is_set():
            try:
                message = json.loads(await asyncio.wait_for(socket.recv(), 20))
            except TimeoutError:
                return  # as pages do: nothing heard, not even the beat
            for event in message.get("events", []):
                self.ids.append(event["id"])
                self.is_over |= event["type"] == "ExecutionAborted"


def redis_at(port, folder):
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return spawn([program("redis-server"), *options], folder / "redis.log", dict(os.environ))


def killed_and_started(site, name):
    """The service whose command line holds ``name``."""
    place = next(n for n, process in enumerate(site.processes) if name in process.args)
    old = site.processes[place]
    old.send_signal(signal.SIGKILL)
    old.wait()
    site.processes[place] = spawn(old.args, site.home / f"{name}.log", site.environment)


def restart_postgresql(folder):
    """Without a farewell to its clients."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [program("pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "-w", "restart"]
    subprocess.run(
        [*as_user, *command], check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60
    )


def test_workers_redis_the_database_and_sockets_go_away_in_turn(folder):
    (folder / "redis").mkdir()
    port = free_port()
    redis = redis_at(port, folder / "redis")
    with postgresql_server(folder / "postgresql") as database:
        url = f"redis://127.0.0.1:{port}/0"
        site = start_processes(folder / "processes", database_url=database, redis_url=url, **KEYS)
        try:
            place = Place("servers", site, str(Place("servers", site, "").run(COOKIE)))
            runs = place.run(START, name="waits", definition=WAIT, count=6)
            pages = [Page(place, key) for key, _ in runs]
            asleep = asyncio.Event()

            async def follow():
                await asyncio.gather(*(page.follow(asleep) for page in pages))

            watching = threading.Thread(target=lambda: asyncio.run(follow()), daemon=True)
            watching.start()
            wait_for(lambda: all(page.ids for page in pages), timeout=60, what="every page hears of its execution")

            def news(what):
                before = [len(page.ids) for page in pages]
                for page, count in zip(pages, before, strict=True):
                    since = f"news after {what} (it met {page.troubles[-5:]})"
                    wait_for(lambda page=page, count=count: len(page.ids) > count, timeout=60, what=since)

            killed_and_started(site, "worker")
            news("the worker was killed")
            redis.kill()
            redis.wait()
            time.sleep(3)
            redis = redis_at(port, folder / "redis")
            news("Redis was away")
            restart_postgresql(folder / "postgresql")
            news("the database was restarted")
            killed_and_started(site, "uvicorn")
            news("the web process was killed")
            asleep.set()
            time.sleep(4)
            asleep.clear()
            news("the pages slept")

            for _, arn in runs:
                place.endpoint().stop_execution(executionArn=arn)
            watching.join(90)
            for page, (_, arn) in zip(pages, runs, strict=True):
                assert page.ids == list(range(1, length(place, arn) + 1))
                assert page.connected >= 3
            keys = [key for key, _ in runs]
            wait_for(lambda: place.run(COMPARE, keys=keys) == 0, timeout=60, what="the mirror is the history")
        finally:
            site.stop()
            redis.kill()
            redis.wait()
