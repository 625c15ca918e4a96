"""Questions that workflows wait on, the one answer each gets, and what happened to it on the way.

A task is keyed by the SHA-256 of its task token; the token itself lies encrypted in `ReviewTask.sealed_token` and is
opened only where an answer is sent (`review/delivery.py`) or a heartbeat (`review/tasks.py`).
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from designer.models import Environment
from executions.models import Execution


class ReviewTask(models.Model):
    """One task token, and what a person is shown to answer it."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        DECIDED = "decided", "Decided, being sent"
        DELIVERED = "delivered", "Answered"
        EXPIRED = "expired", "Timed out"
        CANCELLED = "cancelled", "Closed by the workflow"
        SUPERSEDED = "superseded", "Asked again"
        ORPHANED = "orphaned", "Orphaned"

    class Answer(models.TextChoices):
        """The shape of what the workflow gets back: see review/answers.py."""

        CHOICE = "choice", "The choice"
        TALK = "talk", "message, topic, approved"

    class Priority(models.IntegerChoices):
        """In the order in which they are answered, so that an index sorts by it."""

        URGENT = 0, "Urgent"
        HIGH = 1, "High"
        NORMAL = 2, "Normal"
        LOW = 3, "Low"

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sealed_token = models.TextField(editable=False)
    # A question outlives what it came from: its audit is kept.
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    # The mirror may not have seen the execution yet, and a message may not name it: see review/linking.py.
    execution = models.ForeignKey(Execution, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    execution_arn = models.CharField(max_length=512, blank=True, db_index=True)
    state_name = models.CharField(max_length=80, blank=True)
    scheduled_event_id = models.PositiveIntegerField(null=True, blank=True)
    # The worker's name under which an activity's token was taken, another one each time: the history says it where it
    # doesn't say the token. Empty: the token came in a message.
    worker_name = models.CharField(max_length=80, blank=True, db_index=True)

    title = models.CharField(max_length=300)
    instructions = models.TextField(blank=True)
    payload = models.JSONField(default=dict)  # the message less its token
    candidates = models.JSONField(default=list)
    topic = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.CHOICE)
    group = models.CharField(max_length=150, blank=True, help_text="Only this group's members; empty: every reviewer")
    # Only these people, whatever their groups; lists ask for them only where the flag says that there are some.
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    people_only = models.BooleanField(default=False, db_default=False)
    # Asked by name, and held for a while (review/handling.py).
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    times_out_at = models.DateTimeField(null=True, blank=True)  # the state's own time-out; `due_at` is no later
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    form = models.JSONField(default=dict)  # fields to fill in (review/answer_form.py)
    # What the answer needs (review/policies.py); those that lists are filtered by have columns of their own.
    policy = models.JSONField(default=dict)
    required = models.PositiveSmallIntegerField(default=1)
    four_eyes = models.BooleanField(default=False)
    escalation_level = models.PositiveSmallIntegerField(default=0)
    reminded = models.BooleanField(default=False)  # that it is due soon was said
    clock_at = models.DateTimeField(null=True, blank=True, db_index=True)  # when review/clock.py has to look again
    # Looking for the callback in histories: when next, and how often in vain (review/linking.py).
    next_link_at = models.DateTimeField(null=True, blank=True)
    link_attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_seconds = models.PositiveIntegerField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)  # when the next one is due

    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    status_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    # The audit's last line (review/audit.py): a chain that was cut short no longer fits these.
    audit_count = models.PositiveIntegerField(default=0, editable=False)
    audit_head = models.CharField(max_length=64, blank=True, editable=False)
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="superseded_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "created_at"], name="review_by_status"),
            models.Index(fields=["execution", "state_name"], name="review_by_state"),
            models.Index(fields=["status", "priority", "due_at", "created_at"], name="review_by_priority"),
            models.Index(fields=["status", "due_at", "created_at"], name="review_by_due"),
            models.Index(fields=["status", "title", "id"], name="review_by_title"),
            # A group that is asked nothing would be looked for in every open question.
            models.Index(fields=["group"], name="review_open_by_group", condition=models.Q(status="open")),
            models.Index(
                fields=["heartbeat_at"],
                name="review_heartbeats",
                condition=models.Q(heartbeat_at__isnull=False, status__in=["open", "decided"]),
            ),
            models.Index(fields=["created_at", "id"], name="review_done_by_time", condition=~models.Q(status="open")),
            models.Index(fields=["title", "id"], name="review_done_by_title", condition=~models.Q(status="open")),
        ]
        permissions = [("decide_reviewtask", "Can decide review tasks")]

    def __str__(self) -> str:
        return self.title

    def is_claimed(self) -> bool:
        return self.claimed_by_id is not None and self.claimed_until is not None and self.claimed_until > timezone.now()


class Decision(models.Model):
    """What a person decided, and the outbox row that brings it to the workflow. A task has at most one."""

    class Outcome(models.TextChoices):
        APPROVE = "approve", "Approve"
        REGENERATE = "regenerate", "Regenerate"
        REJECT = "reject", "Reject"

    class Delivery(models.TextChoices):
        PENDING = "pending", "Being sent"
        DELIVERED = "delivered", "Sent"
        REFUSED = "refused", "Refused"

    task = models.OneToOneField(ReviewTask, on_delete=models.CASCADE, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome)
    candidate = models.CharField(max_length=64, blank=True)
    edited = models.JSONField(null=True, blank=True)  # title, description, text: as the reviewer wrote them
    comment = models.TextField(blank=True)
    data = models.JSONField(null=True, blank=True)  # what the task's form was filled in with
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    policy_reason = models.CharField(max_length=300, blank=True)  # why nobody in person decided; empty: somebody did
    decided_at = models.DateTimeField()
    output = models.JSONField(null=True, blank=True)  # what SendTaskSuccess carries; null for a rejection

    delivery_status = models.CharField(max_length=10, choices=Delivery, default=Delivery.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True, db_index=True)
    undo_until = models.DateTimeField(null=True, blank=True)  # not sent before; undone until then
    last_error = models.CharField(max_length=500, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-decided_at"]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.task}"

    def can_be_undone(self) -> bool:
        return self.attempts == 0 and self.undo_until is not None and self.undo_until > timezone.now()


class Vote(models.Model):
    """One person's answer to a task that needs several. It may be changed until the task is decided."""

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=Decision.Outcome)
    candidate = models.CharField(max_length=64, blank=True)
    edited = models.JSONField(null=True, blank=True)
    comment = models.TextField(blank=True)
    data = models.JSONField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["task", "voter"], name="one_vote_each")]

    def __str__(self) -> str:
        return f"{self.voter}: {self.outcome}"

    def answer(self) -> tuple[str, ...]:
        """What two votes must have in common to be the same answer; remarks may differ."""
        edited = self.edited or {}
        filled = json.dumps(self.data or {}, sort_keys=True)
        texts = tuple(edited.get(name, "") for name in ("title", "description", "text"))
        return self.outcome, self.candidate, *texts, filled


class Comment(models.Model):
    """Something people say to each other about a task. It goes to no workflow."""

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"


class AppendOnly(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ARG002
        raise TypeError("The history of a review task is only added to.")

    def delete(self) -> NoReturn:
        raise TypeError("The history of a review task is only added to.")


class TaskEvent(models.Model):
    """One line of a task's audit (review/audit.py writes and checks them). Rows are added, never changed."""

    class Kind(models.TextChoices):
        ASKED = "asked", "asked"
        OPENED = "opened", "opened the task"
        CLAIMED = "claimed", "claimed it"
        RELEASED = "released", "released it"
        ASSIGNED = "assigned", "assigned it"
        VOTED = "voted", "answered"
        ESCALATED = "escalated", "escalated"
        COMMENTED = "commented", "commented"
        DECIDED = "decided", "decided"
        UNDONE = "undone", "took the decision back"
        ABORTED = "aborted", "stopped the run"
        DELIVERED = "delivered", "answer sent"
        REFUSED = "refused", "answer refused"
        DELAYED = "delayed", "answer delayed"
        CLOSED = "closed", "closed"

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    who_name = models.CharField(max_length=150, blank=True)  # stays when the account goes
    text = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    sequence = models.PositiveIntegerField()
    origin = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["task", "sequence"], name="one_audit_line_each")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The history of a review task is only added to.")
        super().save(*args, **kwargs)


class ApiToken(models.Model):
    """A person's own token for the routes of the review API and no others. Shown once; only the hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_token_per_name")]

    def __str__(self) -> str:
        return self.name


class Absence(models.Model):
    """Until when somebody is away, and who is asked by name instead."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.user} until {self.until:%Y-%m-%d}"


class SavedView(models.Model):
    """A person's folder, search and order of the inbox, under a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=500)  # the inbox's query string

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_review_view_per_name")]

    def __str__(self) -> str:
        return self.name


class IngestSource(models.Model):
    """A program that may hand in task tokens over HTTP. Its bearer token is shown once; only the hash is kept."""

    name = models.CharField(max_length=80, unique=True)
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    active = models.BooleanField(default=True)
    signed = models.BooleanField(
        default=False,
        help_text="Each request must be signed, too, as standardwebhooks.com says: the secret is shown once",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Activity(models.Model):
    """A Step Functions activity whose tasks become questions: Callboard is its worker (review/activities.py)."""

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    arn = models.CharField(max_length=256)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # Which process polls it, and until when that is believed of a process that says nothing more.
    poller = models.CharField(max_length=40, blank=True)
    polled_until = models.DateTimeField(null=True, blank=True)
    last_answer_at = models.DateTimeField(null=True, blank=True)  # Step Functions answered a poll, with a task or none
    last_task_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)  # why polls are refused; empty: they aren't

    class Meta:
        ordering = ["arn"]
        verbose_name_plural = "activities"
        constraints = [models.UniqueConstraint(fields=["environment", "arn"], name="one_row_per_activity")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]
