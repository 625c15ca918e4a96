"""botocore clients whose requests never leave the process: what integrations call other services with.

A request is built and its answer parsed by botocore as for AWS, so names, shapes and errors are the SDK's own; only the
sending is replaced. Clients are made once to a service and Region (that's the slow part) and are thread-safe.
"""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
import urllib3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.config import Config
from botocore.configprovider import ConstantProvider

from localaws.services.blobs import Stream
from localaws.services.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

# No retries: the endpoint is this process. The Host prefix (sync-, data- ...) would only be in the way.
_CONFIG = Config(
    retries={"max_attempts": 0},
    inject_host_prefix=False,
    s3={"addressing_style": "path"},
    read_timeout=3600,
)


def isolated_session(region: str) -> botocore.session.Session:
    """A session that knows nothing of the user's own profiles, files and endpoints."""
    session = botocore.session.Session()
    settings = {"profile": None, "config_file": os.devnull, "credentials_file": os.devnull, "region": region}
    for name, value in settings.items():
        session.get_component("config_store").set_config_provider(name, ConstantProvider(value))
    return session


class Clients:
    """``ask`` answers a request from any thread but the event loop's."""

    def __init__(self, ask: Callable[[Request], Response], *, endpoint_url: str, region: str) -> None:
        self._ask = ask
        self._endpoint_url = endpoint_url
        self._region = region
        self._lock = threading.Lock()
        self._session = isolated_session(region)
        self._clients: dict[tuple[str, str], Any] = {}

    def get(self, service: str, region: str | None = None) -> Any:
        """Raises botocore's UnknownServiceError for a service that it has no model of."""
        key = (service, region or self._region)
        client = self._clients.get(key)
        if client is None:
            with self._lock:  # a botocore session isn't thread-safe
                client = self._clients.get(key) or self._create(*key)
                self._clients[key] = client
        return client

    def _create(self, service: str, region: str) -> Any:
        client: Any = self._session.create_client(
            service,
            region_name=region,
            endpoint_url=self._endpoint_url,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - nothing verifies it
            config=_CONFIG,
        )
        client.meta.events.register_first("before-send", functools.partial(self._send, service))
        return client

    def _send(self, service: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        answered = self._ask(
            Request(
                method=request.method,
                path=url.path or "/",
                query=url.query,
                headers={name.lower(): _text(value) for name, value in request.headers.items()},
                body=_body(request.body),
                default_region=self._region,
                client=service,
            )
        )
        headers: Any = HeadersDict([*answered.headers])
        if request.method != "HEAD":
            headers["content-length"] = str(len(answered.body))
        return AWSResponse(request.url, answered.status, headers, Stream(answered.body))


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else bytes(body) if isinstance(body, bytearray) else bytes(body.read())


def forward(endpoint_url: str, request: Request) -> Response:
    """Send a request of our own over HTTP, to the part of the endpoint that isn't in this package (Step Functions)."""
    pool = urllib3.PoolManager()
    url = f"{endpoint_url}{request.path}" + (f"?{request.query}" if request.query else "")
    headers = {name: value for name, value in request.headers.items() if name not in {"host", "content-length"}}
    answered = pool.request(request.method, url, body=request.body, headers=headers, retries=False, redirect=False)
    return Response(answered.status, list(answered.headers.items()), answered.data)
