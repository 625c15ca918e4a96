"""`manage.py load_samples`: the workflows of samples/ as workflows here, deployed to the embedded environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from django.core.management.base import BaseCommand, CommandError

from callboard.aws import client
from designer import deployment, selectors, services, test_cases
from designer.models import Deployment, Environment, Revision, StateMachine
from designer.samples import filled, samples, substitutions

if TYPE_CHECKING:
    from pathlib import Path


class Command(BaseCommand):
    help = "Load the samples. Safe to repeat: a sample that a person has changed is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        environment = services.ensure_embedded_environment()
        values = substitutions()
        for folder, sample in samples():
            if not sample.get("load", True):
                continue
            revision = load(folder, sample, values)
            if revision is not None and not is_in_place(revision, environment):
                try:
                    deployment.deploy(deployment.plan(revision, environment), by=None)
                except deployment.NotDeployed as error:
                    raise CommandError(f"{folder.name}: {error}") from error


def is_in_place(revision: Revision, environment: Environment) -> bool:
    """Deployed, and still there: the endpoint's state may have been deleted while ours was kept."""
    deployed = Deployment.objects.filter(revision=revision, environment=environment).first()
    if deployed is None:
        return False
    try:
        client(environment, "stepfunctions").describe_state_machine(stateMachineArn=deployed.arn)
    except ClientError:
        return False
    return True


def load(folder: Path, sample: dict[str, Any], values: dict[str, str]) -> Revision | None:
    """The sample's newest revision if it is the sample's own text; None where a person has worked on it."""
    definition = filled(folder / "definition.asl.json", values)
    machine = StateMachine.objects.filter(name=sample["name"]).first()
    if machine is None:
        machine = services.create_state_machine(
            name=sample["name"], type=sample["type"], definition=definition, description=sample["description"], by=None
        )
        for case in json.loads(filled(folder / "tests.json", values))["tests"]:
            test_cases.save_case(machine, case, by=None)
        return selectors.latest_revision(machine)
    latest = selectors.latest_revision(machine)
    if latest.author is not None:
        return None
    if latest.definition == definition:
        return latest
    return services.save_revision(
        machine, definition=definition, base=latest.number, comment="The sample's newest text", by=None
    )
