"""The list of executions: narrowed, kept as a view, exported, and several of them stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from callboard.access import requires
from callboard.roles import allowed
from designer.models import Deployment, Environment, StateMachine
from designer.selectors import as_key
from executions import bulk, selectors
from executions.api import SEE, START, STOP
from executions.filters import DURATIONS, PERIODS, Filters
from executions.models import Execution, SavedView

if TYPE_CHECKING:
    from django.http import HttpRequest

MOST_VIEWS = 30  # of one person


@requires(SEE)
def execution_list(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET.dict())
    page = selectors.page_of(filters, request.GET.dict())
    context = {
        "page": page,
        "waiting": selectors.waiting(page.object_list),
        "alerted": selectors.alerted(page.object_list),
        "filters": filters,
        "statuses": Execution.Status.choices,
        "periods": [(key, words) for key, (words, _) in PERIODS.items()],
        "durations": DURATIONS.items(),
        "workflows": StateMachine.objects.order_by("name"),
        "environments": Environment.objects.all(),
        **selectors.started_as(filters),
        "views": SavedView.objects.filter(owner=_user(request)),
        "may_start": allowed(request.user, START),
        "may_stop": allowed(request.user, STOP),
        "has_express": Deployment.objects.filter(revision__state_machine__type=StateMachine.Type.EXPRESS).exists(),
        "anything": bool(page.object_list) or Execution.objects.exists(),
    }
    template = "executions/_rows.html" if request.headers.get("HX-Request") else "executions/list.html"
    return render(request, template, context)


@requires(SEE)
@require_GET
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The narrowed list as a file, the newest first; at most `bulk.MOST_EXPORTED` of them."""
    rows = selectors.listed(Filters.of(request.GET.dict()))[: bulk.MOST_EXPORTED]
    text, kind = (bulk.as_csv(rows), "text/csv") if form == "csv" else (bulk.as_json(rows), "application/json")
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="executions-{timezone.now():%Y%m%d-%H%M%S}.{form}"'
    return answer


@require_POST
@requires(STOP)
def treat_many(request: HttpRequest, deed: str) -> HttpResponse:
    """Stop or redrive what was ticked, and say of each what became of it."""
    keys = [key for key in map(as_key, request.POST.getlist("execution")) if key is not None]
    chosen = selectors.executions().filter(pk__in=keys[: bulk.MOST])
    context = {
        "deed": deed,
        "treated": bulk.stop_many(chosen) if deed == "stopped" else bulk.redrive_many(chosen),
        "left": max(0, len(keys) - bulk.MOST),
        "back": reverse("executions") + "?" + _address(request),
    }
    return render(request, "executions/treated.html", context)


@require_POST
@requires(SEE)
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep what the list is narrowed to, under a name; the same name again replaces it."""
    name, address, owner = request.POST.get("name", "").strip()[:80], _address(request), _user(request)
    views = SavedView.objects.filter(owner=owner)
    if not name or "\x00" in name or not address:
        messages.error(request, "Not saved: narrow the list first, and give the view a name.")
    elif views.count() >= MOST_VIEWS and not views.filter(name=name).exists():
        messages.error(request, f"Not saved: you have {MOST_VIEWS} views. Delete one first.")
    else:
        SavedView.objects.update_or_create(owner=owner, name=name, defaults={"address": address})
        messages.success(request, f"{name} is saved.")
    return redirect(reverse("executions") + "?" + address)


@require_POST
@requires(SEE)
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, owner=_user(request))
    view.delete()
    messages.success(request, f"{view.name} is deleted.")
    return redirect("executions")


def _address(request: HttpRequest) -> str:
    """What the page that posts was narrowed to, in its one form: nothing else is kept or gone back to."""
    return Filters.of(QueryDict(request.POST.get("filters", "")[:4000]).dict()).address


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
