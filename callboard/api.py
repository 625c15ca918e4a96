"""The JSON API (docs/api.md): one NinjaAPI, a router per application, one shape for every error."""

from __future__ import annotations

import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from callboard.access import session
from callboard.roles import SIGNED_IN
from designer.api import router as designer_router
from designer.catalogue_api import router as catalogue_router
from designer.conversion_api import router as conversion_router
from designer.cost_api import router as cost_router
from designer.draft_api import router as draft_router
from designer.preview_api import router as preview_router
from designer.role_api import router as role_router
from designer.test_case_api import router as test_case_router
from executions.api import router as executions_router
from launch.api import router as launch_router
from review.api import router as review_router
from review.person_api import router as review_person_router

logger = logging.getLogger(__name__)

# Each operation asks for its permission; none is open to people who aren't signed in.
api = NinjaAPI(title="Callboard", version="1", docs_url=None, urls_namespace="api", auth=session(SIGNED_IN))
api.add_router("", designer_router)
api.add_router("", catalogue_router)
api.add_router("", conversion_router)
api.add_router("", test_case_router)
api.add_router("", preview_router)
api.add_router("", draft_router)
api.add_router("", role_router)
api.add_router("", cost_router)
api.add_router("", executions_router)
api.add_router("", review_router)
api.add_router("", review_person_router)
api.add_router("", launch_router)


def _answer(request: HttpRequest, status: int, **body: Any) -> HttpResponse:
    return api.create_response(request, body, status=status)


@api.exception_handler(AuthenticationError)
def _anonymous(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001
    return _answer(request, 401, message="Sign in first: this needs a session, or the token that docs/api.md names.")


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(request, error.status_code, message=str(error))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"path": "/" + "/".join(str(part) for part in item["loc"][1:]), "message": item["msg"]} for item in error.errors
    ]
    return _answer(request, 422, message="The request isn't what this route takes; `errors` says where.", errors=errors)


@api.exception_handler(Http404)
@api.exception_handler(ObjectDoesNotExist)
def _absent(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001
    return _answer(request, 404, message="There is nothing at this address (any more).")


@api.exception_handler(ClientError)
def _aws_refused(request: HttpRequest, error: ClientError) -> HttpResponse:
    said = error.response["Error"]
    return _answer(request, 422, message=f"AWS refused: {said['Code']}. {said.get('Message', '')}".strip())


@api.exception_handler(BotoCoreError)
def _aws_away(request: HttpRequest, error: BotoCoreError) -> HttpResponse:
    logger.warning("An environment could not be reached: %s", type(error).__name__)
    return _answer(
        request,
        503,
        message="The environment can't be reached. Look at Environments, test the connection, then try again.",
    )
