"""Start, serve, stop: what `manage.py localaws`, `python -m localaws` and the tests call.

The order matters: the home is claimed, the store opened, the services started, and only then is anything owed performed
and the port opened. It ends on SIGTERM and SIGINT, and with its parent when it was given one.
"""

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from asl import json_text
from localaws import parent
from localaws.browser_guard import is_loopback
from localaws.busy_poll import event_loop
from localaws.catalogue import Catalogue
from localaws.clock import SteadyClock
from localaws.direct_answers import DirectAnswers
from localaws.engine import Engine
from localaws.execution_logs import Entry, ExecutionLogs, wants_any
from localaws.gateway import Gateway
from localaws.home import HomeError, claimed
from localaws.journal import ExecutionRow, Journal
from localaws.memory import keep_small
from localaws.news import News
from localaws.open_executions import OpenExecutions
from localaws.operations import Context
from localaws.paging import Pages
from localaws.performer import Performer
from localaws.retention import Retention, compact
from localaws.schema import StoreDamagedError, StoreVersionError
from localaws.settings import SettingError, Settings, read_settings
from localaws.status_events import StatusEvents
from localaws.watchers import StatusChange

logger = logging.getLogger(__name__)

# Clients keep connections open while they think; botocore's pool must not find them cut.
KEEP_ALIVE_SECONDS = 90
STOP_SECONDS = 3
STORE = "stepfunctions.sqlite3"  # in the home
# Payloads are thousands of small objects without cycles: looked through as often as Python does by itself, a large
# answer takes twice as long.
GARBAGE = (20_000, 10, 20)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line. Returns the process's exit status: 0 after an orderly end, 1 when it couldn't start."""
    parser = argparse.ArgumentParser(
        prog="localaws", description="A Step-Functions-compatible AWS endpoint on this machine."
    )
    parser.add_argument("--host", help="address to bind (LOCALAWS_HOST, 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port, 0 for a free one (LOCALAWS_PORT, 4566)")
    parser.add_argument("--home", type=Path, help="folder of its state (LOCALAWS_HOME, .callboard/localaws)")
    parser.add_argument("--parent-pid", type=int, help="end when this process ends")
    parser.add_argument("--compact", action="store_true", help="give the store's free pages back to the disk, and end")
    parser.add_argument("--log-level", default="warning", choices=["debug", "info", "warning", "error"])
    options = parser.parse_args(argv)
    logging.basicConfig(level=options.log_level.upper(), format="localaws: %(levelname)s %(name)s: %(message)s")
    try:
        settings = read_settings(host=options.host, port=options.port, home=options.home)
        if options.compact:
            return _compact(settings)
        serve(settings, parent_pid=options.parent_pid)
    except (HomeError, SettingError, StoreDamagedError, StoreVersionError, OSError) as reason:
        print(f"localaws: {reason}", file=sys.stderr)  # noqa: T201 - a command line's own words
        return 1
    return 0


def _compact(settings: Settings) -> int:
    with claimed(settings.home):
        store = settings.home / STORE
        if not store.exists():
            raise HomeError(f"There is no store in {settings.home}.")
        before, after = compact(store)
    print(f"localaws: {store} had {before / 2**20:.1f} MiB and has {after / 2**20:.1f} now")  # noqa: T201 - as above
    return 0


def serve(settings: Settings, *, parent_pid: int | None = None) -> None:
    """Serve until told to stop.

    It can't start: `HomeError`, `SettingError`, `StoreDamagedError`, `StoreVersionError`, OSError.
    """
    if not is_loopback(settings.host) and not settings.allowed_hosts:
        raise SettingError(
            f"{settings.host} is reachable from other machines, and this endpoint has no passwords. "
            "Bind 127.0.0.1, or name the hosts that may be asked for in LOCALAWS_ALLOWED_HOSTS."
        )
    if parent_pid is not None:
        parent.ask_for_signal(parent_pid)
    loop = asyncio.Runner(loop_factory=lambda: event_loop(settings.busy_poll / 1000))
    with claimed(settings.home), _bound(settings) as listener, loop:
        loop.run(_serve(settings, listener, parent_pid))


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again when it has stopped, before the store is closed."""

    def __init__(self, config: uvicorn.Config, url: str, release: Callable[[], None]) -> None:
        super().__init__(config)
        self._url = url
        self._release = release

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"localaws: serving on {self._url}", flush=True)  # noqa: T201 - whoever started it waits for this line

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._release()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(settings: Settings, listener: socket.socket, parent_pid: int | None) -> None:
    settings = _with_port(settings, listener)
    async with running(settings) as gateway:
        config = uvicorn.Config(
            gateway,
            http=DirectAnswers,
            proxy_headers=False,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        server = _Server(config, settings.endpoint_url, gateway.release)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, server.handle_exit, number, None)
        watching = None
        if parent_pid is not None:
            watching = asyncio.create_task(parent.watch(parent_pid, lambda: setattr(server, "should_exit", True)))
        await server.serve(sockets=[listener])
        if watching is not None:
            watching.cancel()


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Gateway]:
    """Everything but the port. The home must have been claimed."""
    from localaws.integrations import Integrations
    from localaws.integrations.real_aws import RealAws
    from localaws.services import Services
    from localaws.step_functions import InProcess

    json_text.use(orjson.dumps, orjson.loads)
    keep_small()
    began = time.time()
    journal = Journal(settings.home / STORE, synchronous=settings.synchronous)
    services = Services(
        settings.home, endpoint_url=settings.endpoint_url, account=settings.account, region=settings.region
    )
    events = StatusEvents(services.put_event, settings.account)
    logs = ExecutionLogs(services.call)
    catalogue = Catalogue(journal.connection)

    grown = News()

    def added_to(row: ExecutionRow, arn: str, first_id: int, added: list[Any]) -> None:
        grown.add(arn)
        configuration = catalogue.logging(row.machine_arn, row.version)
        if wants_any(configuration):
            machine = row.machine_arn.rsplit(":", 1)[1]
            logs.add(Entry(configuration, machine, arn, first_id, added, row.redrive_count))

    open_executions = OpenExecutions(journal.connection, most=settings.open_executions)

    def changed(change: StatusChange) -> None:
        open_executions.watch(change)
        events.add(change)

    engine = Engine(journal, catalogue, clock=SteadyClock(), on_status_change=changed, on_history=added_to)
    context = Context(engine, Pages(journal.secret("pages")), open_executions)
    called = RealAws(services, settings.aws_services) if settings.aws_services else services
    calls = InProcess(context, called, account=settings.account, region=settings.region)
    integrations = Integrations(services=services, settings=settings, calls=calls, executions=calls)
    performer = Performer(
        integrations, tell=engine.tell, begin=engine.begin_task, flush=services.flush, clock=engine.clock
    )

    def health() -> dict[str, Any]:
        return {
            "status": "ok",
            "pid": os.getpid(),
            "account": settings.account,
            "region": settings.region,
            "uptime": time.time() - began,
            "timers": journal.count_timers(),
        }

    await services.start()
    await integrations.start()
    engine.start_performing(performer)
    engine.map_runs.start(calls, services.flush)
    engine.jobs.start(integrations, lambda key: engine.request(lambda: engine.jobs.delete(key)))
    gc.freeze()  # what was imported stays for good: collections needn't walk it while requests wait
    gc.set_threshold(*GARBAGE)
    retention = Retention(
        journal.connection, engine.request, seconds=settings.retention_days * 86_400, clock=engine.clock
    )
    upkeep = [
        asyncio.create_task(retention.run()),
        asyncio.create_task(journal.checkpoint_forever()),
        asyncio.create_task(events.run()),
        asyncio.create_task(logs.run()),
        asyncio.create_task(open_executions.end_overdue(engine)),
    ]
    try:
        yield Gateway(settings, context, services, health, grown)
    finally:
        await engine.stop()
        for task in upkeep:
            task.cancel()
        await asyncio.gather(*upkeep, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(logs.drain(), STOP_SECONDS)
        await integrations.stop()
        await services.stop()
        journal.close()


@contextlib.contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket, bound before anything else is started: a taken port is a clear error at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named as TCP: asyncio sets TCP_NODELAY only on sockets that say so, and without it each answer costs 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as reason:
            raise OSError(
                f"Port {settings.port} of {settings.host} can't be used: {reason.strerror}. Choose another with --port."
            ) from reason
        listener.set_inheritable(False)
        yield listener


def _with_port(settings: Settings, listener: socket.socket) -> Settings:
    return replace(settings, port=listener.getsockname()[1])
