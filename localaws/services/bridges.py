"""moto's deliveries to queues and functions, redirected to the ones that are ours.

SNS, EventBridge and S3 notifications deliver by calling moto's SQS and Lambda backends. Both calls happen on moto's
worker thread in the middle of a request: a message is put at once (the store has its own lock), a function is only
scheduled, since it may well call back to the service that is being asked.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from localaws.services.sqs import errors

if TYPE_CHECKING:
    from localaws.services.sqs.service import Sqs
    from localaws.services.sqs.store import Queue

# (ARN of the function, payload)
InvokeLater = Callable[[str, bytes], None]


def redirect_queues(sqs: Sqs) -> None:
    from moto.sqs.exceptions import QueueDoesNotExist
    from moto.sqs.models import SQSBackend

    def find(backend: Any, queue_name: str) -> Queue:
        try:
            return sqs.store.queue(backend.region_name, queue_name)
        except errors.SqsError as error:
            raise QueueDoesNotExist from error

    def get_queue(self: Any, queue_name: str) -> Any:
        queue = find(self, queue_name)
        return _QueueView(queue, sqs.store.arn(queue))

    def queues(self: Any) -> dict[str, _QueueView]:
        found = sqs.store.queues(self.region_name)
        return {queue.name: _QueueView(queue, sqs.store.arn(queue)) for queue in found}

    def get_queue_attributes(self: Any, queue_name: str, attribute_names: list[str]) -> dict[str, Any]:
        settings = find(self, queue_name).settings
        return {name: settings.get(name) for name in attribute_names}

    def send_message(  # noqa: PLR0917 - moto's own signature
        self: Any,
        queue_name: str,
        message_body: str,
        message_attributes: Mapping[str, Any] | None = None,
        deduplication_id: str | None = None,
        group_id: str | None = None,
        **_: Any,
    ) -> None:
        queue = find(self, queue_name)
        entry: dict[str, Any] = {
            "MessageBody": message_body,
            "MessageAttributes": {name: _attribute(value) for name, value in (message_attributes or {}).items()},
        }
        if queue.fifo:
            entry |= {"MessageGroupId": group_id, "MessageDeduplicationId": deduplication_id}
        sqs.send(queue, entry)

    backend: Any = SQSBackend
    backend.queues = property(queues, lambda _self, _value: None)
    backend.get_queue = get_queue
    backend.get_queue_attributes = get_queue_attributes
    backend.send_message = send_message


def refuse_http_subscriptions() -> None:
    """For moto would send to them from its one thread, whatever the address and for as long as the receiver likes."""
    from moto.sns.exceptions import SNSInvalidParameter
    from moto.sns.models import SNSBackend

    backend: Any = SNSBackend
    original = backend.subscribe

    def subscribe(self: Any, topic_arn: str, endpoint: str, protocol: str, *arguments: Any, **named: Any) -> Any:
        if protocol in {"http", "https"}:
            raise SNSInvalidParameter(f"Subscriptions by {protocol} are not available on the embedded endpoint.")
        return original(self, topic_arn, endpoint, protocol, *arguments, **named)

    if original.__module__ != __name__:  # once to a process
        backend.subscribe = subscribe


class _QueueView:
    """As much of moto's Queue as its other services look at."""

    def __init__(self, queue: Queue, arn: str) -> None:
        self.name = queue.name
        self.fifo_queue = queue.fifo
        self.queue_arn = arn
        self.lambda_event_source_mappings: dict[str, Any] = {}  # set by moto; who polls is event_sources.py's business


def _attribute(value: Mapping[str, Any]) -> dict[str, str]:
    """An attribute in the words of SQS's JSON; moto writes them in snake case."""
    kind = str(value.get("data_type") or value.get("DataType"))
    if kind.startswith("Binary"):
        binary = value.get("binary_value") or value.get("BinaryValue") or ""
        return {"DataType": kind, "BinaryValue": binary.decode() if isinstance(binary, bytes) else str(binary)}
    text = value.get("string_value") or value.get("StringValue") or ""
    return {"DataType": kind, "StringValue": str(text)}


def redirect_functions(invoke_later: InvokeLater) -> None:
    from moto.awslambda.exceptions import InvalidRoleFormat
    from moto.awslambda.models import LambdaFunction, LambdaStorage

    def invoke(self: Any, body: str, _request_headers: Any, _response_headers: Any) -> str:
        invoke_later(self.function_arn, body.encode() if isinstance(body, str) else bytes(body or b"{}"))
        return ""

    def put_function(self: Any, fn: Any) -> None:
        # As moto's, but for the role: nothing is permitted or forbidden here, so it needn't exist.
        if not re.match(InvalidRoleFormat.pattern, fn.role):
            raise InvalidRoleFormat(fn.role)
        self._functions.setdefault(fn.function_name, {"latest": fn, "versions": []})["latest"] = fn
        self._arns[fn.function_arn] = fn

    function: Any = LambdaFunction
    function.invoke = invoke
    storage: Any = LambdaStorage
    storage.put_function = put_function


def deliver_to_target(
    sqs: Sqs, add: Callable[[Mapping[str, Any]], None], account: str
) -> Callable[[Mapping[str, Any], str], None]:
    """EventBridge's last step: put the input into a queue, a topic or a log group, or promise the invocation of the
    rest.
    """

    def deliver(target: Mapping[str, Any], given: str) -> None:
        arn = str(target["Arn"])
        _arn, _partition, service, region, _account, resource = arn.split(":", 5)
        if service == "sqs":
            group = (target.get("SqsParameters") or {}).get("MessageGroupId")
            entry = {"MessageBody": given} | ({"MessageGroupId": group} if group else {})
            sqs.send(sqs.store.by_arn(arn), entry)
        elif service == "sns":
            from moto.sns.models import sns_backends

            sns_backends[account][region].publish(arn=arn, message=given)
        elif service == "logs":
            _to_log_group(account, region, resource.removeprefix("log-group:").removesuffix(":*"), given)
        elif service == "lambda":
            add({"kind": "function", "arn": arn, "payload": given})
        elif service == "states":
            add({"kind": "execution", "arn": arn, "input": given})
        else:
            raise NotImplementedError(f"targets of {service} aren't available on the embedded endpoint")

    return deliver


def _to_log_group(account: str, region: str, group: str, message: str) -> None:
    from moto.logs.models import logs_backends

    backend, stream = logs_backends[account][region], str(uuid.uuid4())
    backend.create_log_stream(group, stream)
    backend.put_log_events(group, stream, [{"timestamp": int(time.time() * 1000), "message": message}])
