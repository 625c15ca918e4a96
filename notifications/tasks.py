"""Celery tasks: hints to do now what a query would find to be due anyway."""

from __future__ import annotations

from celery import shared_task

from notifications import outbox


@shared_task
def deliver_message(message_id: int) -> None:
    outbox.deliver(message_id)


@shared_task
def sweep_outbox() -> None:
    for message_id in outbox.due():
        outbox.deliver(message_id)
