"""SQS's operations over the store: AWS JSON 1.0 in and out, and the waiting of a long poll.

A waiting receive holds no thread and no lock: it's woken by the store's ``on_change`` or by the moment at which the
next hidden message comes back.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from localaws.services.request import Request, Response
from localaws.services.sqs import errors, message_operations, messages, queue_operations

if TYPE_CHECKING:
    from localaws.services.sqs.store import Queue, Received, Sent, Store

Parameters = dict[str, Any]
Operation = Callable[["Sqs", str, Parameters], Awaitable[Parameters]]
TARGET_PREFIX = "AmazonSQS."


class Sqs:
    """Answers SQS requests. ``endpoint_url`` is what queue URLs begin with; they're read by their last segment only."""

    def __init__(self, store: Store, *, endpoint_url: str, account: str) -> None:
        self.store = store
        self._endpoint_url = endpoint_url.rstrip("/")
        self._account = account
        self._waiters: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Called on the event loop that will serve the long polls."""
        self._loop = asyncio.get_running_loop()
        self.store.on_change = self._changed

    def _changed(self, queue_id: int) -> None:
        loop = self._loop  # the store is also written from moto's worker thread
        if loop is not None and self._waiters.get(queue_id):
            with contextlib.suppress(RuntimeError):  # the loop closed between two lines
                loop.call_soon_threadsafe(self._wake, queue_id)

    def _wake(self, queue_id: int) -> None:
        for waiter in self._waiters.get(queue_id, ()):
            waiter.set()

    async def answer(self, request: Request) -> Response:
        try:
            result = await self.perform(request.operation or "", request.json(), region=request.region)
        except errors.SqsError as error:
            return _error_response(error)
        except ValueError:
            return _error_response(errors.invalid_parameter("The request's body isn't a JSON object."))
        headers = [("content-type", "application/x-amz-json-1.0")]
        return Response(200, headers, json.dumps(result).encode())

    async def perform(self, operation: str, parameters: Parameters, *, region: str) -> Parameters:
        """The operation's output in AWS's shape. Raises SqsError."""
        function = _OPERATIONS.get(operation)
        if function is None:
            message = f"sqs:{operation} is not available on the embedded endpoint."
            raise errors.SqsError("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", message)
        return await function(self, region, parameters)

    def url(self, queue: Queue) -> str:
        return f"{self._endpoint_url}/{self._account}/{queue.name}"

    def queue(self, region: str, parameters: Parameters) -> Queue:
        url = parameters.get("QueueUrl")
        if not url:
            raise errors.missing_parameter("QueueUrl")
        return self.store.queue(region, str(url).rstrip("/").rpartition("/")[2])

    def send(self, queue: Queue, entry: Mapping[str, Any]) -> Sent:
        """Check one message and put it: the way in for requests and for what SNS, EventBridge and S3 deliver."""
        attributes = messages.check_attributes(entry.get("MessageAttributes") or {})
        body = messages.check_body(entry.get("MessageBody"), attributes, limit=queue.seconds("MaximumMessageSize"))
        delay = entry.get("DelaySeconds")
        if delay is not None and not 0 <= int(delay) <= 900:
            raise errors.invalid_parameter(
                f"Value {delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
            )
        group_id = messages.check_token("MessageGroupId", entry.get("MessageGroupId"))
        deduplication_id = messages.check_token("MessageDeduplicationId", entry.get("MessageDeduplicationId"))
        if queue.fifo:
            deduplication_id = _fifo_deduplication_id(queue, body, group_id, deduplication_id, delay)
        elif deduplication_id is not None:
            raise errors.invalid_parameter(
                "The request include parameter MessageDeduplicationId which is not valid for this queue type."
            )
        return self.store.send(
            queue,
            body,
            attributes=attributes,
            system={name: value["StringValue"] for name, value in (entry.get("MessageSystemAttributes") or {}).items()},
            delay=None if delay is None else int(delay),
            group_id=group_id,
            deduplication_id=deduplication_id,
        )

    async def wait_for_messages(
        self, queue: Queue, *, limit: int, visibility: int | None, seconds: float
    ) -> list[Received]:
        """What there is now, or the first that comes within ``seconds``."""
        deadline = time.monotonic() + seconds
        woken = asyncio.Event()
        self._waiters[queue.id].add(woken)
        try:
            while True:
                woken.clear()
                queue = self.store.queue(queue.region, queue.name)  # its attributes may have changed meanwhile
                found = self.store.receive(queue, limit=limit, visibility=visibility)
                left = deadline - time.monotonic()
                if found or left <= 0:
                    return found
                comes_back = self.store.next_visible_at(queue)
                if comes_back is not None:
                    left = min(left, max(comes_back - time.time(), 0.001))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), left)
        finally:
            waiters = self._waiters[queue.id]
            waiters.discard(woken)
            if not waiters:
                del self._waiters[queue.id]


def _fifo_deduplication_id(
    queue: Queue, body: str, group_id: str | None, deduplication_id: str | None, delay: object
) -> str:
    if group_id is None:
        raise errors.missing_parameter("MessageGroupId")
    if delay:
        raise errors.invalid_parameter(
            f"Value {delay} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not"
            " valid for this queue type."
        )
    if deduplication_id is not None:
        return deduplication_id
    if queue.settings["ContentBasedDeduplication"] == "true":
        return hashlib.sha256(body.encode()).hexdigest()
    raise errors.invalid_parameter(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )


def _error_response(error: errors.SqsError) -> Response:
    body = json.dumps({"__type": f"com.amazonaws.sqs#{error.shape}", "message": error.message}).encode()
    headers = [("content-type", "application/x-amz-json-1.0"), ("x-amzn-query-error", f"{error.code};Sender")]
    return Response(400, headers, body)


_OPERATIONS = {**queue_operations.OPERATIONS, **message_operations.OPERATIONS}
