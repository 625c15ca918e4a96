"""HTTP Tasks against a real server: what is sent, what comes back, and where a Task may not go."""

import datetime as dt
import http.server
import json
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from localaws.integrations import Integrations, TaskFailure, http_task
from localaws.integrations.addresses import is_public, judge
from localaws.integrations.connections import Connection
from localaws.integrations.http_request import build_request, form_encoded
from localaws.services import Services
from localaws.settings import Settings


@dataclass
class Seen:
    """What the server got, and what it's to answer."""

    port: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    content_type: str = "application/json"
    body: bytes = b'{"ok": true}'
    delay: float = 0


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that gave up, or turned the certificate down, is what some tests are about."""


def handler_of(seen: Seen) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            seen.requests.append(
                {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
            )
            time.sleep(seen.delay)
            self.send_response(seen.status)
            if seen.status // 100 == 3:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Type", seen.content_type)
            self.send_header("X-Twice", "a")
            self.send_header("X-Twice", "b")
            self.send_header("Content-Length", str(len(seen.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(seen.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = answer  # noqa: N815

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture
def seen() -> Iterator[Seen]:
    seen = Seen()
    server = Server(("127.0.0.1", 0), handler_of(seen))
    seen.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield seen
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path, seen: Seen) -> Settings:
    return Settings(port=45_661, home=tmp_path, http_allowed_hosts=frozenset({f"127.0.0.1:{seen.port}", "localhost"}))


API_KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "key-value"}}


@pytest.fixture
async def connection(services: Services) -> str:
    parameters = {
        **API_KEY,
        "InvocationHttpParameters": {
            "HeaderParameters": [{"Key": "Header-Param", "Value": "of the connection"}],
            "QueryStringParameters": [{"Key": "QueryParam", "Value": "of the connection", "IsValueSecret": True}],
            "BodyParameters": [{"Key": "BodyParam", "Value": "of the connection"}],
        },
    }
    answer = await services.call(
        "events", "CreateConnection", {"Name": "c", "AuthorizationType": "API_KEY", "AuthParameters": parameters}
    )
    return str(answer["ConnectionArn"])


@pytest.fixture
def call(perform: Any, seen: Seen, connection: str) -> Any:
    async def call(**fields: Any) -> Any:
        parameters = {
            "ApiEndpoint": f"http://127.0.0.1:{seen.port}/path",
            "Method": "POST",
            "Authentication": {"ConnectionArn": connection},
            **fields,
        }
        return await perform("http:invoke", parameters)

    return call


async def failure(call: Any, **fields: Any) -> TaskFailure:
    with pytest.raises(TaskFailure) as caught:
        await call(**fields)
    return caught.value


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"Url": "x"}, "The field 'Url' is not supported by Step Functions"),
        ({"Headers": "a: b"}, "The value of the field 'Headers' has an invalid format"),
        ({"QueryParameters": 1}, "The value of the field 'QueryParameters' has an invalid format"),
        ({"ApiEndpoint": None}, "The value of the field 'ApiEndpoint' has an invalid format"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_before_anything_is_scheduled(
    integrations: Integrations, fields: dict[str, Any], problem: str
) -> None:
    given = {"ApiEndpoint": "https://a.test", "Method": "GET", "Authentication": {"ConnectionArn": "arn"}, **fields}
    cause = integrations.refusal("arn:aws:states:::http:invoke", given)
    assert cause is not None
    assert cause.endswith(f"could not be used to start the Task: [{problem}]")
    missing = integrations.refusal("arn:aws:states:::http:invoke", {"Method": "GET"}) or ""
    assert missing.endswith(
        "[The field 'ApiEndpoint' is required but was missing, The field 'Authentication' is required but was missing]"
    )


async def test_the_connections_values_win_as_in_the_guides_example(call: Any, seen: Seen) -> None:
    await call(
        Headers={"Request-Id": "my_request_id", "header-param": "of the task"},
        RequestBody={"Job": "Software Engineer", "Company": "AnyCompany", "BodyParam": "of the task"},
        QueryParameters={"QueryParam": "of the task", "other": ["a b", "c&d"]},
    )
    (sent,) = seen.requests
    assert sent["path"] == "/path?other=a%20b&other=c%26d&QueryParam=of%20the%20connection"
    assert json.loads(sent["body"]) == {
        "Job": "Software Engineer",
        "Company": "AnyCompany",
        "BodyParam": "of the connection",
    }
    headers = sent["headers"]
    assert headers["X-Key"] == "key-value"
    assert headers["Header-Param"] == "of the connection"
    assert "header-param" not in headers
    assert headers["Request-Id"] == "my_request_id"
    assert headers["Content-Type"] == "application/json; charset=UTF-8"
    assert headers["User-Agent"] == "Amazon|StepFunctions|HttpInvoke|us-east-1"
    assert headers["Range"] == "bytes=0-262144"
    assert headers["Host"] == f"127.0.0.1:{seen.port}"


async def test_the_result_has_headers_body_status_and_text(call: Any, seen: Seen) -> None:
    result = await call(RequestBody={})
    assert list(result) == ["Headers", "ResponseBody", "StatusCode", "StatusText"]
    assert (result["ResponseBody"], result["StatusCode"], result["StatusText"]) == ({"ok": True}, 200, "OK")
    assert result["Headers"]["content-type"] == ["application/json"]
    assert result["Headers"]["x-twice"] == ["a", "b"]
    seen.content_type, seen.body = "text/plain; charset=utf-8", "schön".encode()
    assert (await call())["ResponseBody"] == "schön"


async def test_names_and_values_beyond_ascii_arrive(call: Any, seen: Seen) -> None:
    await call(
        ApiEndpoint=f"http://127.0.0.1:{seen.port}/größe a", Headers={"X-Word": "schön"}, QueryParameters={"wörd": "ü"}
    )
    (sent,) = seen.requests
    assert sent["path"].startswith("/gr%C3%B6%C3%9Fe%20a?w%C3%B6rd=%C3%BC&")
    assert sent["headers"]["X-Word"].encode("latin-1").decode() == "schön"


async def test_basic_authorization(perform: Any, services: Services, seen: Seen) -> None:
    arn = (
        await services.call(
            "events",
            "CreateConnection",
            {
                "Name": "b",
                "AuthorizationType": "BASIC",
                "AuthParameters": {"BasicAuthParameters": {"Username": "ann", "Password": "pass:word"}},
            },
        )
    )["ConnectionArn"]
    await perform(
        "http:invoke",
        {
            "ApiEndpoint": f"http://127.0.0.1:{seen.port}/",
            "Method": "GET",
            "InvocationConfig": {"ConnectionArn": arn},
        },
    )
    assert seen.requests[0]["headers"]["Authorization"] == "Basic YW5uOnBhc3M6d29yZA=="
    assert seen.requests[0]["method"] == "GET"


@pytest.mark.parametrize("status", [204, 302, 400, 404, 429, 500, 503])
async def test_a_status_other_than_2xx_is_an_error_of_its_own(call: Any, seen: Seen, status: int) -> None:
    seen.status, seen.body = status, b""
    if status == 204:
        assert (await call())["StatusCode"] == 204
        return
    failed = await failure(call)
    assert failed.error == f"States.Http.StatusCode.{status}"
    assert failed.cause
    assert len(seen.requests) == 1, "no redirect is followed"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"Headers": {"Authorization": "x"}}, "States.Runtime"),
        ({"Headers": {"x-amzn-trace-id": "x"}}, "States.Runtime"),
        ({"Headers": {"Fine": "a\r\nInjected: b"}}, "States.Runtime"),
        ({"Method": "TRACE"}, "States.Runtime"),
        ({"RequestBody": "text cannot be merged"}, "States.Runtime"),
        ({"ApiEndpoint": "ftp://example.com"}, "States.Runtime"),
        ({"ApiEndpoint": "https://[broken"}, "States.Runtime"),
        ({"ApiEndpoint": 5}, "States.Runtime"),
        ({"Headers": "text"}, "States.Runtime"),
        ({"QueryParameters": 5}, "States.Runtime"),
        ({"Transform": {"RequestBodyEncoding": "GZIP"}, "RequestBody": {}}, "States.Runtime"),
        ({"Authentication": {}}, "States.Runtime"),
        (
            {"Authentication": {"ConnectionArn": "arn:aws:events:us-east-1:000000000000:connection/none/1"}},
            "Events.ConnectionResource.ResourceNotFound",
        ),
    ],
)
async def test_what_cannot_be_sent_is_not_sent(call: Any, seen: Seen, fields: dict[str, Any], error: str) -> None:
    assert (await failure(call, **fields)).error == error
    assert seen.requests == []


@pytest.mark.parametrize("content_type", ["image/png", "application/octet-stream", "audio/mpeg"])
async def test_an_answer_that_is_no_text_fails(call: Any, seen: Seen, content_type: str) -> None:
    seen.content_type = content_type
    assert (await failure(call)).error == "States.Runtime"


async def test_an_answer_beyond_the_quota_fails(call: Any, seen: Seen) -> None:
    seen.body = b"x" * 262_145
    assert (await failure(call)).error == "States.DataLimitExceeded"


async def test_a_server_that_never_answers_is_given_up(seen: Seen) -> None:
    seen.delay = 2
    built = build_request({"Method": "GET", "ApiEndpoint": f"http://127.0.0.1:{seen.port}/"}, NOTHING, region="r")
    target = await judge(built.url, Settings(http_allowed_hosts=frozenset({"127.0.0.1"})))
    with pytest.raises(TaskFailure) as caught:
        await http_task.send(built, target, limit=0.2)
    assert caught.value.error == "States.Http.Socket"


async def test_a_refused_connection_is_a_socket_error(call: Any) -> None:
    assert (await failure(call, ApiEndpoint="http://localhost:1/")).error == "States.Http.Socket"


NOTHING = Connection(headers={}, query={}, body={})

BODY = {"array": ["a", "b c"], "deep": {"x": {"y": 1}, "list": [{"k": True}]}, "none": None, "text": "ä&="}


@pytest.mark.parametrize(
    ("array_format", "array", "nested"),
    [
        ("INDICES", "array%5B0%5D=a&array%5B1%5D=b%20c", "deep%5Blist%5D%5B0%5D%5Bk%5D=true"),
        ("REPEAT", "array=a&array=b%20c", "deep%5Blist%5D%5Bk%5D=true"),
        ("BRACKETS", "array%5B%5D=a&array%5B%5D=b%20c", "deep%5Blist%5D%5B%5D%5Bk%5D=true"),
        ("COMMAS", "array=a%2Cb%20c", "deep%5Blist%5D=%7B%22k%22%3Atrue%7D"),
    ],
)
def test_bodies_are_form_encoded_in_the_four_array_formats(array_format: str, array: str, nested: str) -> None:
    assert form_encoded(BODY, array_format) == f"{array}&deep%5Bx%5D%5By%5D=1&{nested}&none=&text=%C3%A4%26%3D"


def test_encoding_is_asked_for_by_transform_and_indices_are_the_default() -> None:
    fields = {
        "Method": "POST",
        "ApiEndpoint": "https://example.com/v1?a=1",
        "Headers": {"content-type": "application/x-www-form-urlencoded"},
        "RequestBody": {"a": ["x"]},
        "Transform": {"RequestBodyEncoding": "URL_ENCODED"},
    }
    built = build_request(fields, NOTHING, region="r")
    assert built.body == b"a%5B0%5D=x"
    assert built.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "Content-Type" not in built.headers
    options = {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": "REPEAT"}}
    assert build_request({**fields, "Transform": options}, NOTHING, region="r").body == b"a=x"


@pytest.mark.parametrize("query", ["a=1&b=x%20y", "?a=1&b=x%20y", {"a": 1, "b": "x y"}, [{"a": 1}, "b=x%20y"]])
def test_query_parameters_may_be_text_an_object_or_an_array(query: Any) -> None:
    fields = {"Method": "GET", "ApiEndpoint": "https://example.com", "QueryParameters": query}
    assert build_request(fields, NOTHING, region="r").url == "https://example.com/?a=1&b=x%20y"


def test_secrets_do_not_show_in_representations() -> None:
    secret = Connection(headers={"X-Key": "secret-value"}, query={}, body={})
    built = build_request({"Method": "GET", "ApiEndpoint": "https://example.com"}, secret, region="r")
    assert "secret-value" not in f"{secret!r} {built!r}"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
     "fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "::"],
)  # fmt: skip
def test_private_addresses_are_not_public_however_they_are_dressed(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("https://127.0.0.1/", "States.Http.Socket"),
        ("https://localhost/", "States.Http.Socket"),
        ("https://[::1]/", "States.Http.Socket"),
        ("https://2130706433/", "States.Http.Socket"),
        ("https://169.254.169.254/latest/meta-data", "States.Http.Socket"),
        ("http://93.184.216.34/", "States.Runtime"),
        ("http://127.0.0.1:4566/", "States.Runtime"),
        ("https://127.0.0.1:4566/_models/../", "States.Http.Socket"),
        ("http://127.0.0.1:4566/_models/%2e%2e/", "States.Runtime"),
        ("http://127.0.0.1:4567/_models/openai/v1/models", "States.Runtime"),
        ("https://example.com:99999/", "States.Runtime"),
        ("https:///no-host", "States.Runtime"),
        (f"https://{'a' * 70}.test/", "States.Runtime"),
    ],
)
async def test_a_task_may_not_call_this_machine_or_its_network(url: str, error: str) -> None:
    with pytest.raises(TaskFailure) as caught:
        await judge(url, Settings())
    assert caught.value.error == error


async def test_the_stand_ins_of_this_endpoint_may_be_called_over_plain_http() -> None:
    target = await judge("http://127.0.0.1:4566/_models/openai/v1/chat/completions", Settings())
    assert (target.address, target.port) == ("127.0.0.1", 4566)


async def test_over_tls_the_judged_address_is_asked_for_the_name_that_was_meant(
    seen: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path, "api.test")
    server = Server(("127.0.0.1", 0), handler_of(seen))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    http_task._trust.cache_clear()
    try:
        fields = {"Method": "GET", "ApiEndpoint": f"https://api.test:{server.server_port}/"}
        built = build_request(fields, NOTHING, region="r")
        target = http_task.Target("127.0.0.1", "api.test", server.server_port)
        response = await http_task.send(built, target, limit=10)
        assert response.status == 200
        assert seen.requests[0]["headers"]["Host"] == f"api.test:{server.server_port}"
        with pytest.raises(TaskFailure, match="certificate"):
            await http_task.send(built, replace(target, host="other.test"), limit=10)
    finally:
        http_task._trust.cache_clear()
        server.shutdown()
        server.server_close()


def self_signed(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


async def test_a_secret_reaches_neither_a_failure_nor_the_log(
    call: Any, seen: Seen, integrations: Integrations, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    seen.status = 401
    failed = await failure(call)
    assert "key-value" not in f"{failed} {failed.cause}"
    assert "key-value" not in caplog.text


async def test_whoever_watches_is_told_what_is_sent_and_what_came(perform, seen, connection):
    exchanges = []
    parameters = {
        "ApiEndpoint": f"http://127.0.0.1:{seen.port}/path",
        "Method": "GET",
        "Authentication": {"ConnectionArn": connection},
    }
    await perform("http:invoke", parameters, watch=exchanges.append)
    sent, answered = exchanges
    assert sent.response is None
    assert answered.response.body == seen.body
    assert "key-value" in str(answered.shown(reveal=True))
    assert "key-value" not in str(answered.shown(reveal=False))


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain; charset=ISO-8859-1", b"caf\xe9", "café"),
        ('text/plain; charset="utf-8"', "café".encode(), "café"),
        ("text/plain; charset=base64", b"abc=", "abc="),
        ("text/plain; charset=nothing-known", b"abc", "abc"),
    ],
)
async def test_an_answer_is_read_in_the_encoding_that_it_says(
    call: Any, seen: Seen, content_type: str, body: bytes, text: str
) -> None:
    seen.content_type, seen.body = content_type, body
    assert (await call())["ResponseBody"] == text


async def test_what_an_api_says_of_a_failure_is_the_cause(call: Any, seen: Seen) -> None:
    seen.status, seen.body = 422, b'{"message": "no such film"}'
    assert (await failure(call)).cause == '{"message": "no such film"}'
    seen.body = b""
    assert (await failure(call)).cause in ("Unprocessable Entity", "Unprocessable Content")
