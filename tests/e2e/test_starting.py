"""What `studio` says when it can't start."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from processes import ROOT, clean_environment, free_port

pytestmark = pytest.mark.e2e


def studio(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "studio", *arguments],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("option", ["--port", "--aws-port"])
def test_a_taken_port_is_named_with_the_option_that_changes_it(option, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        other = "--aws-port" if option == "--port" else "--port"
        ended = studio("--home", str(tmp_path), option, port, other, str(free_port()))
    assert ended.returncode != 0
    assert f"Port {port} on 127.0.0.1 is taken" in ended.stderr
    assert option in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_home_that_cannot_be_written_is_named(tmp_path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    ended = studio("--home", str(file / "home"), "--port", str(free_port()), "--aws-port", str(free_port()))
    assert ended.returncode != 0
    assert f"Callboard can't write to {file / 'home'}" in ended.stderr
    assert "--home" in ended.stderr


def test_the_compose_file_follows_the_compose_specification():
    checked = subprocess.run(
        [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_the_set_up_is_quick_the_second_time_and_names_what_is_missing(tmp_path):
    script = [sys.executable, "scripts/setup.py"]
    for _ in range(2):
        again = subprocess.run([*script], cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert again.returncode == 0, again.stdout
    assert again.stdout == ""


def test_the_build_needs_nothing_that_only_the_tests_install():
    """`make run` installs no test tools: whatever the build's configuration imports must be a dependency proper."""
    frontend = ROOT / "frontend"
    package = json.loads((frontend / "package.json").read_text())
    imported = re.findall(r'^import .* from "([^"]+)";', (frontend / "vite.config.ts").read_text(), re.MULTILINE)
    outside = [name for name in imported if not name.startswith(("node:", "."))]
    assert outside
    for name in outside:
        parts = name.split("/")
        assert "/".join(parts[:2] if name.startswith("@") else parts[:1]) in package["dependencies"], name
