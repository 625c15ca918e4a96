"""The one place where the web applications get boto3 clients.

An environment with an endpoint URL (the embedded one, or any Step-Functions-compatible endpoint) gets
``inject_host_prefix=False`` (botocore would call ``sync-127.0.0.1`` for StartSyncExecution and TestState) and
path-style S3; AWS itself gets botocore's defaults. No secret is stored: AWS credentials come from boto3's own chain, a
named profile, or a role to assume whose credentials live in this process's memory until shortly before they expire.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.session import get_session

if TYPE_CHECKING:
    from designer.models import Environment

_lock = threading.Lock()
# A session keeps the services' parsed models (17 MB for five of them): whoever shares credentials shares one.
_sessions: dict[tuple[str, ...], Any] = {}
_clients: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
LONGEST_CALL = 310  # seconds: TestState performs its state for up to five minutes
MOST_CLIENTS = 128  # the longest unused goes first: environments come and go, and their addresses change


def client(
    environment: Environment, service: str, *, public: bool = False, once: bool = False, counted: bool = False
) -> Any:
    """A boto3 client of ``service`` in ``environment``; ``public`` signs for the address that a browser uses.

    ``once`` is for calls that do something and may take minutes: they are waited for, and never sent again. ``counted``
    is for those that a quota is kept for and that come again by themselves: botocore doesn't repeat them. Clients are
    thread-safe and kept; changing an environment makes new ones.
    """
    endpoint = (environment.public_endpoint_url or environment.endpoint_url) if public else environment.endpoint_url
    credentials = (
        environment.kind,
        environment.region,
        environment.profile,
        environment.role_arn,
        environment.external_id,
    )
    key = (*credentials, endpoint, service, once, counted)
    with _lock:  # boto3 sessions aren't thread-safe while they make a client
        if key not in _clients:
            if credentials not in _sessions:
                _sessions[credentials] = _session(environment)
            session = _sessions[credentials]
            config = _config(endpoint, service, once=once, counted=counted)
            _clients[key] = session.client(service, endpoint_url=endpoint or None, config=config)
            while len(_clients) > MOST_CLIENTS:
                _clients.popitem(last=False)
        _clients.move_to_end(key)
        return _clients[key]


def _config(endpoint: str, service: str, *, once: bool = False, counted: bool = False) -> Config:
    options: dict[str, Any] = {
        "connect_timeout": 5,
        "read_timeout": LONGEST_CALL if once else 30,  # longer than SQS's long poll of 20 s
        "retries": {"mode": "standard", "total_max_attempts": 1 if once or counted else 4},
        "max_pool_connections": 32,
        "user_agent_extra": "callboard",
    }
    if endpoint:
        options["inject_host_prefix"] = False
    if service == "s3":
        options["signature_version"] = "s3v4"
        if endpoint:
            options["s3"] = {"addressing_style": "path"}
    return Config(**options)


def _session(environment: Environment) -> boto3.Session:
    if environment.kind == "embedded":
        # The embedded endpoint takes any key; giving one keeps boto3 from looking for (and sending) a real one.
        return boto3.Session(
            aws_access_key_id="callboard",
            aws_secret_access_key="embedded",  # noqa: S106
            region_name=environment.region,
        )
    session = boto3.Session(profile_name=environment.profile or None, region_name=environment.region)
    return _assume_role(session, environment) if environment.role_arn else session


def _assume_role(source: boto3.Session, environment: Environment) -> boto3.Session:
    extra = {"RoleSessionName": "callboard"}
    if environment.external_id:
        extra["ExternalId"] = environment.external_id
    core = get_session()
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=source._session.create_client,  # noqa: SLF001  (boto3 has no public way to a self-refreshing role)
        source_credentials=source.get_credentials(),
        role_arn=environment.role_arn,
        extra_args=extra,
    )
    # boto3 has no public way to a session whose role renews itself
    credentials = DeferredRefreshableCredentials(method="assume-role", refresh_using=fetcher.fetch_credentials)
    core._credentials = credentials  # type: ignore[attr-defined]  # noqa: SLF001
    core.set_config_variable("region", environment.region)
    return boto3.Session(botocore_session=core)
