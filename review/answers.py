"""The JSON that a workflow gets back, in the two shapes that a question may ask for, and the limits it must keep.

`choice` says all there is to say. `talk` is the shape of the founding talk's sample workflow, yes and no:

    {"message": {"title", "description"}, "topic", "approved": "yes"}
    {"message": "regenerate", "topic", "approved": "no"}

There a comment is in it only where somebody wrote one, so that a regenerate loop can carry it into the next prompt.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from review import tokens
from review.models import Decision, ReviewTask

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = Any
# API reference, SendTaskSuccess and SendTaskFailure.
MAX_OUTPUT_BYTES = 262_144
MAX_CAUSE_CHARACTERS = 32_768
REJECTED = "Review.Rejected"


class InvalidDecision(Exception):  # noqa: N818
    """The decision can't be taken as it stands; ``str(error)`` is for the reviewer."""


def output_of(
    task: ReviewTask,
    *,
    outcome: str,
    candidate: Mapping[str, JSON] | None,
    edited: Mapping[str, str] | None,
    comment: str,
    decided_by: str,
    data: Mapping[str, JSON] | None = None,
) -> JSON:
    """What SendTaskSuccess carries; None for a rejection, which is a failure (`REJECTED`, the comment as its cause)."""
    if outcome == Decision.Outcome.REJECT:
        check_cause(comment)
        return None
    shape = _talk if task.answer == ReviewTask.Answer.TALK else _choice
    output = shape(task, outcome, _final(candidate, edited), comment, decided_by)
    if data:
        output = {**output, "data": dict(data)}
    check_output(output)
    return output


def check_output(output: JSON) -> None:
    size = len(json.dumps(output, ensure_ascii=False).encode())
    if size > MAX_OUTPUT_BYTES:
        raise InvalidDecision(
            f"The answer is {size / 1024:.0f} KiB, and Step Functions takes {MAX_OUTPUT_BYTES // 1024} KiB. "
            "Shorten the text."
        )


def check_cause(comment: str) -> None:
    if len(comment) > MAX_CAUSE_CHARACTERS:
        raise InvalidDecision(
            f"A reason has at most {MAX_CAUSE_CHARACTERS:,} characters; this one has {len(comment):,}."
        )


def _final(candidate: Mapping[str, JSON] | None, edited: Mapping[str, str] | None) -> dict[str, JSON] | None:
    if candidate is None:
        return {**edited, "edited": True} if edited else None
    final = {name: candidate[name] for name in ("key", "title", "description", "text", "model") if candidate.get(name)}
    if "json" in candidate:
        written = edited.get("text") if edited else None
        final["json"] = candidate["json"] if written is None else as_json(written)
        named = {name: text for name, text in (edited or {}).items() if name != "text"}
        return {**final, **named, "edited": edited is not None}
    return {**final, **(edited or {}), "edited": edited is not None}


def as_json(written: str) -> JSON:
    """A candidate that is data, as the reviewer wrote it. Raises `InvalidDecision`."""
    try:
        value = json.loads(written)
    except ValueError as error:
        raise InvalidDecision(f"The edited text is not JSON: {error}.") from error
    except RecursionError as error:
        raise InvalidDecision("The edited text is nested too deeply.") from error
    if trouble := tokens.trouble_with(value):
        raise InvalidDecision(f"The edited text {trouble}.")
    return value


def _choice(task: ReviewTask, outcome: str, final: JSON, comment: str, decided_by: str) -> JSON:
    answer = {"outcome": outcome, "candidate": final, "comment": comment, "decidedBy": decided_by}
    return {**answer, "topic": task.topic} if task.topic else answer


def _talk(task: ReviewTask, outcome: str, final: JSON, comment: str, decided_by: str) -> JSON:  # noqa: ARG001
    approved = outcome == Decision.Outcome.APPROVE
    chosen = final or {}
    said = chosen.get("description") or chosen.get("text", "")
    if not said and "json" in chosen:
        said = json.dumps(chosen["json"], ensure_ascii=False)
    message = {"title": chosen.get("title", ""), "description": said}
    answer = {
        "message": message if approved else "regenerate",
        "topic": task.topic,
        "approved": "yes" if approved else "no",
    }
    return {**answer, "comment": comment} if comment else answer
