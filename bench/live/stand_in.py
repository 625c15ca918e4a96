"""AWS's side of an endpoint: in front of it, counts the calls of each API and refuses what AWS's quotas would refuse.

A token bucket per API, as large and as quickly filled as AWS's own (executions.quota has them, of docs/viewer.md's
table). Everything else goes through as it is. `fail` makes calls fail as AWS's do on a bad day.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# API: what AWS's bucket holds, and what comes back to it in a second. us-east-1; Step Functions' quotas page.
QUOTAS: dict[str, tuple[float, float]] = {
    "GetExecutionHistory": (400, 20),
    "DescribeExecution": (300, 15),
    "ListExecutions": (200, 5),
    "DescribeStateMachineForExecution": (200, 1),
}
THROTTLED = (400, "ThrottlingException")


@dataclass
class Bucket:
    size: float
    refill: float
    held: float
    at: float
    lowest: float

    def take(self, now: float) -> bool:
        self.held = min(self.size, self.held + self.refill * (now - self.at))
        self.at = now
        if self.held < 1:
            return False
        self.held -= 1
        self.lowest = min(self.lowest, self.held)
        return True


@dataclass
class StandIn:
    """``with StandIn(url) as there``: an endpoint at ``there.url`` before the one at ``url``."""

    target: str
    quotas: Mapping[str, tuple[float, float]] = field(default_factory=lambda: QUOTAS)
    # Of the API's name: the HTTP status and error code with which the call fails, or None.
    fail: Callable[[str], tuple[int, str] | None] = lambda _: None
    calls: list[tuple[float, str]] = field(default_factory=list)  # when (monotonic clock), and the API's name
    refused: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        now = time.monotonic()
        self.buckets = {name: Bucket(size, refill, size, now, size) for name, (size, refill) in self.quotas.items()}
        there = urlsplit(self.target)
        assert there.hostname is not None
        self._place = (there.hostname, there.port or 80)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def count(self, action: str, *, since: float = 0) -> int:
        with self._lock:
            return sum(1 for at, name in self.calls if name == action and at >= since)

    def used(self, action: str, since: float, until: float) -> float:
        """The share of what AWS's bucket could give in that time, full at its beginning."""
        size, refill = self.quotas[action]
        return self.count(action, since=since) / (size + refill * (until - since))

    def admitted(self, action: str) -> tuple[int, str] | None:
        """How the call fails; None where it goes through."""
        with self._lock:
            now = time.monotonic()
            self.calls.append((now, action))
            bucket = self.buckets.get(action)
            failure = THROTTLED if bucket is not None and not bucket.take(now) else self.fail(action)
            if failure is not None:
                self.refused[failure[1]] += 1
            return failure

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in, place = self, self._place

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            behind: http.client.HTTPConnection | None = None

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                failure = stand_in.admitted(self.headers.get("X-Amz-Target", "").rpartition(".")[2])
                if failure is not None:
                    status, code = failure
                    self.answer(status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps({"__type": code}))
                    return
                for attempt in (1, 2):
                    try:
                        self.pass_on(body)
                        return
                    except (http.client.HTTPException, OSError):
                        self.behind = None
                        if attempt == 2:  # a kept connection may have been closed meanwhile, once
                            self.answer(502, {}, "")

            do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815

            def pass_on(self, body: bytes) -> None:
                if self.behind is None:
                    self.behind = http.client.HTTPConnection(*place, timeout=60)
                self.behind.request(self.command, self.path, body, dict(self.headers))
                answer = self.behind.getresponse()
                said = answer.read()
                kept = {name: value for name, value in answer.getheaders() if name.lower() not in _OF_THE_WAY}
                self.answer(answer.status, kept, said)

            def answer(self, status: int, headers: dict[str, str], body: str | bytes) -> None:
                data = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Nothing: calls are counted."""

        return Handler


_OF_THE_WAY = {"content-length", "transfer-encoding", "connection", "date", "server"}
