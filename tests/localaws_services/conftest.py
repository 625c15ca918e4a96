"""A real endpoint of the services alone: uvicorn on a free port, boto3 in front of it, its home in a temporary folder."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import uvicorn
from botocore.config import Config

from localaws.services import Services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONFIG = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, inject_host_prefix=False, read_timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def boto(service: str, url: str, region: str = "us-east-1") -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=CONFIG,
    )


class Endpoint:
    """Services behind uvicorn on a thread of their own; ``run`` gives a coroutine to their event loop."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = ""
        self.services: Services
        self._thread: threading.Thread | None = None

    def start(self) -> Endpoint:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        ready = threading.Event()
        problems: list[BaseException] = []

        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            try:
                self.services = Services(self.home, endpoint_url=self.url)
                await self.services.start()
            except BaseException as error:  # noqa: BLE001 - raised again by start()
                problems.append(error)
                ready.set()
                return
            config = uvicorn.Config(
                self.services, port=port, log_level="warning", lifespan="off", timeout_keep_alive=60
            )
            self._server = uvicorn.Server(config)
            self._server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
            serving = asyncio.ensure_future(self._server.serve())
            while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
            ready.set()
            await serving
            await self.services.stop()

        self._thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        self._thread.start()
        ready.wait(30)
        if problems:
            raise problems[0]
        return self

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def stop(self) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        assert self._thread is not None
        self._thread.join(30)
        assert not self._thread.is_alive()

    def restart(self) -> Endpoint:
        self.stop()
        return self.start()

    def client(self, service: str, region: str = "us-east-1") -> Any:
        return boto(service, self.url, region)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    served = Endpoint(tmp_path_factory.mktemp("endpoint")).start()
    yield served
    served.stop()


@pytest.fixture
def client(endpoint: Endpoint) -> Callable[..., Any]:
    return endpoint.client
