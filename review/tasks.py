"""Celery tasks: hints to do now what a query would find to be due anyway."""

from __future__ import annotations

import logging
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError
from celery import shared_task
from django.utils import timezone

from callboard import aws
from callboard.celery import hint
from callboard.queue_pace import QueuePace
from designer.models import Environment
from executions.models import Execution
from review import activity_pollers, clock, delivery, linking, queues, recovery, tokens
from review.models import ReviewTask
from review.services import close, close_for_execution

logger = logging.getLogger(__name__)


@shared_task
def deliver_decision(decision_id: int) -> None:
    delivery.deliver(decision_id)


@shared_task
def check_reopened(task_id: int) -> None:
    """A decision was undone: the workflow may have ended while nothing was open that it could have closed."""
    task = ReviewTask.objects.select_related("environment", "execution").filter(pk=task_id).first()
    if task is None or task.status != ReviewTask.Status.OPEN:
        return
    if task.execution is not None:
        close_for_execution(task.execution)
    if task.scheduled_event_id is not None:
        linking.close_if_ended(task)


@shared_task
def sweep_outbox() -> None:
    for decision_id in delivery.due():
        delivery.deliver(decision_id)


@shared_task
def poll_review_queues() -> None:
    """One short look into each environment's queue; one that is busy is looked into again at once."""
    for environment in Environment.objects.exclude(review_queue_url=""):
        if QueuePace("review", environment).is_due() and queues.poll(environment) == queues.BATCH:
            hint(poll_review_queue, environment.pk)


@shared_task
def poll_review_queue(environment_id: int) -> None:
    environment = Environment.objects.exclude(review_queue_url="").filter(pk=environment_id).first()
    while environment is not None and queues.poll(environment) == queues.BATCH:
        pass


@shared_task
def poll_activities() -> None:
    """Polls are held open for a minute: they run in threads of their own, which begin here."""
    activity_pollers.keep_polling()


@shared_task
def link_task(task_id: int) -> None:
    task = ReviewTask.objects.select_related("environment").filter(pk=task_id, scheduled_event_id=None).first()
    if task is not None:
        linking.link_tasks([task])


@shared_task
def link_execution_tasks(execution_id: int) -> None:
    execution = Execution.objects.select_related("environment").filter(pk=execution_id).first()
    if execution is not None:
        linking.link_execution(execution)


@shared_task
def sweep_unlinked() -> None:
    """Tasks whose callback wasn't found when they came: again, ever more seldom, for a day."""
    linking.link_tasks(linking.due_for_linking(timezone.now()))


@shared_task
def send_heartbeats() -> None:
    """Open tasks of states with HeartbeatSeconds: a heartbeat at each third of it, looked for every second."""
    due = ReviewTask.objects.filter(
        heartbeat_at__lte=timezone.now(),
        status__in=[ReviewTask.Status.OPEN, ReviewTask.Status.DECIDED],  # a decision that may be undone waits too
        heartbeat_seconds__isnull=False,
    ).order_by("heartbeat_at")
    away: set[int] = set()  # one environment's time-outs must not let another's tasks lapse
    for pk, at, seconds in due.values_list("pk", "heartbeat_at", "heartbeat_seconds"):
        following = timezone.now() + timedelta(seconds=(seconds or 0) / 3)
        if not ReviewTask.objects.filter(pk=pk, heartbeat_at=at).update(heartbeat_at=following):
            continue  # another worker's
        task = ReviewTask.objects.select_related("environment").get(pk=pk)
        if task.environment_id not in away and not _send_heartbeat(task):
            away.add(task.environment_id)


def _send_heartbeat(task: ReviewTask) -> bool:
    """False where the environment can't be reached."""
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
    except tokens.UnreadableToken:
        logger.warning("No heartbeat for review task %s: its token can't be opened", task.pk)
    except (BotoCoreError, OSError) as error:
        logger.warning("No heartbeat for review task %s: %s", task.pk, type(error).__name__)
        return False
    return True


@shared_task
def recover_lost() -> None:
    """Callbacks whose message never came."""
    for environment in Environment.objects.exclude(review_queue_url=""):
        recovery.recover(environment)


@shared_task
def keep_clock() -> None:
    """Escalations and default answers whose time has come."""
    while clock.keep() == clock.BATCH:
        pass


@shared_task
def close_overdue() -> None:
    """The state's own time-out has passed for a minute and the mirror hasn't said so: ask the history."""
    late = timezone.now() - timedelta(minutes=1)
    for task in (
        ReviewTask.objects.select_related("environment")
        .filter(status=ReviewTask.Status.OPEN, times_out_at__lt=late)
        .exclude(scheduled_event_id=None)[:50]
    ):
        linking.close_if_ended(task)
