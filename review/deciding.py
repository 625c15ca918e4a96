"""A person's answer: checked, counted where several are needed, taken exactly once, taken back while that is possible.

Sending it is `review/delivery.py`; what a question demands is read in `review/policies.py`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from callboard.celery import hint
from review import answer_form, live, policies, tokens
from review.answers import InvalidDecision, output_of
from review.audit import record
from review.handling import free_for, held_words
from review.models import Decision, ReviewTask, TaskEvent, Vote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

JSON = Any
Status = ReviewTask.Status
MAX_COMMENT = 10_000
MAX_TITLE = 1_000
MAX_DESCRIPTION = 50_000
BY_POLICY = "policy"  # `decidedBy` of an answer that no person gave


class AlreadyDecided(Exception):  # noqa: N818
    """Somebody else decided first, or the workflow closed the task. Says who, what and when."""

    def __init__(self, task: ReviewTask) -> None:
        self.task = ReviewTask.objects.select_related("decision__decided_by", "claimed_by", "assigned_to").get(
            pk=task.pk
        )
        self.decision: Decision | None = getattr(self.task, "decision", None)
        self.decided_by = _by_whom(self.decision) if self.decision else None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody says to a task. ``edited`` are those of "title", "description" and "text" that were rewritten of an
    approved candidate; of one that is data, "text" is JSON.
    """

    outcome: str
    candidate: str = ""
    edited: dict[str, str] | None = None
    comment: str = ""
    data: dict[str, JSON] | None = None


def decide(
    task: ReviewTask,
    *,
    by: User,
    outcome: str,
    candidate: str = "",
    edited: Mapping[str, str] | None = None,
    comment: str = "",
    data: Mapping[str, JSON] | None = None,
    undo_seconds: float = 0,
) -> Decision | Vote:
    """Take the one decision this task will have, and queue its delivery, no sooner than in ``undo_seconds``: until then
    `undo` takes it back. The time is the outbox row's own, so it survives whatever happens to this process.

    Where the task needs several people, this person's vote is kept (a new one replaces it), and returned while the
    others' are missing; the last one's brings the decision.

    Raises `AlreadyDecided` if another reviewer (or the workflow's own end) came first, `InvalidDecision` if the
    answer can't be sent as it stands or isn't this person's to give.
    """
    answer = Answer(
        outcome=outcome,
        candidate=candidate,
        # A text that was begun to be edited says nothing in a regeneration or a rejection.
        edited=dict(edited) if edited and outcome == Decision.Outcome.APPROVE else None,
        comment=comment,
        data=dict(data) if data and outcome == Decision.Outcome.APPROVE else None,
    )
    check(task, answer)
    if barred := policies.bar(task, by):
        raise InvalidDecision(barred)
    with transaction.atomic():
        # The update takes the row's lock: votes of one task are counted one after the other.
        free = ReviewTask.objects.filter(free_for(by, timezone.now()), pk=task.pk, status=Status.OPEN)
        if not free.update(version=F("version") + 1):
            raise AlreadyDecided(task)
        settled: Decision | Vote | None = _vote(task, answer, by) if task.required > 1 else None
        if settled is None:
            settled = _settle(task, _with_remarks(task, answer), by=by, undo_seconds=undo_seconds)
    task.refresh_from_db()
    live.task_changed(task)
    return settled


def decide_by_policy(task: ReviewTask, answer: Answer, reason: str) -> Decision | None:
    """The answer that the question's own rules give, with why; None where a person or the workflow came first."""
    check(task, answer)
    with transaction.atomic():
        if not ReviewTask.objects.filter(pk=task.pk, status=Status.OPEN).update(version=F("version") + 1):
            return None
        decision = _settle(task, answer, by=None, policy_reason=reason)
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
        Vote.objects.filter(task=task, voter=by).delete()
        ReviewTask.objects.filter(pk=task.pk, status=Status.DECIDED).update(
            status=Status.OPEN, version=F("version") + 1, closed_at=None
        )
        record(task, TaskEvent.Kind.UNDONE, who=by)
        transaction.on_commit(lambda: _hint_reopened(task.pk))
    live.task_changed(task)


def check(task: ReviewTask, answer: Answer) -> None:
    """Raises `InvalidDecision` where the answer can't be sent as it stands."""
    if answer.outcome not in Decision.Outcome.values:
        raise InvalidDecision(f"The outcome is one of {', '.join(Decision.Outcome.values)}.")
    comment, edited = answer.comment, answer.edited
    if len(comment) > MAX_COMMENT:
        raise InvalidDecision(f"A comment has at most {MAX_COMMENT:,} characters; this one has {len(comment):,}.")
    if trouble := tokens.trouble_with([comment, edited or {}, answer.data or {}]):
        raise InvalidDecision(f"The answer {trouble}. Remove it.")
    if answer.outcome == Decision.Outcome.APPROVE:
        _check_choice(task, answer)
        answer_form.check(task.form, answer.data)
    _output(task, answer, "")  # its size


def _check_choice(task: ReviewTask, answer: Answer) -> None:
    if answer.edited is not None:
        _check_edited(answer.edited)
    if _chosen(task, answer) is None and (answer.candidate or task.candidates):
        keys = ", ".join(found["key"] for found in task.candidates) or "none"
        raise InvalidDecision(f"Choose a candidate first ({keys}).")


def _check_edited(edited: Mapping[str, str]) -> None:
    needed = "text" if "text" in edited and "title" not in edited else "title"
    if not edited.get(needed, "").strip():
        raise InvalidDecision(f"The {needed} is empty. Write one, or approve the candidate as it is.")
    longest = max(len(edited.get(name, "")) for name in ("description", "text"))
    if len(edited.get("title", "")) > MAX_TITLE or longest > MAX_DESCRIPTION:
        raise InvalidDecision(
            f"A title has at most {MAX_TITLE:,} characters, a description or text {MAX_DESCRIPTION:,}."
        )


def _vote(task: ReviewTask, answer: Answer, by: User) -> Vote | None:
    """Keep the vote; None where it was the last one needed."""
    given = {**asdict(answer), "candidate": answer.candidate if answer.outcome == Decision.Outcome.APPROVE else ""}
    vote, _ = Vote.objects.update_or_create(task=task, voter=by, defaults={**given, "at": timezone.now()})
    votes = list(Vote.objects.filter(task=task))
    if policies.is_settled(votes, task.required, unanimous=bool(task.policy.get("unanimous"))):
        return None
    # What was said stays with the vote: others aren't to be led by it.
    record(task, TaskEvent.Kind.VOTED, who=by, text=f"answered, the {_ordinal(len(votes))} of {task.required} needed")
    return vote


def _with_remarks(task: ReviewTask, answer: Answer) -> Answer:
    """The answer with what others who gave the same one wrote: a regeneration needs all remarks."""
    if task.required == 1:
        return answer
    same = [vote for vote in Vote.objects.filter(task=task) if vote.outcome == answer.outcome]
    remarks = "\n".join(dict.fromkeys(vote.comment for vote in same if vote.comment))
    return Answer(**{**asdict(answer), "comment": remarks[:MAX_COMMENT]})


def _settle(
    task: ReviewTask, answer: Answer, *, by: User | None, undo_seconds: float = 0, policy_reason: str = ""
) -> Decision:
    """Close the task with its decision and queue it, in the caller's transaction and under its lock."""
    now = timezone.now()
    approved = answer.outcome == Decision.Outcome.APPROVE
    output = _output(task, answer, by.get_username() if by else BY_POLICY)
    won = ReviewTask.objects.filter(pk=task.pk, status=Status.OPEN).update(status=Status.DECIDED, closed_at=now)
    if not won:
        raise AlreadyDecided(task)
    decision = Decision.objects.create(
        task=task,
        outcome=answer.outcome,
        candidate=answer.candidate if approved else "",
        edited=answer.edited,
        comment=answer.comment,
        data=answer.data,
        decided_by=by,
        policy_reason=policy_reason[:300],
        decided_at=now,
        output=output,
        next_attempt_at=now + timedelta(seconds=undo_seconds),
        undo_until=now + timedelta(seconds=undo_seconds) if undo_seconds else None,
    )
    words = words_of(decision, _chosen(task, answer) if approved else None)
    text = f"{words}. {policy_reason}" if policy_reason else words
    record(task, TaskEvent.Kind.DECIDED, who=by, text=text, data=_ballot(task, answer))
    transaction.on_commit(lambda: _hint_deliver(decision.pk, undo_seconds))
    return decision


def _ballot(task: ReviewTask, answer: Answer) -> dict[str, JSON]:
    """The audit's data of a decision: its outcome, and who voted how where several did."""
    if task.required == 1:
        return {"outcome": answer.outcome}
    votes = Vote.objects.filter(task=task).select_related("voter")
    said = [{"by": vote.voter.get_username(), "outcome": vote.outcome, "candidate": vote.candidate} for vote in votes]
    return {"outcome": answer.outcome, "votes": said}


def _output(task: ReviewTask, answer: Answer, decided_by: str) -> JSON:
    return output_of(
        task,
        data=answer.data,
        outcome=answer.outcome,
        candidate=_chosen(task, answer) if answer.outcome == Decision.Outcome.APPROVE else None,
        edited=answer.edited,
        comment=answer.comment,
        decided_by=decided_by,
    )


def _chosen(task: ReviewTask, answer: Answer) -> dict[str, JSON] | None:
    return next((found for found in task.candidates if found["key"] == answer.candidate), None)


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


def _by_whom(decision: Decision) -> str:
    if decision.decided_by is not None:
        return str(decision.decided_by)
    return "The question's own policy" if decision.policy_reason else "someone whose account is gone"


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")


def _hint_deliver(decision_id: int, seconds: float = 0) -> None:
    from review.tasks import deliver_decision

    hint(deliver_decision, decision_id, after=seconds)


def _hint_reopened(task_id: int) -> None:
    from review.tasks import check_reopened

    hint(check_reopened, task_id)
