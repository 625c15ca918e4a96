"""The launch pages: a gallery, a workflow's own page, and a run on it with its question and its result."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callboard.access import requires
from launch import catalogue, selectors, uploads
from launch.models import Launch
from launch.services import MEDIA_TYPES, NotLaunchable, OtherInput, as_input, new_deduplication_id, request_launch
from review import selectors as review
from review.answers import InvalidDecision
from review.deciding import AlreadyDecided, decide
from review.models import ReviewTask
from review.services import open_task

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.models import Environment
    from launch.catalogue import Runnable

VIEW, ADD = "launch.view_launch", "launch.add_launch"
logger = logging.getLogger(__name__)


@never_cache
@requires(VIEW)
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """What can be launched; what isn't deployed yet says so."""
    items = [(item, catalogue.deployment_of(item)) for item in catalogue.runnables()]
    return render(request, "launch/gallery.html", {"items": items})


@never_cache
@requires(VIEW)
@require_GET
def workflow(request: HttpRequest, slug: str) -> HttpResponse:
    runnable = _runnable(slug)
    return render(request, "launch/workflow.html", _page(request, runnable, key=request.GET.get("video", "")))


@never_cache
@requires(ADD)
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    runnable = _runnable(slug)
    values = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    try:
        # The form's own id: pressing the button twice asks for one run.
        asked = request_launch(
            runnable, as_input(runnable, values), by=_user(request), deduplication_id=values.get("request") or None
        )
    except NotLaunchable as error:
        context = _page(request, runnable, key=values.get("key", ""), values=values)
        status = 409 if isinstance(error, OtherInput) else 422
        return render(request, "launch/workflow.html", {**context, "problem": str(error)}, status=status)
    return redirect("launch-run", slug=runnable.slug, launch_id=asked.pk)


@never_cache
@requires(ADD)
@require_POST
def upload_video(request: HttpRequest, slug: str) -> HttpResponse:
    """Store the video and show the run that its arrival starts: its own request and S3's notice are one run.

    By now the server has spooled the request to disk; `callboard.body_limit` saw to it that it isn't too large.
    """
    runnable = _runnable(slug)
    deployment = catalogue.deployment_of(runnable)
    try:
        if deployment is None or runnable.form != "video":
            raise uploads.NotTaken(f"{runnable.title} takes no videos yet: it isn't deployed anywhere.")
        media = request.FILES.get("media")
        if media is None:
            raise uploads.NotTaken("Choose a video first.")
        captions = request.FILES.get("captions")
        key, identity = uploads.upload(deployment.environment, media, captions)
        asked = request_launch(runnable, {"input": {"key": key}}, by=_user(request), deduplication_id=identity)
    except (uploads.NotTaken, NotLaunchable) as error:
        context = _page(request, runnable)
        return render(request, "launch/workflow.html", {**context, "upload_problem": str(error)}, status=422)
    if asked.requested_by_id is None:  # S3's notice was faster
        Launch.objects.filter(pk=asked.pk, requested_by=None).update(requested_by=_user(request))
    return redirect("launch-run", slug=runnable.slug, launch_id=asked.pk)


@never_cache
@requires(VIEW)
@require_GET
def run(request: HttpRequest, slug: str, launch_id: int) -> HttpResponse:
    runnable, launch = _runnable(slug), _launch(slug, launch_id)
    user = _user(request)
    moving = selectors.run_view(launch, runnable, user)
    if moving["question"] is not None and moving["may_decide"]:
        open_task(moving["question"], by=user)
    key = catalogue.value_at(launch.input, "$.input.key")
    values = {name: _shown(value) for name, value in launch.input.items()} if isinstance(launch.input, dict) else None
    page = _page(
        request,
        runnable,
        key=key if isinstance(key, str) else "",
        values=values,
        environment=launch.environment,
        launch=launch,
    )
    return render(request, "launch/workflow.html", {**page, **moving})


@never_cache
@requires(VIEW)
@require_GET
def run_progress(request: HttpRequest, slug: str, launch_id: int) -> HttpResponse:
    """What moves: the steps, the question and the result. Two parts that the page puts in their places."""
    runnable, launch = _runnable(slug), _launch(slug, launch_id)
    return render(request, "launch/_progress.html", selectors.run_view(launch, runnable, _user(request)))


@never_cache
@requires(review.DECIDE)
@require_POST
def decide_question(request: HttpRequest, slug: str, launch_id: int) -> HttpResponse:
    """The question in place: the same service, the same one decision as in the inbox."""
    runnable, launch, user = _runnable(slug), _launch(slug, launch_id), _user(request)
    task_id = request.POST.get("task", "")
    task = review.get_task(int(task_id)) if task_id.isdecimal() and _asks(launch, int(task_id)) else None
    problem, status = "", 200
    if task is None:
        problem, status = "This question is no longer asked.", 409
    elif not review.may_decide(user, task):
        problem, status = f"Only members of {task.group} decide this.", 403
    else:
        try:
            decide(
                task,
                by=user,
                outcome=request.POST.get("outcome", ""),
                candidate=request.POST.get("candidate", ""),
                comment=request.POST.get("comment", "").strip(),
            )
        except AlreadyDecided as lost:
            problem, status = lost.message, 409
        except InvalidDecision as error:
            problem, status = str(error), 422
    if status == 200 and "X-Callboard-Partial" not in request.headers:
        return redirect("launch-run", slug=runnable.slug, launch_id=launch.pk)
    context = {**selectors.run_view(_launch(slug, launch_id), runnable, user), "question_problem": problem}
    return render(request, "launch/_progress.html", context, status=status)


def _asks(launch: Launch, task_id: int) -> bool:
    return (
        launch.execution_arn != ""
        and ReviewTask.objects.filter(
            pk=task_id, environment=launch.environment, execution_arn=launch.execution_arn
        ).exists()
    )


def _page(
    request: HttpRequest,
    runnable: Runnable,
    *,
    key: str = "",
    values: dict[str, str] | None = None,
    environment: Environment | None = None,
    launch: Launch | None = None,
) -> dict[str, Any]:
    """What stands still: the form, the video, earlier runs."""
    deployment = catalogue.deployment_of(runnable)
    place = environment or (deployment.environment if deployment else None)
    context: dict[str, Any] = {
        "runnable": runnable,
        "environment": place,
        "deployed": deployment is not None,
        "may_start": _user(request).has_perm(ADD),
        "recent": selectors.recent(runnable, _user(request), without=launch),
        "request_id": new_deduplication_id(runnable),
        "fields": _fields(runnable, values),
        "upload_limit": uploads.MAX_MEDIA_BYTES,
        "media_types": ",".join(MEDIA_TYPES),
    }
    if runnable.form == "video" and place is not None:
        context |= _videos(place, key, str(catalogue.value_at(runnable.example, "$.input.key")))
    return context


def _videos(environment: Environment, key: str, example: str) -> dict[str, Any]:
    try:
        found = uploads.videos(environment)
    except (ClientError, BotoCoreError, OSError) as error:
        logger.warning("The videos of %s can't be listed: %s", environment, type(error).__name__)
        return {
            "videos": [],
            "videos_problem": f"The bucket in {environment} can't be reached. Reload the page to try again.",
        }
    chosen = next(
        (video for video in found if video["key"] == (key or example)), found[0] if found and not key else None
    )
    video = selectors.video_of(environment, chosen["key"]) | {"size": chosen["size"]} if chosen else None
    return {"videos": found, "video": video, "missing_key": key if key and chosen is None else ""}


def _fields(runnable: Runnable, values: dict[str, str] | None) -> list[dict[str, Any]]:
    """The schema's properties as form fields."""
    required = runnable.schema.get("required", [])
    example = runnable.example if isinstance(runnable.example, dict) else {}
    return [
        {
            "name": name,
            "title": rule.get("title", name),
            "long": rule.get("format") == "textarea",
            "kind": {"integer": "number", "number": "number"}.get(rule.get("type"), "text"),
            "choices": rule.get("enum", []),
            "required": name in required,
            "min": rule.get("minLength", ""),
            "max": rule.get("maxLength", ""),
            "value": values.get(name, "") if values is not None else _shown(example.get(name, "")),
        }
        for name, rule in runnable.schema.get("properties", {}).items()
    ]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _runnable(slug: str) -> Runnable:
    found = catalogue.find(slug)
    if found is None:
        raise Http404("There is no such workflow to launch.")
    return found


def _launch(slug: str, launch_id: int) -> Launch:
    try:
        launch = selectors.get_launch(launch_id)
    except Launch.DoesNotExist:
        raise Http404("There is no such run.") from None
    if launch.state_machine.name != _runnable(slug).name:
        raise Http404("There is no such run of this workflow.")
    return launch


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
