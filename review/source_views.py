"""The page of an environment's sources, and the plans that make what it lacks. Staff alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from callboard.access import requires
from callboard.roles import STAFF
from designer import provisioning
from designer.models import Environment
from designer.services import Refused
from executions import status_setup
from review import queue_setup, sources
from review.models import Activity

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from designer.provisioning import Step

TITLES = {queue_setup.COLUMN: "Review queue", status_setup.COLUMN: "Status changes"}


@never_cache
@requires(STAFF)
@require_GET
def environment_sources(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(Environment, pk=pk))


@never_cache
@requires(STAFF)
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, pk: int, column: str) -> HttpResponse:
    """The plan for a queue (``column`` of the environment has its URL); posted, it is carried out."""
    environment = get_object_or_404(Environment, pk=pk)
    given = request.POST if request.method == "POST" else request.GET
    name = given.get("name", "").strip() or _proposed(environment, column)
    topics = given.get("topics") == "on"
    context: dict[str, Any] = {
        "environment": environment, "column": column, "title": TITLES[column], "name": name, "topics": topics,
        "is_review": column == queue_setup.COLUMN,
    }  # fmt: skip
    try:
        steps = _plan(environment, column, name, topics=topics)
    except Refused as error:
        return render(request, "review/source_plan.html", {**context, "problem": str(error)}, status=422)
    except (ClientError, BotoCoreError, OSError) as error:
        problem = provisioning.reason_of(environment, error)
        return render(request, "review/source_plan.html", {**context, "problem": problem})
    if request.method == "POST":
        outcomes = provisioning.run(environment, steps, by=_user(request))
        failed = any(outcome.state == "failed" for outcome in outcomes)
        return render(request, "review/source_plan.html", {**context, "outcomes": outcomes, "failed": failed})
    return render(
        request, "review/source_plan.html", {**context, "steps": steps, "is_whole": all(step.done for step in steps)}
    )


@never_cache
@requires(STAFF)
@require_POST
def add_activity(request: HttpRequest, pk: int) -> HttpResponse:
    environment = get_object_or_404(Environment, pk=pk)
    name = request.POST.get("name", "")
    try:
        activity = sources.add_activity(environment, name, by=_user(request))
    except Refused as error:
        return _page(request, environment, status=422, problem=str(error), activity_name=name)
    messages.success(request, f"{activity.name} is polled from now on. Its ARN is the Resource of the state that asks.")
    return redirect("environment-sources", pk=pk)


@never_cache
@requires(STAFF)
@require_POST
def remove_activity(request: HttpRequest, pk: int, activity_id: int) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.select_related("environment"), pk=activity_id, environment_id=pk)
    delete = request.POST.get("delete") == "on"
    try:
        sources.remove_activity(activity, delete=delete)
    except Refused as error:
        return _page(request, activity.environment, status=422, problem=str(error))
    where = f"and deleted in {activity.environment}" if delete else "any more"
    messages.success(request, f"{activity.name} isn't polled {where}. Its open questions can still be answered.")
    return redirect("environment-sources", pk=pk)


def _page(request: HttpRequest, environment: Environment, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "environment": environment,
        "activities": sources.activities_of(environment),
        "lost": sources.lost_tasks(environment),
        "programs": sources.programs_of(environment),
        "samples": sources.sample_states(environment),
        "made": provisioning.made_by(environment),
    }
    return render(request, "review/sources.html", {**context, **more}, status=status)


def _proposed(environment: Environment, column: str) -> str:
    usual = queue_setup.NAME if column == queue_setup.COLUMN else status_setup.NAME
    return provisioning.proposed_name(environment, column, usual)


def _plan(environment: Environment, column: str, name: str, *, topics: bool) -> list[Step]:
    if column == queue_setup.COLUMN:
        return queue_setup.plan(environment, name, topics=topics)
    return status_setup.plan(environment, name)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
