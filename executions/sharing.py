"""Links (`designer.links`) that show a run to people who don't sign in: live, in plain words, no more than allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from designer import links
from executions import selectors
from executions.models import RunLink
from executions.run_story import Allowed

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from executions.models import Execution


def make(execution: Execution, *, days: int, note: str, allowed: Allowed, by: User) -> RunLink:
    """Raises `designer.services.Refused`."""
    return RunLink.objects.create(
        execution=execution,
        note=links.noted(note),
        shows_data=allowed.data,
        shows_people=allowed.people,
        created_by=by,
        expires_at=links.over_after(days),
    )


def opened(text: str) -> tuple[RunLink, Execution] | None:
    """The link of this address and the run that it shows; None for one that isn't good any more."""
    link = links.opened(RunLink, text)
    return None if link is None else (link, selectors.execution(link.execution_id))


def allowed_by(link: RunLink) -> Allowed:
    return Allowed(data=link.shows_data, people=link.shows_people)


def out(**of: Any) -> QuerySet[RunLink]:
    """The links that weren't revoked, newest first; of an execution or a workflow."""
    return RunLink.objects.filter(revoked_at=None, **of).select_related("created_by", "execution")
