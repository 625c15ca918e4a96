"""Queues that functions read from: each enabled event source mapping polls its queue and invokes its function.

As Lambda does it: a batch is deleted when the function succeeded, all of it comes again after the queue's visibility
time-out when it failed, and with ReportBatchItemFailures only what the function names comes again. Mappings of streams
(DynamoDB, Kinesis) are moto's own and aren't touched here.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localaws.services.errors import ServiceError
from localaws.services.sqs import errors
from localaws.services.sqs.messages import md5, md5_of_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localaws.services.emulator import Emulator
    from localaws.services.functions.service import Functions, Outcome
    from localaws.services.request import Request, Response
    from localaws.services.sqs.service import Sqs
    from localaws.services.sqs.store import Queue, Received

log = logging.getLogger(__name__)

_POLL_SECONDS = 20.0
_RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Mapping:
    uuid: str
    queue_arn: str
    function_arn: str
    batch_size: int
    reports_failures: bool


class EventSources:
    def __init__(self, emulator: Emulator, sqs: Sqs, functions: Functions, *, account: str) -> None:
        self._emulator = emulator
        self._sqs = sqs
        self._functions = functions
        self._account = account
        self._pollers: dict[Mapping, asyncio.Task[None]] = {}

    @staticmethod
    def concerned(request: Request) -> bool:
        """Whether this request may change a mapping."""
        return request.service == "lambda" and "event-source-mappings" in request.path and request.method != "GET"

    async def answer(self, request: Request) -> Response:
        """Let moto change the mapping, and poll accordingly. Raises ServiceError for what we'd only pretend to do."""
        spec = request.json() if request.body else {}
        if spec.get("FilterCriteria") and ":sqs:" in spec.get("EventSourceArn", ":sqs:"):
            message = "FilterCriteria of queues is not available on the embedded endpoint."
            raise ServiceError("InvalidParameterValueException", message)
        response = await self._emulator.answer(request)
        await self.refresh()
        return response

    async def refresh(self) -> None:
        """Poll for exactly the mappings that there are now."""
        wanted = set(await self._emulator.run(lambda: _from_moto(self._account)))
        for gone in self._pollers.keys() - wanted:
            self._pollers.pop(gone).cancel()
        for new in wanted - self._pollers.keys():
            self._pollers[new] = asyncio.ensure_future(self._poll(new))

    async def stop(self) -> None:
        pollers = list(self._pollers.values())
        self._pollers.clear()
        for poller in pollers:
            poller.cancel()
        await asyncio.gather(*pollers, return_exceptions=True)

    async def _poll(self, mapping: Mapping) -> None:
        while True:
            try:
                queue = self._sqs.store.by_arn(mapping.queue_arn)
                limit = min(mapping.batch_size, 10)
                batch = await self._sqs.wait_for_messages(queue, limit=limit, visibility=None, seconds=_POLL_SECONDS)
                if batch:
                    await self._handle(mapping, queue, batch)
            except (errors.SqsError, ServiceError) as error:  # its queue or its function was deleted
                log.info("The mapping %s waits: %s", mapping.uuid, error.message)
                await asyncio.sleep(_RETRY_SECONDS)
            except Exception:  # the messages come again after their visibility time-out
                log.exception("The mapping %s failed", mapping.uuid)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _handle(self, mapping: Mapping, queue: Queue, batch: list[Received]) -> None:
        event = {"Records": [_record(message, mapping, queue.region) for message in batch]}
        outcome = await self._functions.run(await self._functions.find(mapping.function_arn, queue.region), event)
        failed = _failed_ids(outcome, batch, reports=mapping.reports_failures)
        for message in batch:
            if message.message_id not in failed:
                self._sqs.store.delete_message(queue, message.receipt_handle)


def _record(message: Received, mapping: Mapping, region: str) -> dict[str, Any]:
    record = {
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": message.system,
        "messageAttributes": {name: _attribute(value) for name, value in message.attributes.items()},
        "md5OfBody": md5(message.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.queue_arn,
        "awsRegion": region,
    }
    digest = md5_of_attributes(message.attributes)
    return record | {"md5OfMessageAttributes": digest} if digest else record


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    lists: dict[str, list[Any]] = {"stringListValues": [], "binaryListValues": []}
    names = {"StringValue": "stringValue", "BinaryValue": "binaryValue", "DataType": "dataType"}
    return {names[name]: part for name, part in value.items() if name in names} | lists


def _failed_ids(outcome: Outcome, batch: Iterable[Received], *, reports: bool) -> set[str]:
    """The messages that must come again: all of them after a failure, or when the report can't be understood."""
    every = {message.message_id for message in batch}
    if outcome.failed:
        return every
    if not reports:
        return set()
    try:
        answer = json.loads(outcome.payload) or {}
        named = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or []}
    except (ValueError, TypeError, KeyError, AttributeError):
        return every
    return min(named, every)


def _from_moto(account: str) -> list[Mapping]:
    """On moto's thread: the enabled mappings of queues, of all Regions."""
    from moto.awslambda.models import lambda_backends

    return [
        Mapping(
            uuid=found.uuid,
            queue_arn=found.event_source_arn,
            function_arn=found.function_arn,
            batch_size=int(found.batch_size),
            reports_failures="ReportBatchItemFailures" in (found.function_response_types or []),
        )
        for backend in lambda_backends[account].values()
        for found in backend.list_event_source_mappings("", "")
        if found.enabled and found.event_source_arn.split(":")[2] == "sqs"
    ]
