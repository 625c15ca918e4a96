"""What tests of several packages share: the embedded endpoint as a real process."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Endpoint:
    url: str
    home: Path


@pytest.fixture(scope="session")
def localaws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """`python -m localaws` on a free port, one for all the tests of this process."""
    home = tmp_path_factory.mktemp("localaws")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (home / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "localaws", "--port", str(port), "--home", str(home / "state")],
        cwd=ROOT,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, (home / "log").read_text()
        assert time.monotonic() < deadline, "the endpoint doesn't answer"
        try:
            urllib.request.urlopen(f"{url}/_localaws/health", timeout=2).close()
            break
        except OSError:
            time.sleep(0.1)
    yield Endpoint(url, home)
    process.terminate()
    process.wait(15)
    log.close()
