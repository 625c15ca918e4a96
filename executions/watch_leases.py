"""Whose an execution is that somebody watches: the rows' side of executions.watch_loop.

A process claims what is due and watched by moving ``next_poll_at`` to the end of a lease, and keeps it by moving that
on every few seconds: while it does, nobody else polls it, and its polls write nothing but news. The lease's end, to the
microsecond, says whose it is: whoever finds another time there has lost it. What a process that dies held is due again
when its lease is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from executions.models import Execution
from executions.turns import writing

if TYPE_CHECKING:
    from collections.abc import Iterable

LEASE = timedelta(seconds=15)  # somebody waits for what a worker that died had claimed


@dataclass(slots=True)
class Held:
    """An execution that is this process's to poll, until ``lease``."""

    execution: Execution
    lease: datetime


def claim(now: datetime, *, limit: int) -> list[Held]:
    """Those that somebody watches and that are due, now this process's; the longest due first."""
    rows = Execution.objects.filter(next_poll_at__lte=now, watched_until__gt=now)
    if limit <= 0 or not rows.exists():
        return []
    lease = now + LEASE
    with writing(), transaction.atomic():
        free = rows.select_related("environment").order_by("next_poll_at")
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True, of=("self",))
        claimed = list(free[:limit])
        Execution.objects.filter(pk__in=[row.pk for row in claimed]).update(next_poll_at=lease)
    for row in claimed:
        row.next_poll_at = lease
    return [Held(row, lease) for row in claimed]


def keep(held: Iterable[Held], now: datetime) -> list[Held]:
    """Those that are still this process's and watched, their lease prolonged; the others are no longer."""
    lease = now + LEASE
    all_held = {one.execution.pk: one for one in held}
    with writing():
        for old in {one.lease for one in all_held.values()}:
            keys = [pk for pk, one in all_held.items() if one.lease == old]
            rows = Execution.objects.filter(pk__in=keys, next_poll_at=old, watched_until__gt=now)
            rows.update(next_poll_at=lease)
    ours = Execution.objects.filter(pk__in=all_held, next_poll_at=lease)
    kept = []
    for pk, watched_until, news_at in ours.values_list("pk", "watched_until", "news_at"):
        one = all_held[pk]
        one.lease = one.execution.next_poll_at = lease
        one.execution.watched_until, one.execution.news_at = watched_until, news_at
        kept.append(one)
    return kept


def looked(keys: Iterable[int], now: datetime) -> None:
    """Their histories were read just now, or a moment ago. No index has these columns: the rows stay where they are."""
    with writing():
        Execution.objects.filter(pk__in=list(keys)).update(looked_at=now, poll_notice="")


def leave(held: Iterable[Held], until: datetime) -> None:
    """No longer this process's: due ``until``, for whoever takes them. One that was taken already is left alone."""
    all_held = list(held)
    with writing():
        for lease in {one.lease for one in all_held}:
            keys = [one.execution.pk for one in all_held if one.lease == lease]
            Execution.objects.filter(pk__in=keys, next_poll_at=lease).update(next_poll_at=until, quiet_polls=0)
