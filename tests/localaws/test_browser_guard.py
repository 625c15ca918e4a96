"""A browser must not be able to drive the endpoint: Host, Origin and Sec-Fetch-Site, on every route."""

import http.client
import urllib.parse

import pytest
from served import Endpoint

from localaws.browser_guard import Head, host_allowed, refusal
from localaws.settings import Settings

WEB = "http://127.0.0.1:8000"
ROUTES = [
    ("POST", "/", {"X-Amz-Target": "AWSStepFunctions.ListStateMachines"}),
    ("POST", "/", {"X-Amz-Target": "AmazonSQS.ListQueues"}),
    ("GET", "/", {}),
    ("GET", "/bucket/key", {}),
    ("PUT", "/bucket/key", {}),
    ("OPTIONS", "/", {}),
    ("GET", "/_localaws/health", {}),
    ("GET", "/_localaws/news", {}),
    ("POST", "/moto-api/reset", {}),
]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    one = Endpoint(tmp_path_factory.mktemp("guarded"), LOCALAWS_ALLOWED_ORIGINS=WEB).start()
    yield one
    one.stop()


def ask(endpoint, method, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=10)
    connection.request(method, path, body="{}" if method in {"POST", "PUT"} else None, headers=headers)
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.mark.parametrize(("method", "path", "headers"), ROUTES)
def test_a_foreign_origin_is_refused_on_every_route(guarded, method, path, headers):
    for origin in ("https://example.com", "null", "http://127.0.0.1:9999"):
        status, found, _ = ask(guarded, method, path, Origin=origin, **headers)
        assert status == 403
        assert not [name for name in found if name.startswith("access-control-")]


@pytest.mark.parametrize(("method", "path", "headers"), ROUTES)
def test_a_foreign_host_is_refused_on_every_route(guarded, method, path, headers):
    for host in ("example.com", "127.0.0.1.example.com", "localhost.example.com:4566"):
        assert ask(guarded, method, path, Host=host, **headers)[0] == 403


def test_even_the_allowed_origin_may_not_drive_it(guarded):
    for method, path, headers in ROUTES:
        assert ask(guarded, method, path, Origin=WEB, **headers)[0] == 403


def test_motos_control_api_is_closed_to_everybody(guarded):
    assert ask(guarded, "POST", "/moto-api/reset")[0] == 403
    assert ask(guarded, "POST", "/%6doto-api/reset")[0] == 403


@pytest.fixture(scope="module")
def link(guarded):
    """A presigned link to a stored page, as path and query."""
    s3 = guarded.client("s3", config=None)
    s3.create_bucket(Bucket="films")
    s3.put_object(Bucket="films", Key="a.html", Body=b"<script>1</script>", ContentType="text/html")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "films", "Key": "a.html"})
    parts = urllib.parse.urlsplit(url)
    return f"{parts.path}?{parts.query}"


def test_a_page_of_the_allowed_origin_may_fetch_a_presigned_object(guarded, link):
    status, headers, body = ask(
        guarded, "GET", link, Origin=WEB, **{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "empty"}
    )
    assert (status, body) == (200, b"<script>1</script>")
    assert headers["access-control-allow-origin"] == WEB
    assert headers["content-security-policy"] == "sandbox", "what is stored can't act as a page of this origin"
    assert ask(guarded, "OPTIONS", link, Origin=WEB)[0] == 204


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
@pytest.mark.parametrize("wanted", ["image", "video", "document"])
def test_a_presigned_object_loads_as_picture_film_or_page(guarded, link, site, wanted):
    status, headers, _ = ask(guarded, "GET", link, **{"Sec-Fetch-Site": site, "Sec-Fetch-Dest": wanted})
    assert status == 200
    assert not [name for name in headers if name.startswith("access-control-")]


def test_a_browser_loads_nothing_else(guarded, link):
    path = link.partition("?")[0]
    for target, wanted in (
        (path, "image"),  # not signed
        (link, "script"),
        (link, "style"),
        (link, "empty"),  # a no-cors fetch
        (link + "&Action=PurgeQueue", "image"),
        ("/?X-Amz-Signature=1&Action=DeleteQueue", "image"),
        ("/?X-Amz-Signature=1", "document"),
    ):
        status, _, _ = ask(guarded, "GET", target, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": wanted})
        assert status == 403, target
    assert ask(guarded, "POST", "/", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})[0] == 403


def test_an_sdk_and_the_health_route_pass(guarded):
    assert guarded.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    status, _, body = ask(guarded, "GET", "/_localaws/health", **{"Sec-Fetch-Site": "none"})
    assert (status, b'"status":"ok"' in body) == (200, True)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:4566",
        "localhost",
        "LOCALHOST:1",
        "[::1]:4566",
        "films.localhost:4566",
        "sync-127.0.0.1:1",
        "localaws:4566",
    ],
)
def test_names_of_this_endpoint_are_allowed(host):
    assert host_allowed(host, Settings(allowed_hosts=frozenset({"localaws"})))


@pytest.mark.parametrize(
    "host", ["", "example.com", "localhost.evil.com", "evil-localhost", "127.0.0.1@evil.com", "[::2]"]
)
def test_other_names_are_not(host):
    assert not host_allowed(host, Settings())


def test_an_unsigned_action_by_get_is_refused_without_any_browser_header():
    head = Head("GET", "/", "Action=DeleteQueue&QueueUrl=x", {b"host": b"localhost"})
    assert refusal(head, Settings()) is not None
    signed = Head("GET", "/", "Action=ListQueues", {b"host": b"localhost", b"authorization": b"AWS4-HMAC-SHA256 x"})
    assert refusal(signed, Settings()) is None
