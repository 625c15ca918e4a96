"""`/api/v1/review-…`: what concerns no single task: one's own absence and views, figures, and what staff take out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, cast

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router, Status

from callboard.roles import STAFF
from review import absences, audit, metrics, saved_views, selectors
from review import api_schemas as shapes
from review.api_tokens import EITHER_WAY, review_access
from review.handling import hand_over
from review.metric_views import since
from review.models import SavedView, TaskEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import User

router = Router(tags=["review"])
JSON = dict[str, Any]
VIEW = selectors.VIEW
Period = Literal["week", "month", "year"]


@router.get("review-absence", auth=review_access(VIEW), response=shapes.Away, openapi_extra=EITHER_WAY)
def get_absence(request: HttpRequest) -> JSON:
    """Until when one is away oneself; nulls where one isn't."""
    absence = absences.away(_user(request))
    substitute = absence.substitute.get_username() if absence and absence.substitute else None
    return {"until": absence.until if absence else None, "substitute": substitute}


@router.put(
    "review-absence",
    auth=review_access(VIEW),
    response={200: shapes.Away, 422: shapes.Problem},
    openapi_extra=EITHER_WAY,
)
def put_absence(request: HttpRequest, body: shapes.AwayIn) -> Status[JSON]:
    """What one is asked by name goes to the substitute from now on, or to everybody who may decide."""
    try:
        absences.set_away(_user(request), absences.end_of(body.until), body.substitute)
    except absences.NotKept as error:
        return Status(422, {"message": str(error)})
    hand_over(_user(request))
    return Status(200, get_absence(request))


@router.delete("review-absence", auth=review_access(VIEW), response={204: None}, openapi_extra=EITHER_WAY)
def delete_absence(request: HttpRequest) -> Status[None]:
    absences.set_away(_user(request), None)
    return Status(204, None)


@router.get("review-views", auth=review_access(VIEW), response=shapes.Views, openapi_extra=EITHER_WAY)
def list_views(request: HttpRequest) -> JSON:
    return {"views": [_as_view(view) for view in SavedView.objects.filter(owner=_user(request))]}


@router.post(
    "review-views",
    auth=review_access(VIEW),
    response={201: shapes.View, 422: shapes.Problem},
    openapi_extra=EITHER_WAY,
)
def post_view(request: HttpRequest, body: shapes.ViewIn) -> Status[JSON]:
    """Keep a view of the inbox; an equal name is kept anew."""
    try:
        view = saved_views.keep(_user(request), body.name, body.query)
    except saved_views.NotKept as error:
        return Status(422, {"message": str(error)})
    return Status(201, _as_view(view))


@router.delete("review-views/{view_id}", auth=review_access(VIEW), response={204: None}, openapi_extra=EITHER_WAY)
def delete_view(request: HttpRequest, view_id: int) -> Status[None]:
    SavedView.objects.get(pk=view_id, owner=_user(request)).delete()
    return Status(204, None)


@router.get("review-figures", auth=review_access(VIEW), response=JSON, openapi_extra=EITHER_WAY)
def get_figures(request: HttpRequest, period: Period = "month") -> JSON:  # noqa: ARG001
    """What the page of figures shows. Shares have their 95% interval in percent, times are seconds."""
    return metrics.as_json(metrics.figures(since(period)))


@router.get("review-preferences", auth=review_access(STAFF), response=None, openapi_extra=EITHER_WAY)
def get_preferences(request: HttpRequest, period: Period = "month") -> StreamingHttpResponse:  # noqa: ARG001
    """JSON Lines: one pair of a preferred and another text a line."""
    lines = (json.dumps(pair, ensure_ascii=False) + "\n" for pair in metrics.preferences(since(period)))
    return StreamingHttpResponse(lines, content_type="application/jsonl; charset=utf-8")


@router.get("review-audit", auth=review_access(STAFF), response=None, openapi_extra=EITHER_WAY)
def get_audit(request: HttpRequest, after: int = 0) -> StreamingHttpResponse:  # noqa: ARG001
    """JSON Lines: the audit of all tasks with a greater number than ``after``."""
    rows = audit.rows(TaskEvent.objects.filter(task_id__gt=max(after, 0)))
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return StreamingHttpResponse(lines, content_type="application/jsonl; charset=utf-8")


def _as_view(view: SavedView) -> JSON:
    return {"id": view.pk, "name": view.name, "query": view.address}


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
