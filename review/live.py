"""Telling open pages that a task changed. No more is sent than the list shows; the page asks for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.dispatch import Signal

from callboard.live import publish

if TYPE_CHECKING:
    from review.models import ReviewTask

GROUP = "reviews"
# Sent after the commit, with `task`: launch pages show the question in place.
task_changed_signal = Signal()


def task_changed(task: ReviewTask) -> None:
    """Announce ``task`` once the transaction that changed it is committed."""
    transaction.on_commit(lambda: _announce(task))


def _announce(task: ReviewTask) -> None:
    message: dict[str, Any] = {"type": "task.changed", "task_id": task.pk}
    publish(GROUP, message)
    task_changed_signal.send_robust(sender=type(task), task=task)
