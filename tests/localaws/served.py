"""A real endpoint in a process of its own, and boto3 clients for it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).parents[2]
ROLE = "arn:aws:iam::000000000000:role/states"
CONFIG = Config(
    inject_host_prefix=False,
    retries={"max_attempts": 0},
    read_timeout=30,
    connect_timeout=5,
    parameter_validation=False,
)


class Endpoint:
    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = environment
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str) -> "Endpoint":
        command = [sys.executable, "-m", "localaws", "--port", str(self.port), "--home", str(self.home), *arguments]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("LOCALAWS_", "DJANGO_"))}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=clean | self.environment, stdout=subprocess.PIPE, stderr=None, text=True
        )
        line = self.process.stdout.readline()
        assert "serving on" in line, f"it did not start: {line!r}"
        self.port = int(line.rsplit(":", 1)[1])
        wait_until(lambda: self.health() is not None, "the endpoint answers")
        return self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def health(self) -> dict[str, Any] | None:
        try:
            with urllib.request.urlopen(f"{self.url}/_localaws/health", timeout=2) as answer:
                return json.load(answer)
        except OSError:
            return None

    def client(self, service: str = "stepfunctions", region: str = "us-east-1", **options: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=options.pop("config", CONFIG),
            **options,
        )

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(20)


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
