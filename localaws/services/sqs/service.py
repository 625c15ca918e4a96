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
from typing import Any

from localaws.services.request import Request, Response
from localaws.services.sqs import attributes as queue_attributes
from localaws.services.sqs import errors, messages
from localaws.services.sqs.store import Queue, Received, Sent, Store, sequence_number

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
        function = OPERATIONS.get(operation)
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


# Queues


async def _create_queue(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    name = str(parameters.get("QueueName") or "")
    queue_attributes.check_name(name)
    attributes = {key: str(value) for key, value in (parameters.get("Attributes") or {}).items()}
    fifo = name.endswith(".fifo")
    if fifo != (attributes.get("FifoQueue") == "true"):
        if fifo:
            raise errors.invalid_parameter(
                "The name of a FIFO queue can only be given with the attribute FifoQueue set to true."
            )
        if "FifoQueue" in attributes:
            raise errors.invalid_parameter("The name of a FIFO queue must end with the .fifo suffix.")
    queue_attributes.check_settable(attributes, fifo=fifo)
    tags = parameters.get("tags") or parameters.get("Tags") or {}
    return {"QueueUrl": sqs.url(sqs.store.create(region, name, attributes, tags))}


async def _delete_queue(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    sqs.store.delete(sqs.queue(region, parameters))
    return {}


async def _get_queue_url(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    return {"QueueUrl": sqs.url(sqs.store.queue(region, str(parameters.get("QueueName"))))}


def _page(items: list[str], parameters: Parameters, key: str) -> Parameters:
    """One page of a listing; NextToken is the position after it."""
    try:
        start = int(parameters.get("NextToken") or 0)
    except ValueError as error:
        raise errors.invalid_parameter("The NextToken isn't one that this endpoint gave.") from error
    size = int(parameters.get("MaxResults") or 1000)
    page: Parameters = {key: items[start : start + size]}
    if "MaxResults" in parameters and start + size < len(items):
        page["NextToken"] = str(start + size)
    return page


async def _list_queues(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    urls = [sqs.url(queue) for queue in sqs.store.queues(region, parameters.get("QueueNamePrefix") or "")]
    return _page(urls, parameters, "QueueUrls")


async def _list_dead_letter_source_queues(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    urls = [sqs.url(queue) for queue in sqs.store.dead_letter_sources(sqs.queue(region, parameters))]
    return _page(urls, parameters, "queueUrls")


async def _get_queue_attributes(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)
    names = list(parameters.get("AttributeNames") or [])
    queue_attributes.check_readable(names)
    if not names:
        return {}
    visible, in_flight, delayed = sqs.store.counts(queue)
    values = queue.settings | {
        "QueueArn": sqs.store.arn(queue),
        "ApproximateNumberOfMessages": str(visible),
        "ApproximateNumberOfMessagesNotVisible": str(in_flight),
        "ApproximateNumberOfMessagesDelayed": str(delayed),
        "CreatedTimestamp": str(int(queue.created_at)),
        "LastModifiedTimestamp": str(int(queue.modified_at)),
    }
    if "All" in names:
        return {"Attributes": values}
    return {"Attributes": {name: values[name] for name in names if name in values}}


async def _set_queue_attributes(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)
    changes = {key: str(value) for key, value in (parameters.get("Attributes") or {}).items()}
    queue_attributes.check_settable({key: value for key, value in changes.items() if value != ""}, fifo=queue.fifo)
    sqs.store.set_attributes(queue, changes)
    return {}


async def _purge_queue(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    sqs.store.purge(sqs.queue(region, parameters))
    return {}


async def _tag_queue(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)
    sqs.store.set_tags(queue, queue.tags | (parameters.get("Tags") or {}))
    return {}


async def _untag_queue(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)
    gone = set(parameters.get("TagKeys") or [])
    sqs.store.set_tags(queue, {key: value for key, value in queue.tags.items() if key not in gone})
    return {}


async def _list_queue_tags(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    tags = sqs.queue(region, parameters).tags
    return {"Tags": tags} if tags else {}


async def _start_message_move_task(sqs: Sqs, _region: str, parameters: Parameters) -> Parameters:
    source = sqs.store.by_arn(str(parameters.get("SourceArn")))
    if destination := parameters.get("DestinationArn"):
        target = sqs.store.by_arn(destination)
    else:
        sources = sqs.store.dead_letter_sources(source)
        if not sources:
            raise errors.invalid_parameter("Source queue must be configured as a Dead Letter Queue.")
        target = sources[0]
    sqs.store.move_all(source, target)
    return {"TaskHandle": f"{source.id}-{int(time.time() * 1000)}"}


# Messages


def _sent(entry: Mapping[str, Any], queue: Queue, sent: Sent) -> Parameters:
    result: Parameters = {"MessageId": sent.message_id, "MD5OfMessageBody": messages.md5(entry["MessageBody"])}
    if digest := messages.md5_of_attributes(entry.get("MessageAttributes") or {}):
        result["MD5OfMessageAttributes"] = digest
    if digest := messages.md5_of_attributes(entry.get("MessageSystemAttributes") or {}):
        result["MD5OfMessageSystemAttributes"] = digest
    if queue.fifo:
        result["SequenceNumber"] = sequence_number(sent.sequence)
    return result


async def _send_message(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)
    return _sent(parameters, queue, sqs.send(queue, parameters))


def _batch(entries: list[Parameters], perform: Callable[[Parameters], Parameters]) -> Parameters:
    """Each entry on its own: what it gives under its Id, or what was wrong with it."""
    messages.check_entries(entries)
    successful: list[Parameters] = []
    failed: list[Parameters] = []
    for entry in entries:
        try:
            successful.append({"Id": entry["Id"], **perform(entry)})
        except errors.SqsError as error:
            failed.append({"Id": entry["Id"], "SenderFault": True, "Code": error.code, "Message": error.message})
    result: Parameters = {"Successful": successful}
    return result | {"Failed": failed} if failed else result


async def _send_message_batch(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)
    entries = parameters.get("Entries") or []
    total = sum(messages.size(str(e.get("MessageBody", "")), e.get("MessageAttributes") or {}) for e in entries)
    if total > queue_attributes.MAXIMUM_MESSAGE_BYTES:
        limit = queue_attributes.MAXIMUM_MESSAGE_BYTES
        message = f"Batch requests cannot be longer than {limit} bytes. You have sent {total} bytes."
        raise errors.batch("BatchRequestTooLong", message)
    return _batch(entries, lambda entry: _sent(entry, queue, sqs.send(queue, entry)))


def _wanted(names: list[str], name: str) -> bool:
    """MessageAttributeNames takes names, All, and prefixes written ``prefix.*``."""
    return any(n in {"All", ".*", name} or (n.endswith(".*") and name.startswith(n[:-2])) for n in names)


def _received(message: Received, parameters: Parameters) -> Parameters:
    result: Parameters = {
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt_handle,
        "MD5OfBody": messages.md5(message.body),
        "Body": message.body,
    }
    system_names = [*(parameters.get("AttributeNames") or []), *(parameters.get("MessageSystemAttributeNames") or [])]
    system = {name: value for name, value in message.system.items() if name in system_names or "All" in system_names}
    names = parameters.get("MessageAttributeNames") or []
    attributes = {name: value for name, value in message.attributes.items() if _wanted(names, name)}
    if system:
        result["Attributes"] = system
    if attributes:
        result |= {"MessageAttributes": attributes, "MD5OfMessageAttributes": messages.md5_of_attributes(attributes)}
    return result


def _in_range(parameters: Parameters, name: str, low: int, high: int) -> int | None:
    value = parameters.get(name)
    if value is None:
        return None
    if not low <= int(value) <= high:
        raise errors.invalid_parameter(
            f"Value {value} for parameter {name} is invalid. Reason: Must be between {low} and {high}, if provided."
        )
    return int(value)


async def _receive_message(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)
    limit = _in_range(parameters, "MaxNumberOfMessages", 1, 10)
    wait = _in_range(parameters, "WaitTimeSeconds", 0, 20)
    found = await sqs.wait_for_messages(
        queue,
        limit=1 if limit is None else limit,
        visibility=_in_range(parameters, "VisibilityTimeout", 0, 43_200),
        seconds=queue.seconds("ReceiveMessageWaitTimeSeconds") if wait is None else wait,
    )
    return {"Messages": [_received(message, parameters) for message in found]} if found else {}


async def _delete_message(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)
    sqs.store.delete_message(queue, str(parameters.get("ReceiptHandle")))
    return {}


async def _delete_message_batch(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)

    def delete(entry: Parameters) -> Parameters:
        sqs.store.delete_message(queue, str(entry.get("ReceiptHandle")))
        return {}

    return _batch(parameters.get("Entries") or [], delete)


def _change_visibility(sqs: Sqs, queue: Queue, entry: Parameters) -> Parameters:
    seconds = _in_range(entry, "VisibilityTimeout", 0, 43_200)
    if seconds is None:
        raise errors.missing_parameter("VisibilityTimeout")
    sqs.store.change_visibility(queue, str(entry.get("ReceiptHandle")), seconds)
    return {}


async def _change_message_visibility(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    return _change_visibility(sqs, sqs.queue(region, parameters), parameters)


async def _change_message_visibility_batch(sqs: Sqs, region: str, parameters: Parameters) -> Parameters:
    queue = sqs.queue(region, parameters)
    return _batch(parameters.get("Entries") or [], lambda entry: _change_visibility(sqs, queue, entry))


OPERATIONS: Mapping[str, Operation] = {
    "CreateQueue": _create_queue,
    "DeleteQueue": _delete_queue,
    "GetQueueUrl": _get_queue_url,
    "ListQueues": _list_queues,
    "ListDeadLetterSourceQueues": _list_dead_letter_source_queues,
    "GetQueueAttributes": _get_queue_attributes,
    "SetQueueAttributes": _set_queue_attributes,
    "PurgeQueue": _purge_queue,
    "TagQueue": _tag_queue,
    "UntagQueue": _untag_queue,
    "ListQueueTags": _list_queue_tags,
    "StartMessageMoveTask": _start_message_move_task,
    "SendMessage": _send_message,
    "SendMessageBatch": _send_message_batch,
    "ReceiveMessage": _receive_message,
    "DeleteMessage": _delete_message,
    "DeleteMessageBatch": _delete_message_batch,
    "ChangeMessageVisibility": _change_message_visibility,
    "ChangeMessageVisibilityBatch": _change_message_visibility_batch,
}
