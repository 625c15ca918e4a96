"""Celery tasks: hints to do now what a query would find to be due anyway."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from callboard.queue_pace import QueuePace
from designer.models import Environment
from executions.models import Execution
from launch import notices, queues
from launch.models import Launch
from launch.results import settle
from launch.services import send
from review.queues import BATCH


@shared_task
def poll_launch_queues() -> None:
    """One short look into each environment's queue, more where it was full."""
    for environment in Environment.objects.all():
        pace = QueuePace("launch", environment)
        while pace.is_due() and queues.poll(environment) == BATCH:
            pass


@shared_task
def send_launch(launch_id: int) -> None:
    launch = Launch.objects.select_related("environment", "state_machine").filter(pk=launch_id, message_id="").first()
    if launch is not None:
        send(launch)


@shared_task
def send_notice(notice_id: int) -> None:
    notices.send(notice_id)


@shared_task
def sweep() -> None:
    """Requests that never reached their queue, results that nobody settled, notices that are due."""
    asked = Launch.objects.filter(
        status=Launch.Status.QUEUED, message_id="", created_at__lt=timezone.now() - timedelta(seconds=3)
    )
    for launch in asked.select_related("environment", "state_machine")[:50]:
        send(launch)
    ended = Launch.objects.filter(result_notified_at=None, execution__status=Execution.Status.SUCCEEDED)
    for launch in ended.select_related("execution", "state_machine", "environment")[:50]:
        if launch.execution is not None:
            settle(launch, launch.execution)
    for notice_id in notices.due():
        notices.send(notice_id)
