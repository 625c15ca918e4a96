"""The embedded environment with a real endpoint behind it, workflows deployed to it, and people in groups."""

import json
import uuid

import pytest

from designer import deployment, selectors, services


@pytest.fixture
def embedded(db, localaws, settings):
    """The embedded environment's row, as `studio` makes it."""
    settings.CALLBOARD_EMBEDDED_ENDPOINT = settings.CALLBOARD_EMBEDDED_PUBLIC_ENDPOINT = localaws.url
    return services.ensure_embedded_environment()


@pytest.fixture
def deployed(embedded):
    """``deployed(definition)`` is a workflow with that definition, deployed to the embedded environment."""

    def make(definition, **options):
        machine = services.create_state_machine(
            name=f"m-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), by=None, **options
        )
        deployment.deploy(deployment.plan(selectors.latest_revision(machine), embedded), by=None)
        return machine

    return make


@pytest.fixture
def person(db):
    """``person("Designer", "Operator")`` is a user in those groups."""
    from django.contrib.auth.models import Group, User

    from callboard.apps import make_groups

    make_groups()

    def make(*groups, **fields):
        user = User.objects.create_user(
            f"{'-'.join(groups).lower()}-{uuid.uuid4().hex[:6]}", password="long enough", **fields
        )
        user.groups.set(Group.objects.filter(name__in=groups))
        return user

    return make
