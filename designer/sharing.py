"""Links (`designer.links`) that show a workflow to people who don't sign in, and of its definition only what isn't
anybody's secret: no ARNs, no accounts, no addresses, no payloads.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from asl.resource import parse_resource
from designer import links, selectors
from designer.models import Revision, ShareLink
from designer.plain_words import hidden

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.models import StateMachine

PREFIX = "arn:aws:states:::"
# What the drawing and the words need of a state; nothing that it is called with.
_KEPT = ("Type", "Next", "End", "Default", "Seconds", "MaxConcurrency")


def make(machine: StateMachine, *, days: int, note: str, revision: Revision | None, by: User) -> ShareLink:
    """``revision`` None follows the newest. Raises `Refused`."""
    return ShareLink.objects.create(
        state_machine=machine,
        revision=revision,
        note=links.noted(note),
        created_by=by,
        expires_at=links.over_after(days),
    )


def opened(text: str) -> tuple[ShareLink, Revision] | None:
    """The link and what it shows; None for one that was tampered with, is over or revoked."""
    link = links.opened(ShareLink, text)
    if link is None:
        return None
    links.note_opened(link)
    return link, link.revision or selectors.latest_revision(link.state_machine)


def shown(definition: str) -> Any:
    """The definition with what may be seen alone; Resources without the ARN around them. {} for what isn't JSON."""
    try:
        document = json.loads(definition)
    except (ValueError, RecursionError):
        return {}
    return _scope(document)


def _scope(scope: Any) -> dict[str, Any]:
    if not isinstance(scope, dict):
        return {}
    members = scope.get("States")
    states = {hidden(name): _state(state) for name, state in members.items()} if isinstance(members, dict) else {}
    return {**_texts(scope, ("StartAt", "Comment", "QueryLanguage")), "States": states}


def _state(state: Any) -> dict[str, Any]:
    if not isinstance(state, dict):
        return {}
    found: dict[str, Any] = {**_texts(state, _KEPT), **_texts(state, ("Comment", "QueryLanguage"))}
    if isinstance(state.get("Resource"), str) and (resource := _resource(state["Resource"])):
        found["Resource"] = resource
    if isinstance(state.get("Choices"), list):
        found["Choices"] = _cleaned(state["Choices"])
    if isinstance(state.get("Catch"), list):
        found["Catch"] = [_texts(rule, ("Next", "ErrorEquals")) for rule in state["Catch"]]
    if state.get("Retry"):
        found["Retry"] = [{"ErrorEquals": ["States.ALL"]}]
    if isinstance(state.get("Branches"), list):
        found["Branches"] = [_scope(branch) for branch in state["Branches"]]
    for member in ("ItemProcessor", "Iterator"):
        if member in state:
            found[member] = _scope(state[member])
    return found


def _texts(value: Any, members: tuple[str, ...]) -> dict[str, Any]:
    """Of the members, those that are there, without what is hidden."""
    return {member: _cleaned(value[member]) for member in members if member in value} if isinstance(value, dict) else {}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, dict):
        return {hidden(name): _cleaned(each) for name, each in value.items() if name not in ("Assign", "Output")}
    return [_cleaned(each) for each in value] if isinstance(value, list) else value


def _resource(text: str) -> str:
    """``lambda:invoke``: the integration alone."""
    resource = parse_resource(text)
    if resource is None or resource.kind == "activity":
        return ""
    if resource.kind == "lambda":
        return "lambda:invoke"
    return text.removeprefix(PREFIX) if text.startswith(PREFIX) else ""
