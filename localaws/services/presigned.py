"""Presigned URLs: whether they're still good. Whose they are isn't asked, since no signature is verified."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from localaws.services.errors import ServiceError

if TYPE_CHECKING:
    from localaws.services.request import Request


def check(request: Request, *, now: dt.datetime | None = None) -> None:
    """Raise AccessDenied for a presigned URL whose time is over, AuthorizationQueryParametersError for a broken one."""
    if "X-Amz-Signature" in request.arguments:
        ends = _version_4(request.arguments)
    elif "Signature" in request.arguments and "Expires" in request.arguments:  # the older form
        ends = _version_2(request.arguments["Expires"])
    else:
        return
    if (now or dt.datetime.now(dt.UTC)) > ends:
        raise ServiceError("AccessDenied", "Request has expired", 403)


def _version_4(arguments: dict[str, str]) -> dt.datetime:
    try:
        signed = dt.datetime.strptime(arguments["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        seconds = int(arguments["X-Amz-Expires"])
    except (KeyError, ValueError) as error:
        message = "A presigned URL needs X-Amz-Date and X-Amz-Expires."
        raise ServiceError("AuthorizationQueryParametersError", message) from error
    if not 0 < seconds <= 604_800:
        raise ServiceError("AuthorizationQueryParametersError", "X-Amz-Expires must be between 1 and 604800 seconds")
    return signed + dt.timedelta(seconds=seconds)


def _version_2(expires: str) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(int(expires), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ServiceError("AccessDenied", "Invalid date (should be seconds since epoch)", 403) from error
