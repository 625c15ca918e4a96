"""`manage.py load_samples`: the workflows of samples/ as workflows here, deployed to the embedded environment."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from designer import deployment, selectors, services
from designer.models import Deployment, Environment, Revision, StateMachine
from designer.signals import substitutions_wanted


class Command(BaseCommand):
    help = "Load the samples. Safe to repeat: a sample that a person has changed is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        environment = services.ensure_embedded_environment()
        values: dict[str, str] = {}
        for _, answer in substitutions_wanted.send(sender=Environment, environment=environment):
            values |= answer
        for folder in sorted(path.parent for path in Path(settings.BASE_DIR, "samples").glob("*/sample.json")):
            revision = load(folder, values)
            if revision is not None and not Deployment.objects.filter(revision=revision, environment=environment).exists():
                try:
                    deployment.deploy(deployment.plan(revision, environment), by=None)
                except deployment.NotDeployed as error:
                    raise CommandError(f"{folder.name}: {error}") from error


def load(folder: Path, values: dict[str, str]) -> Revision | None:
    """The sample's newest revision if it is the sample's own text; None where a person has worked on it."""
    sample = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    template = (folder / "definition.asl.json").read_text(encoding="utf-8")
    definition = re.sub(r"\$\{(\w+)\}", lambda placeholder: values[placeholder[1]], template)
    machine = StateMachine.objects.filter(name=sample["name"]).first()
    if machine is None:
        machine = services.create_state_machine(
            name=sample["name"], type=sample["type"], definition=definition, description=sample["description"], by=None
        )
        return selectors.latest_revision(machine)
    latest = selectors.latest_revision(machine)
    if latest.author is not None:
        return None
    if latest.definition == definition:
        return latest
    return services.save_revision(
        machine, definition=definition, base=latest.number, comment="The sample's newest text", by=None
    )
