"""A task comes in, and is closed by its workflow or asked again. Deciding it is `review/deciding.py`, sending the
decision `review/delivery.py`; which execution a task belongs to is `review/linking.py`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from callboard.celery import hint
from executions.models import Execution
from review import live, policies, tokens, told
from review.answers import InvalidDecision
from review.audit import record
from review.clock import wind
from review.contract import Question, read_body
from review.deciding import Answer, decide_by_policy
from review.models import ReviewTask, TaskEvent

if TYPE_CHECKING:
    from datetime import datetime

    from designer.models import Environment

JSON = Any
Status = ReviewTask.Status
ASKED_AGAIN = "The workflow asked again with a new task token"


def accept_message(environment: Environment, body: JSON) -> ReviewTask:
    """The task for a message, made if it is new. Raises `review.contract.Unreadable` where there is no token."""
    return accept_question(environment, read_body(body))


def accept_question(environment: Environment, question: Question) -> ReviewTask:
    """Idempotent: the same token, however often it comes, is one task, and its decision stands."""
    token_hash = tokens.hash_of(question.token)
    known = ReviewTask.objects.filter(token_hash=token_hash).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            task = _create(environment, question, token_hash)
    except IntegrityError:  # a copy of the message was a moment faster
        return ReviewTask.objects.get(token_hash=token_hash)
    live.task_changed(task)
    _approve_by_policy(task)
    if task.status == Status.OPEN:
        told.asked(task)
    return task


def _approve_by_policy(task: ReviewTask) -> None:
    reason = policies.auto_approval(task.policy, task.token_hash)
    if not reason:
        return
    first = task.candidates[0]["key"] if task.candidates else ""
    try:
        decide_by_policy(
            task, Answer(outcome="approve", candidate=task.policy["autoApprove"].get("candidate", first)), reason
        )
    except InvalidDecision as error:  # the candidate it names didn't come: people are asked
        record(task, TaskEvent.Kind.DELAYED, text=f"could not approve by itself: {error}")


def _create(environment: Environment, question: Question, token_hash: str) -> ReviewTask:
    now = timezone.now()
    policy = {**question.policy}
    if "escalate" in policy:
        policy["escalate"] = sorted(policy["escalate"], key=lambda level: level["afterSeconds"])
    routed = policies.group_by_route(policy)
    asked = routed or question.group
    people = [] if routed else list(User.objects.filter(username__in=question.people, is_active=True))
    group = asked if not people and Group.objects.filter(name=asked).exists() else ""
    task = ReviewTask.objects.create(
        token_hash=token_hash,
        sealed_token=tokens.seal(question.token),
        environment=environment,
        execution=Execution.objects.filter(environment=environment, arn=question.execution_arn).first(),
        execution_arn=question.execution_arn,
        state_name=question.state_name,
        title=question.title,
        instructions=question.instructions,
        payload=question.payload,
        candidates=question.candidates,
        topic=question.topic,
        answer=question.answer,
        group=group,
        due_at=now + timedelta(seconds=question.due_seconds) if question.due_seconds else None,
        priority=ReviewTask.Priority[question.priority.upper()],
        worker_name=question.worker_name,
        heartbeat_seconds=question.heartbeat_seconds,
        heartbeat_at=now + timedelta(seconds=question.heartbeat_seconds / 3) if question.heartbeat_seconds else None,
        form=question.form,
        policy=policy,
        required=policy.get("required", 1),
        four_eyes=policy.get("fourEyes", False),
        people_only=bool(people),
    )
    task.people.set(people)
    wind(task)
    record(task, TaskEvent.Kind.ASKED, text="asked, and waits with a task token")
    if asked and not group and not people:
        record(
            task,
            TaskEvent.Kind.ASKED,
            text=f"named the group {asked!r}, which doesn't exist: all reviewers are asked",
        )
    if unknown := sorted(set(question.people) - {user.get_username() for user in people} if not routed else ()):
        others = "the others" if people else "everybody who may decide"
        named = f"named {', '.join(unknown)}, nobody who is known here: {others} are asked"
        record(task, TaskEvent.Kind.ASKED, text=named[:500])
    if question.remarks:
        record(task, TaskEvent.Kind.ASKED, text=f"sent what the review contract doesn't know: {question.remarks}"[:500])
    transaction.on_commit(lambda: _hint_link(task.pk))
    return task


def open_task(task: ReviewTask, *, by: User) -> None:
    """Note that ``by`` looked at an open task; once per person."""
    if task.status == Status.OPEN and not task.events.filter(kind=TaskEvent.Kind.OPENED, who=by).exists():
        record(task, TaskEvent.Kind.OPENED, who=by)


def close(task: ReviewTask, status: str, reason: str) -> bool:
    """Close an open task; False where it was decided or closed already."""
    with transaction.atomic():
        closed = ReviewTask.objects.filter(pk=task.pk, status=Status.OPEN).update(
            status=status, status_reason=reason[:500], version=F("version") + 1, closed_at=timezone.now()
        )
        if closed:
            record(task, TaskEvent.Kind.CLOSED, text=reason[:500], data={"status": status})
    if closed:
        task.refresh_from_db()
        live.task_changed(task)
    return bool(closed)


def close_for_execution(execution: Execution) -> int:
    """Close what is still open of an execution that ended; how many there were."""
    if execution.status in {Execution.Status.RUNNING, Execution.Status.PENDING_REDRIVE}:
        return 0
    open_tasks = ReviewTask.objects.filter(
        environment_id=execution.environment_id, execution_arn=execution.arn, status=Status.OPEN
    )
    return sum(close(task, *_end_words(execution, task)) for task in open_tasks)


def _end_words(execution: Execution, task: ReviewTask) -> tuple[str, str]:
    why = f" ({execution.error})" if execution.error else ""
    match execution.status:
        case Execution.Status.TIMED_OUT:
            return Status.EXPIRED, "The execution timed out before anyone answered"
        case Execution.Status.ABORTED:
            return Status.CANCELLED, "The execution was stopped" + why
        # The status may be known before the history, a list's even without its error. Both times are the environment's.
        case Execution.Status.FAILED if _is_past(task.times_out_at, execution.stopped_at):
            return Status.EXPIRED, "Nobody answered before the state's time-out"
        case Execution.Status.FAILED:
            return Status.CANCELLED, "The execution failed while it waited" + why
        case _:
            return Status.CANCELLED, "The execution ended without this answer"


def _is_past(moment: datetime | None, now: datetime | None) -> bool:
    return moment is not None and now is not None and moment <= now


def supersede(old: ReviewTask, new: ReviewTask) -> None:
    """``new`` asks again what ``old`` asked: link the attempts; ``old`` can't be answered any more."""
    ReviewTask.objects.filter(pk=new.pk, supersedes=None).update(supersedes=old)
    timed_out = old.status == Status.EXPIRED
    with transaction.atomic():
        changed = ReviewTask.objects.filter(pk=old.pk, status__in=[Status.OPEN, Status.EXPIRED]).update(
            status=Status.SUPERSEDED,
            status_reason="Nobody answered in time; the workflow asked again" if timed_out else ASKED_AGAIN,
            version=F("version") + 1,
            closed_at=old.closed_at or timezone.now(),
        )
        if changed:
            record(old, TaskEvent.Kind.CLOSED, text=ASKED_AGAIN, data={"status": Status.SUPERSEDED})
    if changed:
        old.refresh_from_db()
        live.task_changed(old)


def _hint_link(task_id: int) -> None:
    from review.tasks import link_task

    hint(link_task, task_id)
