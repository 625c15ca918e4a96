"""Links that show a workflow to people who don't sign in: signed, expiring, revocable, and of the definition only what
isn't anybody's secret: no ARNs, no accounts, no addresses, no payloads.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.utils import timezone

from asl.resource import parse_resource
from designer import selectors
from designer.models import Revision, ShareLink
from designer.plain_words import hidden
from designer.services import Refused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.models import StateMachine

SALT = "designer.share-link"
DAYS = (1, 7, 30, 90)
PREFIX = "arn:aws:states:::"
# What the drawing and the words need of a state; nothing that it is called with.
_KEPT = ("Type", "Next", "End", "Default", "Seconds", "MaxConcurrency")


def make(machine: StateMachine, *, days: int, note: str, revision: Revision | None, by: User) -> ShareLink:
    """``revision`` None follows the newest. Raises `Refused`."""
    if days not in DAYS:
        raise Refused("A link is good for 1, 7, 30 or 90 days.")
    return ShareLink.objects.create(
        state_machine=machine,
        revision=revision,
        note=note.replace("\x00", "").strip()[:120],
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )


def token(link: ShareLink) -> str:
    """What stands in its address."""
    return signing.dumps(link.pk, salt=SALT)


def opened(text: str) -> tuple[ShareLink, Revision] | None:
    """The link and what it shows; None for one that was tampered with, is over or revoked."""
    try:
        key = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    now = timezone.now()
    rows = ShareLink.objects.filter(pk=key, revoked_at=None, expires_at__gt=now)
    link = rows.select_related("state_machine", "revision").first()
    if link is None:
        return None
    ShareLink.objects.filter(pk=link.pk).update(opened_at=now)
    return link, link.revision or selectors.latest_revision(link.state_machine)


def revoke(link: ShareLink) -> None:
    ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


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
