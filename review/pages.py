"""Pages of the inbox. Each begins behind a task that another one ended with, not at a number: the last page is found as
quickly as the first, and tasks that come or go meanwhile move nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from review.models import ReviewTask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.db.models.expressions import OrderBy

SIZE = 50
# (field, descending): what has no value comes last either way.
Order = tuple[tuple[str, bool], ...]
NEVER_EMPTY = frozenset({"priority", "created_at", "title", "pk"})


def as_order_by(order: Order) -> list[str | OrderBy]:
    return [
        f"{'-' if descending else ''}{field}"
        if field in NEVER_EMPTY
        else (F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True))
        for field, descending in order
    ]


def page(
    tasks: QuerySet[ReviewTask], order: Order, *, after: int | None, size: int = SIZE
) -> tuple[list[ReviewTask], int | None]:
    """At most ``size`` of ``tasks`` behind the task ``after``, wherever that one is now, or from the beginning; and
    behind which one the next page begins, None where there is none.
    """
    found: list[ReviewTask] = []
    for part in _parts(order, ReviewTask.objects.filter(pk=after).first() if after else None):
        found += tasks.filter(part).order_by(*as_order_by(order))[: size + 1 - len(found)]
        if len(found) > size:
            return found[:size], found[size - 1].pk
    return found, None


def _parts(order: Order, last: ReviewTask | None) -> Iterator[Q]:
    """What is behind ``last``, in order, in parts each of which an index finds: equal in all fields but the last one,
    in all but the two last ones, and so on.
    """
    if last is None:
        yield Q()
        return
    for depth in reversed(range(len(order))):
        same = Q()
        for field, _ in order[:depth]:
            value = getattr(last, field)
            same &= Q(**{f"{field}__isnull": True} if value is None else {field: value})
        for beyond in _beyond(*order[depth], getattr(last, order[depth][0])):
            yield same & beyond


def _beyond(field: str, descending: bool, value: Any) -> Iterator[Q]:
    if value is None:
        return
    yield Q(**{f"{field}__{'lt' if descending else 'gt'}": value})
    if field not in NEVER_EMPTY:
        yield Q(**{f"{field}__isnull": True})
