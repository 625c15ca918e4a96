"""An endpoint in a process of its own, for tests: started on a free port, killed, started again on what it had stored.

    with Endpoint(tmp_path / "localaws") as endpoint:
        sfn = endpoint.client("stepfunctions")

It takes none of this process's own ``LOCALAWS_``, ``AWS_`` or ``DJANGO_`` variables: a test that passes on one machine
passes on the next. The fixtures for pytest are in `localaws.pytest_plugin`.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from botocore.config import Config

START_SECONDS = 20.0
STOP_SECONDS = 20.0
REGION = "us-east-1"
PACKAGES = Path(__file__).parents[1]  # where `asl` and `localaws` lie, installed or not
_FOREIGN = ("LOCALAWS_", "AWS_", "DJANGO_")

# inject_host_prefix: boto3 would put "sync-" before the host of StartSyncExecution and TestState. Path-style addresses:
# buckets would become host names. No retries: a test wants to see the first answer.
CLIENT_CONFIG = Config(inject_host_prefix=False, s3={"addressing_style": "path"}, retries={"max_attempts": 0})


class Endpoint:
    """`python -m localaws` on a free port, which it keeps over a restart.

    ``environment`` holds settings (`localaws.settings`), for example ``LOCALAWS_TRANSCRIBE_DELAY="0"``.
    """

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = environment
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str) -> Self:
        """Start it and wait until it answers. RuntimeError: it didn't; its own words are on standard error."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter, and arguments of a test's own
            [
                *(sys.executable, "-m", "localaws", "--port", str(self.port), "--home", str(self.home)),
                *("--parent-pid", str(os.getpid()), *arguments),
            ],
            cwd=PACKAGES,
            env=inherited | self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if "serving on" not in line:
            raise RuntimeError(
                f"localaws did not start (exit status {self.process.wait()}); it says why on standard error"
            )
        self.port = int(line.rsplit(":", 1)[1])
        end = time.monotonic() + START_SECONDS
        while self.health() is None:
            if time.monotonic() > end:
                raise RuntimeError(f"{self.url} did not answer within {START_SECONDS:g} s")
            time.sleep(0.02)
        return self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def health(self) -> dict[str, Any] | None:
        """What ``/_localaws/health`` answers; None while it doesn't."""
        try:
            with urllib.request.urlopen(f"{self.url}/_localaws/health", timeout=2) as answer:  # noqa: S310 - http, above
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:
            return None

    def client(self, service: str = "stepfunctions", *, region: str = REGION, **options: Any) -> Any:
        """A boto3 client for any service of the endpoint; ``options`` are boto3's and win."""
        import boto3

        settings: dict[str, Any] = {
            "endpoint_url": self.url,
            "region_name": region,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            "config": CLIENT_CONFIG,
        }
        make: Any = boto3.client  # its stubs know each service by name
        return make(service, **settings | options)

    def kill(self) -> None:
        """As a crash would: SIGKILL. `start` goes on with what it had stored."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self._wait()

    def stop(self) -> int:
        """In order, as Ctrl-C would; the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self._wait()

    def _wait(self) -> int:
        assert self.process is not None
        status = self.process.wait(STOP_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
