"""The reads of the launch pages: a run as its page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from callboard.templatetags.words import state_words
from executions.models import Execution, HistoryEvent
from executions.selectors import WAITING
from launch.models import Launch
from launch.results import result_of
from launch.steps import StepView, progress
from review import selectors as review
from review.embedded import MEDIA_BUCKET
from review.media import signed
from review.models import Decision

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.models import Environment
    from launch.catalogue import Runnable

JSON = Any
HEADINGS = {
    "wait": "It’s your turn", "run": "Working on it", "ok": "All done", "fail": "It didn’t work out", "stop": "Stopped",
    "time": "It took too long", "idle": "On the queue",
}  # fmt: skip
MEDIA_SECONDS = 6 * 3600  # a page may stay open while somebody watches


def get_launch(launch_id: int) -> Launch:
    """Raises Launch.DoesNotExist."""
    return Launch.objects.select_related("execution", "environment", "state_machine", "requested_by").get(pk=launch_id)


def recent(
    runnable: Runnable, user: User, *, without: Launch | None = None, limit: int = 5
) -> list[tuple[Launch, str]]:
    """The person's last runs, each with the words for how it is; the page's own run is shown anyway."""
    runs = Launch.objects.filter(state_machine__name=runnable.name).select_related(
        "execution", "state_machine", "environment"
    )
    own = list(runs.filter(requested_by=user).exclude(pk=without.pk if without else 0)[:limit])
    waiting = review.waiting_executions([run.execution_id for run in own if run.execution_id is not None])
    return [(run, _words(run, waiting=run.execution_id in waiting)) for run in own]


def _words(run: Launch, *, waiting: bool) -> str:
    if run.execution is None:
        return run.get_status_display()
    return state_words(WAITING) if waiting else run.execution.get_status_display()


def run_view(launch: Launch, runnable: Runnable, user: User) -> dict[str, JSON]:
    """Everything on a run's page that moves."""
    execution = launch.execution
    question = review.open_task_of(launch.environment, launch.execution_arn)
    status = execution.status if execution else ""
    views = _steps(launch, runnable, execution, question.state_name if question else "")
    if launch.status in {Launch.Status.DEAD, Launch.Status.DUPLICATE} and execution is None:
        kind = "fail"
    else:
        kind = _kind(status, waiting=question is not None)
    return {
        "launch": launch,
        "runnable": runnable,
        "steps": views,
        "kind": kind,
        "heading": HEADINGS[kind]
        if kind != "wait" or (question and review.may_decide(user, question))
        else "Waiting for a reviewer",
        "status": status,
        "seconds": (execution.stopped_at - execution.started_at).total_seconds()
        if execution and execution.stopped_at
        else None,
        "execution_url": reverse("execution", args=[execution.pk]) if execution else "",
        "question": question,
        "candidates": review.candidates_of(question, user) if question else [],
        "may_decide": question is not None and review.may_decide(user, question),
        "result": result_of(launch, runnable),
        "problem": launch.status_reason or _problem(execution),
    }


def _steps(launch: Launch, runnable: Runnable, execution: Execution | None, waiting_state: str) -> list[StepView]:
    events = HistoryEvent.objects.filter(execution=execution, type__endswith="StateEntered") if execution else []
    views = progress(
        runnable.steps,
        events,
        status=execution.status if execution else "",
        waiting_state=waiting_state,
        stopped_at=execution.stopped_at if execution else None,
        problem=_problem(execution),
    )
    return [_with_choice(view, launch) if view.kind == "ok" else view for view in views]


def _with_choice(view: StepView, launch: Launch) -> StepView:
    """A step that a person took says who and what, in place of its general words."""
    decision = (
        Decision.objects.filter(
            task__environment=launch.environment,
            task__execution_arn=launch.execution_arn,
            outcome=Decision.Outcome.APPROVE,
        )
        .select_related("decided_by", "task")
        .order_by("-decided_at")
        .first()
        if launch.execution_arn
        else None
    )
    if decision is None or decision.task.state_name not in view.states:
        return view
    candidates: list[dict[str, JSON]] = decision.task.candidates
    chosen = next((found for found in candidates if found["key"] == decision.candidate), {})
    title = (decision.edited or chosen).get("title", "")
    return view.told(
        f"{decision.decided_by or 'Someone'} chose a title" if title else view.title,
        f"“{title}”" if title else view.detail,
    )


def _kind(status: str, *, waiting: bool) -> str:
    if waiting:
        return "wait"
    return {"RUNNING": "run", "SUCCEEDED": "ok", "ABORTED": "stop", "TIMED_OUT": "time", "": "idle"}.get(status, "fail")


def _problem(execution: Execution | None) -> str:
    if execution is None or execution.status in {Execution.Status.RUNNING, Execution.Status.SUCCEEDED}:
        return ""
    return execution.cause or execution.error or execution.get_status_display()


def video_of(environment: Environment, key: str, captions: str = "") -> dict[str, JSON]:
    """The player's sources, signed now."""
    return {
        "key": key,
        "name": key.rsplit("/", 1)[-1],
        "sound": key.lower().endswith((".mp3", ".wav")),
        "url": signed(environment, MEDIA_BUCKET, key, seconds=MEDIA_SECONDS),
        "captions": captions,
    }
