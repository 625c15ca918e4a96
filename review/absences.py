"""Who is away, and who is asked by name instead.

A person who is away may still decide; only what would be put to them by name goes to their substitute, or to the group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.utils import timezone

from review.models import Absence, ReviewTask
from review.selectors import may_be_asked

if TYPE_CHECKING:
    from datetime import datetime

LONGEST_CHAIN = 5  # substitutes who are away themselves


class NotKept(Exception):  # noqa: N818
    """``str(error)`` is for the person."""


def away(user: User) -> Absence | None:
    """The absence that holds now."""
    return Absence.objects.select_related("substitute").filter(user=user, until__gt=timezone.now()).first()


def set_away(user: User, until: datetime | None, substitute: str = "") -> None:
    """Note that ``user`` is away until then; None: back again."""
    if until is None:
        Absence.objects.filter(user=user).delete()
        return
    if until <= timezone.now():
        raise NotKept("Choose a day that is still to come.")
    person = User.objects.filter(username=substitute, is_active=True).first() if substitute else None
    if substitute and person is None:
        raise NotKept(f"There is nobody named {substitute}.")
    if person == user:
        raise NotKept("You can't stand in for yourself.")
    Absence.objects.update_or_create(user=user, defaults={"until": until, "substitute": person})


def present(user: User, task: ReviewTask) -> User | None:
    """Whom to ask instead of ``user``: themselves while they're here, or whoever stands in and may decide the task."""
    for _ in range(LONGEST_CHAIN):
        absence = away(user)
        if absence is None:
            return user
        if absence.substitute is None or not may_be_asked(absence.substitute, task):
            return None
        user = absence.substitute
    return None
