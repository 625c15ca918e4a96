"""Celery's part of the mirror: hints that something is due. Losing, doubling or delaying one changes only the time."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from callboard.celery import app, hint
from callboard.queue_pace import QueuePace
from designer.models import Environment
from executions import alerts, polling, status_events, usage, watch_loop
from executions.discovery import discover

logger = logging.getLogger(__name__)

app.steps["worker"].add(watch_loop.WatchStep)
SWEEP_SECONDS = 0.5  # beat looks for due executions this often; nearer polls follow each other by themselves


@shared_task(name="executions.tasks.poll_execution")
def poll_execution(execution_id: int) -> None:
    pause = polling.poll(execution_id)
    watch_loop.wake()  # perhaps it is watched: then this was the first look
    if pause is not None and pause <= SWEEP_SECONDS and not polling.is_watched(execution_id):
        poll_execution.apply_async((execution_id,), countdown=pause + 0.01, expires=pause + 5)


@shared_task(name="executions.tasks.sweep_due")
def sweep_due() -> None:
    for execution_id in polling.due(timezone.now()):
        poll_execution.apply_async((execution_id,), expires=10)


@shared_task(name="executions.tasks.discover_executions")
def discover_executions(kind: str) -> None:
    for environment in Environment.objects.filter(kind=kind, deployments__isnull=False).distinct():
        try:
            discover(environment)
        except Exception:  # one environment's trouble must not hide the others' executions
            logger.exception("Executions in %s were not discovered", environment)


@shared_task(name="executions.tasks.poll_status_queues")
def poll_status_queues() -> None:
    """One look into each environment's queue of status changes; one that is busy is looked into again at once."""
    for environment in Environment.objects.exclude(status_queue_url=""):
        if QueuePace("status", environment).is_due() and status_events.poll(environment) == status_events.BATCH:
            hint(poll_status_queue, environment.pk)


@shared_task(name="executions.tasks.poll_status_queue")
def poll_status_queue(environment_id: int) -> None:
    environment = Environment.objects.exclude(status_queue_url="").filter(pk=environment_id).first()
    while environment is not None and status_events.poll(environment) == status_events.BATCH:
        pass


@shared_task(name="executions.tasks.sweep_alerts")
def sweep_alerts() -> None:
    alerts.sweep(timezone.now())


@shared_task(name="executions.tasks.sweep_uncounted")
def sweep_uncounted() -> None:
    usage.sweep(timezone.now())
