"""Links for people who don't sign in: signed, over after some days, revocable. What they show is others' to decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from django.core import signing
from django.utils import timezone

from designer.services import Refused

if TYPE_CHECKING:
    from designer.models import Link

    LinkT = TypeVar("LinkT", bound=Link)

DAYS: Final = (1, 7, 30, 90)


def over_after(days: int) -> datetime:
    """When a link of today is over. Raises `Refused`."""
    if days not in DAYS:
        raise Refused("A link is good for 1, 7, 30 or 90 days.")
    return timezone.now() + timedelta(days=days)


def token(link: Link) -> str:
    """What stands in its address."""
    return signing.dumps(link.pk, salt=link.SALT)


def opened(model: type[LinkT], text: str) -> LinkT | None:
    """The link of this address; None for one that was tampered with, is over or revoked."""
    try:
        key = signing.loads(text, salt=model.SALT)
    except signing.BadSignature:
        return None
    good = model._default_manager.filter(pk=key, revoked_at=None, expires_at__gt=timezone.now())  # noqa: SLF001 - public, says Django
    return good.first()


def note_opened(link: Link) -> None:
    link.opened_at = timezone.now()
    link.save(update_fields=["opened_at"])


def revoke(link: Link) -> None:
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])


def noted(text: str) -> str:
    """For whom it is, as it is kept."""
    return text.replace("\x00", "").strip()[:120]
