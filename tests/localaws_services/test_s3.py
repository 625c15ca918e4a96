"""S3 as browsers and boto3 use it: presigned URLs, ranges, content types, names that need quoting."""

from __future__ import annotations

import gc
import json
import time
import urllib.error
import urllib.request

import pytest

from localaws.services.blobs import Blobs


@pytest.fixture
def s3(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="media")
    return s3


def fetch(url: str, **headers: str):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return (
            answer.status,
            dict(answer.headers.lower_items() if hasattr(answer.headers, "lower_items") else answer.headers.items()),
            answer.read(),
        )


KEYS = ["plain.mp4", "a folder/with spaces & +signs.mp4", "ümläut/日本.mp4", "percent%20literal", "a//b", "quote'\"<>"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_any_spelling_is_stored_listed_and_presigned(s3, key):
    s3.put_object(Bucket="media", Key=key, Body=b"bytes", ContentType="video/mp4")
    assert s3.get_object(Bucket="media", Key=key)["Body"].read() == b"bytes"
    assert key in [found["Key"] for found in s3.list_objects_v2(Bucket="media")["Contents"]]
    status, headers, body = fetch(s3.generate_presigned_url("get_object", Params={"Bucket": "media", "Key": key}))
    assert (status, headers["content-type"], body) == (200, "video/mp4", b"bytes")


def test_a_browser_can_seek_in_a_video(s3):
    s3.put_object(Bucket="media", Key="seek.mp4", Body=bytes(range(256)), ContentType="video/mp4")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "media", "Key": "seek.mp4"})
    status, headers, body = fetch(url, Range="bytes=10-19")
    assert (status, headers["content-range"], body) == (206, "bytes 10-19/256", bytes(range(10, 20)))
    assert headers["accept-ranges"] == "bytes"
    status, headers, body = fetch(url, Range="bytes=250-")
    assert (status, headers["content-range"], body) == (206, "bytes 250-255/256", bytes(range(250, 256)))
    status, headers, body = fetch(url, Range="bytes=-2")
    assert (status, body) == (206, bytes([254, 255]))
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(url, Range="bytes=999-")
    assert refused.value.code == 416


def test_a_request_is_forgotten_when_it_is_answered(s3):
    from moto.core.request import Request

    gc.collect()
    gc.disable()  # an upload mustn't wait for it
    try:
        for _ in range(3):
            s3.put_object(Bucket="media", Key="large.bin", Body=b"x" * 100_000)
        assert not [found for found in gc.get_objects() if type(found) is Request]
    finally:
        gc.enable()


def test_of_an_object_no_more_is_read_than_was_asked_for(s3, monkeypatch):
    s3.put_object(Bucket="media", Key="large.bin", Body=bytes(range(256)) * 400)
    read, sizes = Blobs.read, []

    def noting(self, digest, start=0, size=-1):
        sizes.append(size)
        return read(self, digest, start, size)

    monkeypatch.setattr(Blobs, "read", noting)
    answer = s3.get_object(Bucket="media", Key="large.bin", Range="bytes=512-515")
    assert (answer["Body"].read(), answer["ContentRange"], sizes) == (b"\0\1\2\3", "bytes 512-515/102400", [4])


def test_a_presigned_url_can_name_what_the_download_is_called(s3):
    s3.put_object(Bucket="media", Key="x.bin", Body=b"1")
    asked = {
        "Bucket": "media",
        "Key": "x.bin",
        "ResponseContentDisposition": 'attachment; filename="report.pdf"',
        "ResponseContentType": "application/pdf",
    }
    _status, headers, _body = fetch(s3.generate_presigned_url("get_object", Params=asked))
    assert headers["content-disposition"] == 'attachment; filename="report.pdf"'
    assert headers["content-type"] == "application/pdf"


def test_a_presigned_put_uploads(s3):
    url = s3.generate_presigned_url(
        "put_object", Params={"Bucket": "media", "Key": "up.vtt", "ContentType": "text/vtt"}
    )
    request = urllib.request.Request(url, data=b"WEBVTT", method="PUT", headers={"Content-Type": "text/vtt"})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    stored = s3.get_object(Bucket="media", Key="up.vtt")
    assert (stored["Body"].read(), stored["ContentType"]) == (b"WEBVTT", "text/vtt")


def test_a_presigned_url_ends_with_its_time(s3):
    s3.put_object(Bucket="media", Key="short", Body=b"1")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "media", "Key": "short"}, ExpiresIn=1)
    assert fetch(url)[2] == b"1"
    time.sleep(2.1)
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(url)
    body = refused.value.read().decode()
    assert refused.value.code == 403
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in body


def test_head_has_the_length_and_no_body(s3):
    s3.put_object(Bucket="media", Key="head", Body=b"12345")
    assert s3.head_object(Bucket="media", Key="head")["ContentLength"] == 5


def test_no_answer_lets_another_origin_read_it(s3):
    s3.put_object(Bucket="media", Key="cors", Body=b"1")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "media", "Key": "cors"})
    _status, headers, _body = fetch(url, Origin="https://elsewhere.test")
    assert not [name for name in headers if name.startswith("access-control")]


def test_the_same_bytes_are_kept_once_and_deleted_with_their_last_object(s3, endpoint):
    blobs = endpoint.home / "services" / "moto" / "blobs"

    def kept() -> set[str]:
        endpoint.run(endpoint.services.flush())
        return {path.name for path in blobs.glob("*/*")}

    before = kept()
    for key in ("one", "two"):
        s3.put_object(Bucket="media", Key=key, Body=b"shared bytes of two objects")
    s3.copy_object(Bucket="media", Key="three", CopySource={"Bucket": "media", "Key": "one"})
    assert len(kept() - before) == 1
    for key in ("one", "two"):
        s3.delete_object(Bucket="media", Key=key)
    assert s3.get_object(Bucket="media", Key="three")["Body"].read() == b"shared bytes of two objects"
    assert len(kept() - before) == 1
    s3.delete_object(Bucket="media", Key="three")
    assert kept() == before


def test_an_upload_is_announced_to_a_queue(s3, client):
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="uploads")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rule = {
        "QueueArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".mp4"}]}},
    }
    s3.put_bucket_notification_configuration(Bucket="media", NotificationConfiguration={"QueueConfigurations": [rule]})
    test = sqs.receive_message(QueueUrl=queue)["Messages"][0]
    assert json.loads(test["Body"])["Event"] == "s3:TestEvent"
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=test["ReceiptHandle"])
    s3.put_object(Bucket="media", Key="new/clip one.mp4", Body=b"123")
    s3.put_object(Bucket="media", Key="new/clip.txt", Body=b"no")
    [message] = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    [record] = json.loads(message["Body"])["Records"]
    assert record["eventName"] == "ObjectCreated:Put"
    assert (record["s3"]["bucket"]["name"], record["s3"]["object"]["key"], record["s3"]["object"]["size"]) == (
        "media",
        "new/clip+one.mp4",
        3,
    )


def test_an_upload_is_announced_on_the_event_bus(s3, client):
    sqs, events = client("sqs"), client("events")
    queue = sqs.create_queue(QueueName="bus-uploads")["QueueUrl"]
    s3.create_bucket(Bucket="announcing")
    s3.put_bucket_notification_configuration(
        Bucket="announcing", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    events.put_rule(
        Name="uploads", EventPattern=json.dumps({"source": ["aws.s3"], "detail": {"bucket": {"name": ["announcing"]}}})
    )
    events.put_targets(Rule="uploads", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:000000000000:bus-uploads"}])
    s3.put_object(Bucket="announcing", Key="a b.mp4", Body=b"123", Tagging="a=b")
    [message] = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]  # once, tags or no tags
    event = json.loads(message["Body"])
    assert (event["detail-type"], event["account"], event["resources"]) == (
        "Object Created",
        "000000000000",
        ["arn:aws:s3:::announcing"],
    )
    assert event["time"].endswith("Z")
    assert (event["detail"]["object"]["key"], event["detail"]["object"]["size"], event["detail"]["reason"]) == (
        "a b.mp4",
        3,
        "PutObject",
    )

    s3.put_object_tagging(Bucket="announcing", Key="a b.mp4", Tagging={"TagSet": [{"Key": "a", "Value": "c"}]})
    s3.delete_object(Bucket="announcing", Key="a b.mp4")
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(m["Body"])["detail-type"] for m in messages] == ["Object Tags Added", "Object Deleted"]
    assert json.loads(messages[1]["Body"])["detail"]["deletion-type"] == "Permanently Deleted"


def test_a_body_in_signed_chunks_is_stored_without_them(s3, endpoint):
    chunked = b"4\r\nvide\r\n2\r\no!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
        "Content-Encoding": "aws-chunked",
        "X-Amz-Content-Sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "X-Amz-Decoded-Content-Length": "6",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    request = urllib.request.Request(f"{endpoint.url}/media/chunked", data=chunked, method="PUT", headers=headers)
    urllib.request.urlopen(request).close()
    assert s3.get_object(Bucket="media", Key="chunked")["Body"].read() == b"video!"


def test_a_put_that_calls_its_body_a_form_stores_it_all_the_same(s3):
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "media", "Key": "form"})
    urllib.request.urlopen(urllib.request.Request(url, data=b"key=1&acl=2", method="PUT")).close()
    assert s3.get_object(Bucket="media", Key="form")["Body"].read() == b"key=1&acl=2"
