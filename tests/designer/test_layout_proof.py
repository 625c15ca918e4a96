"""The canvas's layout at full size: 3,000 drawings of random nested graphs. The ordinary run has 240 of them in vitest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.proof
def test_three_thousand_random_drawings_have_no_overlap_and_hardly_any_fault():
    command = [sys.executable, "scripts/front.py", "exec", "--", "vitest", "run", "src/graph/layout"]
    environment = {**os.environ, "CALLBOARD_LAYOUT_FUZZ": "1500"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
