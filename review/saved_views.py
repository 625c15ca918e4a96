"""A person's views of the inbox: its folder, search, order and filters under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import QueryDict

from review.inbox_query import InboxQuery
from review.models import SavedView

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 20


class NotKept(Exception):  # noqa: N818
    """``str(error)`` is for the person."""


def keep(user: User, name: str, query: str) -> SavedView:
    """Keep what ``query`` (the inbox's query string) asks for, less its page; an equal name is kept anew."""
    name = name.strip()[:80]
    if not name or "\0" in name:
        raise NotKept("Give the view a name.")
    own = SavedView.objects.filter(owner=user)
    if own.count() >= MOST and not own.filter(name=name).exists():
        raise NotKept(f"You have {MOST} views. Delete one first.")
    address = InboxQuery.of(QueryDict(query)).first_page
    if len(address) > 500:
        raise NotKept("The search is too long to be kept.")
    view, _ = SavedView.objects.update_or_create(owner=user, name=name, defaults={"address": address})
    return view
