"""What happens to a question by itself when a time has come: people are reminded, others are asked, or the default
answer is given.

One clock: `ReviewTask.clock_at` says when to look, a query finds what is due, and each step moves the row on under its
lock, so that two workers, a crash or a late sweep change nothing but the moment.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from review import live, policies, told
from review.answers import InvalidDecision
from review.audit import record
from review.deciding import Answer, decide_by_policy
from review.models import ReviewTask, TaskEvent

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)
BATCH = 200
NOBODY = "Nobody answered in time: the question's own default"


def keep(now: datetime | None = None) -> int:
    """Do what is due; how many tasks were looked at."""
    moment = now or timezone.now()
    due = ReviewTask.objects.filter(status=ReviewTask.Status.OPEN, clock_at__lte=moment).order_by("clock_at")[:BATCH]
    tasks = list(due)
    for task in tasks:
        _keep_one(task, moment)
    return len(tasks)


def wind(task: ReviewTask) -> None:
    """Set when the task is to be looked at next; after its due time or level has changed."""
    task.clock_at = policies.next_clock(task)
    ReviewTask.objects.filter(pk=task.pk).update(clock_at=task.clock_at)


def _keep_one(task: ReviewTask, now: datetime) -> None:
    default_at, escalation_at = policies.default_at(task), policies.escalation_at(task)
    if default_at is not None and default_at <= now:
        _give_default(task, now)
    elif escalation_at is not None and escalation_at <= now:
        _escalate(task, task.policy["escalate"][task.escalation_level])
    else:
        _remind(task)


def _remind(task: ReviewTask) -> None:
    with transaction.atomic():
        if ReviewTask.objects.filter(pk=task.pk, reminded=False).update(reminded=True):
            told.due_soon(task)
        task.reminded = True
        wind(task)


def _give_default(task: ReviewTask, now: datetime) -> None:
    given = task.policy["onTimeout"]
    answer = Answer(
        outcome=given["outcome"],
        candidate=given.get("candidate") or (task.candidates[0]["key"] if task.candidates else ""),
        comment=given.get("comment", ""),
    )
    try:
        decide_by_policy(task, answer, NOBODY)
    except InvalidDecision as error:  # it names a candidate that never came: the state's own time-out ends this
        ReviewTask.objects.filter(pk=task.pk, clock_at__lte=now).update(clock_at=None)
        record(task, TaskEvent.Kind.DELAYED, text=f"could not give the default answer: {error}")


def _escalate(task: ReviewTask, level: dict[str, Any]) -> None:
    """Ask the level's group instead of whoever was asked: by name, by group, or as the holder of the task."""
    known = Group.objects.filter(name=level["group"]).exists()
    nobody = {"people_only": False, "assigned_to": None, "claimed_by": None, "claimed_until": None}
    change = {"group": level["group"], **nobody} if known else {}
    with transaction.atomic():
        moved = ReviewTask.objects.filter(
            pk=task.pk, status=ReviewTask.Status.OPEN, escalation_level=task.escalation_level
        ).update(escalation_level=F("escalation_level") + 1, version=F("version") + 1, **change)
        if not moved:
            return
        task.refresh_from_db()
        wind(task)
        waited = timedelta(seconds=level["afterSeconds"])
        words = (
            f"to {level['group']}, after {waited}" if known else f"to {level['group']!r}, a group that doesn't exist"
        )
        record(task, TaskEvent.Kind.ESCALATED, text=f"passed it on {words}")
        if known:
            told.escalated(task)
    live.task_changed(task)
