"""The pages about links that show a run to anyone: making and revoking them, and what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from callboard.access import requires
from callboard.public_pages import for_anyone, not_good_any_more
from designer import links
from designer.selectors import as_key
from designer.services import Refused
from designer.sharing import shown
from executions import polling, selectors, sharing
from executions.api import STOP
from executions.run_story import Allowed, RunStory, definition_text, tell

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest

    from executions.models import Execution, RunLink


@requires(STOP)
def run_links(request: HttpRequest, pk: int) -> HttpResponse:
    """The links of a run: make one, copy it, revoke it."""
    execution = get_object_or_404(selectors.executions(), pk=pk)
    if request.method == "POST":
        person: User = request.user  # type: ignore[assignment]
        allowed = Allowed(data="data" in request.POST, people="people" in request.POST)
        try:
            days = as_key(request.POST.get("days", "")) or 0
            sharing.make(execution, days=days, note=request.POST.get("note", ""), allowed=allowed, by=person)
        except Refused as error:
            messages.error(request, str(error))
        return redirect("run-links", pk=pk)
    rows = sharing.out(execution=execution)
    addresses = [request.build_absolute_uri(reverse("shared-run", args=[links.token(row)])) for row in rows]
    listed = list(zip(rows, addresses, strict=True))
    context = {"execution": execution, "rows": listed, "now": timezone.now(), "days": links.DAYS}
    return render(request, "executions/share_links.html", context)


@require_POST
@requires(STOP)
def revoke_run_link(request: HttpRequest, pk: int, link_id: int) -> HttpResponse:
    links.revoke(get_object_or_404(sharing.out(execution=pk), pk=link_id))
    messages.success(request, "The link shows nothing any more.")
    return redirect("run-links", pk=pk)


@for_anyone
def shared_run(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link: the run's graph and its steps, live while it runs."""
    found = sharing.opened(token)
    if found is None:
        return not_good_any_more(request)
    link, execution = found
    links.note_opened(link)
    polling.watch(execution.pk)
    told = tell(execution, sharing.allowed_by(link))
    boot = {"definition": shown(definition_text(execution)), "nodes": told.nodes}
    if not told.is_over:
        boot["live"] = reverse("shared-run-news", args=[token])
    return render(request, "executions/shared.html", {**_context(link, execution, told), "boot": boot})


@for_anyone
def shared_run_news(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001
    """``{nodes, headline, html, over}``: what the page shows now."""
    found = sharing.opened(token)
    if found is None:
        return JsonResponse({"message": "This link isn't good any more."}, status=404)
    link, execution = found
    polling.watch(execution.pk)
    told = tell(execution, sharing.allowed_by(link))
    context = _context(link, execution, told)
    headline = render_to_string("executions/_shared_headline.html", context)
    html = render_to_string("executions/_shared_run.html", context)
    return JsonResponse({"nodes": told.nodes, "headline": headline, "html": html, "over": told.is_over})


def _context(link: RunLink, execution: Execution, told: RunStory) -> dict[str, Any]:
    machine = execution.state_machine
    title = machine.name if machine else execution.state_machine_arn.rpartition(":")[2]
    return {"title": title, "link": link, "execution": execution, "told": told}


def links_of_workflow(machine_id: int) -> list[dict[str, Any]]:
    """The links to runs of a workflow that are out: {name, note, url, expires_at, opened_at, created_by}."""
    return [
        {
            "name": row.execution.name,
            "note": row.note,
            "url": reverse("run-links", args=[row.execution_id]),
            "expires_at": row.expires_at,
            "opened_at": row.opened_at,
            "created_by": row.created_by,
        }
        for row in sharing.out(execution__state_machine=machine_id)
    ]
