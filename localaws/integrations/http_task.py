"""``http:invoke``: an HTTPS API, called as the Task and its EventBridge connection say.

A redirect isn't followed: it's another endpoint, which nobody judged. The result is {Headers, ResponseBody, StatusCode,
StatusText}; a status other than 2xx fails the Task with ``States.Http.StatusCode.N``.
"""

import asyncio
import re
import ssl
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

import certifi
import httpx

from asl.json_text import loads
from asl.json_types import JSON
from localaws.integrations.addresses import Target, judge
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.connections import read_connection
from localaws.integrations.http_exchange import HttpExchange, HttpResponse, without_secrets
from localaws.integrations.http_request import HttpRequest, build_request, connection_arn
from localaws.integrations.oauth import Tokens
from localaws.integrations.task import TaskFailure, TaskRequest
from localaws.settings import Settings

BODY_LIMIT = 262_144  # bytes
CAUSE_LIMIT = 32_768  # characters of a Cause
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_TURNED_DOWN = (401, 407)


async def exchange(request: HttpRequest, settings: Settings) -> HttpResponse:
    """Send to where HTTP Tasks may go, and nowhere else."""
    return await send(request, await judge(request.url, settings), limit=settings.http_timeout)


async def perform_http(
    calls: ServiceCalls, request: TaskRequest, settings: Settings, tokens: Tokens
) -> dict[str, JSON]:
    """Make the call and give back its result."""
    parameters = request.parameters
    if not isinstance(parameters, dict):
        raise TaskFailure("States.Runtime", "The Parameters of an HTTP Task must be a JSON object.")
    arn = connection_arn(parameters)
    connection = await read_connection(calls, arn, tokens)
    built = build_request(parameters, connection, region=request.region)
    target = await judge(built.url, settings)
    exchange = HttpExchange(built, build_request(parameters, without_secrets(connection), region=request.region))
    if request.watch is not None:
        request.watch(exchange)
    response = await send(built, target, limit=settings.http_timeout)
    if request.watch is not None:
        request.watch(replace(exchange, response=response))
    if response.status in _TURNED_DOWN:
        tokens.forget(arn)
    return to_result(response)


async def send(
    built: HttpRequest, target: Target, *, limit: float, trust: ssl.SSLContext | None = None
) -> HttpResponse:
    """Send to the judged address, asking for the host by its name; ``limit`` seconds for the whole exchange.

    ``trust``: whose certificates count, where not everybody's whom this machine trusts.

    Raises States.Http.Socket.
    """
    parts = urlsplit(built.url)
    address = f"[{target.address}]" if ":" in target.address else target.address
    url = urlunsplit((parts.scheme, f"{address}:{target.port}", parts.path, parts.query, ""))
    host = f"[{target.host}]" if ":" in target.host else target.host
    headers = [("Host", f"{host}:{parts.port}" if parts.port else host), *built.headers.items()]
    verify = trust or _trust()
    try:
        async with (
            asyncio.timeout(limit),
            # No proxy from the environment: it would connect to an address that nobody judged.
            httpx.AsyncClient(trust_env=False, verify=verify, timeout=limit, follow_redirects=False) as client,
            client.stream(
                built.method,
                url,
                headers=[(name.encode(), value.encode()) for name, value in headers],
                content=built.body,
                extensions={"sni_hostname": target.host},
            ) as response,
        ):
            return HttpResponse(
                status=response.status_code,
                reason=response.reason_phrase or reason_of(response.status_code),
                headers=tuple((name.lower(), value) for name, value in response.headers.multi_items()),
                body=await _read(response),
            )
    except (TimeoutError, httpx.TimeoutException) as error:
        raise TaskFailure("States.Http.Socket", f"{target.host} did not answer within {limit:g} seconds.") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise TaskFailure("States.Runtime", f"The ApiEndpoint can't be called: {error}") from error
    except httpx.HTTPError as error:
        raise TaskFailure("States.Http.Socket", f"The call to {target.host} failed: {error}") from error


@cache
def _trust() -> ssl.SSLContext:
    """Certificates that public authorities signed, and those that this machine trusts besides."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def reason_of(status: int) -> str:
    """The phrase of a status by RFC 9110; "" for one that has none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > BODY_LIMIT:
            raise TaskFailure(
                "States.DataLimitExceeded",
                "The state/task 'http' returned a result with a size exceeding "
                "the maximum number of bytes service limit.",
            )
    return bytes(body)


_BINARY = ("image/", "video/", "audio/")


def to_result(response: HttpResponse) -> dict[str, JSON]:
    """The Task's result. Raises for a status other than 2xx and for what isn't text."""
    if not 200 <= response.status < 300:
        # What the API said of it helps more than the status' own words.
        said = response.body[:CAUSE_LIMIT].decode(errors="replace").strip()
        raise TaskFailure(f"States.Http.StatusCode.{response.status}", said or response.reason)
    media_type = response.media_type
    if media_type == "application/octet-stream" or media_type.startswith(_BINARY):
        raise TaskFailure("States.Runtime", f"HTTP Tasks can't take a response of the type {media_type}.")
    try:
        text = response.body.decode(_charset(response.headers))
    except UnicodeDecodeError:
        raise TaskFailure("States.Runtime", "The response of the HTTP Task can't be read as text.") from None
    headers: dict[str, list[str]] = {}
    for name, value in response.headers:
        headers.setdefault(name, []).append(value)
    return {
        "Headers": headers,
        "ResponseBody": _parsed(text, media_type),
        "StatusCode": response.status,
        "StatusText": response.reason,
    }


def _charset(headers: Iterable[tuple[str, str]]) -> str:
    """The encoding that the answer says it has; UTF-8 where it says none or one that nobody knows."""
    content_type = next((value for name, value in headers if name == "content-type"), "")
    found = _CHARSET.search(content_type)
    try:
        if found is not None:
            "".encode(found[1])
            return found[1]
    except LookupError:  # also of what is no encoding of text ("base64")
        pass
    return "utf-8"


def _parsed(text: str, media_type: str) -> JSON:
    if media_type == "application/json" or media_type.endswith("+json"):
        try:
            return loads(text)
        except ValueError:
            return text
    return text
