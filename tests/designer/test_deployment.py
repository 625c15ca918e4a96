"""Deploying to a real endpoint: planned, validated, created, updated; every refusal says where and what to do."""

import json

import pytest
from django.contrib.auth.models import User

from callboard.aws import client
from designer.deployment import NotDeployed, deploy, plan
from designer.models import Deployment, Environment
from designer.services import create_state_machine, save_revision

ROLE = "arn:aws:iam::000000000000:role/states"
PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


@pytest.fixture
def environment(db, localaws):
    return Environment.objects.create(
        name="Here", kind="embedded", account="000000000000", endpoint_url=localaws.url, execution_role_arn=ROLE
    )


@pytest.fixture
def machine(db, request):
    return create_state_machine(name=request.node.name[:80], definition=PASS, by=None)


def revision_of(machine):
    return machine.revisions.order_by("-number")[0]


def test_the_first_deployment_creates_and_the_second_updates(environment, machine):
    first = deploy(plan(revision_of(machine), environment), by=None)
    changed = save_revision(machine, definition=PASS.replace('"A"', '"B"'), base=1, by=None)
    second = deploy(plan(changed, environment), by=None)
    assert (first.created, second.created) == (True, False)
    assert first.deployment.arn == second.deployment.arn
    there = client(environment, "stepfunctions").describe_state_machine(stateMachineArn=second.deployment.arn)
    assert there["definition"] == changed.definition
    assert [row.revision.number for row in Deployment.objects.all()] == [2, 1]


def test_a_definition_with_errors_reaches_nobody_and_shows_where(environment, machine):
    broken = save_revision(machine, definition=PASS.replace('"End": true', '"Next": "Z"'), base=1, by=None)
    with pytest.raises(NotDeployed) as refusal:
        deploy(plan(broken, environment), by=None)
    assert refusal.value.stage == "validate"
    assert "/States/A/Next" in [error.path for error in refusal.value.errors if error.severity == "ERROR"]
    assert not Deployment.objects.exists()


def test_what_was_deleted_in_the_environment_is_created_again(environment, machine):
    first = deploy(plan(revision_of(machine), environment), by=None)
    client(environment, "stepfunctions").delete_state_machine(stateMachineArn=first.deployment.arn)
    assert deploy(plan(revision_of(machine), environment), by=None).created


def test_an_environment_that_is_away_is_said_to_be_away(machine):
    away = Environment.objects.create(
        name="Away", kind="embedded", endpoint_url="http://127.0.0.1:9", execution_role_arn=ROLE
    )
    with pytest.raises(NotDeployed) as refusal:
        deploy(plan(revision_of(machine), away), by=None)
    assert refusal.value.stage == "connect"
    assert "can't be reached" in str(refusal.value)


def test_without_a_role_nothing_is_tried(machine):
    aws = Environment.objects.create(name="AWS", kind="aws")
    with pytest.raises(NotDeployed, match="needs a role"):
        plan(revision_of(machine), aws)


def test_the_api_answers_with_the_arn(environment, machine, client):
    client.force_login(User.objects.create_superuser("root"))
    response = client.post(
        f"/api/v1/state-machines/{machine.pk}/deployments",
        json.dumps({"revision": 1, "environment": environment.pk}),
        "application/json",
    )
    assert response.status_code == 201, response.content
    assert response.json()["arn"].endswith(f":stateMachine:{machine.name}")
