"""SQS's operations on messages, one at a time and in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.services.sqs import attributes as queue_attributes
from localaws.services.sqs import errors, messages
from localaws.services.sqs.store import sequence_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localaws.services.sqs.service import Operation, Parameters, Sqs
    from localaws.services.sqs.store import Queue, Received, Sent


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
    "SendMessage": _send_message,
    "SendMessageBatch": _send_message_batch,
    "ReceiveMessage": _receive_message,
    "DeleteMessage": _delete_message,
    "DeleteMessageBatch": _delete_message_batch,
    "ChangeMessageVisibility": _change_message_visibility,
    "ChangeMessageVisibilityBatch": _change_message_visibility_batch,
}
