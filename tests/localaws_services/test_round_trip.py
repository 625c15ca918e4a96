"""What a dozen services hold is the same after a restart, and what they'd deliver is still delivered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from .conftest import Endpoint
from .probes import fill, look

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory):
    """(what was seen before, what is seen after, the endpoint that runs now)."""
    endpoint = Endpoint(tmp_path_factory.mktemp("round-trip")).start()
    fill(endpoint.client)
    before = look(endpoint.client)
    endpoint.restart()
    yield before, look(endpoint.client), endpoint
    endpoint.stop()


def test_every_probe_says_the_same_after_a_restart(restarted):
    before, after, _endpoint = restarted
    assert {name for name in before if before[name] != after[name]} == set()
    assert len(before) > 35


def test_a_message_sent_before_the_restart_is_received_after_it(restarted):
    _before, _after, endpoint = restarted
    sqs = endpoint.client("sqs")
    [message] = sqs.receive_message(QueueUrl=f"{endpoint.url}/000000000000/inbox")["Messages"]
    assert message["Body"] == "kept"
    sqs.delete_message(QueueUrl=f"{endpoint.url}/000000000000/inbox", ReceiptHandle=message["ReceiptHandle"])


def test_a_rule_and_a_subscription_of_before_deliver_into_the_queue(restarted):
    _before, _after, endpoint = restarted
    url = f"{endpoint.url}/000000000000/inbox"
    endpoint.client("events").put_events(
        Entries=[{"Source": "test.app", "DetailType": "t", "Detail": json.dumps({"n": 1})}]
    )
    topic = endpoint.client("sns").list_topics()["Topics"][0]["TopicArn"]
    attributes = {"kind": {"DataType": "String", "StringValue": "big"}}
    endpoint.client("sns").publish(TopicArn=topic, Message="news", MessageAttributes=attributes)
    endpoint.client("sns").publish(TopicArn=topic, Message="filtered out")
    bodies = [
        json.loads(message["Body"])
        for _ in range(2)
        for message in endpoint.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]
    assert [body.get("detail") or body.get("Message") for body in bodies] == [{"n": 1}, "news"]


def test_the_state_is_refused_loudly_when_another_moto_saved_it(restarted, tmp_path: Path):
    _before, _after, endpoint = restarted
    import shutil

    home = tmp_path / "copy"
    endpoint.run(endpoint.services.flush())
    shutil.copytree(endpoint.home, home)
    manifest = home / "services" / "moto" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"moto": "5.2.5"', '"moto": "5.1.0"'))
    with pytest.raises(Exception, match=r"saved with moto 5\.1\.0, and this is moto 5\.2\.5"):
        Endpoint(home).start()
