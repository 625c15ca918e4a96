"""kill -9: what was flushed is there, what is older than a second is there, and what was deleted stays deleted."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from .conftest import boto, free_port
from .probes import ROLE, package

ROOT = Path(__file__).parents[2]


class Process:
    def __init__(self, home: Path) -> None:
        self.home = home
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Process:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("serve.py")), str(self.home), str(port)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for _ in range(200):
            if self._process.poll() is not None:
                raise AssertionError("the endpoint ended at its start")
            try:
                self.flush()
                return self
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        raise AssertionError("the endpoint didn't come up")

    def flush(self) -> None:
        urllib.request.urlopen(f"{self.url}/flush", timeout=10).close()

    def client(self, service: str) -> Any:
        return boto(service, self.url)

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def process(tmp_path: Path):
    running = Process(tmp_path)
    yield running.start()
    running.kill()


def test_what_was_flushed_is_there_and_what_was_deleted_is_not(process):
    s3, dynamodb, functions, sqs = (process.client(name) for name in ("s3", "dynamodb", "lambda", "sqs"))
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="stays", Body=b"stays")
    s3.put_object(Bucket="kept", Key="goes", Body=b"goes")
    dynamodb.create_table(
        TableName="t", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST",
    )  # fmt: skip
    dynamodb.put_item(TableName="t", Item={"k": {"S": "1"}})
    code = package(app="def handler(event, context):\n    return 'still here'\n")
    functions.create_function(
        FunctionName="f", Runtime="python3.11", Role=ROLE, Handler="app.handler", Code={"ZipFile": code}
    )
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    process.flush()
    s3.delete_object(Bucket="kept", Key="goes")
    dynamodb.delete_item(TableName="t", Key={"k": {"S": "1"}})
    process.flush()
    sqs.send_message(QueueUrl=url, MessageBody="not even flushed")
    process.kill()

    process.start()
    assert process.client("s3").get_object(Bucket="kept", Key="stays")["Body"].read() == b"stays"
    with pytest.raises(ClientError, match="NoSuchKey"):
        process.client("s3").get_object(Bucket="kept", Key="goes")
    assert process.client("dynamodb").scan(TableName="t")["Items"] == []
    assert process.client("lambda").invoke(FunctionName="f")["Payload"].read() == b'"still here"'
    messages = process.client("sqs").receive_message(QueueUrl=f"{process.url}/000000000000/q")["Messages"]
    assert [message["Body"] for message in messages] == ["not even flushed"]


def test_a_message_that_was_out_comes_again_after_its_timeout(process):
    sqs = process.client("sqs")
    url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    for body in ("done", "in the middle"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    done = next(message for message in messages if message["Body"] == "done")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=done["ReceiptHandle"])
    process.kill()
    process.start()
    answer = process.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=3)
    assert [message["Body"] for message in answer["Messages"]] == ["in the middle"]


def test_an_asynchronous_invocation_is_begun_again(process, tmp_path):
    functions = process.client("lambda")
    source = "import time\ndef handler(event, context):\n    open(event, 'a').write('begun ')\n    time.sleep(1.5)\n    open(event, 'a').write('ended ')\n"
    functions.create_function(
        FunctionName="f",
        Runtime="python3.11",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": package(app=source)},
        Timeout=10,
    )
    process.flush()
    notes = tmp_path / "notes"
    functions.invoke(FunctionName="f", InvocationType="Event", Payload=f'"{notes}"'.encode())
    for _ in range(100):
        if notes.exists():
            break
        time.sleep(0.05)
    process.kill()
    process.start()
    for _ in range(100):
        if "ended" in notes.read_text():
            break
        time.sleep(0.05)
    assert notes.read_text().split() == ["begun", "begun", "ended"]


def test_killed_while_writing_at_most_the_last_second_is_lost(process):
    s3 = process.client("s3")
    s3.create_bucket(Bucket="busy")
    put: list[tuple[float, str]] = []
    deleted: list[tuple[float, str]] = []
    killed = threading.Event()

    def write() -> None:
        n = 0
        while not killed.is_set():
            try:
                s3.put_object(Bucket="busy", Key=f"{n}", Body=f"object {n}".encode() * 100)
                put.append((time.monotonic(), f"{n}"))
                if n % 3 == 2:
                    s3.delete_object(Bucket="busy", Key=f"{n - 1}")
                    deleted.append((time.monotonic(), f"{n - 1}"))
            except (BotoCoreError, ClientError):
                return
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(1.5 + random.random())
    while len(put) <= 20 and writer.is_alive():  # a busy machine takes longer for as much
        time.sleep(0.05)
    moment = time.monotonic()
    process.kill()
    killed.set()
    writer.join()
    process.start()

    s3 = process.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="busy")
    there = {found["Key"] for page in pages for found in page.get("Contents", [])}
    gone = {key for _, key in deleted}
    assert {key for at, key in put if at < moment - 1 and key not in gone} <= there
    assert not {key for at, key in deleted if at < moment - 1} & there
    assert len(put) > 20
    for key in there:
        assert s3.get_object(Bucket="busy", Key=key)["Body"].read() == f"object {key}".encode() * 100
