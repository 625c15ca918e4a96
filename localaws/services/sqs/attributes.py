"""A queue's attributes: which there are, what they default to and which values they take."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from localaws.services.sqs import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

MAXIMUM_MESSAGE_BYTES = 1_048_576
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}\Z|[A-Za-z0-9_-]{1,75}\.fifo\Z")
_MAXIMUM_SECONDS = {
    "DelaySeconds": 900,
    "VisibilityTimeout": 43_200,
    "ReceiveMessageWaitTimeSeconds": 20,
}
_RANGES = {
    **{name: (0, most) for name, most in _MAXIMUM_SECONDS.items()},
    "MessageRetentionPeriod": (60, 1_209_600),
    "MaximumMessageSize": (1024, MAXIMUM_MESSAGE_BYTES),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}
_DEFAULTS = {
    "VisibilityTimeout": "30",
    "MaximumMessageSize": str(MAXIMUM_MESSAGE_BYTES),
    "MessageRetentionPeriod": "345600",
    "DelaySeconds": "0",
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
}
_FIFO_DEFAULTS = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}
_FIFO_VALUES = {
    "FifoQueue": {"true", "false"},
    "ContentBasedDeduplication": {"true", "false"},
    "DeduplicationScope": {"queue", "messageGroup"},
    "FifoThroughputLimit": {"perQueue", "perMessageGroupId"},
}
_FREE = frozenset({"Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "SqsManagedSseEnabled"})
COMPUTED = (
    "QueueArn",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
)
_READABLE = frozenset(COMPUTED) | frozenset(_RANGES) | frozenset(_FIFO_VALUES) | _FREE


def check_name(name: str) -> None:
    if not _NAME.match(name):
        message = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        raise errors.invalid_parameter(message)


def check_settable(attributes: Mapping[str, str], *, fifo: bool) -> None:
    """Raise what SetQueueAttributes would of the first attribute that can't be set so."""
    for name, value in attributes.items():
        if name in _RANGES:
            low, high = _RANGES[name]
            if not value.isdigit() or not low <= int(value) <= high:
                raise errors.invalid_attribute_value(name)
        elif name in _FIFO_VALUES:
            if not fifo or value not in _FIFO_VALUES[name] or (name == "FifoQueue" and value != "true"):
                raise errors.invalid_attribute_name(name)
        elif name == "RedrivePolicy":
            redrive(attributes)
        elif name not in _FREE:
            raise errors.invalid_attribute_name(name)


def check_readable(names: list[str]) -> None:
    for name in names:
        if name != "All" and name not in _READABLE:
            raise errors.invalid_attribute_name(name)


def with_defaults(attributes: Mapping[str, str], *, fifo: bool) -> dict[str, str]:
    return {**_DEFAULTS, **(_FIFO_DEFAULTS if fifo else {}), **{k: v for k, v in attributes.items() if v != ""}}


def redrive(attributes: Mapping[str, str]) -> tuple[str, int] | None:
    """(ARN of the dead-letter queue, maxReceiveCount) where the queue has one."""
    text = attributes.get("RedrivePolicy")
    if not text:
        return None
    try:
        policy: dict[str, Any] = json.loads(text)
        arn, most = str(policy["deadLetterTargetArn"]), int(policy["maxReceiveCount"])
    except (ValueError, KeyError, TypeError) as error:
        raise errors.invalid_attribute_value("RedrivePolicy") from error
    if arn.count(":") != 5 or not 1 <= most <= 1000:
        raise errors.invalid_attribute_value("RedrivePolicy")
    return arn, most
