"""Tasks' calls to services that a setting names go to AWS itself, with the credentials of botocore's own chain.

So that a workflow on this machine can run a real job (Bedrock, Athena, Glue ...) while the rest stays here. Only what
Tasks call is concerned: requests to the endpoint's port are always answered by the endpoint. Nothing of the credentials
is kept or logged. Roles that a Task names (``Credentials``) aren't assumed.
"""

import asyncio
import io
import threading
from collections.abc import Iterable
from typing import Any, Final

import botocore.session
from botocore.config import Config

from localaws.integrations.calls import ServiceCalls
from localaws.settings import SettingError

# A Task may be called for 65 s; what it doesn't get by then is retried by its state, not by the client.
_CONFIG: Final = Config(read_timeout=65, connect_timeout=10, retries={"max_attempts": 0})


class RealAws:
    """`ServiceCalls` in which the named services are AWS's and all others those of ``services``."""

    def __init__(self, services: ServiceCalls, names: Iterable[str]) -> None:
        """``names`` as botocore has them (``bedrock``, ``bedrock-runtime``). Raises `SettingError` for any other."""
        self._services = services
        self._names = frozenset(names)
        self._session = botocore.session.Session()
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str | None], Any] = {}
        unknown = self._names - set(self._session.get_available_services())
        if unknown:
            raise SettingError(f"LOCALAWS_AWS_SERVICES names no services of AWS: {', '.join(sorted(unknown))}")

    async def call(
        self, service: str, operation: str, params: dict[str, Any], *, region: str | None = None
    ) -> dict[str, Any]:
        """Raises botocore's ClientError and BotoCoreError."""
        if service not in self._names:
            return await self._services.call(service, operation, params, region=region)
        return await asyncio.to_thread(self._call, service, operation, params, region)

    def _call(self, service: str, operation: str, params: dict[str, Any], region: str | None) -> dict[str, Any]:
        answer: dict[str, Any] = self._client(service, region)._make_api_call(operation, params)  # noqa: SLF001
        # A body that is still on its way is read here: the loop must not wait for it.
        return {name: io.BytesIO(value.read()) if hasattr(value, "read") else value for name, value in answer.items()}

    def _client(self, service: str, region: str | None) -> Any:
        with self._lock:  # a botocore session isn't thread-safe
            key = service, region
            if key not in self._clients:
                self._clients[key] = self._session.create_client(service, region_name=region, config=_CONFIG)
            return self._clients[key]
