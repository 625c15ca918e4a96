"""uvicorn's HTTP protocol with a short way for short questions: Step Functions requests that need nothing of ASGI.

A cycle, a task and three messages are half of what a small request costs. One that the application lets pass
(`Direct.direct`) is answered from the parser's callback: its coroutine is begun where it is, as Python 3.12's
`asyncio.eager_task_factory` does it, and becomes a task only if it waits. Whatever has anything unusual about it goes
uvicorn's own way. The requests of a connection are answered in their order, whichever way each goes.
"""

import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Protocol, runtime_checkable

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from localaws.whole_answers import WholeAnswers
from localaws.wire import Answer

LARGEST = 64 * 1024  # bytes of a body; with more, uvicorn's flow control has something to do
_UNUSUAL = frozenset({b"connection", b"expect", b"transfer-encoding", b"upgrade"})


@runtime_checkable
class Direct(Protocol):
    """An ASGI application that may be asked past ASGI."""

    def direct(self, headers: dict[bytes, bytes]) -> str | None:
        """The operation that a POST to / with these headers asks for, if `answer` may be asked."""

    def answer(self, operation: str, headers: dict[bytes, bytes], body: bytes) -> Coroutine[Any, Any, Answer]:
        """The answer. Raises nothing, and asks nothing of asyncio's current task: at first there is none."""


class DirectAnswers(WholeAnswers):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._application: Direct | None = self.app if isinstance(self.app, Direct) else None
        self._exchange: _Exchange | None = None  # the request that is being read, if it is answered directly

    # -- the parser's callbacks

    def on_headers_complete(self) -> None:
        self._unset_keepalive_if_required()  # the request before it, in the same packet, may have been answered already
        self._exchange = self._direct_exchange()
        if self._exchange is None:
            super().on_headers_complete()
        else:
            self.cycle = self._exchange  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        if self._exchange is None:
            super().on_body(body)
        else:
            self._exchange.body += body

    def on_message_complete(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            super().on_message_complete()
            return
        work = exchange.work()
        try:
            waits_for = work.send(None)
        except StopIteration as done:
            self._write(exchange, done.value)
        else:
            task = self.loop.create_task(self._later(exchange, work, waits_for))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    # -- the answer

    def _direct_exchange(self) -> "_Exchange | None":
        """What the request becomes if it is answered directly."""
        if self._application is None or self.url != b"/" or self.parser.get_method() != b"POST":
            return None
        if self.flow.write_paused or (self.cycle is not None and not self.cycle.response_complete):
            return None
        headers = dict(self.headers)
        if not _UNUSUAL.isdisjoint(headers) or self.parser.get_http_version() != "1.1":
            return None
        length = headers.get(b"content-length", b"")
        if not length.isdigit() or int(length) > LARGEST:
            return None
        operation = self._application.direct(headers)
        return None if operation is None else _Exchange(self._application, operation, headers)

    async def _later(self, exchange: "_Exchange", work: Coroutine[Any, Any, Answer], waits_for: Any) -> None:
        self._write(exchange, await _resumed(work, waits_for))

    def _write(self, exchange: "_Exchange", answer: Answer) -> None:
        exchange.response_complete = True
        if exchange.disconnected or self.transport.is_closing():
            return
        parts = [STATUS_LINE[answer.status]]
        for name, value in answer.headers:
            parts += (name, b": ", value, b"\r\n")
        if not exchange.keep_alive:
            parts.append(b"connection: close\r\n")
        parts += (b"content-length: %d\r\n\r\n" % len(answer.body), answer.body)
        self.transport.write(b"".join(parts))
        if not exchange.keep_alive:
            self.transport.close()
        self.on_response_complete()


class _Event:
    def set(self) -> None:
        """Nobody waits for more of the request."""


_EVENT = _Event()


class _Exchange:
    """A request that is answered directly; also what uvicorn looks for in a request's cycle."""

    __slots__ = (
        "_application",
        "_headers",
        "_operation",
        "body",
        "disconnected",
        "keep_alive",
        "message_event",
        "response_complete",
    )

    def __init__(self, application: Direct, operation: str, headers: dict[bytes, bytes]) -> None:
        self._application = application
        self._operation = operation
        self._headers = headers
        self.body = b""
        self.disconnected = False
        self.keep_alive = True  # until the server stops
        self.message_event = _EVENT
        self.response_complete = False

    def work(self) -> Coroutine[Any, Any, Answer]:
        return self._application.answer(self._operation, self._headers, self.body)


@types.coroutine
def _resumed(work: Coroutine[Any, Any, Answer], waits_for: Any) -> Generator[Any, Any, Answer]:
    """The rest of a coroutine that was begun outside a task and waits for ``waits_for``."""
    step: Callable[[Any], Any]
    while True:
        try:
            value = yield waits_for
        except BaseException as reason:  # noqa: BLE001 - a cancellation, too, is the coroutine's to see
            step, argument = work.throw, reason
        else:
            step, argument = work.send, value
        try:
            waits_for = step(argument)
        except StopIteration as done:
            answer: Answer = done.value
            return answer
