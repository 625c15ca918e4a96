"""The recorded answers through the endpoint itself, as boto3 sees them, with the collection's own runner."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).parents[3] / "shared" / "conformance" / "run_cases.py"
# Recordings that lack the events with which their Parallel ends: the ids of what follows jump over them.
INCOMPLETE_RECORDINGS = 2


def test_every_recorded_jsonpath_execution_is_right(localaws):
    if not RUNNER.exists():
        pytest.skip("the recorded answers aren't beside this checkout (../shared/conformance)")
    ran = subprocess.run(
        [sys.executable, str(RUNNER), "--endpoint", localaws.url, "--features", "jsonpath", "--failures", "10"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    right, cases = map(int, re.search(r"execution: (\d+)/(\d+) right", ran.stdout).groups())
    types, histories = map(int, re.search(r"event types (\d+)/(\d+)", ran.stdout).groups())
    fields = int(re.search(r"every field (\d+)/", ran.stdout).group(1))
    assert (right, cases) == (440, 440), ran.stdout
    assert types == fields == histories - INCOMPLETE_RECORDINGS, ran.stdout
