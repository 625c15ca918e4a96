"""A candidate's transcript for its player: as lines, and as captions. Read when the page asks for it, kept nowhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callboard.access import requires
from review import selectors, transcripts
from review.models import ReviewTask

if TYPE_CHECKING:
    from review.transcripts import Line


@never_cache
@requires(selectors.VIEW)
@require_GET
def lines(request: HttpRequest, task_id: int, key: str) -> HttpResponse:  # noqa: ARG001
    """``{lines: [{text, start, end, speaker}], why}``: ``why`` there are none, in words."""
    try:
        found = _lines(task_id, key)
    except transcripts.NoTranscript as error:
        return JsonResponse({"lines": [], "why": str(error)})
    return JsonResponse({"lines": [asdict(line) for line in found], "why": "" if found else "The transcript is empty."})


@never_cache
@requires(selectors.VIEW)
@require_GET
def captions(request: HttpRequest, task_id: int, key: str) -> HttpResponse:  # noqa: ARG001
    """WebVTT, whatever form the transcript has; without times there are no cues in it."""
    try:
        found = _lines(task_id, key)
    except transcripts.NoTranscript as error:
        raise Http404(str(error)) from error
    return HttpResponse(transcripts.as_webvtt(found), content_type="text/vtt; charset=utf-8")


def _lines(task_id: int, key: str) -> list[Line]:
    task = ReviewTask.objects.select_related("environment").filter(pk=task_id).first()
    given = next((each.get("transcript") for each in task.candidates if each["key"] == key), None) if task else None
    if task is None or not given:
        raise Http404("This candidate has no transcript.")
    return transcripts.transcript_of(task.environment, given)
