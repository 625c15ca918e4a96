"""Writes about workflows: make one, save a revision, rename, delete; and the embedded environment's own row."""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from designer import comment_places
from designer.models import Deployment, Environment, Revision, StateMachine
from designer.yaml_text import NotYaml, read_yaml, says_the_same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

EMBEDDED_ACCOUNT = "000000000000"
EMBEDDED_NAME = "Embedded"
MAX_DEFINITION = 1_048_576  # bytes of UTF-8: Step Functions' own limit
_NAME = re.compile(r"[A-Za-z0-9_\-]{1,80}\Z")  # what is a state machine's name in every Region
BLANK = '{\n  "Comment": "",\n  "StartAt": "",\n  "States": {}\n}\n'


class Refused(Exception):  # noqa: N818 - it says what happened
    """What was asked can't be done; the message says why and what to do."""


class Conflict(Exception):  # noqa: N818 - it says what happened
    """Somebody saved a revision since the one that an edit began with."""

    def __init__(self, latest: Revision) -> None:
        author = latest.author.get_username() if latest.author else "Callboard"
        super().__init__(f"{author} saved revision {latest.number} since you began. Nothing of yours is lost.")
        self.latest = latest


def ensure_embedded_environment() -> Environment:
    """The embedded environment, with the addresses that this deployment's settings give it."""
    addresses = {
        "kind": Environment.Kind.EMBEDDED,
        "account": EMBEDDED_ACCOUNT,
        "endpoint_url": settings.CALLBOARD_EMBEDDED_ENDPOINT,
        "public_endpoint_url": settings.CALLBOARD_EMBEDDED_PUBLIC_ENDPOINT,
        "execution_role_arn": f"arn:aws:iam::{EMBEDDED_ACCOUNT}:role/callboard-embedded",
        "creates_roles": True,
    }
    environment = Environment.objects.filter(kind=Environment.Kind.EMBEDDED).first()
    if environment is None:
        return Environment.objects.create(name=EMBEDDED_NAME, **addresses)
    for name, value in addresses.items():
        setattr(environment, name, value)
    environment.save(update_fields=list(addresses))
    return environment


def check_name(name: str, *, apart_from: StateMachine | None = None) -> str:
    """The name if a state machine may have it. Raises `Refused`."""
    name = name.strip()
    if not _NAME.match(name):
        raise Refused("A name has 1 to 80 letters, digits, hyphens or underscores: AWS takes no others.")
    taken = StateMachine.objects.filter(name=name)
    if apart_from is not None:
        taken = taken.exclude(pk=apart_from.pk)
    if taken.exists():
        raise Refused(f"There is a workflow named {name} already. Choose another name.")
    return name


def check_text(definition: str) -> None:
    """Raises `Refused` for what no database keeps and Step Functions doesn't take."""
    if "\x00" in definition or any("\ud800" <= character <= "\udfff" for character in definition):
        raise Refused("The definition holds a NUL character or half of a surrogate pair. Remove it.")
    if len(definition.encode()) > MAX_DEFINITION:
        raise Refused("The definition is larger than 1 MiB, which Step Functions doesn't take.")


@transaction.atomic
def create_state_machine(
    *,
    name: str,
    type: str = "STANDARD",  # noqa: A002
    definition: str = "",
    yaml: str = "",
    description: str = "",
    by: User | None,
) -> StateMachine:
    """A workflow with its first revision. Raises `Refused`."""
    name = check_name(name)
    if type not in StateMachine.Type.values:
        raise Refused("The type is STANDARD or EXPRESS.")
    try:
        with transaction.atomic():
            machine = StateMachine.objects.create(name=name, type=type, description=description, created_by=by)
    except IntegrityError as error:
        raise Refused(f"There is a workflow named {name} already. Choose another name.") from error
    _add_revision(machine, definition or BLANK, yaml=yaml, comment="Created", by=by, parent=None)
    return machine


@transaction.atomic
def save_revision(
    machine: StateMachine,
    *,
    definition: str,
    base: int,
    yaml: str = "",
    comment: str = "",
    renamed: Mapping[str, str] = MappingProxyType({}),
    by: User | None,
) -> Revision:
    """A new revision after ``base``. Raises `Conflict` when ``base`` isn't the latest, `Refused` for what can't be one.

    ``yaml`` is the same definition as somebody wrote it in YAML; it is kept for its comments. ``renamed`` are states'
    new names by those that they had in ``base``, as far as they are known: what was said of them follows.

    A text with errors may be saved (work isn't done yet); one that isn't text that a workflow could have may not.
    """
    latest = machine.revisions.select_related("author").order_by("-number").first()
    if latest is not None and latest.number != base:
        raise Conflict(latest)
    try:
        with transaction.atomic():
            revision = _add_revision(machine, definition, yaml=yaml, comment=comment, by=by, parent=latest)
    except IntegrityError as error:  # two saved at the same moment
        raise Conflict(machine.revisions.select_related("author").order_by("-number")[0]) from error
    if latest is not None:
        comment_places.follow(latest, revision, renamed)
    return revision


def _add_revision(
    machine: StateMachine, definition: str, *, yaml: str, comment: str, by: User | None, parent: Revision | None
) -> Revision:
    check_text(definition)
    if yaml and not says_the_same(yaml, definition):
        raise Refused("The YAML text doesn't say what the definition says. Save the definition without it.")
    number = (machine.revisions.aggregate(Max("number"))["number__max"] or 0) + 1
    revision = Revision.objects.create(
        state_machine=machine,
        number=number,
        definition=definition,
        yaml=yaml,
        comment=comment[:300],
        author=by,
        parent=parent,
    )
    machine.save(update_fields=["updated_at"])
    return revision


def is_yaml(filename: str) -> bool:
    return filename.lower().endswith((".yaml", ".yml"))


def import_definition(text: str, filename: str = "") -> str:
    """A file's text as a definition: JSON untouched, YAML (by ``filename``) as JSON. Raises `Refused` with where."""
    if is_yaml(filename):
        try:
            text = json.dumps(read_yaml(text), indent=2, ensure_ascii=False) + "\n"
        except (NotYaml, ValueError) as error:
            raise Refused(f"The file isn't YAML that a definition can be: {error}") from error
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Refused(f"The file isn't JSON: {error}. Mend that place, then import it again.") from error
    except RecursionError as error:
        raise Refused("The file's JSON is nested too deeply.") from error
    if not isinstance(document, dict) or "States" not in document:
        raise Refused("The file has no States: it isn't a definition in the Amazon States Language.")
    return text


def rename(machine: StateMachine, name: str) -> StateMachine:
    """Raises `Refused`. What is deployed keeps its name: a state machine's name is part of its ARN."""
    name = check_name(name, apart_from=machine)
    if name != machine.name and Deployment.objects.filter(revision__state_machine=machine).exists():
        raise Refused(
            "A deployed workflow keeps its name: it's part of its ARN. Duplicate it under another name instead."
        )
    machine.name = name
    machine.save(update_fields=["name", "updated_at"])
    return machine


@transaction.atomic
def delete(machine: StateMachine) -> None:
    """The workflow, its revisions and our record of its deployments. What runs in an environment goes on; so do the
    mirrored executions, without a link to the workflow.
    """
    Deployment.objects.filter(revision__state_machine=machine).delete()
    Revision.objects.filter(state_machine=machine).update(parent=None)
    machine.delete()
