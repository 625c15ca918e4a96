"""How long executions took, by nearest rank: computed by PostgreSQL where that is the database, else here."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Aggregate, DurationField, ExpressionWrapper, F

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from executions.models import Execution

SHARES = (0.5, 0.95, 0.99)
# Written as the index of durations is (migration 0008).
TOOK = ExpressionWrapper(F("stopped_at") - F("started_at"), output_field=DurationField())


class _Ranked(Aggregate):
    function = "percentile_disc"
    template = f"%(function)s(ARRAY[{', '.join(map(str, SHARES))}]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(DurationField())


def by(rows: QuerySet[Execution], column: str) -> dict[Any, list[float]]:
    """Seconds at each of `SHARES`, of those of ``rows`` that have ended, by ``column``; what has none is absent."""
    ended = rows.filter(stopped_at__isnull=False).order_by()
    if connection.vendor == "postgresql":
        ranked = ended.values_list(column).annotate(ranked=_Ranked(TOOK))
        return {key: [one.total_seconds() for one in times] for key, times in ranked}
    taken: dict[Any, list[float]] = {}
    for key, took in ended.values_list(column, TOOK).order_by(TOOK):
        taken.setdefault(key, []).append(took.total_seconds())
    return {key: [seconds[rank(len(seconds), share)] for share in SHARES] for key, seconds in taken.items()}


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """None where there is nothing to rank."""
    return ordered[rank(len(ordered), share)] if ordered else None


def rank(count: int, share: float) -> int:
    """The place, from 0, of the nearest rank among ``count`` in order: PostgreSQL's percentile_disc."""
    return max(0, math.ceil(share * count) - 1)
