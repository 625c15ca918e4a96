"""Pages for whoever has their address, without signing in: they are read only, stand in no search engine, are kept by
nobody on the way, tell no other site where they are, and are answered only so often to one address.
"""

from __future__ import annotations

import logging
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from callboard.access import requires
from callboard.attempts import address_of
from callboard.roles import ANYONE

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from callboard.access import View

logger = logging.getLogger(__name__)
MOST: Final = 240  # a minute from one address: a dozen pages that look for news every few seconds
_WINDOW: Final = 60.0  # seconds


def for_anyone(view: View) -> View:
    """A page that anybody may open. 429 for an address that asks too often."""

    @wraps(view)
    def public(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _asks_too_often(request):
            words = "Too many requests came from this address. Try again in a minute."
            response: HttpResponseBase = HttpResponse(words, status=429, content_type="text/plain; charset=utf-8")
            response["Retry-After"] = str(int(_WINDOW))
        else:
            response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return requires(ANYONE)(require_GET(never_cache(public)))


def not_good_any_more(request: HttpRequest) -> HttpResponse:
    """What a link that is over, revoked or made up leads to: no word about which of them."""
    words = {"title": "This link isn't good any more", "message": "Ask whoever gave it to you for a new one."}
    return render(request, "callboard/wrong.html", {**words, "status": 404}, status=404)


def _asks_too_often(request: HttpRequest) -> bool:
    key = f"public:{address_of(request)}"
    try:
        cache.add(key, 0, _WINDOW)
        return bool(cache.incr(key) > MOST)
    except ValueError:  # the count lapsed in between
        return False
    except (RedisError, OSError) as error:  # who may read must not depend on it
        logger.warning("Requests of public pages aren't counted just now: %s", type(error).__name__)
        return False
