"""OAuth client credentials of an EventBridge connection: a token, fetched when needed and kept until it expires.

Tokens live in memory alone. As EventBridge does, a token that is about to expire is replaced before the call, and one
that an API turns down (401, 407) is thrown away: that attempt fails, and the next one, by the state's Retry, has a new
one. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
"""

import asyncio
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from localaws.integrations.connections import pairs, refused
from localaws.integrations.http_exchange import HttpResponse
from localaws.integrations.http_request import HttpRequest
from localaws.integrations.task import TaskFailure

EARLY_SECONDS: Final = 30.0  # a token that expires sooner isn't used any more
LONGEST_SECONDS: Final = 3600.0  # and one that doesn't say when it expires is used for so long
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class _Token:
    fingerprint: bytes  # of the secret that it was fetched with: an updated connection needs a new one
    header: str = field(repr=False)
    expires_at: float


class Tokens:
    """One for each connection. ``exchange`` sends a request to an address that it judges; it may raise TaskFailure."""

    def __init__(
        self, exchange: Callable[[HttpRequest], Awaitable[HttpResponse]], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._tokens: dict[str, _Token] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def authorization(self, arn: str, secret: Mapping[str, Any]) -> str:
        """The value of the Authorization header. Raises ``Events.ConnectionResource.InvalidConnectionState``."""
        fingerprint = hashlib.sha256(json.dumps(secret, sort_keys=True).encode()).digest()
        async with self._locks[arn]:  # many tasks at once ask for one token, not for many
            token = self._tokens.get(arn)
            if token is None or token.fingerprint != fingerprint or token.expires_at <= self._clock():
                token = self._tokens[arn] = await self._fetch(arn, secret, fingerprint)
            return token.header

    def forget(self, arn: str) -> None:
        """The API turned the token down."""
        self._tokens.pop(arn, None)

    async def _fetch(self, arn: str, secret: Mapping[str, Any], fingerprint: bytes) -> _Token:
        try:
            response = await self._exchange(token_request(secret))
        except KeyError as error:
            raise _unauthorized(arn, "its secret doesn't hold what OAuth needs") from error
        except TaskFailure as failure:
            raise _unauthorized(arn, str(failure.cause)) from failure
        if not 200 <= response.status < 300:
            raise _unauthorized(arn, f"the authorization endpoint answered {response.status} {response.reason}")
        try:
            answer = json.loads(response.body)
            access_token, kind = str(answer["access_token"]), str(answer.get("token_type") or "Bearer")
            lasts = min(float(answer.get("expires_in") or LONGEST_SECONDS), LONGEST_SECONDS)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _unauthorized(arn, "the authorization endpoint's answer holds no access token") from None
        header = f"{'Bearer' if kind.lower() == 'bearer' else kind} {access_token}"
        return _Token(fingerprint, header, self._clock() + lasts - min(EARLY_SECONDS, lasts / 2))


def _unauthorized(arn: str, reason: str) -> TaskFailure:
    return refused("InvalidConnectionState", f"Connection '{arn}' could not be authorized: {reason}")


def token_request(secret: Mapping[str, Any]) -> HttpRequest:
    """The request for a token (RFC 6749, 4.4.2): the client's id and secret with the connection's own parameters.

    As a form, or as JSON where the connection's headers say so. Raises KeyError for what the secret lacks.
    """
    client = secret.get("client_parameters") or secret
    own = secret.get("oauth_http_parameters") or secret.get("o_auth_http_parameters") or {}
    fields = {
        "grant_type": "client_credentials",
        "client_id": str(client["client_id"]),
        "client_secret": str(client["client_secret"]),
        **pairs(own.get("body_parameters")),
    }
    method, endpoint = str(secret.get("http_method") or "POST"), urlsplit(str(secret["authorization_endpoint"]))
    headers = {"User-Agent": "Amazon/EventBridge/ApiDestinations", **pairs(own.get("header_parameters"))}
    query = pairs(own.get("query_string_parameters"))
    body = None
    if method == "GET":
        query |= fields
    else:
        kind = next((value for name, value in headers.items() if name.lower() == "content-type"), None)
        if kind is None:
            headers["Content-Type"] = f"{_FORM}; charset=utf-8"
        body = (json.dumps(fields) if kind and "json" in kind else urlencode(fields)).encode()
    whole = "&".join(part for part in (endpoint.query, urlencode(query, quote_via=quote)) if part)
    url = urlunsplit((endpoint.scheme, endpoint.netloc, endpoint.path or "/", whole, ""))
    return HttpRequest(method, url, headers, body)
