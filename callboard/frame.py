"""What every page's frame shows: the rail, the person, how many review tasks wait."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from callboard.roles import SIGNED_IN, allowed

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Entry:
    name: str  # of the URL
    label: str
    icon: str  # Lucide's
    permission: str
    section: str  # the first part of the paths that belong to it
    count: int = 0


MAIN = (
    Entry("launch", "Launch", "rocket", "launch.view_launch", "launch"),
    Entry("workflows", "Workflows", "workflow", "designer.view_statemachine", "workflows"),
    Entry("executions", "Executions", "activity", "executions.view_execution", "executions"),
    Entry("review", "Review", "hand", "review.view_reviewtask", "review"),
)
MORE = (
    Entry("dashboard", "Dashboard", "chart-no-axes-column", "executions.view_execution", "dashboard"),
    Entry("environments", "Environments", "server", "designer.view_environment", "environments"),
    Entry("settings", "Settings", "settings-2", SIGNED_IN, "settings"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    from review.selectors import open_count

    section = request.path.strip("/").partition("/")[0]

    def row(entry: Entry) -> dict[str, Any]:
        return {
            "url": reverse(entry.name),
            "label": entry.label,
            "icon": entry.icon,
            "current": section == entry.section,
            "name": entry.name,
        }

    return {
        "rail_main": [row(entry) for entry in MAIN if allowed(user, entry.permission)],
        "rail_more": [row(entry) for entry in MORE if allowed(user, entry.permission)],
        # Counted where a template shows it, once, and not at all where its page has counted already.
        "review_count": cache(lambda: open_count(user)),
        "initials": _initials(user),
    }


def _initials(user: Any) -> str:
    words = (user.get_full_name() or user.get_username()).replace(".", " ").split()
    return "".join(word[0] for word in words[:2]).upper() or "?"
