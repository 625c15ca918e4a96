"""The page with the figures of reviewing, and the export of what people preferred."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callboard.access import requires
from callboard.roles import STAFF
from review import metrics, selectors

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

PERIODS = {"week": ("7 days", 7), "month": ("30 days", 30), "year": ("A year", 365)}


@never_cache
@requires(selectors.VIEW)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    period = _period(request)
    context = {
        **metrics.figures(since(period)),
        "period": period,
        "period_words": PERIODS[period][0].lower(),
        "periods": [(key, words) for key, (words, _) in PERIODS.items()],
    }
    return render(request, "review/metrics.html", context)


@never_cache
@requires(STAFF)
@require_GET
def export_preferences(request: HttpRequest) -> StreamingHttpResponse:
    """JSON Lines: one pair of a preferred and another text a line."""
    lines = (json.dumps(pair, ensure_ascii=False) + "\n" for pair in metrics.preferences(since(_period(request))))
    answer = StreamingHttpResponse(lines, content_type="application/jsonl; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="review-preferences.jsonl"'
    return answer


def _period(request: HttpRequest) -> str:
    given = request.GET.get("period", "month")
    return given if given in PERIODS else "month"


def since(period: str) -> datetime:
    return timezone.now() - timedelta(days=PERIODS[period][1])
