"""`manage.py write_permissions`: docs/permissions.md, made from the table in `callboard.roles` and the routes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from callboard.roles import GROUPS, SEE, STAFF, STAFF_TOO, WORDS
from callboard.routes import Route, all_routes

PATH = Path("docs", "permissions.md")

HEAD = """# Who may what

Written by `manage.py write_permissions` from `callboard/roles.py` and the routes themselves; a test keeps it true, and
another one walks every address as nobody, as the wrong person and as the right one.

Staff put people into groups under `/admin/`. A person may be in several; a superuser may do everything. Without a group
a person sees their own settings only. Who isn't signed in is sent to sign in (pages), gets 401 (API) or a closed socket
(4403); who is but may not gets 403 with the reason.
"""


class Command(BaseCommand):
    help = "Write docs/permissions.md."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / PATH).write_text(document(), encoding="utf-8")


def document() -> str:
    return "\n".join(
        [
            HEAD,
            *_groups(),
            "",
            *_routes("Pages", "page"),
            "",
            *_routes("The JSON API", "api"),
            "",
            *_routes("Sockets", "socket"),
            "",
        ]
    )


def _groups() -> list[str]:
    lines = [f"| may | {' | '.join(GROUPS)} | staff |", "|---|" + "---|" * (len(GROUPS) + 1)]
    for permission, words in WORDS.items():
        marks = ["yes" if permission in group else "" for group in GROUPS.values()]
        marks.append("yes" if permission == STAFF or permission in SEE + STAFF_TOO else "")
        lines.append(f"| {words} | {' | '.join(marks)} |")
    return lines


def _routes(title: str, kind: str) -> list[str]:
    routes = [route for route in all_routes() if route.kind == kind]
    return [f"## {title}", "", "| address | needs |", "|---|---|", *(_line(route) for route in routes)]


def _line(route: Route) -> str:
    methods = " ".join(route.methods)
    return f"| `{f'{methods} {route.path}'.strip()}` | {_needs(route.permission)} |"


def _needs(permission: str) -> str:
    match permission:
        case "anyone":
            return "nothing"
        case "signed in":
            return "to be signed in"
        case "staff":
            return "staff"
        case "bearer token":
            return "`Authorization: Bearer` with an ingest token"
        case _:
            return f"may {WORDS[permission]}"
