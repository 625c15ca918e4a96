"""What an execution's data leads to: objects in S3, shown safely, and the log of the function that a Task called."""

import io
import json
import time
import uuid
import zipfile

import pytest
from django.urls import reverse

from callboard.aws import client as aws
from executions import object_previews, task_logs
from executions.mirror import copy_history
from executions.object_previews import kind_of
from executions.services import start_execution

pytestmark = pytest.mark.django_db(transaction=True)

PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(600)
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40
FUNCTION = """
def handler(event, context):
    print("called with", event["n"])
    print('{"api_key": "k-123456", "n": 1}', "password=hunter2 eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln")
    if event.get("fail"):
        raise ValueError("no film")
    return {"n": event["n"]}
"""


@pytest.fixture
def execution(client, person, deployed, embedded):
    client.force_login(person("Reviewer"))
    return start_execution(state_machine=deployed(PASS), environment=embedded, input="{}")


@pytest.fixture
def bucket(embedded):
    name = f"b-{uuid.uuid4().hex[:12]}"
    s3 = aws(embedded, "s3")
    s3.create_bucket(Bucket=name)
    for key, body, kind in (
        ("a.json", b'{"a": 1}', "application/json"),
        ("page.html", b"<script>alert(1)</script>", "text/html"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        ("lie.png", b"<script>alert(1)</script>", "image/png"),
        ("a b/\u00fc.png", PNG, "binary/octet-stream"),
        ("film.mp4", FILM, "video/mp4"),
        ("empty", b"", "text/plain"),
        ("long.txt", b"\xc3\xbc" * object_previews.TEXT, "text/plain"),
        ("blob", b"\x00\x01" * 300, "text/html"),
    ):
        s3.put_object(Bucket=name, Key=key, Body=body, ContentType=kind)
    return name


def test_objects_are_shown_as_what_their_bytes_are_and_nothing_that_runs(client, execution, bucket):
    def told(key):
        return client.get(f"/api/v1/executions/{execution.pk}/object", {"bucket": bucket, "key": key}).json()

    kinds = {key: told(key)["kind"] for key in ("a.json", "page.html", "drawing.svg", "lie.png", "a b/\u00fc.png")}
    assert kinds == {
        "a.json": "json", "page.html": "text", "drawing.svg": "text", "lie.png": "text", "a b/\u00fc.png": "image",
    }  # fmt: skip
    assert (told("empty")["size"], told("empty")["text"]) == (0, "")
    assert (told("blob")["kind"], told("blob")["text"]) == ("other", None)
    long = told("long.txt")
    assert (long["whole"], long["size"], len(long["text"])) == (
        False,
        2 * object_previews.TEXT,
        object_previews.TEXT / 2,
    )
    for key in ("page.html", "drawing.svg", "lie.png", "blob"):
        assert client.get(reverse("object", args=[execution.pk]), {"bucket": bucket, "key": key}).status_code == 404
    picture = client.get(told("a b/\u00fc.png")["url"])
    assert (picture.status_code, picture.content, picture["Content-Type"]) == (200, PNG, "image/png")
    assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (picture["X-Content-Type-Options"], picture["Cache-Control"]) == ("nosniff", "private, no-store")
    assert picture["Content-Disposition"] == "inline; filename*=UTF-8''%C3%BC.png"
    saved = client.get(told("page.html")["download_url"])
    assert (saved["Content-Type"], saved["Content-Disposition"]) == (
        "application/octet-stream", "attachment; filename*=UTF-8''page.html",
    )  # fmt: skip


def test_a_film_is_sent_in_the_parts_that_are_asked_for(client, execution, bucket, monkeypatch):
    address, named = reverse("object", args=[execution.pk]), {"bucket": bucket, "key": "film.mp4"}
    monkeypatch.setattr(object_previews, "PART", 1000)

    def asked(text):
        return client.get(address, named, headers={"Range": text})

    first = asked("bytes=0-")
    assert (first.status_code, first["Content-Range"], first["Content-Type"]) == (
        206, f"bytes 0-999/{len(FILM)}", "video/mp4",
    )  # fmt: skip
    part = asked(f"bytes={len(FILM) - 5}-99999999")
    assert part.content == FILM[-5:]
    assert asked("bytes=3-3").content == FILM[3:4]
    assert asked("bytes=99999999-").status_code == 416
    assert client.get(address, named).content == FILM


def test_only_what_the_environment_shows_is_read_and_only_for_who_may_see(client, person, execution, bucket, embedded):
    named = {"bucket": bucket, "key": "a.json"}
    api = f"/api/v1/executions/{execution.pk}/object"
    assert client.get(api, {**named, "key": "no"}).status_code == 422
    assert client.get(api, {**named, "key": "../a.json"}).status_code == 422
    embedded.kind, embedded.media_buckets = "aws", f"{bucket}/films"
    embedded.save()
    refused = client.get(api, named)
    assert refused.status_code == 422
    assert "isn't among the buckets" in refused.json()["message"]
    for view in ("object", "object-save"):
        assert client.get(reverse(view, args=[execution.pk]), named).status_code == 404
    client.force_login(person())
    assert client.get(api, named).status_code == 403
    assert client.get(reverse("object", args=[execution.pk]), named).status_code == 403


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio"),
        (b"OggS\x00", "audio"),
        (b"abcd efgWEBP", "text"),
        ("\u00fc".encode()[:1], "text"),
        (b"\xff\xfe\x41\x00", "other"),
        (b"GIF89a<script>", "image"),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(head, kind):
    assert kind_of(head)[0] == kind


def test_the_lines_of_a_tasks_own_call_are_shown_without_secrets(client, person, deployed, embedded):
    client.force_login(person("Reviewer"))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", FUNCTION)
    name = f"f-{uuid.uuid4().hex[:8]}"
    aws(embedded, "lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
    )

    def call(number, **more):
        parameters = {"FunctionName": name, "Payload": {"n": number, **more}}
        catch = [{"ErrorEquals": ["States.ALL"], "Next": "End"}]
        task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters, "Catch": catch}
        return {"StartAt": "Call", "States": {"Call": {**task, "Next": "End"}, "End": {"Type": "Succeed"}}}

    for definition, number in ((call(1), "1"), (call(2, fail=True), "2")):
        execution = start_execution(state_machine=deployed(definition), environment=embedded, input="{}")
        while execution.status == "RUNNING":
            copy_history(execution)
        scheduled = execution.events.get(type="TaskScheduled").event_id
        address = f"/api/v1/executions/{execution.pk}/task-log"
        end = time.monotonic() + 10
        while True:
            answer = client.get(address, {"event": scheduled}).json()
            text = "\n".join(line["text"] for line in answer["lines"])
            if f"called with {number}" in text or time.monotonic() > end:
                break
            time.sleep(0.1)
        assert f"called with {number}" in text
        assert answer["by_request"], text
        assert text.count("START RequestId") == 1
        for secret in ("k-123456", "hunter2", "eyJ"):
            assert secret not in text
    assert client.get(address, {"event": 1}).status_code == 404


def test_what_is_named_or_formed_as_a_secret_is_taken_out_of_a_line():
    line = json.dumps({"Authorization": "Bearer abcdefghij", "SecretAccessKey": "x/y", "tokens": 12, "ok": "yes"})
    assert task_logs.without_secrets(line) == (
        '{"Authorization": "Bearer [redacted]", "SecretAccessKey": "[redacted]", "tokens": 12, "ok": "yes"}'
    )
    for text in (
        "AKIAABCDEFGHIJKLMNOP",
        "https://me:pw@host/",
        "aws_secret_access_key = abc",
        "hf_abcdefghijklmnopqrst",
    ):
        assert "[redacted]" in task_logs.without_secrets(text), text
