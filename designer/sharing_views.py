"""The pages for people who don't read definitions: a workflow in plain words, and the links that show it to anyone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callboard.access import requires
from callboard.roles import ANYONE, allowed
from designer import selectors, sharing
from designer.plain_words import story
from designer.services import Refused

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from designer.models import Revision

SEE, SAVE = "designer.view_statemachine", "designer.add_revision"


@requires(SEE)
def plain(request: HttpRequest, pk: int) -> HttpResponse:
    """What the newest revision does, in plain words."""
    machine = selectors.machine(pk)
    revision = selectors.latest_revision(machine)
    context = {"machine": machine, **_told(revision), "may_share": allowed(request.user, SAVE)}
    return render(request, "designer/plain.html", context)


@requires(SAVE)
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """The links of a workflow: make one, copy it, revoke it."""
    machine = selectors.machine(pk)
    if request.method == "POST":
        key = selectors.as_key(request.POST.get("revision", ""))
        revision = None if key is None else get_object_or_404(machine.revisions, number=key)
        try:
            days = selectors.as_key(request.POST.get("days", "")) or 0
            person: User = request.user  # type: ignore[assignment]
            sharing.make(machine, days=days, note=request.POST.get("note", ""), revision=revision, by=person)
        except Refused as error:
            messages.error(request, str(error))
        return redirect("share-links", pk=pk)
    rows = machine.share_links.select_related("created_by", "revision").filter(revoked_at=None)
    context = {
        "machine": machine,
        "rows": [(row, request.build_absolute_uri(reverse("shared", args=[sharing.token(row)]))) for row in rows],
        "now": timezone.now(),
        "days": sharing.DAYS,
        "latest": selectors.latest_revision(machine).number,
    }
    return render(request, "designer/share_links.html", context)


@require_POST
@requires(SAVE)
def revoke(request: HttpRequest, pk: int, link_id: int) -> HttpResponse:
    sharing.revoke(get_object_or_404(selectors.machine(pk).share_links, pk=link_id))
    messages.success(request, "The link shows nothing any more.")
    return redirect("share-links", pk=pk)


@require_GET
@never_cache
@requires(ANYONE)
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link. It says no more than that it is over, whatever the reason."""
    found = sharing.opened(token)
    if found is None:
        words = {"title": "This link isn't good any more", "message": "Ask whoever gave it to you for a new one."}
        return render(request, "callboard/wrong.html", {**words, "status": 404}, status=404)
    link, revision = found
    context: dict[str, Any] = {
        "machine": link.state_machine,
        "link": link,
        **_told(revision),
        "boot": {"definition": sharing.shown(revision.definition)},
    }
    response = render(request, "designer/shared.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _told(revision: Revision) -> dict[str, Any]:
    try:
        return {"revision": revision, "story": story(json.loads(revision.definition))}
    except (ValueError, RecursionError):
        return {"revision": revision, "story": None}
