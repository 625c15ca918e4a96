"""What several packages' tests stand on: a real embedded endpoint, the environment that names it, and people in groups."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from localaws.testing import Endpoint

FOLDER = Path(__file__).parent


LONGEST_FIRST = ("e2e", "conformance")  # so that no process is left alone with a browser's minutes at the end


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(FOLDER).parts[0]
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)  # stable: a module's tests stay together and in their order


@pytest.fixture(scope="module")  # what one module's tests leave behind must not be another's beginning
def localaws(tmp_path_factory) -> Iterator[Endpoint]:
    with Endpoint(tmp_path_factory.mktemp("localaws"), LOCALAWS_TRANSCRIBE_DELAY="2") as endpoint:
        yield endpoint


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
