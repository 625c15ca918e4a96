"""The catalogue in the JSON API: actions, what they take and answer, what an environment has (docs/api.md)."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Router
from ninja.errors import HttpError

from callboard.access import session
from designer import catalogue, catalogue_search, listing, shapes
from designer.api import SAVE, SEE
from designer.models import Environment

router = Router(tags=["designer"])
JSON = dict[str, Any]


@router.get("catalogue", auth=session(SEE))
def get_catalogue(
    request: HttpRequest,  # noqa: ARG001
    q: str = "",
    service: str = "",
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> JSON:
    """Actions that ``q`` means, best first; or all of the service by that title."""
    return {"actions": catalogue.of_service(service) if service else catalogue_search.search(q[:200], limit)}


@router.get("catalogue/services", auth=session(SEE))
def get_services(request: HttpRequest) -> JSON:  # noqa: ARG001
    return {"services": catalogue.services()}


@router.get("catalogue/shapes", auth=session(SEE))
def get_shapes(request: HttpRequest, resource: str, shape: str = "") -> HttpResponse:  # noqa: ARG001
    """What the action of ``resource`` takes and answers; with ``shape``, that one and those nearest to it."""
    try:
        body = shapes.describe_shape(resource, shape) if shape else shapes.describe(resource)
    except shapes.UnknownActionError as error:
        raise HttpError(404, f"No service that Callboard knows has {str(error)[:200]}.") from error
    answer = HttpResponse(body, content_type="application/json")
    answer["Cache-Control"] = "private, max-age=3600"  # they change with Callboard's own releases
    return answer


@router.get("environments/{environment_id}/resources/{kind}", auth=session(SAVE))
def get_resources(request: HttpRequest, environment_id: int, kind: str) -> JSON:  # noqa: ARG001
    if kind not in listing.LISTINGS:
        raise HttpError(404, f"Callboard lists {', '.join(listing.LISTINGS)}.")
    return listing.listed(get_object_or_404(Environment, pk=environment_id), kind)
