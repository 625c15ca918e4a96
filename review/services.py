"""The writes of the review application: a task comes in, gets its one decision, or is closed by its workflow.

Sending a decision is `review/delivery.py`; which execution a task belongs to is `review/linking.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from callboard.celery import hint
from executions.models import Execution
from review import live, tokens
from review.answers import InvalidDecision, output_of
from review.audit import record
from review.contract import Question, read_body
from review.handling import free_for, held_words
from review.models import Decision, ReviewTask, TaskEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from designer.models import Environment

JSON = Any
Status = ReviewTask.Status
ASKED_AGAIN = "The workflow asked again with a new task token"
MAX_COMMENT = 10_000
MAX_TITLE = 1_000
MAX_DESCRIPTION = 50_000


class AlreadyDecided(Exception):  # noqa: N818
    """Somebody else decided first, or the workflow closed the task. Says who, what and when."""

    def __init__(self, task: ReviewTask) -> None:
        self.task = ReviewTask.objects.select_related("decision__decided_by", "claimed_by", "assigned_to").get(
            pk=task.pk
        )
        self.decision: Decision | None = getattr(self.task, "decision", None)
        self.decided_by = str(self.decision.decided_by or "someone whose account is gone") if self.decision else None
        self.decided_at: datetime | None = self.decision.decided_at if self.decision else self.task.closed_at
        super().__init__(self.message)

    @property
    def message(self) -> str:
        if self.decision is not None:
            done = {"approve": "approved it", "regenerate": "asked for a new version", "reject": "rejected it"}
            return f"{self.decided_by} was first and {done[self.decision.outcome]}. Your answer was not sent."
        if self.task.status == Status.OPEN:
            return f"{held_words(self.task) or 'This task changed a moment ago.'} Your answer was not sent."
        why = self.task.status_reason or self.task.get_status_display()
        return f"This task is closed: {why}. Your answer was not sent."


class TooLate(Exception):  # noqa: N818
    """A decision can't be taken back (any more)."""


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
    return task


def _create(environment: Environment, question: Question, token_hash: str) -> ReviewTask:
    now = timezone.now()
    group = question.group if Group.objects.filter(name=question.group).exists() else ""
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
        heartbeat_seconds=question.heartbeat_seconds,
        heartbeat_at=now if question.heartbeat_seconds else None,
    )
    record(task, TaskEvent.Kind.ASKED, text="asked, and waits with a task token")
    if question.group and not group:
        record(
            task,
            TaskEvent.Kind.ASKED,
            text=f"named the group {question.group!r}, which doesn't exist: all reviewers are asked",
        )
    if question.remarks:
        record(task, TaskEvent.Kind.ASKED, text=f"sent what the review contract doesn't know: {question.remarks}"[:500])
    transaction.on_commit(lambda: _hint_link(task.pk))
    return task


def open_task(task: ReviewTask, *, by: User) -> None:
    """Note that ``by`` looked at an open task; once per person."""
    if task.status == Status.OPEN and not task.events.filter(kind=TaskEvent.Kind.OPENED, who=by).exists():
        record(task, TaskEvent.Kind.OPENED, who=by)


def decide(
    task: ReviewTask,
    *,
    by: User,
    outcome: str,
    candidate: str = "",
    edited: Mapping[str, str] | None = None,
    comment: str = "",
    undo_seconds: float = 0,
) -> Decision:
    """Take the one decision this task will have, and queue its delivery, no sooner than in ``undo_seconds``: until then
    `undo` takes it back. The time is the outbox row's own, so it survives whatever happens to this process.

    Raises `AlreadyDecided` if another reviewer (or the workflow's own end) came first, `InvalidDecision` if the
    answer can't be sent as it stands.
    """
    chosen = _check(task, outcome, candidate, edited, comment)
    output = output_of(
        task, outcome=outcome, candidate=chosen, edited=edited, comment=comment, decided_by=by.get_username()
    )
    now = timezone.now()
    with transaction.atomic():
        won = ReviewTask.objects.filter(free_for(by, now), pk=task.pk, status=Status.OPEN).update(
            status=Status.DECIDED, version=F("version") + 1, closed_at=now
        )
        if not won:
            raise AlreadyDecided(task)
        decision = Decision.objects.create(
            task=task,
            outcome=outcome,
            candidate=candidate if outcome == Decision.Outcome.APPROVE else "",
            edited=dict(edited) if edited else None,
            comment=comment,
            decided_by=by,
            decided_at=now,
            output=output,
            next_attempt_at=now + timedelta(seconds=undo_seconds),
            undo_until=now + timedelta(seconds=undo_seconds) if undo_seconds else None,
        )
        record(task, TaskEvent.Kind.DECIDED, who=by, text=words_of(decision, chosen), data={"outcome": outcome})
        transaction.on_commit(lambda: _hint_deliver(decision.pk, undo_seconds))
    task.refresh_from_db()
    live.task_changed(task)
    return decision


def undo(task: ReviewTask, *, by: User) -> None:
    """Take one's own decision back before it is sent; the task is open again. Raises `TooLate` where it is not so.

    `delivery.deliver` claims a row whose time has come, this one a row whose time has not: never both.
    """
    now = timezone.now()
    with transaction.atomic():
        held = Decision.objects.filter(
            task=task, decided_by=by, delivery_status=Decision.Delivery.PENDING, attempts=0, next_attempt_at__gt=now
        )
        if not held.update(next_attempt_at=None):
            raise TooLate("It's too late to undo: the answer is being sent, or it isn't yours.")
        Decision.objects.filter(task=task).delete()
        ReviewTask.objects.filter(pk=task.pk, status=Status.DECIDED).update(
            status=Status.OPEN, version=F("version") + 1, closed_at=None
        )
        record(task, TaskEvent.Kind.UNDONE, who=by)
        transaction.on_commit(lambda: _hint_reopened(task.pk))
    live.task_changed(task)


def _check(
    task: ReviewTask, outcome: str, candidate: str, edited: Mapping[str, str] | None, comment: str
) -> dict[str, JSON] | None:
    if outcome not in Decision.Outcome.values:
        raise InvalidDecision(f"The outcome is one of {', '.join(Decision.Outcome.values)}.")
    if len(comment) > MAX_COMMENT:
        raise InvalidDecision(f"A comment has at most {MAX_COMMENT:,} characters; this one has {len(comment):,}.")
    if not all(tokens.is_storable(text) for text in (comment, *(edited or {}).values())):
        raise InvalidDecision("The text holds a NUL character or half of a surrogate pair. Remove it.")
    if outcome != Decision.Outcome.APPROVE:
        return None
    if edited is not None and not edited.get("title", "").strip():
        raise InvalidDecision("The title is empty. Write one, or approve the candidate as it is.")
    if edited is not None and (
        len(edited["title"]) > MAX_TITLE or len(edited.get("description", "")) > MAX_DESCRIPTION
    ):
        raise InvalidDecision(f"A title has at most {MAX_TITLE:,} characters and a description {MAX_DESCRIPTION:,}.")
    chosen = next((found for found in task.candidates if found["key"] == candidate), None)
    if chosen is None and (candidate or task.candidates):
        keys = ", ".join(found["key"] for found in task.candidates) or "none"
        raise InvalidDecision(f"Choose a candidate first ({keys}).")
    return chosen


def words_of(decision: Decision, chosen: Mapping[str, JSON] | None) -> str:
    match decision.outcome:
        case Decision.Outcome.APPROVE if chosen:
            return f"chose {chosen['key']}" + (" and edited it" if decision.edited else "")
        case Decision.Outcome.APPROVE:
            return "approved"
        case Decision.Outcome.REGENERATE:
            return "asked for a new version" + (f": {decision.comment}" if decision.comment else "")[:450]
        case _:
            return "rejected" + (f": {decision.comment}" if decision.comment else "")[:450]


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
    status, reason = _end_words(execution)
    open_tasks = ReviewTask.objects.filter(
        environment_id=execution.environment_id, execution_arn=execution.arn, status=Status.OPEN
    )
    return sum(close(task, status, reason) for task in open_tasks)


def _end_words(execution: Execution) -> tuple[str, str]:
    why = f" ({execution.error})" if execution.error else ""
    match execution.status:
        case Execution.Status.TIMED_OUT:
            return Status.EXPIRED, "The execution timed out before anyone answered"
        case Execution.Status.ABORTED:
            return Status.CANCELLED, "The execution was stopped" + why
        case Execution.Status.FAILED:
            return Status.CANCELLED, "The execution failed while it waited" + why
        case _:
            return Status.CANCELLED, "The execution ended without this answer"


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


def _hint_deliver(decision_id: int, seconds: float = 0) -> None:
    from review.tasks import deliver_decision

    hint(deliver_decision, decision_id, after=seconds)


def _hint_reopened(task_id: int) -> None:
    from review.tasks import check_reopened

    hint(check_reopened, task_id)


def _hint_link(task_id: int) -> None:
    from review.tasks import link_task

    hint(link_task, task_id)
