"""Workflows that can be launched without knowing the States Language: what a sample's `sample.json` says about itself.

Decides how a run is asked for (a form), told (steps in plain words) and shown (where title, text and picture lie in the
output). A state machine is found by the sample's name; it counts once it is deployed somewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from designer.models import Deployment, StateMachine

JSON = Any
SAMPLES = Path(settings.BASE_DIR) / "samples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A few states that are one thing to the person who watches."""

    states: tuple[str, ...]
    title: str
    done: str
    detail: str
    models: bool = False  # a model does it, so that on the embedded endpoint a stand-in does


@dataclass(frozen=True, slots=True, kw_only=True)
class Runnable:
    """A sample's `launch` block. ``result`` maps title, description and picture to paths into the output."""

    slug: str
    name: str
    title: str
    description: str
    form: str  # "video" or "schema"
    schema: Mapping[str, JSON] = field(default_factory=dict)
    result: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    example: JSON = None

    @property
    def models(self) -> bool:
        """Whether any of it is a model's work."""
        return any(step.models for step in self.steps)


def runnables() -> list[Runnable]:
    """Everything that can be launched, videos first."""
    found = [_read(path) for path in sorted(SAMPLES.glob("*/sample.json"))]
    return sorted((item for item in found if item), key=lambda item: (item.form != "video", item.title))


def find(slug: str) -> Runnable | None:
    """By slug or by the state machine's name."""
    return next((item for item in runnables() if slug in {item.slug, item.name}), None)


def for_videos() -> Runnable | None:
    """What a new video in the bucket starts."""
    return next((item for item in runnables() if item.form == "video"), None)


def deployment_of(runnable: Runnable, environment_id: int | None = None) -> Deployment | None:
    """Where it runs: the newest deployment, of the embedded environment rather than another."""
    found = Deployment.objects.filter(revision__state_machine__name=runnable.name).select_related(
        "environment", "revision__state_machine"
    )
    if environment_id is not None:
        return found.filter(environment_id=environment_id).first()
    return found.filter(environment__kind="embedded").first() or found.first()


def machine_of(runnable: Runnable) -> StateMachine | None:
    return StateMachine.objects.filter(name=runnable.name).first()


def by_machine(machine: StateMachine) -> Runnable | None:
    return next((item for item in runnables() if item.name == machine.name), None)


def value_at(output: JSON, path: str) -> JSON:
    """The value at a reference path of names, such as `$.avatar.key`; None where there is none."""
    for name in path.removeprefix("$").split(".")[1:]:
        output = output.get(name) if isinstance(output, Mapping) else None
    return output


def _read(path: Path) -> Runnable | None:
    return _parse(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _parse(path: Path, changed: int) -> Runnable | None:  # noqa: ARG001
    sample = json.loads(path.read_text(encoding="utf-8"))
    launch = sample.get("launch")
    if not launch:
        return None
    return Runnable(
        slug=launch["slug"],
        name=sample["name"],
        title=sample["title"],
        description=sample["description"],
        form=launch.get("input_form", "schema"),
        schema=launch.get("schema", {}),
        result=launch.get("result", {}),
        steps=tuple(
            Step(
                states=tuple(step["states"]),
                title=step["title"],
                done=step.get("done", step["title"]),
                detail=step.get("detail", ""),
                models=step.get("models", False),
            )
            for step in launch.get("steps", [])
        ),
        example=sample.get("input"),
    )
