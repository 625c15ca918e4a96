"""What a workflow sends to ask a person: the review contract, and sense made of messages that don't follow it.

Decides what a message means; stores nothing. A message that can't be answered (no token, no JSON) is `Unreadable`; one
that merely breaks the contract still becomes a question, since a workflow waits for it: what is wrong is told to the
reviewer in `Question.remarks`, and to an HTTP caller as an error. Only a policy must be right: without it, people could
answer what they must not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from review.contract.candidates import candidates_of_branches, normal_candidate
from review.tokens import MAX_LENGTH, trouble_with, without

JSON = Any
SCHEMA = Path(__file__).with_name("v1.schema.json")
TOKEN_NAMES = ("taskToken", "TaskToken")  # Lambda samples write the first, AWS's SQS samples the second
UNTITLED = "A workflow asks what should happen"
KEYS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Unreadable(Exception):  # noqa: N818
    """The message can't become a task; ``str(error)`` says why, without quoting the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A message, understood. ``payload`` is what came, less the token; ``token`` is the only place that has it."""

    token: str = field(repr=False)
    payload: JSON
    execution_arn: str = ""
    state_name: str = ""
    title: str = ""
    instructions: str = ""
    candidates: list[dict[str, JSON]] = field(default_factory=list)
    topic: str = ""
    answer: str = "choice"
    group: str = ""
    people: list[str] = field(default_factory=list)
    due_seconds: int | None = None
    priority: str = "normal"
    heartbeat_seconds: int | None = None
    form: dict[str, JSON] = field(default_factory=dict)
    policy: dict[str, JSON] = field(default_factory=dict)
    remarks: str = ""
    worker_name: str = ""  # the poll that an activity's token was handed to (review/activities.py)


def read_message(text: str | bytes) -> Question:
    """The question in a message's text (JSON)."""
    try:
        body = json.loads(text)
    except ValueError as error:
        raise Unreadable("The message is not JSON.") from error
    except RecursionError as error:
        raise Unreadable("The message's JSON is nested too deeply.") from error
    return read_body(_unwrapped(body))


def _unwrapped(body: JSON) -> JSON:
    """SNS puts what it passes on to a queue into an envelope (unless raw delivery is set)."""
    if not isinstance(body, dict) or body.get("Type") != "Notification" or not isinstance(body.get("Message"), str):
        return body
    try:
        return json.loads(body["Message"])
    except (ValueError, RecursionError) as error:
        raise Unreadable("The message within SNS's notification is not JSON.") from error


def read_body(body: JSON) -> Question:
    if not isinstance(body, dict):
        raise Unreadable("The message is not a JSON object.")
    token = next((body[name] for name in TOKEN_NAMES if name in body), None)
    if not isinstance(token, str) or not 1 <= len(token) <= MAX_LENGTH:
        raise Unreadable(f"The message has no taskToken of 1 to {MAX_LENGTH} characters.")
    if trouble := trouble_with(body):
        raise Unreadable(f"The message {trouble}.")
    payload = without({key: value for key, value in body.items() if key not in TOKEN_NAMES}, token)
    wrong = violations(body)
    _refuse_unclear_policy(body, wrong)
    kept = {key: value for key, value in payload.items() if key not in {path[0] for path, _ in wrong if path}}
    return _question(token, payload, kept, remarks="; ".join(f"{'/'.join(map(str, p))}: {m}" for p, m in wrong))


def _refuse_unclear_policy(body: dict[str, JSON], wrong: list[tuple[tuple[str | int, ...], str]]) -> None:
    """A policy that is half understood could let through what it was written to stop: no question is made of it."""
    if "policy" not in body:
        return
    for path, words in wrong:
        if path[:1] == ("policy",) or "dueSeconds" in (*path, *words.split("'")):
            raise Unreadable(f"The policy isn't clear: {'/'.join(map(str, path)) or 'the message'}: {words}")


def violations(body: JSON) -> list[tuple[tuple[str | int, ...], str]]:
    """Where ``body`` breaks the contract: (path, what is wrong). What is quoted of it never holds a token."""
    given = {name: value for name, value in body.items() if name not in TOKEN_NAMES}
    for token in (body[name] for name in TOKEN_NAMES if name in body):
        given = {**(without(given, token) if isinstance(token, str) and token else given), "taskToken": "-"}
    found = sorted(_validator().iter_errors(given), key=lambda error: list(map(str, error.absolute_path)))
    return [(tuple(error.absolute_path), _words(error)) for error in found]


def _question(token: str, payload: JSON, kept: dict[str, JSON], *, remarks: str) -> Question:
    branches = candidates_of_branches(kept.get("response_payload"))
    given = [normal_candidate(candidate) for candidate in kept.get("candidates") or branches]
    return Question(
        token=token,
        payload=payload,
        execution_arn=kept.get("execution", ""),
        state_name=kept.get("state", ""),
        title=(kept.get("title") or _title(kept, branches))[:300],
        instructions=kept.get("instructions", ""),
        candidates=[{"key": key, **candidate} for key, candidate in zip(KEYS, given, strict=False)],
        topic=kept.get("topic") or _topic(kept),
        # The talk's message and the talk's answer belong together; whoever asks otherwise says so.
        answer=kept.get("answer") or ("talk" if branches else "choice"),
        group=kept.get("group", ""),
        people=list(dict.fromkeys(kept.get("people", []))),
        due_seconds=kept.get("dueSeconds"),
        priority=kept.get("priority", "normal"),
        heartbeat_seconds=kept.get("heartbeatSeconds"),
        form=kept.get("form", {}),
        policy=kept.get("policy", {}),
        remarks=remarks,
    )


def _title(kept: dict[str, JSON], branches: list[dict[str, JSON]]) -> str:
    name = _media_key(kept).rsplit("/", 1)[-1]
    if branches:
        return f"Choose a title for {name}" if name else "Choose a title"
    state = kept.get("state", "")
    return f"{state}: what should happen?" if state else UNTITLED


def _topic(kept: dict[str, JSON]) -> str:
    given = kept.get("input")
    topic = given.get("topic") if isinstance(given, dict) else None
    return (topic if isinstance(topic, str) and topic else _media_key(kept))[:300]


def _media_key(kept: dict[str, JSON]) -> str:
    given = kept.get("input")
    key = given.get("key") if isinstance(given, dict) else None
    return key if isinstance(key, str) else ""


def _words(error: Any) -> str:
    """Jsonschema's message quotes the value, which may be long."""
    return error.message if len(error.message) <= 120 else f"doesn't keep to the contract's {error.validator!r}"


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
