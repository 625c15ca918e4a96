"""What several packages' tests stand on: a real embedded endpoint, the environment that names it, and people in groups."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class LocalAws:
    url: str
    home: Path


@pytest.fixture(scope="module")  # what one module's tests leave behind must not be another's beginning
def localaws(tmp_path_factory) -> Iterator[LocalAws]:
    """`python -m localaws` in a process of its own; it ends with the module's tests."""
    home = tmp_path_factory.mktemp("localaws")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LOCALAWS_", "DJANGO_", "AWS_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "localaws", "--port", "0", "--home", str(home), "--parent-pid", str(os.getpid())],
        cwd=ROOT,
        env=clean | {"LOCALAWS_TRANSCRIBE_SECONDS": "2"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert "serving on" in line, f"the endpoint did not start: {line!r}"
        url = f"http://127.0.0.1:{int(line.rsplit(':', 1)[1])}"
        _wait_for_health(url)
        yield LocalAws(url, home)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for_health(url: str) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/_localaws/health", timeout=2) as answer:
                json.load(answer)
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{url} was not healthy within 20 s")


@pytest.fixture
def embedded(db, localaws, settings):
    """The embedded environment's row, as `studio` makes it."""
    from designer.services import ensure_embedded_environment

    settings.CALLBOARD_EMBEDDED_ENDPOINT = settings.CALLBOARD_EMBEDDED_PUBLIC_ENDPOINT = localaws.url
    return ensure_embedded_environment()


@pytest.fixture
def person(db):
    """``person("Designer", "Operator")`` is a user in those groups; ``person(staff=True)`` a member of staff in none."""
    from django.contrib.auth.models import Group, User

    from callboard.apps import make_groups

    make_groups()

    def make(*groups: str, staff: bool = False) -> User:
        name = "-".join([*groups, *(["staff"] if staff else [])]).lower() or "nobody"
        user = User.objects.create_user(
            f"{name}-{uuid.uuid4().hex[:6]}", password="a long enough password", is_staff=staff
        )
        user.groups.set(Group.objects.filter(name__in=groups))
        assert user.groups.count() == len(groups)
        return user

    return make


@pytest.fixture
def undelayed(monkeypatch):
    """Hints go nowhere: a test calls the task that it wants to see work."""
    from celery.app.task import Task

    sent: list[tuple[str, tuple]] = []
    monkeypatch.setattr(
        Task, "apply_async", lambda self, args=(), kwargs=None, **options: sent.append((self.name, tuple(args or ())))
    )
    return sent
