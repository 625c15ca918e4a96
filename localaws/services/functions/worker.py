"""One process that runs one function: started, asked, and killed when it's late.

The process is kept between invocations (as Lambda keeps an execution environment), so module-level state is seen to
survive.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
LOG_LIMIT = 1 << 20  # bytes
LOAD_SECONDS = 10.0  # Lambda's init phase isn't part of the time-out


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """What running a function takes; ``key`` changes with anything that needs a new process."""

    arn: str
    name: str
    version: str
    region: str
    handler: str
    runtime: str
    timeout: float  # seconds
    memory: int  # MB
    environment: Mapping[str, str]
    code: bytes = field(repr=False)
    layers: tuple[bytes, ...] = field(repr=False)
    key: str


class ExitedError(Exception):
    """The process ended in the middle of an invocation."""


class LateError(Exception):
    """The function didn't answer within its time-out."""


class Worker:
    """Not for two invocations at once. ``close`` when it was late, when it exited, or when it isn't needed any more."""

    def __init__(self, process: asyncio.subprocess.Process, connection: socket.socket, log: IO[bytes]) -> None:
        self._process = process
        self._connection = connection
        self._log = log
        self.idle_since = time.monotonic()
        self._loaded = False

    @classmethod
    async def start(cls, *, task_root: Path, layers: list[Path], environment: Mapping[str, str]) -> Worker:
        ours, theirs = socket.socketpair()
        log = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        os.set_inheritable(log.fileno(), False)
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-u",
                    str(BOOTSTRAP),
                    str(theirs.fileno()),
                    pass_fds=(theirs.fileno(),),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=_appending(log),
                    stderr=asyncio.subprocess.STDOUT,
                    cwd=task_root,
                    start_new_session=True,
                    env={**environment, "LAMBDA_TASK_ROOT": str(task_root), "_LAYERS": ":".join(map(str, layers))},
                )
        except BaseException:
            ours.close()
            log.close()
            raise
        ours.setblocking(False)
        worker = cls(process, ours, log)
        await worker._load()
        return worker

    async def _load(self) -> None:
        """Wait for the handler's module to be loaded; what takes longer than Lambda's limit counts as running."""
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                await self._receive()
        except (TimeoutError, ConnectionError, EOFError):
            return  # the invocation that follows says what's wrong
        self._loaded = True

    async def invoke(self, invocation: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
        """The answer: {"result": JSON text} or {"error": ...}. Raises LateError, ExitedError."""
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(json.dumps(invocation).encode())
        except TimeoutError as error:
            raise LateError from error
        except (ConnectionError, EOFError) as error:
            raise ExitedError(await self._status()) from error

    async def _exchange(self, data: bytes) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._connection, len(data).to_bytes(4, "big") + data)
        if not self._loaded:
            await self._receive()
            self._loaded = True
        return await self._receive()

    async def _receive(self) -> dict[str, Any]:
        size = int.from_bytes(await self._exactly(4), "big")
        message: dict[str, Any] = json.loads(await self._exactly(size))
        return message

    async def _exactly(self, size: int) -> bytes:
        data = bytearray()
        loop = asyncio.get_running_loop()
        while len(data) < size:
            chunk = await loop.sock_recv(self._connection, min(size - len(data), 1 << 20))
            if not chunk:
                raise EOFError
            data += chunk
        return bytes(data)

    async def _status(self) -> str:
        with contextlib.suppress(TimeoutError):
            code = await asyncio.wait_for(self._process.wait(), 2)
            return f"exit status {code}" if code >= 0 else f"signal: {(signal.strsignal(-code) or str(-code)).lower()}"
        return "its connection closed"

    def take_log(self) -> str:
        """What was printed since the last call (the last MiB of it)."""
        size = os.fstat(self._log.fileno()).st_size
        data = os.pread(self._log.fileno(), LOG_LIMIT, max(size - LOG_LIMIT, 0))
        with contextlib.suppress(OSError):
            os.ftruncate(self._log.fileno(), 0)
        return data.decode("utf-8", "replace")

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def close(self) -> None:
        """Kill the process and all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._connection.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), 5)
        self._log.close()


def _appending(log: IO[bytes]) -> int:
    """The log's descriptor, set to append: truncating it then leaves no hole."""
    import fcntl

    flags = fcntl.fcntl(log.fileno(), fcntl.F_GETFL)
    fcntl.fcntl(log.fileno(), fcntl.F_SETFL, flags | os.O_APPEND)
    return log.fileno()
