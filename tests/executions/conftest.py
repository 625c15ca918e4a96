"""Workflows deployed to the embedded environment, with a real endpoint behind it."""

import json
import uuid

import pytest

from designer import deployment, selectors, services


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
