"""Candidates: from the contract's form, or dug out of what the branches of a Parallel state gave back.

The stored form is `{title, description, text, model, prompt, parameters, media}`, every member a string but
`parameters` (an object) and `media` (an address), with `kind`, `transcript` and `json` where they were said; a key
(A, B ...) is added by the question.
"""

from __future__ import annotations

import json
import re
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

JSON = Any
# Where a model's answer lies in the outputs that workflows select: the talk's name first, then each family's own.
RESPONSE_NAMES = ("model_response", "completion", "generation", "generated_text", "outputText")
MOST_BRACES = 100  # of a model's answer that are tried as the beginning of its JSON
FENCE = re.compile(r"^\s*```(?:json)?\s*|\s*```\s*$")


def normal_candidate(given: dict[str, JSON]) -> dict[str, JSON]:
    """The stored form of a candidate. Text that is a JSON object with a title becomes title and description."""
    text = _text(given.get("text", ""))
    found = title_and_description(text) if text and not given.get("title") else None
    title, description = found or (_text(given.get("title", "")), _text(given.get("description", "")))
    return {
        "title": title,
        "description": description,
        "text": "" if found else text,
        "model": short_model(_text(given.get("model", ""))),
        "prompt": _text(given.get("prompt", "")),
        "parameters": given.get("parameters") or {},
        "media": given.get("media") or "",
        **{name: given[name] for name in ("kind", "transcript") if given.get(name)},
        **({"json": given["json"]} if "json" in given else {}),
    }


def candidates_of_branches(outputs: JSON) -> list[dict[str, JSON]]:
    """Candidates in a Parallel state's output: of each branch, the first object that holds a model's response."""
    if not isinstance(outputs, list):
        return []
    return [found for output in outputs if (found := _candidate_of_branch(output)) is not None]


def title_and_description(text: str) -> tuple[str, str] | None:
    """The two in a model's answer, which may wrap its JSON in prose or in a code fence; None where there are none."""
    bare = FENCE.sub("", text)
    for brace in islice(re.finditer(r"\{", bare), MOST_BRACES):
        try:
            value, _ = json.JSONDecoder(strict=False).raw_decode(bare, brace.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("title"), str):
            return value["title"], _text(value.get("description", ""))
    return None


def short_model(model: str) -> str:
    """``anthropic.claude-v2`` of a foundation model's ARN; other names as they are."""
    return model.rsplit("foundation-model/", 1)[-1]


def _candidate_of_branch(output: JSON) -> dict[str, JSON] | None:
    for holder in _objects(output):
        name = next((name for name in RESPONSE_NAMES if name in holder), None)
        if name is not None:
            top = output if isinstance(output, dict) else {}
            return {
                "text": _text(holder[name]),
                "model": holder.get("model") or top.get("model") or "",
                "prompt": holder.get("prompt") or top.get("prompt") or top.get("messages") or "",
                "parameters": _object(holder.get("parameters")) or _object(top.get("parameters")),
            }
    return None


def _objects(value: JSON) -> Iterator[dict[str, JSON]]:
    """``value`` and the objects within it, outermost first."""
    waiting = deque([value])
    while waiting:
        item = waiting.popleft()
        if isinstance(item, dict):
            yield item
        if isinstance(item, dict | list):
            waiting.extend(item.values() if isinstance(item, dict) else item)


def _object(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}


def _text(value: JSON) -> str:
    """Prompts come as text, as a list of messages or as an object: text a person can read."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, dict) and "content" in item for item in value):
        return "\n\n".join(f"{item.get('role', '')}: {_text(item['content'])}".lstrip(": ") for item in value)
    return json.dumps(value, ensure_ascii=False, indent=2) if value else ""
