"""Queues: what AWS's SQS promises its clients, and that nothing acknowledged is lost."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

_names = iter(range(10_000))


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def make(sqs):
    def make_queue(*, fifo: bool = False, **attributes: str) -> str:
        name = f"queue-{next(_names)}" + (".fifo" if fifo else "")
        return sqs.create_queue(QueueName=name, Attributes=attributes | ({"FifoQueue": "true"} if fifo else {}))[
            "QueueUrl"
        ]

    return make_queue


def bodies(answer) -> list[str]:
    return [message["Body"] for message in answer.get("Messages", [])]


def arn_of(sqs, url: str) -> str:
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


class TestQueues:
    def test_a_queue_is_found_listed_tagged_and_deleted(self, sqs, endpoint):
        url = sqs.create_queue(QueueName="found", tags={"a": "1"})["QueueUrl"]
        assert url == f"{endpoint.url}/000000000000/found"
        assert sqs.get_queue_url(QueueName="found")["QueueUrl"] == url
        assert url in sqs.list_queues(QueueNamePrefix="fou")["QueueUrls"]
        sqs.tag_queue(QueueUrl=url, Tags={"b": "2"})
        sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
        assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"b": "2"}
        sqs.delete_queue(QueueUrl=url)
        with pytest.raises(sqs.exceptions.QueueDoesNotExist) as missing:
            sqs.get_queue_url(QueueName="found")
        assert code(missing) == "AWS.SimpleQueueService.NonExistentQueue"

    def test_a_queue_belongs_to_its_region(self, sqs, client):
        sqs.create_queue(QueueName="regional")
        with pytest.raises(ClientError):
            client("sqs", "eu-west-1").get_queue_url(QueueName="regional")

    def test_creating_again_is_idempotent_unless_attributes_differ(self, sqs):
        first = sqs.create_queue(QueueName="again", Attributes={"VisibilityTimeout": "5"})["QueueUrl"]
        assert sqs.create_queue(QueueName="again", Attributes={"VisibilityTimeout": "5"})["QueueUrl"] == first
        assert sqs.create_queue(QueueName="again")["QueueUrl"] == first
        with pytest.raises(sqs.exceptions.QueueNameExists) as exists:
            sqs.create_queue(QueueName="again", Attributes={"VisibilityTimeout": "6"})
        assert code(exists) == "QueueAlreadyExists"

    def test_attributes_have_defaults_are_set_and_checked(self, sqs, make):
        url = make()
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert (attributes["VisibilityTimeout"], attributes["MessageRetentionPeriod"]) == ("30", "345600")
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})
        assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"] == {
            "VisibilityTimeout": "7"
        }
        with pytest.raises(ClientError) as wrong:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "43201"})
        assert code(wrong) == "InvalidAttributeValue"
        with pytest.raises(ClientError) as unknown:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Colour": "red"})
        assert code(unknown) == "InvalidAttributeName"

    @pytest.mark.parametrize(
        ("name", "attributes"), [("with space", {}), ("x" * 81, {}), ("no.fifo", {}), ("plain", {"FifoQueue": "true"})]
    )
    def test_a_name_that_aws_refuses_is_refused(self, sqs, name, attributes):
        with pytest.raises(ClientError) as refused:
            sqs.create_queue(QueueName=name, Attributes=attributes)
        assert code(refused) == "InvalidParameterValue"

    def test_an_operation_that_isnt_there_says_so(self, sqs, make):
        with pytest.raises(ClientError, match=r"sqs:AddPermission is not available on the embedded endpoint"):
            sqs.add_permission(QueueUrl=make(), Label="x", AWSAccountIds=["000000000000"], Actions=["SendMessage"])


class TestMessages:
    def test_a_message_comes_back_whole_and_botocore_agrees_with_the_digests(self, sqs, make):
        url = make()
        attributes = {
            "text": {"DataType": "String", "StringValue": "ünï"},
            "number": {"DataType": "Number.int", "StringValue": "12"},
            "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
        }
        sent = sqs.send_message(QueueUrl=url, MessageBody="grüße\n", MessageAttributes=attributes)
        [message] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"])["Messages"]
        assert message["MessageId"] == sent["MessageId"]
        assert message["Body"] == "grüße\n"
        assert message["MessageAttributes"] == attributes
        assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
        assert message["Attributes"]["ApproximateReceiveCount"] == "1"
        assert sqs.receive_message(QueueUrl=url).get("Messages") is None

    def test_only_the_attributes_asked_for_are_given(self, sqs, make):
        url = make(VisibilityTimeout="0")
        attributes = {name: {"DataType": "String", "StringValue": "v"} for name in ("app.a", "app.b", "other")}
        sqs.send_message(QueueUrl=url, MessageBody="x", MessageAttributes=attributes)
        [message] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["app.*"])["Messages"]
        assert set(message["MessageAttributes"]) == {"app.a", "app.b"}
        assert "MessageAttributes" not in sqs.receive_message(QueueUrl=url)["Messages"][0]

    def test_a_received_message_is_hidden_for_its_timeout_and_then_comes_again(self, sqs, make):
        url = make(VisibilityTimeout="1")
        sqs.send_message(QueueUrl=url, MessageBody="again")
        first = sqs.receive_message(QueueUrl=url)["Messages"][0]
        assert bodies(sqs.receive_message(QueueUrl=url)) == []
        started = time.monotonic()
        second = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, AttributeNames=["All"])["Messages"][0]
        assert 0.3 < time.monotonic() - started < 4
        assert second["Attributes"]["ApproximateReceiveCount"] == "2"
        sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])  # too late: it's out again
        assert bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2)) == ["again"]

    def test_a_deleted_message_never_comes_again(self, sqs, make):
        url = make(VisibilityTimeout="0")
        sqs.send_message(QueueUrl=url, MessageBody="once")
        handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
        sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
        assert bodies(sqs.receive_message(QueueUrl=url)) == []

    def test_visibility_is_changed_while_the_message_is_held_and_not_after(self, sqs, make):
        url = make()
        sqs.send_message(QueueUrl=url, MessageBody="x")
        handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        assert bodies(sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)) == ["x"]
        with pytest.raises(ClientError) as refused:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=10)
        assert code(refused) == "AWS.SimpleQueueService.MessageNotInflight"

    def test_a_delayed_message_waits(self, sqs, make):
        url = make()
        sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=1)
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert (counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesDelayed"]) == ("0", "1")
        assert bodies(sqs.receive_message(QueueUrl=url)) == []
        assert bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=3)) == ["later"]

    def test_a_long_poll_is_answered_as_soon_as_a_message_comes(self, sqs, make):
        url = make()
        threading.Timer(0.4, lambda: sqs.send_message(QueueUrl=url, MessageBody="now")).start()
        started = time.monotonic()
        assert bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)) == ["now"]
        assert 0.3 < time.monotonic() - started < 5

    def test_a_hundred_long_polls_hold_nothing_up(self, endpoint, sqs, make):
        url = make()
        polls = [
            endpoint.services._sqs.perform(
                "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 2}, region="us-east-1"
            )
            for _ in range(100)
        ]

        async def together():
            import asyncio

            return await asyncio.gather(*polls)

        with ThreadPoolExecutor(1) as other:
            waiting = other.submit(endpoint.run, together())
            time.sleep(0.2)
            started = time.monotonic()
            sqs.list_queues()
            assert time.monotonic() - started < 1.5
            sqs.send_message(QueueUrl=url, MessageBody="for one of them")
            assert sum(len(answer.get("Messages", [])) for answer in waiting.result()) == 1

    def test_a_poller_that_hung_up_takes_no_message(self, endpoint, sqs, make):
        url = make()
        data = json.dumps({"QueueUrl": url, "WaitTimeSeconds": 20}).encode()
        headers = {"X-Amz-Target": "AmazonSQS.ReceiveMessage", "Content-Type": "application/x-amz-json-1.0"}
        with pytest.raises(TimeoutError):
            urllib.request.urlopen(urllib.request.Request(endpoint.url, data=data, headers=headers), timeout=0.3)
        time.sleep(0.2)
        sqs.send_message(QueueUrl=url, MessageBody="for who is there")
        assert bodies(sqs.receive_message(QueueUrl=url)) == ["for who is there"]

    def test_a_purged_queue_is_empty(self, sqs, make):
        url = make()
        for n in range(3):
            sqs.send_message(QueueUrl=url, MessageBody=str(n))
        sqs.purge_queue(QueueUrl=url)
        assert bodies(sqs.receive_message(QueueUrl=url)) == []

    @pytest.mark.parametrize(
        ("message", "expected"),
        [
            ({"MessageBody": "\x00"}, "InvalidMessageContents"),
            ({"MessageBody": "x" * 1_048_577}, "InvalidParameterValue"),
            ({"MessageBody": "x", "DelaySeconds": 901}, "InvalidParameterValue"),
            ({"MessageBody": "x", "MessageDeduplicationId": "d"}, "InvalidParameterValue"),
            (
                {"MessageBody": "x", "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "one"}}},
                "InvalidParameterValue",
            ),
        ],
    )
    def test_a_message_that_aws_refuses_is_refused(self, sqs, make, message, expected):
        with pytest.raises(ClientError) as refused:
            sqs.send_message(QueueUrl=make(), **message)
        assert code(refused) == expected

    def test_a_handle_of_nobodys_is_refused(self, sqs, make):
        with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
            sqs.delete_message(QueueUrl=make(), ReceiptHandle="made up")


class TestBatches:
    def test_each_entry_succeeds_or_fails_on_its_own(self, sqs, make):
        url = make(VisibilityTimeout="30")
        entries = [{"Id": "a", "MessageBody": "1"}, {"Id": "b", "MessageBody": "\x00"}, {"Id": "c", "MessageBody": "3"}]
        answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
        assert [entry["Id"] for entry in answer["Successful"]] == ["a", "c"]
        assert [(entry["Id"], entry["Code"], entry["SenderFault"]) for entry in answer["Failed"]] == [
            ("b", "InvalidMessageContents", True)
        ]
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        changed = sqs.change_message_visibility_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(n), "ReceiptHandle": m["ReceiptHandle"], "VisibilityTimeout": 60}
                for n, m in enumerate(messages)
            ],
        )
        assert len(changed["Successful"]) == 2
        deleted = sqs.delete_message_batch(
            QueueUrl=url, Entries=[{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
        )
        assert len(deleted["Successful"]) == 2

    def test_a_batch_with_the_same_id_twice_is_refused_as_a_whole(self, sqs, make):
        with pytest.raises(sqs.exceptions.BatchEntryIdsNotDistinct):
            sqs.send_message_batch(
                QueueUrl=make(), Entries=[{"Id": "a", "MessageBody": "1"}, {"Id": "a", "MessageBody": "2"}]
            )


class TestFifo:
    def test_a_group_keeps_its_order_and_stands_still_while_one_is_out(self, sqs, make):
        url = make(fifo=True)
        for group, body in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3")):
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=body)
        first = sqs.receive_message(QueueUrl=url)["Messages"]
        assert [m["Body"] for m in first] == ["a1"]
        assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)) == ["b1"]
        assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)) == []
        sqs.delete_message(QueueUrl=url, ReceiptHandle=first[0]["ReceiptHandle"])
        assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)) == ["a2", "a3"]

    def test_deleting_wakes_who_waits_for_the_group(self, sqs, make):
        url = make(fifo=True)
        for body in ("1", "2"):
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body)
        handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
        threading.Timer(0.3, lambda: sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)).start()
        started = time.monotonic()
        assert bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)) == ["2"]
        assert time.monotonic() - started < 4

    def test_a_duplicate_is_accepted_and_put_once_even_after_the_first_was_deleted(self, sqs, make):
        url = make(fifo=True)
        send = {"QueueUrl": url, "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "same"}
        first = sqs.send_message(**send)
        [message] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
        assert message["Attributes"]["SequenceNumber"] == first["SequenceNumber"]
        assert message["Attributes"]["MessageDeduplicationId"] == "same"
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        second = sqs.send_message(**send)
        assert (second["MessageId"], second["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])
        assert bodies(sqs.receive_message(QueueUrl=url)) == []

    def test_the_content_can_be_the_deduplication_id(self, sqs, make):
        url = make(fifo=True, ContentBasedDeduplication="true")
        for body in ("same", "same", "other"):
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
        assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)) == ["same", "other"]

    def test_deduplication_can_be_by_group(self, sqs, make):
        url = make(fifo=True, DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
        for group in ("a", "b", "a"):
            sqs.send_message(QueueUrl=url, MessageBody=group, MessageGroupId=group, MessageDeduplicationId="same")
        assert sorted(bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10))) == ["a", "b"]

    def test_a_group_and_an_id_are_required(self, sqs, make):
        url = make(fifo=True)
        with pytest.raises(ClientError) as no_group:
            sqs.send_message(QueueUrl=url, MessageBody="x", MessageDeduplicationId="d")
        assert code(no_group) == "MissingParameter"
        with pytest.raises(ClientError) as no_id:
            sqs.send_message(QueueUrl=url, MessageBody="x", MessageGroupId="g")
        assert code(no_id) == "InvalidParameterValue"


class TestDeadLetters:
    @pytest.mark.parametrize("fifo", [False, True])
    def test_what_was_received_too_often_goes_to_the_dead_letter_queue(self, sqs, make, fifo):
        dead = make(fifo=fifo)
        policy = json.dumps({"deadLetterTargetArn": arn_of(sqs, dead), "maxReceiveCount": 2})
        url = make(fifo=fifo, RedrivePolicy=policy, VisibilityTimeout="0")
        more = {"MessageGroupId": "g", "MessageDeduplicationId": "d"} if fifo else {}
        sent = sqs.send_message(QueueUrl=url, MessageBody="poison", **more)
        assert [bodies(sqs.receive_message(QueueUrl=url)) for _ in range(3)] == [["poison"], ["poison"], []]
        [buried] = sqs.receive_message(QueueUrl=dead, AttributeNames=["All"])["Messages"]
        assert (buried["Body"], buried["MessageId"]) == ("poison", sent["MessageId"])
        assert buried["Attributes"]["DeadLetterQueueSourceArn"] == arn_of(sqs, url)
        assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]

    def test_dead_letters_are_moved_back(self, sqs, make):
        dead = make(VisibilityTimeout="0")
        policy = json.dumps({"deadLetterTargetArn": arn_of(sqs, dead), "maxReceiveCount": 1})
        url = make(RedrivePolicy=policy, VisibilityTimeout="0")
        sqs.send_message(QueueUrl=url, MessageBody="again")
        for _ in range(2):
            sqs.receive_message(QueueUrl=url)
        sqs.start_message_move_task(SourceArn=arn_of(sqs, dead))
        assert bodies(sqs.receive_message(QueueUrl=url)) == ["again"]
        assert bodies(sqs.receive_message(QueueUrl=dead)) == []


def test_no_message_is_lost_or_held_twice_among_many_senders_and_receivers(sqs, make):
    url = make()
    total = 300

    def receive() -> list[str]:
        got: list[str] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages"):
            got += [message["Body"] for message in messages]
            sqs.delete_message_batch(
                QueueUrl=url,
                Entries=[{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)],
            )
        return got

    with ThreadPoolExecutor(8) as pool:
        receivers = [pool.submit(receive) for _ in range(4)]
        list(pool.map(lambda n: sqs.send_message(QueueUrl=url, MessageBody=str(n)), range(total)))
        received = [body for receiver in receivers for body in receiver.result()]
    assert sorted(received, key=int) == [str(n) for n in range(total)]
