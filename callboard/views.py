"""Signing in and out, a person's settings, and the pages for what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST
from sesame.utils import get_user

from callboard import attempts
from callboard.access import requires
from callboard.roles import GROUPS, SIGNED_IN, WORDS, allowed
from notifications.models import Preference
from notifications.topics import TOPICS

if TYPE_CHECKING:
    from datetime import datetime


@requires(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    return redirect("launch" if allowed(request.user, "launch.view_launch") else "settings")


class SignIn(LoginView):
    """The ordinary way: name and password. After several failures it says until when it takes no more."""

    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True
    required_permission = "anyone"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        until = attempts.locked_until(request, request.POST.get("username", ""))
        if until is not None:
            return _locked(request, until)
        answer = super().post(request, *args, **kwargs)
        if answer.status_code == 200:  # the form again: this attempt may have been the last one
            until = attempts.locked_until(request, request.POST.get("username", ""))
        return answer if until is None else _locked(request, until)


@never_cache
@sensitive_variables()
def sign_in_link(request: HttpRequest) -> HttpResponse:
    """A link that signs its person in once. Opening it is not enough for a preview to use it up: a button posts it.

    Mail and chat scanners follow links; so a GET shows who would be signed in and only the POST does it.
    """
    token = request.POST.get("sesame") or request.GET.get("sesame", "")
    if request.method == "POST":
        until = attempts.locked_until(request)
        if until is not None:
            return _locked(request, until)
        user = get_user(token, max_age=None)
        if user is None:
            attempts.note_failure(request)
            return render(request, "registration/link_spent.html", status=403)
        login(request, user, backend="sesame.backends.ModelBackend")
        target = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        return redirect(target if safe and target else "home")
    return render(request, "registration/link.html", {"token": token, "next": request.GET.get("next", "")})


sign_in_link.required_permission = "anyone"  # type: ignore[attr-defined]


def _locked(request: HttpRequest, until: datetime) -> HttpResponse:
    answer = render(request, "registration/locked.html", {"until": until}, status=429)
    answer["Retry-After"] = str(max(1, round((until - timezone.now()).total_seconds())))
    return answer


@requires(SIGNED_IN)
def settings_page(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    own = set(user.groups.values_list("name", flat=True))
    groups = [
        {
            "name": name,
            "mine": name in own,
            "may": [WORDS[permission] for permission in GROUPS.get(name, ()) if ".view_" not in permission],
            "members": User.objects.filter(groups__name=name, is_active=True).order_by("username"),
        }
        for name in GROUPS
    ]
    muted = Preference.objects.filter(user=user).values_list("muted", flat=True).first() or []
    topics = [{"name": name, "words": words, "wanted": name not in muted} for name, words in TOPICS.items()]
    mail = bool(settings.CALLBOARD_EMAIL_URL)
    return render(request, "callboard/settings.html", {"groups": groups, "topics": topics, "sends_mail": mail})


@requires(SIGNED_IN)
@require_POST
def choose_messages(request: HttpRequest) -> HttpResponse:
    """What the person wants mail about: the topics that are ticked."""
    user, wanted = request.user, set(request.POST.getlist("topic"))
    assert isinstance(user, User)
    Preference.objects.update_or_create(user=user, defaults={"muted": [n for n in TOPICS if n not in wanted]})
    messages.success(request, "Kept: what you are sent mail about.")
    return redirect(reverse("settings") + "#messages")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _wrong(request, 403, "You may not see this", str(exception or ""))


def absent(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _wrong(
        request, 404, "There is nothing here", "It may have been deleted or renamed, or the address is mistyped."
    )


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    # Without a request's context: whatever broke the page may be what the frame needs.
    return HttpResponse(loader.render_to_string("500.html"), status=500)


def _wrong(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    context: dict[str, Any] = {"title": title, "message": message, "status": status}
    return render(request, "callboard/wrong.html", context, status=status)
