"""The Celery application. Tasks are hints: losing, doubling or delaying one must change nothing but the time."""

import logging
import os
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callboard.settings")

app = Celery("callboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()  # every thread's current app: Celery keeps "current" per thread


def hint(task: Any, *args: Any, after: float = 0) -> None:
    """Ask a worker to do now, or ``after`` seconds, what its sweep would do later.

    A broker that is away costs time, not the request.
    """
    try:
        task.apply_async(args, countdown=after + 0.05) if after else task.delay(*args)
    except (OperationalError, OSError) as error:
        logging.getLogger(__name__).warning("%s waits for its sweep: the broker is away (%s)", task.name, error)


app.conf.beat_schedule = {
    **app.conf.beat_schedule,
    # Each expires before the next one: a busy worker must not find a heap of them.
    "executions.sweep_due": {"task": "executions.tasks.sweep_due", "schedule": 0.5, "options": {"expires": 2}},
    "executions.discover_embedded": {
        "task": "executions.tasks.discover_executions",
        "args": ["embedded"],
        "schedule": 2,
        "options": {"expires": 4},
    },
    # How often a state machine there is swept, and what that may cost, is executions.discovery's.
    "executions.discover_aws": {
        "task": "executions.tasks.discover_executions",
        "args": ["aws"],
        "schedule": 1,
        "options": {"expires": 2},
    },
    "executions.poll_status_queues": {
        "task": "executions.tasks.poll_status_queues",
        "schedule": 1,
        "options": {"expires": 2},
    },
    "executions.sweep_alerts": {"task": "executions.tasks.sweep_alerts", "schedule": 20, "options": {"expires": 20}},
    "executions.sweep_uncounted": {
        "task": "executions.tasks.sweep_uncounted",
        "schedule": 20,
        "options": {"expires": 20},
    },
    "review.poll_review_queues": {
        "task": "review.tasks.poll_review_queues",
        "schedule": 0.5,
        "options": {"expires": 2},
    },
    "review.poll_activities": {"task": "review.tasks.poll_activities", "schedule": 2, "options": {"expires": 4}},
    "review.sweep_outbox": {"task": "review.tasks.sweep_outbox", "schedule": 5, "options": {"expires": 10}},
    # HeartbeatSeconds may be as short as 3: a third of it is a second.
    "review.send_heartbeats": {"task": "review.tasks.send_heartbeats", "schedule": 1, "options": {"expires": 2}},
    "review.keep_clock": {"task": "review.tasks.keep_clock", "schedule": 1, "options": {"expires": 2}},
    "review.sweep_unlinked": {"task": "review.tasks.sweep_unlinked", "schedule": 15, "options": {"expires": 30}},
    "review.recover_lost": {"task": "review.tasks.recover_lost", "schedule": 60, "options": {"expires": 60}},
    "review.close_overdue": {"task": "review.tasks.close_overdue", "schedule": 30, "options": {"expires": 60}},
    "notifications.sweep_outbox": {
        "task": "notifications.tasks.sweep_outbox",
        "schedule": 5,
        "options": {"expires": 10},
    },
    "launch.poll_launch_queues": {
        "task": "launch.tasks.poll_launch_queues",
        "schedule": 0.5,
        "options": {"expires": 2},
    },
    "launch.sweep": {"task": "launch.tasks.sweep", "schedule": 5, "options": {"expires": 10}},
}
