"""What the fields of a state make of a sample, for whoever edits it: `asl.preview` within bounds of size and time.

Nothing is performed and nothing is kept.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from asl import json_text
from asl.fields import QUERY_LANGUAGES
from asl.jsonata import limited
from asl.preview import UNKNOWN, Sample, preview
from designer.services import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_STATE: Final = 1_048_576  # characters: a definition's own limit
LARGEST_TEXT: Final = 262_144  # of each text of a sample: the quota for a state's data
LONGEST_SHOWN: Final = 32_768  # characters of one value
LONGEST_ANSWER: Final = 1_000_000  # of all values together
SECONDS: Final = 2.0  # of processor time
AT_ONCE: Final = 2  # previews in a process
PATIENCE: Final = 5.0  # seconds that one waits for its turn

_turns = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):  # noqa: N818 - it says what happened
    """Too many previews at once; the next change asks again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    name: str
    state: str  # JSON text
    language: str  # the whole machine's query language
    sample: dict[str, str]  # JSON texts: input, result, items, error, variables, context
    now: float | None = None  # seconds since the epoch; None for the moment


def run(asked: Asked) -> dict[str, Any]:
    """``{"steps": [...], "output": ..., "next": ...}`` (docs/api.md). Raises `Refused`, `Busy`."""
    state = _object(asked.state, "state", LARGEST_STATE)
    if asked.language not in QUERY_LANGUAGES:
        raise Refused(f"{asked.language} is no query language: JSONPath or JSONata.")
    sample = _sample(asked.sample)
    with _turn(), limited(SECONDS):
        until = time.thread_time() + SECONDS
        found = preview(
            asked.name,
            state,
            asked.language,
            sample,
            now=time.time() if asked.now is None else asked.now,
            is_late=lambda: time.thread_time() > until,
        )
        shown = Shown()
        steps = [
            {
                "path": step.path,
                "value": shown.value(step.value),
                "error": step.error,
                "cause": None if step.cause is None else step.cause[:LONGEST_SHOWN],
                "at": step.at,
            }
            for step in found.steps
        ]
        return {"steps": steps, "output": shown.value(found.output), "next": found.next}


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy("Other previews take long at the moment. Change something to ask again.")
    try:
        yield
    finally:
        _turns.release()


class Shown:
    """Values as texts that a browser can bear."""

    def __init__(self) -> None:
        self._left = LONGEST_ANSWER

    def value(self, value: Any) -> dict[str, Any] | None:
        """``{"text", "size", "cut"}``: JSON text, its length in characters, and whether it is only the beginning."""
        if value is UNKNOWN:
            return None
        text = json_text.dumps(value)
        room = min(LONGEST_SHOWN, max(self._left, 0))
        self._left -= min(len(text), room)
        return {"text": text[:room], "size": len(text), "cut": len(text) > room}


def cut(text: str) -> dict[str, Any]:
    """The same of a text that isn't whole."""
    return {"text": text[:LONGEST_SHOWN], "size": len(text), "cut": True}


def _sample(texts: dict[str, str]) -> Sample:
    members: dict[str, Any] = {}
    for name in ("input", "result", "items", "error"):
        if texts.get(name, "").strip():
            members[name] = _value(texts[name], name, LARGEST_TEXT)
    for name in ("variables", "context"):
        if texts.get(name, "").strip():
            members[name] = _object(texts[name], name, LARGEST_TEXT)
    if not isinstance(members.get("items", []), list):
        raise Refused("The sample's items aren't an array.")
    return Sample(**members)


def _value(text: str, what: str, most: int) -> Any:
    if len(text) > most:
        raise Refused(f"The {what} has more than {most:,} characters.")
    try:
        return json_text.loads(text)
    except (ValueError, RecursionError) as error:
        complaint = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise Refused(f"The {what} isn't JSON: {complaint}.") from error


def _object(text: str, what: str, most: int) -> dict[str, Any]:
    found = _value(text, what, most)
    if not isinstance(found, dict):
        raise Refused(f"The {what} isn't a JSON object.")
    return found
