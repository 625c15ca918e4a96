"""OAuth connections against a real server: one token for many calls, and when another one is fetched."""

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from localaws.integrations import TaskFailure
from localaws.integrations.http_exchange import HttpResponse
from localaws.integrations.oauth import EARLY_SECONDS, Tokens, token_request
from localaws.services import Services
from localaws.settings import Settings


@dataclass
class Api:
    """A server with an authorization endpoint at /token; everything else wants one of the tokens that it gave."""

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)  # for tokens
    called: list[str] = field(default_factory=list)  # Authorization of each call
    turned_down: set[str] = field(default_factory=set)
    status: int = 200
    answer: dict[str, Any] = field(default_factory=lambda: {"expires_in": 3600, "token_type": "bearer"})

    def token(self, method: str, path: str, headers: dict[str, str], body: str) -> dict[str, Any]:
        self.asked.append({"method": method, "path": path, "headers": headers, "body": body})
        return {"access_token": f"token-{len(self.asked)}", **self.answer}


def handler_of(api: Api) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if urlsplit(self.path).path == "/token":
                status, value = api.status, api.token(self.command, self.path, dict(self.headers), body)
            else:
                api.called.append(self.headers["Authorization"])
                status, value = (401 if api.called[-1] in api.turned_down else 200), {"ok": True}
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_of(api))
    api.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield api
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path, api: Api) -> Settings:
    return Settings(port=45_661, home=tmp_path, http_allowed_hosts=frozenset({f"127.0.0.1:{api.port}"}))


def parameters(api: Api, **more: Any) -> dict[str, Any]:
    client = {"ClientID": "client", "ClientSecret": "client secret"}
    own = {
        "BodyParameters": [{"Key": "audience", "Value": "films", "IsValueSecret": False}],
        "HeaderParameters": [{"Key": "X-Tenant", "Value": "t", "IsValueSecret": False}],
        "QueryStringParameters": [{"Key": "v", "Value": "a b", "IsValueSecret": True}],
    }
    oauth = {
        "ClientParameters": client,
        "AuthorizationEndpoint": f"http://127.0.0.1:{api.port}/token",
        "HttpMethod": "POST",
        "OAuthHttpParameters": own,
        **more,
    }
    return {"Name": "c", "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "AuthParameters": {"OAuthParameters": oauth}}


@pytest.fixture
async def call(perform: Any, services: Services, api: Api) -> Any:
    answer = await services.call("events", "CreateConnection", parameters(api))

    async def call() -> Any:
        fields = {"ApiEndpoint": f"http://127.0.0.1:{api.port}/films", "Method": "GET"}
        return await perform(
            "http:invoke", {**fields, "InvocationConfig": {"ConnectionArn": str(answer["ConnectionArn"])}}
        )

    return call


async def test_many_calls_use_one_token(call: Any, api: Api) -> None:
    await asyncio.gather(*(call() for _ in range(5)))
    await call()
    assert api.called == ["Bearer token-1"] * 6
    (asked,) = api.asked
    assert asked["method"] == "POST"
    assert asked["path"] == "/token?v=a%20b"
    assert asked["headers"]["X-Tenant"] == "t"
    assert asked["headers"]["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert parse_qs(asked["body"]) == {
        "grant_type": ["client_credentials"],
        "client_id": ["client"],
        "client_secret": ["client secret"],
        "audience": ["films"],
    }


async def test_a_token_that_is_turned_down_fails_the_attempt_and_the_next_one_has_another(call: Any, api: Api) -> None:
    await call()
    api.turned_down.add("Bearer token-1")
    with pytest.raises(TaskFailure) as found:
        await call()
    assert found.value.error == "States.Http.StatusCode.401"
    await call()
    assert api.called[-1] == "Bearer token-2"


async def test_a_changed_connection_needs_another_token(call: Any, api: Api, services: Services) -> None:
    await call()
    other = {"ClientID": "client", "ClientSecret": "another"}
    await services.call("events", "UpdateConnection", parameters(api, ClientParameters=other))
    await call()
    assert parse_qs(api.asked[-1]["body"])["client_secret"] == ["another"]
    assert api.called[-1] == "Bearer token-2"


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (403, {}, "the authorization endpoint answered 403 Forbidden"),
        (200, {"access_token": None, "expires_in": "soon"}, "holds no access token"),
    ],
)
async def test_a_connection_without_a_token_is_in_no_state_to_be_used(
    call: Any, api: Api, status: int, answer: dict[str, Any], said: str
) -> None:
    api.status, api.answer = status, answer
    with pytest.raises(TaskFailure) as found:
        await call()
    assert found.value.error == "Events.ConnectionResource.InvalidConnectionState"
    assert said in str(found.value.cause)
    assert "client secret" not in str(found.value.cause)
    assert api.called == []


async def test_a_private_authorization_endpoint_is_refused(perform: Any, services: Services, api: Api) -> None:
    given = parameters(api, AuthorizationEndpoint="https://127.0.0.2/token")
    answer = await services.call("events", "CreateConnection", given)
    fields = {"ApiEndpoint": f"http://127.0.0.1:{api.port}/films", "Method": "GET"}
    with pytest.raises(TaskFailure) as found:
        await perform("http:invoke", {**fields, "Authentication": {"ConnectionArn": str(answer["ConnectionArn"])}})
    assert found.value.error == "Events.ConnectionResource.InvalidConnectionState"
    assert "not a public address" in str(found.value.cause)


async def test_a_token_is_replaced_before_it_expires() -> None:
    now, asked = [1000.0], []

    async def exchange(request: Any) -> HttpResponse:
        asked.append(request)
        body = json.dumps({"access_token": str(len(asked)), "token_type": "MAC", "expires_in": 100})
        return HttpResponse(200, "OK", (), body.encode())

    tokens = Tokens(exchange, clock=lambda: now[0])
    secret = {"client_id": "c", "client_secret": "s", "authorization_endpoint": "https://a.test/token"}
    assert await tokens.authorization("arn", secret) == "MAC 1"
    now[0] += 100 - EARLY_SECONDS - 1
    assert await tokens.authorization("arn", secret) == "MAC 1"
    now[0] += 2
    assert await tokens.authorization("arn", secret) == "MAC 2"
    assert len(asked) == 2


async def test_what_a_secret_lacks_is_said_without_the_secret() -> None:
    with pytest.raises(TaskFailure) as found:
        await Tokens(None).authorization("arn", {"client_id": "c"})  # type: ignore[arg-type]
    assert found.value.cause == "Connection 'arn' could not be authorized: its secret doesn't hold what OAuth needs"


def test_a_request_for_a_token_is_json_where_the_headers_say_so_and_a_query_for_a_get() -> None:
    secret = {"client_id": "c", "client_secret": "s s", "authorization_endpoint": "https://a.test"}
    content = [{"key": "content-type", "value": "application/json"}]
    asked = token_request({**secret, "oauth_http_parameters": {"header_parameters": content}})
    assert json.loads(asked.body or b"") == {
        "grant_type": "client_credentials",
        "client_id": "c",
        "client_secret": "s s",
    }
    asked = token_request({**secret, "http_method": "GET"})
    assert (asked.body, asked.url) == (
        None,
        "https://a.test/?grant_type=client_credentials&client_id=c&client_secret=s%20s",
    )


async def test_who_asks_for_a_connection_does_not_get_its_secrets(services: Services, api: Api) -> None:
    await services.call("events", "CreateConnection", parameters(api))
    shown = await services.call("events", "DescribeConnection", {"Name": "c"})
    oauth = shown["AuthParameters"]["OAuthParameters"]
    assert oauth["ClientParameters"] == {"ClientID": "client"}
    assert oauth["OAuthHttpParameters"]["BodyParameters"][0]["Value"] == "films"
    assert "Value" not in oauth["OAuthHttpParameters"]["QueryStringParameters"][0]
