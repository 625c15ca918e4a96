"""Who is away, and who is asked by name instead.

A person who is away may still decide; only what would be put to them by name goes to their substitute, or to the group.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.dateparse import parse_date

from review.models import Absence, ReviewTask
from review.selectors import may_be_asked

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


def end_of(day: str) -> datetime:
    """When the day (2026-12-31) is over, in UTC."""
    try:
        found = parse_date(day)
        if found is not None:
            return datetime.combine(found + timedelta(days=1), time.min, tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise NotKept("Write the day as 2026-12-31.")


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
