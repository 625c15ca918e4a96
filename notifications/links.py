"""Links in messages: signed, expiring, and good for one person who is signed in. Opening one shows a page, no more.

Mail and chat scanners open links; and a link that is passed on must not let somebody else in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callboard.access import requires
from callboard.roles import SIGNED_IN

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

SALT = "callboard.notifications.link"
DAYS = 14


def link_for(user: User, path: str) -> str:
    """The whole address of a link to ``path`` (one of our own) for this person."""
    token = signing.dumps({"u": user.pk, "p": path}, salt=SALT)
    return settings.CALLBOARD_PUBLIC_URL + reverse("notification-link", args=[token])


@never_cache
@requires(SIGNED_IN)
@require_GET
def follow(request: HttpRequest, token: str) -> HttpResponse:
    try:
        meant = signing.loads(token, salt=SALT, max_age=DAYS * 86400)
    except signing.SignatureExpired:
        return _wrong(request, 410, "This link has expired", f"Links in messages are good for {DAYS} days.")
    except signing.BadSignature:
        return _wrong(request, 404, "There is nothing here", "The link is cut off or mistyped.")
    if meant["u"] != request.user.pk:
        return _wrong(request, 403, "This link is somebody else's", "It was sent to another person than you.")
    return redirect(meant["p"])


def _wrong(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    context = {"title": title, "message": message, "status": status}
    return render(request, "callboard/wrong.html", context, status=status)
