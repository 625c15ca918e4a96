"""A request that is too large is refused before anything of it is kept, however it says its size."""

import json

import pytest
from asgiref.testing import ApplicationCommunicator

from callboard.asgi import MAX_BODY_BYTES, application, largest_body
from launch.uploads import MAX_MEDIA_BYTES

pytestmark = pytest.mark.django_db(transaction=True)
CHUNK = b"x" * (1024 * 1024)


async def post(path, *, length=None, chunks=()):
    """The status and the text of the answer, and how many of ``chunks`` were taken."""
    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/octet-stream")]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": headers, "http_version": "1.1", "scheme": "http",
    }  # fmt: skip
    client = ApplicationCommunicator(application, scope)
    for number, chunk in enumerate(chunks):
        await client.send_input({"type": "http.request", "body": chunk, "more_body": number < len(chunks) - 1})
    start = await client.receive_output(timeout=10)
    body = await client.receive_output(timeout=10)
    left = client.input_queue.qsize()
    await client.wait(timeout=10)
    return start["status"], body["body"].decode(), len(chunks) - left


async def test_a_length_that_is_too_large_is_refused_before_a_byte_is_read():
    status, text, taken = await post("/sign-in/", length=MAX_BODY_BYTES + 1, chunks=[CHUNK])
    assert (status, taken) == (413, 0)
    assert "8 MiB" in text


async def test_a_body_without_a_length_is_counted_as_it_streams():
    status, text, taken = await post("/sign-in/", chunks=[CHUNK] * 20)
    assert status == 413
    assert taken == 9
    assert "8 MiB" in text


async def test_the_api_answers_in_its_own_shape():
    status, text, _ = await post("/api/v1/diagnose", length=10**12)
    assert status == 413
    assert "8 MiB" in json.loads(text)["message"]


async def test_what_is_small_enough_goes_through():
    status, _, _ = await post("/api/v1/diagnose", chunks=[b"{}"])
    assert status == 403  # Django answers: there is no CSRF cookie


def test_a_video_may_be_larger():
    assert largest_body("/launch/video/upload/") > MAX_MEDIA_BYTES
    assert largest_body("/launch/video/start/") == largest_body("/launch/x/../video/upload/") == MAX_BODY_BYTES
