"""The samples: folders with a definition and `sample.json`, which says name, type, words and an input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator


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
