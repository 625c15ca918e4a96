"""Every page, API route and socket with the permission that it names: what docs/permissions.md lists.

Read from the resolver, the API and the sockets' routes themselves: what is added there appears here, and one that names
no permission is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, URLResolver, get_resolver

from callboard.roles import ANYONE

if TYPE_CHECKING:
    from collections.abc import Iterator

# Django's own views, which can't name one: leaving is for anyone.
_DJANGO_OWN = {"sign-out": ANYONE}
# They guard themselves: the administration asks for staff, the API's routes are listed one by one.
_GUARDED_ELSEWHERE = {"admin", "api"}


@dataclass(frozen=True, slots=True)
class Route:
    kind: str  # "page", "api" or "socket"
    path: str  # as in a URL, with <int:pk> or {id} for its variable parts
    methods: tuple[str, ...]  # empty: the page decides
    permission: str
    name: str = ""  # of a page's URL


class UnguardedError(Exception):
    """A route names no permission. Wrap its view in `callboard.access.requires`, or give it ``required_permission``."""


def all_routes() -> list[Route]:
    return [*pages(), *api_routes(), *sockets()]


def pages() -> Iterator[Route]:
    for path, pattern in _patterns(get_resolver().url_patterns, ""):
        name = pattern.name or ""
        yield Route("page", path, (), _permission(pattern.callback, path, _DJANGO_OWN.get(name, "")), name)


def _patterns(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + re.sub(r"\\Z$", "", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield f"/{path}", pattern
        elif pattern.namespace not in _GUARDED_ELSEWHERE:
            yield from _patterns(pattern.url_patterns, path)


def api_routes() -> Iterator[Route]:
    from callboard.api import api

    for prefix, router in api._routers:  # noqa: SLF001 - ninja has no public list of its operations
        for path, view in router.path_operations.items():
            for operation in view.operations:
                full = "/api/v1/" + f"{prefix}/{path}".strip("/").replace("//", "/")
                guards = operation.auth_callbacks
                if len(guards) != 1:
                    raise UnguardedError(f"{full} has {len(guards)} guards; it needs one.")
                yield Route("api", full, tuple(operation.methods), _permission(guards[0], full))


def sockets() -> Iterator[Route]:
    from callboard.sockets import websocket_urlpatterns

    for pattern in websocket_urlpatterns:
        path = f"/{pattern.pattern}"
        yield Route("socket", path, (), _permission(pattern.callback.consumer_class, path))


def _permission(guard: Any, path: str, otherwise: str = "") -> str:
    for holder in (guard, getattr(guard, "view_class", None)):
        permission = getattr(holder, "required_permission", "")
        if permission:
            return str(permission)
    if otherwise:
        return otherwise
    raise UnguardedError(f"{path} names no permission.")
