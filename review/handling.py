"""Who works on an open task: claimed for a while by one person, assigned to a person or a group, delegated.

A claim is a lease: it ends by itself unless the page that holds it is open and renews it. While it holds, nobody else
decides; `review.services.decide` has that in the one UPDATE that takes the decision.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from review import live, told
from review.absences import present
from review.audit import record
from review.models import ReviewTask, TaskEvent
from review.selectors import asking_groups, may_be_asked, may_decide

if TYPE_CHECKING:
    from datetime import datetime

LEASE = timedelta(seconds=90)  # frontend/src/review/handling.ts renews each third of it
Status = ReviewTask.Status
Kind = TaskEvent.Kind


class Refused(Exception):  # noqa: N818
    """It can't be claimed or handed over as asked; ``str(error)`` is for the person."""


def free_for(user: User, now: datetime) -> Q:
    """Open tasks that nobody else holds or was asked to decide alone."""
    free = Q(claimed_by=None) | Q(claimed_by=user) | Q(claimed_until__lte=now)
    return free if user.is_superuser else free & (Q(assigned_to=None) | Q(assigned_to=user))


def claim(task: ReviewTask, *, by: User) -> None:
    """Nobody else decides until the lease ends. Claiming what one holds already makes it last longer."""
    now = timezone.now()
    with transaction.atomic():
        claimed = (
            ReviewTask.objects.filter(pk=task.pk, status=Status.OPEN)
            .filter(free_for(by, now))
            .update(claimed_by=by, claimed_until=now + LEASE, version=F("version") + 1)
        )
        if not claimed:
            raise Refused(_why_not(task))
        record(task, Kind.CLAIMED, who=by)
    live.task_changed(task)


def renew(task: ReviewTask, *, by: User) -> bool:
    """The page is still open. False where the lease ended or the task is no longer open: then nothing is renewed."""
    now = timezone.now()
    held = ReviewTask.objects.filter(pk=task.pk, status=Status.OPEN, claimed_by=by, claimed_until__gt=now)
    return bool(held.update(claimed_until=now + LEASE))


def release(task: ReviewTask, *, by: User) -> None:
    with transaction.atomic():
        held = ReviewTask.objects.filter(pk=task.pk, status=Status.OPEN, claimed_by=by)
        if not held.update(claimed_by=None, claimed_until=None, version=F("version") + 1):
            raise Refused("You don't hold this task.")
        record(task, Kind.RELEASED, who=by)
    live.task_changed(task)


def assign(task: ReviewTask, *, by: User, person: str = "", group: str = "") -> None:
    """Ask one person, or a group, or with neither everybody of the task's group again. What a person was asked by
    name and hands on is said to be delegated. The one who is asked must be allowed to decide: nobody gets rights by it.
    """
    if not may_decide(by, task):
        raise Refused("Only those who may decide this task hand it over.")
    if person and task.required > 1:
        raise Refused(f"This task needs {task.required} people: assign it to a group.")
    named = _person(person, task) if person else None
    to = present(named, task) if named else None
    if group and not person:
        _check_group(group)
    change: dict[str, Any] = {"group": group, "people_only": False} if group and not person else {}
    delegated = task.assigned_to_id == by.pk and to is not None
    with transaction.atomic():
        changed = (
            ReviewTask.objects.filter(pk=task.pk, status=Status.OPEN)
            .filter(free_for(by, timezone.now()))
            .update(assigned_to=to, claimed_by=None, claimed_until=None, version=F("version") + 1, **change)
        )
        if not changed:
            raise Refused(_why_not(task))
        target = _target_words(named, to) if named else group or "everybody who may decide"
        record(task, Kind.ASSIGNED, who=by, text=f"{'delegated it to' if delegated else 'assigned it to'} {target}")
        task.refresh_from_db()
        told.assigned(task, by)
    live.task_changed(task)


def _target_words(named: User, to: User | None) -> str:
    if to == named:
        return named.get_username()
    return f"{to.get_username() if to else 'everybody who may decide'}: {named.get_username()} is away"


def hand_over(user: User) -> int:
    """Whoever is away now is no longer asked by name; how many open tasks went to a substitute or to their groups."""
    moved = 0
    for task in ReviewTask.objects.filter(status=Status.OPEN, assigned_to=user):
        to = present(user, task)
        if to == user:
            continue
        with transaction.atomic():
            mine = ReviewTask.objects.filter(pk=task.pk, status=Status.OPEN, assigned_to=user)
            if not mine.update(assigned_to=to, claimed_by=None, claimed_until=None, version=F("version") + 1):
                continue
            record(task, Kind.ASSIGNED, who=user, text=f"delegated it to {_target_words(user, to)}")
            task.refresh_from_db()
            told.assigned(task, user)
        live.task_changed(task)
        moved += 1
    return moved


def _person(name: str, task: ReviewTask) -> User:
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None or not may_be_asked(found, task):
        raise Refused(f"{name} is nobody who may decide this task.")
    return found


def _check_group(name: str) -> None:
    if name not in asking_groups():
        raise Refused(f"There is no group {name}, or nobody in it may decide.")


def _why_not(task: ReviewTask) -> str:
    now_is = ReviewTask.objects.select_related("claimed_by", "assigned_to").get(pk=task.pk)
    if now_is.status != Status.OPEN:
        return f"This task is closed: {now_is.status_reason or now_is.get_status_display()}."
    return held_words(now_is) or "This task changed a moment ago. Look again."


def held_words(task: ReviewTask) -> str:
    """Why somebody else can't decide an open task just now; empty where nothing is in the way."""
    if task.is_claimed():
        return f"{task.claimed_by} is working on this task."
    return f"{task.assigned_to} was asked to decide this task." if task.assigned_to else ""
