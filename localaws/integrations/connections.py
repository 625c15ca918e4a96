"""EventBridge connections: how an HTTP Task proves itself, and what the connection adds to every request.

EventBridge keeps the secret in Secrets Manager; it's read for each call, held no longer and never logged. How the
credentials of a client become an access token is `oauth`'s.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from botocore.exceptions import ClientError

from localaws.integrations.calls import ServiceCalls
from localaws.integrations.task import TaskFailure

_CONNECTION = re.compile(r"arn:[^:]+:events:(?P<region>[^:]+):\d{12}:connection/(?P<name>[^/]+)(?:/[^/]+)?\Z")


@dataclass(frozen=True, slots=True)
class Connection:
    """What a connection adds to a request; its values win over the Task's own."""

    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    body: Mapping[str, str] = field(repr=False)


class AccessTokens(Protocol):
    """`oauth.Tokens`, as connections use it."""

    async def authorization(self, arn: str, secret: Mapping[str, Any]) -> str: ...


def refused(name: str, cause: str) -> TaskFailure:
    """One of the connection's own errors, by the last part of its name."""
    return TaskFailure(f"Events.ConnectionResource.{name}", cause)


async def read_connection(calls: ServiceCalls, arn: str, tokens: AccessTokens) -> Connection:
    """The connection of ``arn`` with its secret. Raises the errors of ``Events.ConnectionResource``."""
    found = _CONNECTION.match(arn)
    if found is None:
        raise refused("ResourceNotFound", f"{arn} is not the ARN of an EventBridge connection.")
    region = found["region"]
    try:
        described = await calls.call("events", "DescribeConnection", {"Name": found["name"]}, region=region)
    except ClientError as error:
        raise refused("ResourceNotFound", f"Connection '{arn}' does not exist.") from error
    if described.get("ConnectionArn") not in {None, arn} and arn.count("/") > 1:
        raise refused("ResourceNotFound", f"Connection '{arn}' does not exist.")
    if described.get("ConnectionState", "AUTHORIZED") != "AUTHORIZED":
        raise refused("InvalidConnectionState", f"Connection '{arn}' is {described['ConnectionState']}.")
    secret = await _read_secret(calls, arn, str(described.get("SecretArn", "")), region)
    kind = str(described.get("AuthorizationType", ""))
    if kind == "OAUTH_CLIENT_CREDENTIALS":
        return _connection(secret, {"Authorization": await tokens.authorization(arn, secret)})
    try:
        return _connection(secret, _authorization(arn, kind, secret))
    except KeyError as error:
        raise refused(
            "InvalidConnectionState", f"The secret of connection '{arn}' doesn't hold what {kind} authorization needs."
        ) from error


async def _read_secret(calls: ServiceCalls, arn: str, secret_arn: str, region: str) -> dict[str, Any]:
    try:
        answer = await calls.call("secretsmanager", "GetSecretValue", {"SecretId": secret_arn}, region=region)
        secret = json.loads(answer["SecretString"])
    except (ClientError, KeyError, ValueError) as error:
        raise refused("AccessDenied", f"The secret of connection '{arn}' can't be read.") from error
    return secret if isinstance(secret, dict) else {}


def _connection(secret: Mapping[str, Any], authorization: Mapping[str, str]) -> Connection:
    shared = secret.get("invocation_http_parameters") or {}
    return Connection(
        headers={**pairs(shared.get("header_parameters")), **authorization},
        query=pairs(shared.get("query_string_parameters")),
        body=pairs(shared.get("body_parameters")),
    )


def _authorization(arn: str, kind: str, secret: Mapping[str, Any]) -> dict[str, str]:
    match kind:
        case "API_KEY":
            return {str(secret["api_key_name"]): str(secret["api_key_value"])}
        case "BASIC":
            pair = f"{secret['username']}:{secret['password']}"
            return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        case _:
            raise refused(
                "InvalidConnectionState",
                f"Connection '{arn}' uses {kind or 'no'} authorization, which is none of EventBridge's.",
            )


def pairs(parameters: Sequence[Mapping[str, Any]] | None) -> dict[str, str]:
    """A connection's parameters ({key, value} each) by their keys."""
    return {str(each["key"]): str(each.get("value", "")) for each in parameters or ()}
