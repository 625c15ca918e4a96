"""A Callboard to measure: `studio`, or the compose file's services as processes on PostgreSQL and Redis.

What is measured is set up through Django's own shell in that deployment, so that it is the product's code that deploys
and starts; what happens at the endpoint is done with boto3, as somebody else's program would.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

# Untyped, like all tests: started the same way as the browser tests do.
processes: Any = importlib.import_module("tests.e2e.processes")
KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_EC2_METADATA_DISABLED": "true"}
SETUP = """
import json
from django.contrib.auth.models import User
from django.test import Client
from designer import deployment, selectors, services
from designer.models import Environment
from executions.models import Execution
from executions.services import start_execution
def deployed(name, definition, environment):
    machine = services.create_state_machine(name=name, definition=json.dumps(definition), by=None)
    deployment.deploy(deployment.plan(selectors.latest_revision(machine), environment), by=None)
    return machine
def answer(value): print("ANSWER" + json.dumps(value))
"""
COOKIE = """
client = Client()
client.force_login(User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("bench"),
  backend="django.contrib.auth.backends.ModelBackend")
answer(client.cookies["sessionid"].value)
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A running deployment; ``kind`` is "embedded" or "servers"."""

    kind: str
    site: Any
    session: str  # the cookie of somebody who may do everything

    @property
    def url(self) -> str:
        return str(self.site.url)

    def run(self, code: str, **given: Any) -> Any:
        """What ``code`` passed to ``answer``; ``given`` are names in it."""
        names = "".join(f"{name} = json.loads({json.dumps(value)!r})\n" for name, value in given.items())
        said = self.site.manage("shell", "--command", SETUP + names + code)
        return json.loads(said.rpartition("ANSWER")[2].splitlines()[0]) if "ANSWER" in said else None

    def endpoint(self, service: str = "stepfunctions", region: str = "us-east-1") -> Any:
        """The endpoint itself, without anything between."""
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.site.aws_url,
            region_name=region,
            aws_access_key_id="bench",
            aws_secret_access_key="bench",
            config=Config(inject_host_prefix=False, max_pool_connections=64, retries={"max_attempts": 2}),
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}", "Origin": self.url}

    def socket_url(self, path: str) -> str:
        return self.url.replace("http://", "ws://") + path


@contextlib.contextmanager
def place(kind: str) -> Iterator[Place]:
    """Starts it and ends it."""
    folder = Path(tempfile.mkdtemp(prefix="callboard-live-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if kind == "embedded":
            site = processes.start_studio(folder / "studio", **KEYS)
        else:
            database = stack.enter_context(processes.postgresql_server(folder / "postgresql"))
            broker = stack.enter_context(processes.redis_server(folder / "redis"))
            site = processes.start_processes(folder / "processes", database_url=database, redis_url=broker, **KEYS)
        stack.callback(site.stop)
        yield Place(kind, site, str(Place(kind, site, "").run(COOKIE)))
