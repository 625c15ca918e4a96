"""The page on which several questions of one kind are decided at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from callboard.access import requires
from review import bulk, selectors
from review.answers import InvalidDecision
from review.deciding import Answer

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

UNDO = "undo"  # beside the outcomes of an answer


@never_cache
@requires(selectors.DECIDE)
@require_http_methods(["GET", "POST"])
def several(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    seconds = settings.CALLBOARD_UNDO_SECONDS
    context: dict[str, Any] = {"problem": "", "results": [], "chosen": set(), "undo_seconds": seconds}
    status = 200
    if request.method == "POST":
        chosen = {int(pk) for pk in request.POST.getlist("task") if pk.isdecimal() and len(pk) < 19}
        try:
            context["results"] = _decide(request, user, chosen)
        except InvalidDecision as error:
            status = 422
            context.update(problem=str(error), chosen=chosen)
    waiting = selectors.inbox(user, "mine")[: bulk.MOST]
    kinds = [(kind, tasks) for kind, tasks in bulk.by_kind(waiting)]
    context["undoable"] = [done.task for done in context["results"] if done.undo_until]
    return render(request, "review/several.html", {**context, "kinds": kinds}, status=status)


def _decide(request: HttpRequest, user: User, chosen: set[int]) -> list[bulk.Done]:
    if not chosen:
        raise InvalidDecision("Tick the questions that this answer is for.")
    if len(chosen) > bulk.MOST:
        raise InvalidDecision(f"At most {bulk.MOST} questions go at once.")
    if request.POST.get("outcome") == UNDO:
        return bulk.undo_many(bulk.chosen(chosen), by=user)
    answer = Answer(
        outcome=request.POST.get("outcome", ""),
        candidate=request.POST.get("candidate", ""),
        comment=request.POST.get("comment", "").strip(),
    )
    return bulk.decide_many(bulk.chosen(chosen), answer, by=user, undo_seconds=settings.CALLBOARD_UNDO_SECONDS)
