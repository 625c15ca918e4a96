"""What the inbox's address asks for: folder, search, order, filters, and where the page begins. What makes no sense in
it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from review import pages, selectors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from review.models import ReviewTask

# What a saved view keeps: everything but the page.
KEPT = ("folder", "q", "sort", "priority", "workflow", "environment")


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxQuery:
    """``workflow`` and ``environment`` are keys, ``after`` the task behind which the page begins."""

    folder: str = "mine"
    q: str = ""
    sort: str = selectors.SORTS[0]
    priority: str = ""
    workflow: int | None = None
    environment: int | None = None
    after: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str], *, folder: str = "mine") -> InboxQuery:
        named, sort, priority = (given.get(name, "") for name in ("folder", "sort", "priority"))
        return cls(
            folder=named if named in selectors.FOLDERS else folder,
            q=given.get("q", "").strip()[:200].replace("\0", ""),
            sort=sort if sort in selectors.SORTS else selectors.SORTS[0],
            priority=priority if priority in selectors.PRIORITIES else "",
            workflow=_key(given.get("workflow", "")),
            environment=_key(given.get("environment", "")),
            after=_key(given.get("after", "")),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.priority or self.workflow or self.environment)

    @property
    def address(self) -> str:
        """As a query string, without what goes without saying."""
        said = {name: getattr(self, name) for name in (*KEPT, "after")}
        return urlencode(
            {name: value for name, value in said.items() if value and (name, value) != ("sort", "priority")}
        )

    @property
    def first_page(self) -> str:
        return replace(self, after=None).address

    def behind(self, task: int) -> str:
        """The address of the page that begins behind ``task``."""
        return replace(self, after=task).address

    @property
    def order(self) -> pages.Order:
        return selectors.order_of(self.folder, self.sort)

    def tasks(self, user: User) -> QuerySet[ReviewTask]:
        """All of them, whatever the page."""
        return selectors.inbox(
            user,
            self.folder,
            search=self.q,
            sort=self.sort,
            priority=self.priority,
            workflow=self.workflow,
            environment=self.environment,
        )

    def page(self, user: User, *, size: int = pages.SIZE) -> tuple[list[ReviewTask], int | None]:
        """Its tasks, and behind which one the next page begins; None where there is none."""
        return pages.page(self.tasks(user), self.order, after=self.after, size=size)


def _key(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
