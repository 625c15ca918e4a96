import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from served import Endpoint


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """One endpoint for all tests that neither stop it nor need it fresh."""
    running = Endpoint(tmp_path_factory.mktemp("localaws")).start()
    yield running
    running.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Endpoint]:
    """An endpoint that a test may kill and start again; not started yet."""
    one = Endpoint(tmp_path / "home")
    yield one
    if one.process is not None:
        one.stop()


@pytest.fixture
def sfn(endpoint: Endpoint) -> Any:
    return endpoint.client()


@pytest.fixture
def sqs(endpoint: Endpoint) -> Any:
    return endpoint.client("sqs")


@pytest.fixture
def s3(endpoint: Endpoint) -> Any:
    return endpoint.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    name = f"b-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name
