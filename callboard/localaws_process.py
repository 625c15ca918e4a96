"""The embedded endpoint as a child process of `studio`: started, watched, started again when it dies, ended with us."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)


class LocalawsProcess:
    """`python -m localaws`. It also ends by itself when this process is gone, even after kill -9."""

    def __init__(self, *, port: int, home: Path, web_origin: str) -> None:
        self._port = port
        self._command = [
            sys.executable,
            "-m",
            "localaws",
            "--port",
            str(port),
            "--home",
            str(home),
            "--parent-pid",
            str(os.getpid()),
        ]
        self._environment = {**os.environ, "LOCALAWS_ALLOWED_ORIGINS": web_origin}
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()

    def start(self, *, timeout: float = 60) -> None:
        """Start it and wait until it answers; raises `RuntimeError` when it doesn't within ``timeout`` seconds."""
        self._spawn()
        self._wait_until_healthy(timeout)
        threading.Thread(target=self._watch, name="localaws-watch", daemon=True).start()

    def stop(self, *, timeout: float = 10) -> None:
        self._ending.set()
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _spawn(self) -> None:
        # A group of its own: Ctrl-C reaches `studio` alone, which ends this child when the web server has closed.
        self._process = subprocess.Popen(self._command, env=self._environment, start_new_session=True)  # noqa: S603

    def _wait_until_healthy(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError("The embedded AWS endpoint ended while it started; what it printed is above.")
            if is_healthy(self._port):
                return
            time.sleep(0.1)
        raise RuntimeError(f"The embedded AWS endpoint did not answer on port {self._port} within {timeout:.0f} s.")

    def _watch(self) -> None:
        pause = 0.5
        while not self._ending.is_set():
            process = self._process
            if process is None:
                return
            status = process.wait()
            if self._ending.is_set():
                return
            logger.error("The embedded AWS endpoint ended (exit status %s); starting it again.", status)
            self._ending.wait(pause)
            pause = min(pause * 2, 30)
            if not self._ending.is_set():
                self._spawn()


def is_healthy(port: int) -> bool:
    """Whether an embedded endpoint answers on ``port`` of this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_localaws/health", timeout=2) as answer:
            return isinstance(json.load(answer), dict)
    except (OSError, ValueError, urllib.error.URLError):
        return False
