"""SQS's operations on queues themselves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from localaws.services.sqs import attributes as queue_attributes
from localaws.services.sqs import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.services.sqs.service import Operation, Parameters, Sqs


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
}
