"""The samples: folders with a definition, test cases, and `sample.json`: name, title, type, words and an input.

Each is a template that a new workflow can begin as; those that don't say ``"load": false`` are also loaded and deployed
to the embedded environment.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from asl.walk import states
from designer.models import Environment
from designer.signals import substitutions_wanted

if TYPE_CHECKING:
    from collections.abc import Iterator


class Template(NamedTuple):
    name: str
    title: str
    group: str
    description: str
    type: str
    states: int


def samples() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each sample's folder and what its `sample.json` says."""
    for path in sorted(Path(settings.BASE_DIR, "samples").glob("*/sample.json")):
        yield path.parent, json.loads(path.read_text(encoding="utf-8"))


def sample_input(name: str) -> str:
    """The input to try the sample ``name`` with, as indented JSON; empty where there is none."""
    for _, sample in samples():
        if sample["name"] == name and "input" in sample:
            return json.dumps(sample["input"], indent=2, ensure_ascii=False)
    return ""


def templates() -> list[Template]:
    """All samples, as the gallery shows them."""
    return [
        Template(
            name=sample["name"],
            title=sample["title"],
            group=sample.get("group", ""),
            description=sample["description"],
            type=sample["type"],
            states=sum(1 for _ in states(json.loads((folder / "definition.asl.json").read_text(encoding="utf-8")))),
        )
        for folder, sample in samples()
    ]


def template_text(name: str) -> tuple[str, list[dict[str, Any]]]:
    """A template's definition and its test cases. Raises LookupError for a name that is none.

    Placeholders are filled where the embedded environment is there to fill them; otherwise they stay.
    """
    try:
        values = substitutions()
    except (ClientError, BotoCoreError):
        values = {}
    for folder, sample in samples():
        if sample["name"] == name:
            cases = json.loads(filled(folder / "tests.json", values))["tests"]
            return filled(folder / "definition.asl.json", values), cases
    raise LookupError(name)


def substitutions() -> dict[str, str]:
    """What the samples' placeholders stand for in the embedded environment; nothing where there is none.

    Raises ClientError, BotoCoreError where it can't be asked.
    """
    environment = Environment.objects.filter(kind=Environment.Kind.EMBEDDED).first()
    if environment is None:
        return {}
    values: dict[str, str] = {}
    answers: list[tuple[Any, Any]] = substitutions_wanted.send(sender=Environment, environment=environment)
    for _, answer in answers:
        values |= answer
    return values


def filled(path: Path, values: dict[str, str]) -> str:
    """The file with its placeholders' values; one that has none stays, to be filled in by hand."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"\$\{(\w+)\}", lambda placeholder: values.get(placeholder[1], placeholder[0]), text)
