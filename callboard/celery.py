"""The Celery application. Tasks are hints: losing, doubling or delaying one must change nothing but the time."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callboard.settings")

app = Celery("callboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
