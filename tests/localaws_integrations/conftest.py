"""Real parts: the services of an endpoint in a folder of their own, and the integrations over them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from localaws.integrations import Integrations, TaskRequest
from localaws.services import Services
from localaws.settings import Settings

ACCOUNT = "000000000000"
REGION = "us-east-1"
PORT = 45_661  # named in URLs; nothing listens there


def task(resource: str, parameters: Any, **more: Any) -> TaskRequest:
    return TaskRequest(
        execution_arn=f"arn:aws:states:{REGION}:{ACCOUNT}:execution:machine:run",
        state_machine_arn=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:machine",
        role_arn=f"arn:aws:iam::{ACCOUNT}:role/sfn-role",
        state_name="Task",
        resource=resource,
        parameters=parameters,
        region=REGION,
        account=ACCOUNT,
        **more,
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(port=PORT, home=tmp_path, transcribe_delay=0.2)


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    services = Services(settings.home, endpoint_url=settings.endpoint_url, account=ACCOUNT, region=REGION)
    await services.start()
    yield services
    await services.stop()


@pytest.fixture
async def table(services: Services) -> None:
    """DynamoDB's table "t" with the key "id"."""
    await services.call(
        "dynamodb",
        "CreateTable",
        {
            "TableName": "t",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )


@pytest.fixture
async def integrations(services: Services, settings: Settings) -> AsyncIterator[Integrations]:
    integrations = Integrations(services=services, settings=settings)
    await integrations.start()
    yield integrations
    await integrations.stop()


Perform = Callable[..., Awaitable[Any]]


@pytest.fixture
def perform(integrations: Integrations) -> Perform:
    """Perform a Task ("sqs:sendMessage", or a whole ARN) and give back its result as a value."""

    async def perform(resource: str, parameters: Any, **more: Any) -> Any:
        arn = resource if resource.startswith("arn:") else f"arn:aws:states:::{resource}"
        return json.loads(await integrations.perform(task(arn, parameters, **more)))

    return perform
