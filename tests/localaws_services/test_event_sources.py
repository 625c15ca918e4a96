"""A queue's messages go to the function that is mapped to it, and come again when it fails."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from .conftest import Endpoint
from .probes import ROLE, package

if TYPE_CHECKING:
    from pathlib import Path

NOTE = """
import json
def handler(event, context):
    with open(NOTES, 'a') as notes:
        for record in event['Records']:
            notes.write(json.dumps(record) + '\\n')
    FAIL
"""


@pytest.fixture
def served(tmp_path: Path):
    endpoint = Endpoint(tmp_path / "home").start()
    yield endpoint
    endpoint.stop()


def connect(endpoint: Endpoint, notes: Path, *, fail: str = "return None", **settings: object) -> str:
    """A queue with a function behind it; the queue's URL."""
    sqs, functions = endpoint.client("sqs"), endpoint.client("lambda")
    source = NOTE.replace("NOTES", repr(str(notes))).replace("FAIL", fail)
    url = sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    functions.create_function(
        FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="app.handler", Code={"ZipFile": package(app=source)}
    )
    arn = "arn:aws:sqs:us-east-1:000000000000:work"
    functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="f", **settings)
    return url


def seen(notes: Path, count: int, *, seconds: float = 10) -> list[dict]:
    """The records that the function noted, once there are ``count``."""
    for _ in range(int(seconds / 0.05)):
        lines = notes.read_text().splitlines() if notes.exists() else []
        if len(lines) >= count:
            break
        time.sleep(0.05)
    return [json.loads(line) for line in lines]


def left(endpoint: Endpoint, url: str) -> int:
    counts = endpoint.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(counts["ApproximateNumberOfMessages"]) + int(counts["ApproximateNumberOfMessagesNotVisible"])


def test_a_message_is_handed_over_and_deleted_also_after_a_restart(served, tmp_path):
    notes = tmp_path / "notes"
    url = connect(served, notes)
    attributes = {"k": {"DataType": "String", "StringValue": "v"}}
    served.client("sqs").send_message(QueueUrl=url, MessageBody="one", MessageAttributes=attributes)
    [record] = seen(notes, 1)
    assert (record["body"], record["eventSource"]) == ("one", "aws:sqs")
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:000000000000:work"
    assert record["messageAttributes"]["k"]["stringValue"] == "v"
    served.restart()
    served.client("sqs").send_message(QueueUrl=f"{served.url}/000000000000/work", MessageBody="two")
    assert [record["body"] for record in seen(notes, 2)] == ["one", "two"]
    time.sleep(0.3)
    assert left(served, url) == 0


def test_a_failed_batch_comes_again(served, tmp_path):
    notes = tmp_path / "notes"
    fail = "assert event['Records'][0]['attributes']['ApproximateReceiveCount'] == '2'"
    url = connect(served, notes, fail=fail)
    served.client("sqs").send_message(QueueUrl=url, MessageBody="again")
    assert [record["attributes"]["ApproximateReceiveCount"] for record in seen(notes, 2)] == ["1", "2"]
    time.sleep(0.3)
    assert left(served, url) == 0


def test_only_what_the_function_names_comes_again(served, tmp_path):
    notes = tmp_path / "notes"
    fail = "return {'batchItemFailures': [{'itemIdentifier': r['messageId']} for r in event['Records'] if r['body'] == 'bad']}"
    url = connect(served, notes, fail=fail, FunctionResponseTypes=["ReportBatchItemFailures"], Enabled=False)
    entries = [{"Id": body, "MessageBody": body} for body in ("good", "bad")]
    served.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    time.sleep(0.3)
    assert not notes.exists()  # a mapping that isn't enabled reads nothing
    functions = served.client("lambda")
    [mapping] = functions.list_event_source_mappings(FunctionName="f")["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert sorted(record["body"] for record in seen(notes, 3)) == ["bad", "bad", "good"]
    functions.delete_event_source_mapping(UUID=mapping["UUID"])
    time.sleep(1.2)
    assert left(served, url) == 1


def test_a_filter_is_refused_because_it_wouldnt_filter(served, tmp_path):
    with pytest.raises(ClientError, match="FilterCriteria of queues is not available on the embedded endpoint"):
        connect(served, tmp_path / "notes", FilterCriteria={"Filters": [{"Pattern": "{}"}]})
