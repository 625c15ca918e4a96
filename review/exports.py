"""What staff take out of the review application as files: the audit."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callboard.access import requires
from callboard.roles import STAFF
from review import audit
from review.models import TaskEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

JSON = Any
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would compute what begins so


@never_cache
@requires(STAFF)
@require_GET
def export_audit(request: HttpRequest, form: str) -> StreamingHttpResponse | HttpResponse:
    """All lines, or with `?task=` those of one task; what the chain says of them is `verify_audit`'s."""
    lines = TaskEvent.objects.all()
    task = request.GET.get("task", "")
    if task:
        if not task.isdecimal() or len(task) > 18:
            return HttpResponse("task is a task's number.", status=400, content_type="text/plain")
        lines = lines.filter(task_id=int(task))
    rows = audit.rows(lines)
    text, kind = (_as_csv(rows), "text/csv") if form == "csv" else (_as_json(rows), "application/json")
    answer = StreamingHttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="review-audit.{form}"'
    return answer


def _as_csv(rows: Iterable[dict[str, JSON]]) -> Iterator[str]:
    yield _line(audit.COLUMNS)
    for row in rows:
        yield _line([_cell(row[name]) for name in audit.COLUMNS])


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(value: JSON) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_json(rows: Iterable[dict[str, JSON]]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]\n"
