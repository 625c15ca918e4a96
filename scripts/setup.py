#!/usr/bin/env python3
"""Set Callboard up: virtual environment, locked dependencies, front end; with --tests what the tests need besides.

Runs on the standard library alone. Each step leaves a stamp in .build/ with the hash of what it was made from, so a
second run takes well under a second.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BUILD = ROOT / ".build"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
FRONTEND = ROOT / "frontend"
# What the tests start as real processes, and the Debian package that brings it.
SERVERS = {"chromium": "chromium", "redis-server": "redis-server", "postgres": "postgresql"}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--tests", action="store_true", help="also install what the tests and checks need")
    tests = arguments.parse_args().tests
    if sys.version_info < (3, 11):
        stop(
            f"Callboard needs Python 3.11 or newer; this is {sys.version.split()[0]}.",
            "Run make with PYTHON=python3.11.",
        )
    BUILD.mkdir(exist_ok=True)
    make_virtual_environment()
    install_packages("base")
    if tests:
        install_packages("dev")
        install_servers()
    build_front_end(tests=tests)


def make_virtual_environment() -> None:
    if PYTHON.exists():
        return
    try:
        import ensurepip  # noqa: F401  (Debian's python3 has a venv module that can't make a usable environment without it)
        import venv
    except ModuleNotFoundError:
        stop(
            "This Python has no venv module, so no virtual environment can be made.",
            f"On Debian and Ubuntu: apt-get install python3.{sys.version_info.minor}-venv",
        )
    say("Making the virtual environment in .venv")
    venv.create(VENV, with_pip=True, clear=VENV.exists())
    for stamp in BUILD.glob("packages-*"):
        stamp.unlink()


def install_packages(name: str) -> None:
    lock = ROOT / "requirements" / f"{name}.txt"
    bootstrap = ROOT / "requirements" / "bootstrap.txt"
    stamp = Stamp(f"packages-{name}", [lock, bootstrap], extra=sys.version)
    if stamp.is_current():
        return
    if not (BIN / "uv").exists():
        say("Installing the installer (uv)")
        run(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "-r",
                bootstrap,
            ]
        )
    say(f"Installing locked packages ({lock.relative_to(ROOT)})")
    run([BIN / "uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", lock])
    stamp.write()


def install_servers() -> None:
    missing = [package for program, package in SERVERS.items() if not find_program(program)]
    if not missing:
        return
    command = f"apt-get install {' '.join(missing)}"
    if os.name == "nt" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        stop(
            f"The tests start real servers and a real browser; missing: {', '.join(missing)}.",
            f"Install them, e.g. {command}",
        )
    say(f"Installing {', '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], env=environment)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], env=environment, quiet=True)


def find_program(name: str) -> str | None:
    """PostgreSQL's server lies outside PATH on Debian."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(beside[-1]) if beside else shutil.which(name)


def build_front_end(*, tests: bool) -> None:
    lock = FRONTEND / "package-lock.json"
    packages = Stamp("node-dev" if tests else "node", [lock])
    if not packages.is_current() and not (tests is False and Stamp("node-dev", [lock]).is_current()):
        say("Installing the front end's packages")
        front(["ci", "--no-audit", "--no-fund", "--loglevel=error", *([] if tests else ["--omit=dev"])])
        packages.write()
    sources = [
        path
        for folder in (FRONTEND / "src", ROOT / "templates")  # Tailwind reads the templates for the classes they use
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".test." not in path.name
    ]
    built = Stamp(
        "front-end", [lock, FRONTEND / "vite.config.ts", FRONTEND / "compressed.ts", FRONTEND / "fonts.ts", *sources]
    )
    if not (built.is_current() and (ROOT / "static" / "dist" / "manifest.json").exists()):
        say("Building the front end")
        front(["run", "build", "--silent", "--", "--logLevel", "warn"])
        built.write()


def front(arguments: list[str]) -> None:
    run([PYTHON, ROOT / "scripts" / "front.py", *arguments])


class Stamp:
    """Says whether a step's inputs are still those of the last time it was done."""

    def __init__(self, name: str, inputs: list[Path], extra: str = "") -> None:
        digest = hashlib.sha256(extra.encode())
        for path in inputs:
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
        self.path, self.value = BUILD / name, digest.hexdigest()

    def is_current(self) -> bool:
        return self.path.exists() and self.path.read_text(encoding="ascii") == self.value

    def write(self) -> None:
        self.path.write_text(self.value, encoding="ascii")


def run(command: list[object], *, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    result = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=env,
        check=False,
        stdout=subprocess.DEVNULL if quiet else None,
    )
    if result.returncode:
        stop(
            f"This failed (exit status {result.returncode}): {' '.join(map(str, command))}", "What it printed is above."
        )


def say(line: str) -> None:
    print(f"· {line}", flush=True)


def stop(what: str, remedy: str) -> None:
    sys.exit(f"Set-up stopped. {what}\n{remedy}")


if __name__ == "__main__":
    main()
