"""Deciding several questions of one kind at once, and undoing it: each by itself, with what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from review import policies
from review.answers import InvalidDecision
from review.deciding import AlreadyDecided, Answer, TooLate, decide, undo
from review.models import ReviewTask, Vote
from review.selectors import may_decide, why_not

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.contrib.auth.models import User


MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one of them; ``problem`` is empty where the answer was taken, which may be undone until then."""

    task: ReviewTask
    said: str = ""
    problem: str = ""
    undo_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """Questions of one state of one workflow with the same candidates' letters: what one answer can mean for all."""

    workflow: str
    state: str
    letters: tuple[str, ...]


def kind_of(task: ReviewTask) -> Kind:
    execution = task.execution
    machine = execution.state_machine if execution else None
    workflow = machine.name if machine else task.environment.name
    return Kind(workflow, task.state_name, tuple(found["key"] for found in task.candidates))


def by_kind(tasks: Iterable[ReviewTask]) -> list[tuple[Kind, list[ReviewTask]]]:
    """In the order of their first task."""
    found: dict[Kind, list[ReviewTask]] = {}
    for task in tasks:
        found.setdefault(kind_of(task), []).append(task)
    return list(found.items())


def chosen(keys: Iterable[int]) -> list[ReviewTask]:
    """The tasks with these keys, with what deciding them needs, the oldest first."""
    tasks = ReviewTask.objects.filter(pk__in=set(keys)).select_related(
        "execution__state_machine", "environment", "assigned_to", "claimed_by"
    )
    return list(tasks.order_by("created_at", "pk"))


def decide_many(tasks: Iterable[ReviewTask], answer: Answer, *, by: User, undo_seconds: float = 0) -> list[Done]:
    """Give each the same answer. Raises `InvalidDecision` where they are of several kinds; nothing is decided then."""
    given = list(tasks)
    if len({kind_of(task) for task in given}) > 1:
        raise InvalidDecision("These questions are of several kinds: one answer doesn't fit them all.")
    if any(policies.is_shuffled(task) for task in given) and answer.outcome == "approve" and answer.candidate:
        raise InvalidDecision("These questions show each person another order: a letter means nothing. Open them.")
    return [_one(task, answer, by, undo_seconds) for task in given]


def _one(task: ReviewTask, answer: Answer, by: User, undo_seconds: float) -> Done:
    if not may_decide(by, task):
        return Done(task=task, problem=why_not(by, task))
    try:
        taken = decide(task, by=by, undo_seconds=undo_seconds, **asdict(answer))
    except AlreadyDecided as lost:
        return Done(task=task, problem=lost.message)
    except InvalidDecision as error:
        return Done(task=task, problem=str(error))
    if isinstance(taken, Vote):
        return Done(task=task, said="Your answer is kept; others are still needed.")
    return Done(task=task, said="Taken", undo_until=taken.undo_until if taken.can_be_undone() else None)


def undo_many(tasks: Iterable[ReviewTask], *, by: User) -> list[Done]:
    """Take one's own answers back, each as long as it isn't sent."""
    return [_undo_one(task, by) for task in tasks]


def _undo_one(task: ReviewTask, by: User) -> Done:
    try:
        undo(task, by=by)
    except TooLate as error:
        return Done(task=task, problem=str(error))
    return Done(task=task, said="Undone")
