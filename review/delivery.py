"""Sending decisions to the workflows that wait for them: at least once, and recognising an own earlier success.

One attempt is claimed by a conditional UPDATE that also moves `next_attempt_at` on, so a doubled hint sends nothing
twice and a worker that dies mid-way is followed by the sweep. What Step Functions answers, and what that means:

    TaskTimedOut        the token is used up, stopped or expired. It may be our own earlier call whose answer was lost:
                        the history decides (TaskSucceeded or TaskFailed of this callback with our content).
    InvalidToken,
    TaskDoesNotExist    the token never was of this account and Region, or is gone: orphaned.
    InvalidOutput       our output isn't acceptable: the task opens again and says why.
    anything else       throttling, 5xx, Kms*, no network, expired credentials: again later.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from callboard import aws
from executions import polling
from executions.models import Execution
from executions.services import hint_poll
from review import histories, live, tokens
from review.answers import MAX_CAUSE_CHARACTERS, REJECTED
from review.audit import record
from review.linking import link_tasks
from review.models import Decision, ReviewTask, TaskEvent

logger = logging.getLogger(__name__)
Status = ReviewTask.Status
Delivery = Decision.Delivery
# Longer than botocore's own retries (3 attempts of at most 35 s); after that, the attempt is taken for dead.
CLAIM = timedelta(seconds=120)
MAX_WAIT_SECONDS = 300
GONE = frozenset({"InvalidToken", "TaskDoesNotExist"})


def deliver(decision_id: int) -> bool:
    """Try to send a decision that is due; True once it is settled (delivered or refused)."""
    now = timezone.now()
    claimed = Decision.objects.filter(
        pk=decision_id, delivery_status=Delivery.PENDING, next_attempt_at__lte=now
    ).update(next_attempt_at=now + CLAIM, attempts=F("attempts") + 1)
    if not claimed:
        return False
    decision = Decision.objects.select_related("task__environment").get(pk=decision_id)
    try:
        _send(decision)
    except tokens.UnreadableToken:
        return _refuse(decision, Status.ORPHANED, "The task token was kept with a secret key that is no longer known")
    except ClientError as error:
        return _answer(decision, error)
    except (BotoCoreError, OSError) as error:
        return _again(decision, f"{type(error).__name__}: the environment can't be reached")
    return _delivered(decision)


def lapse_claims() -> None:
    """Every attempt is over: for a deployment of one process, when it starts. What it was sending when it was killed is
    due; what may still be undone has had no attempt, and keeps its time.
    """
    now = timezone.now()
    begun = Decision.objects.filter(delivery_status=Delivery.PENDING, attempts__gt=0, next_attempt_at__gt=now)
    begun.update(next_attempt_at=now)


def _send(decision: Decision) -> None:
    task = decision.task
    client = aws.client(task.environment, "stepfunctions")
    token = tokens.unseal(task.sealed_token)
    if decision.outcome == Decision.Outcome.REJECT:
        client.send_task_failure(taskToken=token, error=REJECTED, cause=decision.comment[:MAX_CAUSE_CHARACTERS])
    else:
        client.send_task_success(taskToken=token, output=json.dumps(decision.output, ensure_ascii=False))


def _answer(decision: Decision, error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    if code == "TaskTimedOut":
        return _settle_by_history(decision)
    if code in GONE:
        return _refuse(decision, Status.ORPHANED, "Step Functions doesn't know this task token (any more)")
    if code == "InvalidOutput":
        return _reopen(decision, "Step Functions refused the answer as invalid")
    return _again(decision, f"Step Functions answered {code}")


def _settle_by_history(decision: Decision) -> bool:
    task = decision.task
    if task.scheduled_event_id is None:
        link_tasks([task])
    if task.scheduled_event_id is None:
        return _refuse(decision, Status.EXPIRED, "The workflow no longer waits for this answer")
    try:
        events = histories.read_events(task.environment, task.execution_arn)
    except (ClientError, BotoCoreError) as error:
        return _again(decision, f"{type(error).__name__}: whether the answer arrived can't be seen yet")
    end = histories.end_of(events, task.scheduled_event_id)
    if end is not None and is_own_answer(decision, end):
        return _delivered(decision)
    status, reason = _why_gone(end)
    return _refuse(decision, status, reason)


def is_own_answer(decision: Decision, end: histories.Event) -> bool:
    meaning = histories.MEANING.get(end["type"])
    if decision.outcome == Decision.Outcome.REJECT:
        details = end.get("taskFailedEventDetails") or end.get("activityFailedEventDetails") or {}
        return (
            meaning == histories.FAILED
            and details.get("error") == REJECTED
            and bool(details.get("cause", "") == decision.comment)
        )
    if meaning != histories.SUCCEEDED:
        return False
    try:
        details = end.get("taskSucceededEventDetails") or end["activitySucceededEventDetails"]
        return bool(json.loads(details["output"]) == decision.output)
    except (KeyError, ValueError):
        return False


def _why_gone(end: histories.Event | None) -> tuple[str, str]:
    match histories.MEANING.get(end["type"], end["type"]) if end else None:
        case histories.TIMED_OUT:
            return Status.EXPIRED, "The state timed out before the answer arrived"
        case histories.ABORTED:
            return Status.CANCELLED, "The workflow ended or went on without this answer"
        case histories.SUCCEEDED | histories.FAILED:
            return Status.CANCELLED, "Another program answered with the same task token first"
        case _:
            return Status.EXPIRED, "The execution ended before the answer arrived"


def _delivered(decision: Decision) -> bool:
    now = timezone.now()
    with transaction.atomic():
        settled = Decision.objects.filter(pk=decision.pk, delivery_status=Delivery.PENDING).update(
            delivery_status=Delivery.DELIVERED, delivered_at=now, next_attempt_at=None, last_error=""
        )
        if settled:
            _move(decision.task, Status.DELIVERED, "")
            record(decision.task, TaskEvent.Kind.DELIVERED, text="The workflow has the answer and goes on")
    _look_at_execution(decision.task)
    _announce(decision)
    return True


def _refuse(decision: Decision, status: str, reason: str) -> bool:
    with transaction.atomic():
        settled = Decision.objects.filter(pk=decision.pk, delivery_status=Delivery.PENDING).update(
            delivery_status=Delivery.REFUSED, next_attempt_at=None, last_error=reason
        )
        if settled:
            _move(decision.task, status, reason)
            record(decision.task, TaskEvent.Kind.REFUSED, text=f"{reason}. The answer was not used")
    _announce(decision)
    return True


def _reopen(decision: Decision, reason: str) -> bool:
    """The task can still be answered, only not like this. The history keeps what was tried."""
    with transaction.atomic():
        Decision.objects.filter(pk=decision.pk).delete()
        ReviewTask.objects.filter(pk=decision.task_id, status=Status.DECIDED).update(
            status=Status.OPEN, status_reason=reason, version=F("version") + 1, closed_at=None
        )
        record(
            decision.task,
            TaskEvent.Kind.REFUSED,
            who=decision.decided_by,
            text=f"{reason}; the task is open again",
            data={"outcome": decision.outcome, "candidate": decision.candidate, "comment": decision.comment},
        )
    _announce(decision)
    return True


def _again(decision: Decision, reason: str) -> bool:
    wait = timedelta(seconds=min(2**decision.attempts, MAX_WAIT_SECONDS))
    Decision.objects.filter(pk=decision.pk, delivery_status=Delivery.PENDING).update(
        next_attempt_at=timezone.now() + wait, last_error=reason[:500]
    )
    if decision.last_error != reason[:500]:  # an open page that shows the task as it was is told by its version
        ReviewTask.objects.filter(pk=decision.task_id).update(version=F("version") + 1)
    if decision.attempts == 1:
        record(decision.task, TaskEvent.Kind.DELAYED, text=f"{reason}. Callboard keeps trying")
    logger.warning("Decision %s was not sent (attempt %s): %s", decision.pk, decision.attempts, reason)
    _announce(decision)
    return False


def _look_at_execution(task: ReviewTask) -> None:
    """The workflow goes on this moment: the mirror, slow while nothing happened, should see it."""
    if task.execution_id is not None and polling.watch(task.execution_id):
        hint_poll(Execution(pk=task.execution_id))


def _move(task: ReviewTask, status: str, reason: str) -> None:
    ReviewTask.objects.filter(pk=task.pk, status=Status.DECIDED).update(
        status=status, status_reason=reason, version=F("version") + 1
    )


def _announce(decision: Decision) -> None:
    task: Any = ReviewTask.objects.get(pk=decision.task_id)
    live.task_changed(task)


def due(limit: int = 100) -> list[int]:
    """Decisions that should have been sent by now: what a lost hint left behind."""
    rows = Decision.objects.filter(delivery_status=Delivery.PENDING, next_attempt_at__lte=timezone.now())
    return list(rows.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])
