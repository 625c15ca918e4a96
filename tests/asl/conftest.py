"""How many examples hypothesis makes: some, and many where the proofs are asked for (`make proof`)."""

import pytest
from hypothesis import HealthCheck, settings

PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
settings.register_profile("ordinary", max_examples=100, **PATIENT)
settings.register_profile("proof", max_examples=3_000, **PATIENT)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("proof" if config.option.markexpr.startswith("proof") else "ordinary")
