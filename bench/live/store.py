"""A PostgreSQL and a Redis of their own, on which this process is a Callboard: for what depends on how much is stored.

Django is set up here, once in a process: nothing that imports models may be imported before.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# Untyped, like all tests: started the same way as the browser tests do.
processes: Any = importlib.import_module("tests.e2e.processes")
KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_EC2_METADATA_DISABLED": "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is stored, and how often each request is made."""

    executions: int = 1_000_000  # each with twenty events on average
    tasks: int = 100_000  # open; twice as many are closed
    requests: int = 30
    copies: int = 12  # histories copied in one stretch of ingest


FULL = Size()
QUICK = Size(executions=50_000, tasks=10_000, requests=8, copies=6)
SMOKE = Size(executions=1_000, tasks=200, requests=0, copies=1)


@dataclass(frozen=True, slots=True)
class Store:
    """Where Callboard keeps what it knows, and an endpoint beside it."""

    aws_url: str

    def run(self, statements: str, **names: int) -> float:
        """SQL, with ``$names`` filled in; how many seconds it took."""
        from django.db import connection

        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(Template(statements).substitute(names))
        return time.perf_counter() - began

    def settle(self) -> None:
        """What autovacuum does in its own time: statistics, and which pages are the same for everybody."""
        self.run("VACUUM (ANALYZE)")


@contextlib.contextmanager
def store() -> Iterator[Store]:
    folder = Path(tempfile.mkdtemp(prefix="callboard-store-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database = stack.enter_context(processes.postgresql_server(folder / "postgresql"))
        broker = stack.enter_context(processes.redis_server(folder / "redis"))
        port = processes.free_port()
        url = f"http://127.0.0.1:{port}"
        stack.enter_context(_endpoint(folder, port, url))
        os.environ.update(
            KEYS,
            DJANGO_SETTINGS_MODULE="callboard.settings",
            CALLBOARD_DEPLOYMENT="server",
            CALLBOARD_SECRET_KEY=secrets.token_urlsafe(48),
            CALLBOARD_DATABASE_URL=database,
            CALLBOARD_REDIS_URL=broker,
            CALLBOARD_HOME=str(folder / "home"),
            CALLBOARD_EMBEDDED_ENDPOINT=url,
            CALLBOARD_LOG_LEVEL="WARNING",
        )
        _set_up()
        yield Store(url)


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", "--noinput", verbosity=0)
    from designer.services import ensure_embedded_environment

    ensure_embedded_environment()


@contextlib.contextmanager
def _endpoint(folder: Path, port: int, url: str) -> Iterator[None]:
    command = ["-m", "localaws", "--port", str(port), "--home", str(folder / "localaws")]
    site = processes.Site(url, url, folder, processes.clean_environment(**KEYS))
    site.processes.append(
        processes.spawn([processes.sys.executable, *command], folder / "localaws.log", site.environment)
    )
    try:
        processes.wait_until_up(site, url + "/_localaws/health")
        yield
    finally:
        site.stop()
