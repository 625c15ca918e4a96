"""A person's tokens for the review API: made on the settings page, shown once, good for a year at most.

A token does what its person may do, on the routes of reviews alone; a role that is taken away is taken from it, too.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from ninja.errors import HttpError

from callboard.access import SessionWithPermission, refusal
from callboard.roles import allowed
from review.ingest import digest
from review.models import ApiToken

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest

PREFIX = "cbr_"  # so that secret scanners and people know what they found
DAYS = (30, 90, 365)
MOST = 20
SCHEME = "bearer "
# For the OpenAPI document: a session, or such a token.
EITHER_WAY: dict[str, Any] = {"security": [{"Bearer": []}]}


class NotMade(Exception):  # noqa: N818
    """``str(error)`` is for the person."""


def make(user: User, name: str, days: int) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can read again."""
    name = name.strip()
    if not name or len(name) > 80:
        raise NotMade("Give the token a name of at most 80 characters: what will use it?")
    if days not in DAYS:
        raise NotMade(f"A token is good for {', '.join(map(str, DAYS))} days.")
    own = ApiToken.objects.filter(user=user)
    if own.filter(name=name).exists():
        raise NotMade(f"You have a token named {name}.")
    if own.count() >= MOST:
        raise NotMade(f"You have {MOST} tokens. Revoke one that isn't used.")
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, token_hash=digest(text), expires_at=timezone.now() + timedelta(days=days)
    )
    return token, text


def person_of(text: str) -> User | None:
    """Whose token it is; None where it is nobody's, has expired, or its person is gone."""
    token = ApiToken.objects.select_related("user").filter(token_hash=digest(text)).first()
    now = timezone.now()
    if token is None or token.expires_at <= now or not token.user.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


class SessionOrToken(SessionWithPermission):
    """The browser's session (CSRF checked), or ``Authorization: Bearer cbr_...``."""

    def __call__(self, request: HttpRequest) -> Any:
        given = request.headers.get("Authorization", "")
        if not given.lower().startswith(SCHEME):
            return super().__call__(request)
        user = person_of(given[len(SCHEME) :].strip())
        if user is None:
            return None
        if not allowed(user, self.required_permission):
            raise HttpError(403, refusal(self.required_permission))
        request.user = user
        return user


def review_access(permission: str) -> SessionOrToken:
    return SessionOrToken(permission)
