"""What is measured, each in a process of its own: the endpoint and its peers. Linux only: /proc says what they use."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from bench.peers import ROOT, Peer, PeerError

ROLE = "arn:aws:iam::000000000000:role/states"
START_SECONDS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A running process that answers at ``url``."""

    def __init__(self, name: str, process: subprocess.Popen[str], url: str) -> None:
        self.name = name
        self.process = process
        self.url = url

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def client(self, service: str = "stepfunctions", seconds: float = 120) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="bench",
            aws_secret_access_key="bench",
            config=Config(
                inject_host_prefix=False,
                retries={"max_attempts": 0},
                read_timeout=seconds,
                connect_timeout=5,
                max_pool_connections=64,
            ),
        )

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    # -- what it uses

    def memory(self) -> int:
        """Bytes of resident memory."""
        return sum(int(_status(pid, "VmRSS").split()[0]) * 1024 for pid in self._processes())

    def threads(self) -> int:
        return sum(int(_status(pid, "Threads")) for pid in self._processes())

    def processor_seconds(self) -> float:
        """Seconds of processor time so far: on a machine that others use too, steadier than the clock on the wall."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def _processes(self) -> list[int]:
        found = [self.process.pid]
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            found.extend(int(child) for child in children.read_text(encoding="utf-8").split())
        return found


def _status(pid: int, name: str) -> str:
    for row in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if row.startswith(name + ":"):
            return row.split(":", 1)[1].strip()
    raise LookupError(name)


def own(home: Path, *, port: int = 0) -> Server:
    """This project's endpoint on ``home``, returned once it serves; everything it does is durable."""
    command = [sys.executable, "-m", "localaws", "--port", str(port), "--home", str(home)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LOCALAWS_")}
    process = subprocess.Popen(command, cwd=ROOT, env=clean, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    if "serving on" not in line:
        raise RuntimeError(f"The endpoint did not start: {line!r}")
    return Server("callboard", process, f"http://127.0.0.1:{line.strip().rsplit(':', 1)[1]}")


@contextlib.contextmanager
def own_server() -> Iterator[Server]:
    """This project's endpoint on a home of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        server = own(Path(folder) / "home")
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def bare_server() -> Iterator[Server]:
    """A server that answers "{}" to everything: what is left of a call's time is the client's and the kernel's."""
    command = [sys.executable, "-m", "bench.bare_http"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    server = Server("bare", process, f"http://127.0.0.1:{process.stdout.readline().strip()}")
    try:
        yield server
    finally:
        server.stop()


def start_peer(peer: Peer) -> Server:
    """Install the peer if need be, start it and wait until it answers; raises `PeerError`."""
    python = peer.install()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    filled = {name: value.replace("{port}", port) for name, value in peer.environment.items()}
    command = [str(python), *(word.replace("{port}", port) for word in peer.command)]
    log = python.parents[2] / f"{peer.name}.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, cwd=python.parents[2], env={**os.environ, **filled}, stdout=output, stderr=output, text=True
        )
    server = Server(peer.name, process, f"http://127.0.0.1:{port}")
    try:
        _await(server, peer)
        if peer.configure:
            request = urllib.request.Request(server.url + peer.configure, data=peer.settings.encode())
            urllib.request.urlopen(request, timeout=10).close()
    except (OSError, PeerError) as reason:
        server.stop(signal.SIGKILL)
        raise PeerError(f"{peer.name} didn't start: {reason}; see {log.name}") from reason
    return server


def _await(server: Server, peer: Peer) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise PeerError(f"it ended with status {server.process.returncode}")
        try:
            urllib.request.urlopen(server.url + peer.ready, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise PeerError(f"it didn't answer within {START_SECONDS} s")
