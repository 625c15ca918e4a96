"""Pages of the list of executions. Each begins where another one ends, not at a number: the last page is found as
quickly as the first, and rows that arrive meanwhile move nothing. What is counted is counted up to a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from executions.search import LOOKED_AT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from executions.models import Execution
    from executions.search import Narrowed

SIZE = 50
MOST_COUNTED = 10_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``object_list`` begins with the newest; ``newer`` and ``older`` are where the pages beside it begin, empty where
    there is none.
    """

    object_list: list[Execution]
    count: int  # of the whole list, as far as it was counted
    is_more: bool  # than ``count``
    newer: str = ""
    older: str = ""
    looked_at: int = 0  # so many newest executions alone, where it would have taken too long to look at all

    @property
    def total(self) -> str:
        return f"{self.count:,}+" if self.is_more else f"{self.count:,}"


def place_of(execution: Execution) -> str:
    """Where in the list it stands, as a page's address names it: microseconds since 1970, and its key."""
    return f"{(execution.started_at - _EPOCH) // _MICROSECOND}-{execution.pk}"


def page(
    found: Narrowed, given: Mapping[str, str], *, fetch: Callable[[QuerySet[Execution]], QuerySet[Execution]]
) -> Page:
    """The page that ends ``before`` a place, or begins ``after`` one; the first one where ``given`` names no place.

    Which rows are on it is read apart from the rows themselves (``fetch``): from an index alone. What isn't soon
    counted only says whether there is more than a page.
    """
    rows, looked_at = found.rows, 0 if found.is_whole else LOOKED_AT
    before, after = _place(given.get("before", "")), _place(given.get("after", ""))
    keys: list[int] = []
    if after is not None:
        newer_ones = rows.filter(_newer(*after)).order_by("started_at", "pk")
        keys = list(newer_ones.values_list("pk", flat=True)[: SIZE + 1])
        before = None
    is_first, is_last = len(keys) <= SIZE, False  # as new as the newest, or nearly: the first page, whole
    if is_first:
        older_ones = rows.filter(_older(*before)) if before else rows
        keys = list(older_ones.order_by("-started_at", "-pk").values_list("pk", flat=True)[: SIZE + 1])
        is_last = len(keys) <= SIZE
    on_it = sorted(fetch(rows.model.objects.filter(pk__in=keys[:SIZE])), key=lambda row: (row.started_at, row.pk))[::-1]
    newer = "" if not on_it or (is_first and before is None) else place_of(on_it[0])
    older = "" if not on_it or is_last else place_of(on_it[-1])
    count, is_more = len(on_it), bool(newer or older)
    if found.is_counted:
        counted = rows.order_by()[: MOST_COUNTED + 1].count()
        count, is_more = min(counted, MOST_COUNTED), counted > MOST_COUNTED
    return Page(object_list=on_it, count=count, is_more=is_more, newer=newer, older=older, looked_at=looked_at)


def _older(moment: datetime, key: int) -> Q:
    # The first condition alone is one that an index understands.
    return Q(started_at__lte=moment) & (Q(started_at__lt=moment) | Q(pk__lt=key))


def _newer(moment: datetime, key: int) -> Q:
    return Q(started_at__gte=moment) & (Q(started_at__gt=moment) | Q(pk__gt=key))


def _place(text: str) -> tuple[datetime, int] | None:
    """None where ``text`` names no place: then the list is shown from its beginning."""
    moment, _, key = text.partition("-")
    if not (moment.isdecimal() and key.isdecimal() and len(moment) < 18 and len(key) < 19):
        return None
    return _EPOCH + int(moment) * _MICROSECOND, int(key)
