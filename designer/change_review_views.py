"""The page of one revision: what it changes, what was said about it, and whether it may go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from callboard.access import requires
from callboard.roles import STAFF, allowed
from designer import change_reviews, comparison, selectors
from designer.services import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from designer.models import Revision, RevisionComment

SEE, SAVE, CHANGE = "designer.view_statemachine", "designer.add_revision", "designer.change_statemachine"


@requires(SEE)
def revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _revision(pk, number)
    person = _person(request)
    since = change_reviews.last_approved(found) or found.parent
    comments: dict[str, list[RevisionComment]] = {}
    for row in found.comments.select_related("author"):
        comments.setdefault(row.state, []).append(row)
    context: dict[str, Any] = {
        "machine": found.state_machine,
        "revision": found,
        "called": getattr(found, "called", None),
        "request_for_review": getattr(found, "review_request", None),
        "standing": change_reviews.standing(found),
        "since": since,
        "general": comments.pop("", []),
        "latest": selectors.latest_revision(found.state_machine).number,
        "may_save": allowed(request.user, SAVE),
        "why_not_judge": change_reviews.why_not_judge(found, person),
        "may_switch_off": allowed(request.user, STAFF),
    }
    if since is not None:
        sides = (comparison.Side(f"r{row.number}", f"Revision {row.number}", row.definition) for row in (since, found))
        difference = comparison.comparison(*sides)
        context |= {
            "found": difference,
            "states": [(row, comments.pop(row.name, [])) for row in difference.states],
        }
    context["others"] = sorted(comments.items())  # about states that this change leaves alone
    return render(request, "designer/revision.html", context)


@require_POST
@requires(SAVE)
def ask(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return _done(request, pk, number, lambda row: change_reviews.ask(
        row, by=_person(request), note=request.POST.get("note", "")), "A review is asked for.")  # fmt: skip


@require_POST
@requires(SAVE)
def judge(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    outcome, text = request.POST.get("outcome", ""), request.POST.get("text", "")
    words = "Approved." if outcome == "approved" else "Changes are asked for."
    return _done(request, pk, number, lambda row: change_reviews.judge(
        row, by=_person(request), outcome=outcome, text=text), words)  # fmt: skip


@require_POST
@requires(SAVE)
def comment(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    text, state = request.POST.get("text", ""), request.POST.get("state", "")
    return _done(request, pk, number, lambda row: change_reviews.comment(
        row, by=_person(request), text=text, state=state), "")  # fmt: skip


@require_POST
@requires(SAVE)
def name(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return _done(request, pk, number, lambda row: change_reviews.call(row, request.POST.get("name", "")), "")


@require_POST
@requires(CHANGE)
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the workflow's revisions must be approved before they are deployed."""
    machine = selectors.machine(pk)
    try:
        change_reviews.demand_approval(machine, required=request.POST.get("required") == "1", by=_person(request))
        words = (
            "must be approved before it is deployed." if machine.approval_required else "is deployed without approval."
        )
        messages.success(request, f"From now on a revision of {machine} {words}")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("revisions", pk=pk)


def _done(request: HttpRequest, pk: int, number: int, act: Callable[[Revision], Any], words: str) -> HttpResponse:
    try:
        act(_revision(pk, number))
        if words:
            messages.success(request, words)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("revision", pk=pk, number=number)


def _revision(pk: int, number: int) -> Revision:
    rows = selectors.machine(pk).revisions.select_related("state_machine", "author", "parent")
    return get_object_or_404(rows, number=number)


def _person(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
