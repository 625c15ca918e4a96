"""Objects in S3 that an execution's data names, shown on its page: `executions.object_previews` decides what.

The answers are nobody's page: a sandbox without scripts, a type that the browser may not guess over, a name to save
under, kept by no cache.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from callboard.access import requires
from executions import object_previews, selectors
from executions.api import SEE
from executions.object_previews import NoSuchRange, NotShown

if TYPE_CHECKING:
    from django.http import HttpRequest

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})\Z")


@require_GET
@requires(SEE)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture, or a part of a sound or a film."""
    execution = get_object_or_404(selectors.executions(), pk=pk)
    bucket, key = request.GET.get("bucket", ""), request.GET.get("key", "")
    asked = _RANGE.match(request.headers.get("Range", ""))
    start, end = (int(asked[1]), int(asked[2]) if asked[2] else None) if asked else (None, None)
    try:
        part = object_previews.part(execution.environment, bucket, key, start, end)
    except NoSuchRange as error:
        return _safe(HttpResponse(status=416, headers={"Content-Range": f"bytes */{error.size}"}), key)
    except (NotShown, ClientError, BotoCoreError) as error:
        return _refused(error, key)
    answer = HttpResponse(part.body, content_type=part.type, status=200 if start is None else 206)
    answer["Accept-Ranges"] = "bytes"
    if start is not None:
        answer["Content-Range"] = f"bytes {part.start}-{part.start + len(part.body) - 1}/{part.size}"
    return _safe(answer, key)


@require_GET
@requires(SEE)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """The object as a file, whatever it is."""
    execution = get_object_or_404(selectors.executions(), pk=pk)
    bucket, key = request.GET.get("bucket", ""), request.GET.get("key", "")
    try:
        body = object_previews.download(execution.environment, bucket, key)
    except (NotShown, ClientError, BotoCoreError) as error:
        return _refused(error, key)
    return _safe(HttpResponse(body, content_type="application/octet-stream"), key, disposition="attachment")


def _refused(error: Exception, key: str) -> HttpResponse:
    match error:
        case NotShown():
            words, status = str(error), 404
        case ClientError():
            words, status = f"S3 refused: {error.response['Error']['Code']}.", 404
        case _:
            words, status = "S3 can't be reached.", 503
    return _safe(HttpResponse(words, status=status, content_type="text/plain; charset=utf-8"), key)


def _safe(answer: HttpResponse, key: str, *, disposition: str = "inline") -> HttpResponse:
    name = quote(key.rsplit("/", 1)[-1][:200], safe="")
    answer["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{name}"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"  # in place of the pages' own
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer
