"""Celery tasks: hints to do now what a query would find to be due anyway."""

from __future__ import annotations

import logging
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError
from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from callboard import aws
from callboard.celery import hint
from designer.models import Environment
from executions.models import Execution
from review import delivery, linking, queues, tokens
from review.models import ReviewTask
from review.services import close

logger = logging.getLogger(__name__)


@shared_task
def deliver_decision(decision_id: int) -> None:
    delivery.deliver(decision_id)


@shared_task
def sweep_outbox() -> None:
    for decision_id in delivery.due():
        delivery.deliver(decision_id)


@shared_task
def poll_review_queues() -> None:
    """One short look into each environment's queue; one that is busy is looked into again at once."""
    for environment in Environment.objects.exclude(review_queue_url=""):
        if queues.poll(environment) == queues.BATCH:
            hint(poll_review_queue, environment.pk)


@shared_task
def poll_review_queue(environment_id: int) -> None:
    environment = Environment.objects.exclude(review_queue_url="").filter(pk=environment_id).first()
    while environment is not None and queues.poll(environment) == queues.BATCH:
        pass


@shared_task
def link_task(task_id: int) -> None:
    task = ReviewTask.objects.select_related("environment").filter(pk=task_id, scheduled_event_id=None).first()
    if task is not None:
        linking.link_task(task)


@shared_task
def link_execution_tasks(execution_id: int) -> None:
    execution = Execution.objects.select_related("environment").filter(pk=execution_id).first()
    if execution is not None:
        linking.link_execution(execution)


@shared_task
def sweep_unlinked() -> None:
    """Tasks whose history couldn't be read when they came: again, for a day."""
    since = timezone.now() - timedelta(days=1)
    for task in ReviewTask.objects.select_related("environment").filter(
        status=ReviewTask.Status.OPEN, scheduled_event_id=None, created_at__gte=since
    )[:50]:
        linking.link_task(task)


@shared_task
def send_heartbeats() -> None:
    """Open tasks of states with HeartbeatSeconds: a heartbeat at each third of it."""
    now = timezone.now()
    beating = ReviewTask.objects.select_related("environment").filter(
        Q(heartbeat_at__isnull=False), status=ReviewTask.Status.OPEN, heartbeat_seconds__isnull=False
    )
    for task in beating:
        due = (task.heartbeat_at or now) + timedelta(seconds=(task.heartbeat_seconds or 0) / 3)
        if due <= now and ReviewTask.objects.filter(pk=task.pk, heartbeat_at=task.heartbeat_at).update(
            heartbeat_at=now
        ):
            _send_heartbeat(task)


def _send_heartbeat(task: ReviewTask) -> None:
    try:
        client = aws.client(task.environment, "stepfunctions")
        client.send_task_heartbeat(taskToken=tokens.unseal(task.sealed_token))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "TaskTimedOut":
            close(task, ReviewTask.Status.EXPIRED, "The workflow no longer waits for this answer")
        elif code in delivery.GONE:
            close(task, ReviewTask.Status.ORPHANED, "Step Functions doesn't know this task token (any more)")
        else:
            logger.warning("A heartbeat for review task %s was refused: %s", task.pk, code)
    except (BotoCoreError, OSError, tokens.UnreadableToken) as error:
        logger.warning("No heartbeat for review task %s: %s", task.pk, type(error).__name__)


@shared_task
def close_overdue() -> None:
    """The state's own time-out has passed for a minute and the mirror hasn't said so: ask the history."""
    late = timezone.now() - timedelta(minutes=1)
    for task in (
        ReviewTask.objects.select_related("environment")
        .filter(status=ReviewTask.Status.OPEN, due_at__lt=late)
        .exclude(scheduled_event_id=None)[:50]
    ):
        linking.close_if_ended(task)
