"""Permissions on views and API routes. Every one of them names what it needs; a test walks them all.

A view is wrapped by `requires`, an API router's operations get ``auth=session(permission)``, a socket's consumer has
``required_permission``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer

from callboard.roles import WORDS, allowed

View = Callable[..., HttpResponseBase]


def requires(permission: str) -> Callable[[View], View]:
    """Anonymous people are sent to sign in; others without ``permission`` get 403."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not allowed(request.user, permission):
                if request.user.is_authenticated:
                    raise PermissionDenied(refusal(permission))
                if request.headers.get("HX-Request"):
                    return HttpResponse(status=401, headers={"HX-Redirect": "/sign-in/"})
                return redirect_to_login(request.get_full_path())
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded

    return wrap


def refusal(permission: str) -> str:
    what = WORDS.get(permission, "do this")
    return f"Your groups don't allow you to {what}. Ask a member of staff to add you to a group that does."


class SessionWithPermission(APIKeyCookie):
    """The browser's session, with CSRF checked; 401 without one, 403 without the permission."""

    param_name = "sessionid"

    def __init__(self, permission: str) -> None:
        self.required_permission = permission
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ARG002
        user = request.user
        if not user.is_authenticated:
            return None
        if not allowed(user, self.required_permission):
            raise HttpError(403, refusal(self.required_permission))
        return user


def session(permission: str) -> SessionWithPermission:
    return SessionWithPermission(permission)


class Bearer(HttpBearer):
    """``Authorization: Bearer <token>`` checked by ``lookup``, which answers who it is, or None."""

    required_permission = "bearer token"

    def __init__(self, lookup: Callable[[str], Any]) -> None:
        self._lookup = lookup
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ARG002
        return self._lookup(token)
