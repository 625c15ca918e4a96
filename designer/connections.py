"""Whether an environment can be reached, and what it offers the forms: models, EventBridge connections."""

from __future__ import annotations

import ipaddress
import json
import re
import socket
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError

from callboard.aws import client
from designer.models import Environment

_BUNDLED_MODELS = Path(__file__).with_name("foundation_models.json")
_QUEUE_PATH = re.compile(r"/\d{12}/[A-Za-z0-9_-]{1,80}(\.fifo)?")
_SQS_HOST = re.compile(r"(?:[a-z0-9-]+\.)*(?:sqs|sqs-fips|queue)\.(?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?")
STAND_IN = "stand-in"
_ASK_AGAIN = 60  # seconds


def check_endpoint_url(url: str) -> None:
    """A person may name an endpoint of AWS's kind, not one inside this machine's network. Raises ValidationError.

    The embedded endpoint's own address, and hosts that `CALLBOARD_WEBHOOK_ALLOWED_HOSTS` names, are allowed.
    """
    if not url:
        return
    parts = urlsplit(url)
    host = parts.hostname or ""
    own = {settings.CALLBOARD_EMBEDDED_ENDPOINT, settings.CALLBOARD_EMBEDDED_PUBLIC_ENDPOINT}
    if host in settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS or url.rstrip("/") in own:
        return
    if parts.scheme != "https":
        raise ValidationError("The endpoint's address begins with https://.")
    try:
        addresses = {item[4][0] for item in socket.getaddrinfo(host, parts.port or 443, proto=socket.IPPROTO_TCP)}
    except OSError as error:
        raise ValidationError(f"{host} has no address. Check the spelling.") from error
    if any(not ipaddress.ip_address(address).is_global for address in addresses):
        raise ValidationError(
            f"{host} is an address inside a private network; whoever runs this Callboard must allow it first."
        )


def check_queue_url(url: str, *, endpoint_url: str) -> None:
    """A queue's URL as SQS gives it, at AWS or at the environment's own endpoint. Raises ValidationError.

    botocore sends to the URL's own host whatever endpoint a client has, so it is checked as an endpoint is.
    """
    if not url:
        return
    parts = urlsplit(url)
    if not _QUEUE_PATH.fullmatch(parts.path) or parts.query or parts.fragment or parts.username:
        raise ValidationError(
            "A queue's URL ends in the account and the name: https://…/123456789012/callboard-review."
        )
    if parts.scheme == "https" and _SQS_HOST.fullmatch(parts.hostname or ""):
        return
    if endpoint_url and url.startswith(endpoint_url.rstrip("/") + "/"):
        return  # checked already
    if not endpoint_url:
        raise ValidationError("At AWS a queue's URL begins with https://sqs.<Region>.amazonaws.com/.")
    check_endpoint_url(url)


def test_connection(environment: Environment) -> dict[str, Any]:
    """`{ok, message, account?}`: one call of STS for who we are, one of Step Functions for what we may."""
    try:
        account = client(environment, "sts").get_caller_identity()["Account"]
        client(environment, "stepfunctions").list_state_machines(maxResults=1)
    except ClientError as error:
        said = error.response["Error"]
        return {"ok": False, "message": f"AWS answered {said['Code']}: {said.get('Message', '')}"}
    except (BotoCoreError, ValueError) as error:
        return {"ok": False, "message": f"No connection: {error}"}
    if environment.account != account and environment.kind == Environment.Kind.AWS:
        Environment.objects.filter(pk=environment.pk).update(account=account)
    return {"ok": True, "message": f"Connected to account {account} in {environment.region}.", "account": account}


def foundation_models(environment: Environment) -> dict[str, Any]:
    """The environment's models as the form's picker needs them; a bundled list where it doesn't tell."""
    try:
        listed = client(environment, "bedrock").list_foundation_models()["modelSummaries"]
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        denied = f"{environment} doesn't let Callboard list its models ({code})."
        said = denied if "AccessDenied" in code else f"{environment} doesn't list its models ({code})."
        return {"models": _bundled(), "source": "bundled", "problem": said}
    except BotoCoreError as error:
        said = f"{environment} can't be asked for its models ({type(error).__name__})."
        return {"models": _bundled(), "source": "bundled", "problem": said}
    models = [
        {
            "modelId": row["modelId"],
            "modelName": row.get("modelName", row["modelId"]),
            "providerName": row.get("providerName", ""),
            "stand_in": row.get("modelName", "").endswith(f"({STAND_IN})"),
        }
        for row in listed
    ]
    return {"models": models, "source": "live", "problem": ""}


def text_models_label() -> str:
    """Who answers under the text models' names on this machine: `STAND_IN`, or the model of one's own server."""
    environment = Environment.objects.filter(kind=Environment.Kind.EMBEDDED).first()
    if environment is None:
        return STAND_IN
    key = f"text-models-{environment.endpoint_url}"
    label: str | None = cache.get(key)
    if label is None:
        label = _ask_label(environment)
        cache.set(key, label, _ASK_AGAIN)
    return label


def _ask_label(environment: Environment) -> str:
    try:
        details = client(environment, "bedrock").get_foundation_model(modelIdentifier="anthropic.claude-v2")
    except (ClientError, BotoCoreError):
        return STAND_IN
    named = re.search(r"\(([^()]+)\)$", details["modelDetails"].get("modelName", ""))
    return named[1] if named else STAND_IN


@lru_cache(maxsize=1)
def _bundled() -> list[dict[str, Any]]:
    rows = json.loads(_BUNDLED_MODELS.read_text(encoding="utf-8"))
    return [{**row, "stand_in": False} for row in rows]


def event_connections(environment: Environment) -> list[dict[str, str]]:
    """EventBridge connections by name. Their secrets stay in AWS. Raises ClientError, BotoCoreError."""
    pages = client(environment, "events").list_connections(Limit=100)["Connections"]
    return [
        {"arn": row["ConnectionArn"], "name": row["Name"], "authorization_type": row.get("AuthorizationType", "")}
        for row in pages
    ]
