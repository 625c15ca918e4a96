"""Stopping the run that asks, from its question: for those who may stop executions. No answer is given by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from executions.services import stop_execution
from review import live, tokens
from review.audit import record
from review.deciding import MAX_COMMENT, AlreadyDecided
from review.models import ReviewTask, TaskEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import User

STOP = "executions.stop_execution"
ABORTED = "Review.Aborted"
Status = ReviewTask.Status


class NotAborted(Exception):  # noqa: N818
    """The run goes on; ``str(error)`` is for the person."""


def abort(task: ReviewTask, *, by: User, reason: str = "") -> None:
    """Stop the execution, with ``reason`` as its cause, and close the task, saying who did.

    Raises `AlreadyDecided` where nothing is asked any more or somebody else holds the task, `NotAborted` where the
    environment doesn't stop it.
    """
    reason = reason.strip()
    if len(reason) > MAX_COMMENT or tokens.trouble_with(reason):
        raise NotAborted(f"A reason is text of at most {MAX_COMMENT:,} characters.")
    if task.status != Status.OPEN or (task.is_claimed() and task.claimed_by_id != by.pk):
        raise AlreadyDecided(task)
    if task.execution is None:
        raise NotAborted("Which run asks isn't known yet. Try again in a moment.")
    try:
        stop_execution(task.execution, error=ABORTED, cause=reason)
    except ClientError as error:
        raise NotAborted(f"The run wasn't stopped: AWS said {error.response['Error']['Code']}.") from error
    except (BotoCoreError, OSError) as error:
        words = f"The run wasn't stopped: {task.environment.name} can't be reached. Try again."
        raise NotAborted(words) from error
    words = f"{by} stopped the run" + (f": {reason}" if reason else "")
    with transaction.atomic():
        # The look at the execution that follows the stop may have closed the task already, without a name.
        ours = ReviewTask.objects.filter(pk=task.pk, status__in=[Status.OPEN, Status.CANCELLED])
        ours.update(status=Status.CANCELLED, status_reason=words[:500], version=F("version") + 1)
        ReviewTask.objects.filter(pk=task.pk, closed_at=None).update(closed_at=timezone.now())
        record(task, TaskEvent.Kind.ABORTED, who=by, text=f"stopped the run{f': {reason}' if reason else ''}")
    task.refresh_from_db()
    live.task_changed(task)
