"""The pages for people who don't read definitions: a workflow in plain words, and the links that show it to anyone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from callboard.access import requires
from callboard.public_pages import for_anyone, not_good_any_more
from callboard.roles import allowed
from designer import links as signed
from designer import selectors, sharing
from designer.plain_words import story
from designer.services import Refused
from designer.signals import shared_runs_wanted

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from designer.models import Revision, StateMachine

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
        "rows": [(row, request.build_absolute_uri(reverse("shared", args=[signed.token(row)]))) for row in rows],
        "now": timezone.now(),
        "days": signed.DAYS,
        "runs": _runs(request, machine),
        "latest": selectors.latest_revision(machine).number,
    }
    return render(request, "designer/share_links.html", context)


def _runs(request: HttpRequest, machine: StateMachine) -> list[dict[str, Any]]:
    """The links to runs of the workflow that are out, as those who mirror executions tell them."""
    answers: list[tuple[Any, Any]] = shared_runs_wanted.send(sender=None, machine_id=machine.pk, request=request)
    return [row for _, answer in answers for row in answer or []]


@require_POST
@requires(SAVE)
def revoke(request: HttpRequest, pk: int, link_id: int) -> HttpResponse:
    signed.revoke(get_object_or_404(selectors.machine(pk).share_links, pk=link_id))
    messages.success(request, "The link shows nothing any more.")
    return redirect("share-links", pk=pk)


@for_anyone
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link. It says no more than that it is over, whatever the reason."""
    found = sharing.opened(token)
    if found is None:
        return not_good_any_more(request)
    link, revision = found
    context: dict[str, Any] = {
        "machine": link.state_machine,
        "link": link,
        **_told(revision),
        "boot": {"definition": sharing.shown(revision.definition)},
    }
    return render(request, "designer/shared.html", context)


def _told(revision: Revision) -> dict[str, Any]:
    try:
        return {"revision": revision, "story": story(json.loads(revision.definition))}
    except (ValueError, RecursionError):
        return {"revision": revision, "story": None}
