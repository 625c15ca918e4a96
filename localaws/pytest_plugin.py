"""Fixtures for the tests of whoever builds on Step Functions. In your ``conftest.py``:

    pytest_plugins = ["localaws.pytest_plugin"]

One endpoint serves the whole run. A test that wants one to itself (to kill it, say) makes a
`localaws.testing.Endpoint`.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from localaws.testing import Endpoint


@pytest.fixture(scope="session")
def localaws_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """AWS on this machine: ``localaws_endpoint.client("sqs")``, ``localaws_endpoint.url``."""
    with Endpoint(tmp_path_factory.mktemp("localaws")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def step_functions(localaws_endpoint: Endpoint) -> Any:
    """A boto3 client of Step Functions."""
    return localaws_endpoint.client("stepfunctions")
