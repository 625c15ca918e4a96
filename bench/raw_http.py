"""A client that costs almost nothing: AWS JSON on kept-alive connections, so that a rate is the server's, not boto3's.

Requests are signed with a credential scope only, which is all that a local endpoint reads.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

_HEAD = (
    "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-amz-json-1.0\r\n"
    "X-Amz-Target: AWSStepFunctions.{operation}\r\n"
    "Authorization: AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/states/aws4_request, "
    "SignedHeaders=host, Signature=0\r\nContent-Length: {length}\r\n\r\n"
)


class AnswerError(RuntimeError):
    """The server answered with an error."""


class Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._buffer = bytearray()
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0 or self._waiting is None:
            return
        top = bytes(self._buffer[:head]).lower()
        found = top.find(b"content-length:")
        length = int(top[found + 15 :].split(b"\r\n", 1)[0]) if found >= 0 else 0
        if len(self._buffer) < head + 4 + length:
            return
        body = bytes(self._buffer[head + 4 : head + 4 + length])
        del self._buffer[: head + 4 + length]
        waiting, self._waiting = self._waiting, None
        if not waiting.done():
            waiting.set_result((int(top[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError())

    async def send(self, operation: str, body: bytes) -> bytes:
        """The answer's body; raises `AnswerError`."""
        self._waiting = asyncio.get_running_loop().create_future()
        head = _HEAD.format(port=self._port, operation=operation, length=len(body)).encode()
        self._transport.write(head + body)
        status, answer = await self._waiting
        if status != 200:
            raise AnswerError(answer.decode(errors="replace")[:300])
        return answer

    async def call(self, operation: str, **members: Any) -> Any:
        return json.loads(await self.send(operation, json.dumps(members).encode()))

    def close(self) -> None:
        self._transport.close()


async def connect(port: int) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(lambda: Connection(port), "127.0.0.1", port)
    return connection


async def each(
    port: int, jobs: Sequence[Any], work: Callable[[Connection, Any], Awaitable[Any]], *, connections: int = 32
) -> tuple[list[Any], float]:
    """``work(connection, job)`` for every job, as many at a time as there are connections: (results, seconds)."""
    open_ones = [await connect(port) for _ in range(min(connections, max(len(jobs), 1)))]
    line = iter(enumerate(jobs))
    results: list[Any] = [None] * len(jobs)

    async def run(connection: Connection) -> None:
        for index, job in line:
            results[index] = await work(connection, job)

    began = time.perf_counter()
    try:
        await asyncio.gather(*map(run, open_ones))
        return results, time.perf_counter() - began
    finally:
        for connection in open_ones:
            connection.close()
