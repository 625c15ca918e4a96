"""What the integrations need of the services: one call at a time, answered with a dictionary or a ClientError."""

from typing import Any, Protocol


class ServiceCalls(Protocol):
    """`localaws.services.Services`, as the integrations use it."""

    async def call(
        self, service: str, operation: str, params: dict[str, Any], *, region: str | None = None
    ) -> dict[str, Any]:
        """Call ``operation`` of botocore's ``service``, off the loop. Raises botocore's ClientError."""
        ...
