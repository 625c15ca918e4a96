"""What a person sets for their own reviewing: being away, tokens for programs, saved views of the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callboard.access import requires
from review import absences, api_tokens, saved_views, selectors
from review.handling import hand_over
from review.inbox_query import InboxQuery
from review.models import ApiToken, SavedView

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse


@never_cache
@requires(selectors.VIEW)
@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@never_cache
@requires(selectors.VIEW)
@require_POST
def set_away(request: HttpRequest) -> HttpResponse:
    """`until`: the last day away; empty: back again. `substitute`: who is asked by name instead."""
    user, given = _user(request), request.POST.get("until", "")
    try:
        until = absences.end_of(given) if given else None
        absences.set_away(user, until, request.POST.get("substitute", ""))
    except absences.NotKept as error:
        return _page(request, problem=str(error), status=422)
    moved = hand_over(user) if until else 0
    if until is None:
        messages.success(request, "Welcome back: you are asked by name again.")
    else:
        handed = f" {moved} open tasks of yours were handed over." if moved else ""
        messages.success(request, f"Kept: you are away until the end of {given}.{handed}")
    return redirect("review-settings")


@never_cache
@requires(selectors.VIEW)
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    days = request.POST.get("days", "")
    try:
        token, text = api_tokens.make(
            _user(request), request.POST.get("name", ""), int(days) if days.isdecimal() and len(days) < 5 else 0
        )
    except api_tokens.NotMade as error:
        return _page(request, problem=str(error), status=422)
    return _page(request, made=token, text=text)  # the one answer that has it: no redirect could carry it


@never_cache
@requires(selectors.VIEW)
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk, user=_user(request))
    token.delete()
    messages.success(request, f"Revoked: {token.name}. Whatever uses it is refused from now on.")
    return redirect("review-settings")


@never_cache
@requires(selectors.VIEW)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the inbox's folder, search and order under a name; an equal name is kept anew."""
    try:
        saved_views.keep(_user(request), request.POST.get("name", ""), request.GET.urlencode())
    except saved_views.NotKept as error:
        messages.error(request, str(error))
    return redirect(f"/review/?{InboxQuery.of(request.GET).first_page}")


@never_cache
@requires(selectors.VIEW)
@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedView, pk=pk, owner=_user(request)).delete()
    return redirect("review")


def _page(
    request: HttpRequest, *, problem: str = "", made: ApiToken | None = None, text: str = "", status: int = 200
) -> HttpResponse:
    user = _user(request)
    people = selectors.deciders().exclude(pk=user.pk).distinct().order_by("username")[:200]
    context = {
        "problem": problem,
        "made": made,
        "token_text": text,
        "absence": absences.away(user),
        "people": [person.get_username() for person in people],
        "tokens": ApiToken.objects.filter(user=user),
        "days": api_tokens.DAYS,
        "today": timezone.now().date().isoformat(),
    }
    return render(request, "review/settings.html", context, status=status)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
