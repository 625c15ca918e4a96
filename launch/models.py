"""Runs that somebody asked for on the launch pages, through the API or by an upload, and who is told of the result."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from designer.models import Environment, StateMachine
from executions.models import Execution


class Launch(models.Model):
    """One request to run a workflow. Its deduplication id names the execution, so a copy starts nothing twice."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        STARTED = "started", "Started"
        DUPLICATE = "duplicate", "Duplicate"
        DEAD = "dead", "Not started"

    state_machine = models.ForeignKey(StateMachine, on_delete=models.CASCADE, related_name="+")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    input = models.JSONField(default=dict)
    deduplication_id = models.CharField(max_length=128, unique=True)
    execution_name = models.CharField(max_length=80)
    message_id = models.CharField(max_length=128, blank=True)  # blank: not on the queue yet, the sweep sends it
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    status_reason = models.CharField(max_length=500, blank=True)
    execution_arn = models.CharField(max_length=512, blank=True, db_index=True)
    execution = models.ForeignKey(Execution, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    result = models.JSONField(null=True, blank=True)  # the execution's output, once it succeeded
    result_notified_at = models.DateTimeField(null=True, blank=True)  # when the notices were written

    class Meta:
        verbose_name_plural = "launches"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["status", "created_at"], name="launch_by_status")]

    def __str__(self) -> str:
        return self.execution_name


class Notice(models.Model):
    """An outbox row: one result to tell to one receiver. The id goes along, so that a receiver knows a repetition."""

    class Channel(models.TextChoices):
        WEBHOOK = "webhook", "Webhook"
        EVENT = "event", "EventBridge event"

    class Status(models.TextChoices):
        PENDING = "pending", "Being sent"
        SENT = "sent", "Sent"
        REFUSED = "refused", "Refused"

    launch = models.ForeignKey(Launch, on_delete=models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=8, choices=Channel)
    webhook_id = models.CharField(max_length=64, unique=True)
    body = models.JSONField()
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True, db_index=True)
    last_error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["launch", "channel"], name="one_notice_per_channel")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.launch}"
