"""What tests do with a real endpoint: create machines, wait for ends, find tokens."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from botocore.config import Config

from localaws import testing

ROOT = testing.PACKAGES
ROLE = "arn:aws:iam::000000000000:role/states"
# What botocore would refuse must reach the endpoint, which refuses it itself.
CONFIG = testing.CLIENT_CONFIG.merge(Config(parameter_validation=False, read_timeout=30, connect_timeout=5))


class Endpoint(testing.Endpoint):
    """Its clients check nothing themselves (`CONFIG`)."""

    def client(self, service: str = "stepfunctions", **options: Any) -> Any:
        return super().client(service, **{"config": CONFIG} | options)


def wait_until(condition: Callable[[], Any], what: str, limit: float = 15) -> Any:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {limit} s: {what}")


def machine(**states: Any) -> str:
    return json.dumps({"StartAt": next(iter(states)), "States": states})


def create(client: Any, definition: str, name: str | None = None, **options: Any) -> str:
    name = name or f"m-{uuid.uuid4().hex[:10]}"
    return client.create_state_machine(name=name, definition=definition, roleArn=ROLE, **options)["stateMachineArn"]


def finished(client: Any, arn: str, limit: float = 15) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        found = client.describe_execution(executionArn=arn)
        return found if found["status"] != "RUNNING" else None

    return wait_until(ended, f"{arn} ends", limit)


def events(client: Any, arn: str, **options: Any) -> list[dict[str, Any]]:
    pages = client.get_paginator("get_execution_history").paginate(executionArn=arn, **options)
    return [event for page in pages for event in page["events"]]


PASS = machine(Only={"Type": "Pass", "Result": {"done": True}, "End": True})


def waits(seconds: float) -> str:
    return machine(Wait={"Type": "Wait", "Seconds": seconds, "Next": "After"}, After={"Type": "Pass", "End": True})


def asks(queue_url: str, **fields: Any) -> str:
    """A machine that puts its task token on a queue and waits for an answer."""
    return machine(
        Ask={
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": queue_url, "MessageBody": {"token.$": "$$.Task.Token"}},
            "End": True,
            **fields,
        }
    )


def token_from(sqs: Any, queue_url: str) -> str:
    def received() -> str | None:
        messages = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=1).get("Messages")
        if not messages:
            return None
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=messages[0]["ReceiptHandle"])
        return json.loads(messages[0]["Body"])["token"]

    return wait_until(received, "a task token arrives on the queue")
