"""Who is told what, and the outbox of what is still to be told.

A message is a row before it is sent, so a crash loses none; `notifications/outbox.py` sends it at least once, with the
same id each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from notifications.topics import TOPICS

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Receiver(models.Model):
    """A program that is told: a webhook signed as Standard Webhooks has it, or a Slack-compatible one.

    The address may itself be a secret (Slack's are): it is kept encrypted and never shown again.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", "Webhook (JSON, signed)"
        SLACK = "slack", "Slack-compatible webhook"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.WEBHOOK)
    sealed_url = models.TextField(editable=False)
    topics = models.JSONField(default=list, help_text="Names of topics; empty: all of them")
    group = models.CharField(max_length=150, blank=True, help_text="Only what asks this group; empty: everything")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def wants(self, topic: str, group: str) -> bool:
        return (not self.topics or topic in self.topics) and self.group in ("", group)


class Preference(models.Model):
    """What a person doesn't want mail about. Without a row: everything is sent."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    muted = models.JSONField(default=list)  # topics

    def __str__(self) -> str:
        return f"{self.user}: {len(self.muted)} muted"

    @classmethod
    def wanted_by(cls, user: User, topic: str) -> bool:
        row = cls.objects.filter(user=user).first()
        return row is None or topic not in row.muted


class Message(models.Model):
    """An outbox row: one thing to tell one person or program."""

    class Status(models.TextChoices):
        PENDING = "pending", "Being sent"
        SENT = "sent", "Sent"
        REFUSED = "refused", "Refused"

    key = models.CharField(max_length=128, unique=True)  # the same occasion and receiver never make two rows
    topic = models.CharField(max_length=32, choices=TOPICS.items())
    receiver = models.ForeignKey(Receiver, null=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    path = models.CharField(max_length=500)  # of the page that it is about
    data = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True, db_index=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(receiver=None) ^ models.Q(user=None), name="to_one_person_or_program"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.receiver or self.user}"
