"""State machines as people design them, the environments they run in, and what was deployed where."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models


class Environment(models.Model):
    """Where state machines run: the embedded endpoint, or an AWS account and Region.

    Holds no secret: credentials come from boto3's own chain, a profile's name or a role to assume.
    """

    class Kind(models.TextChoices):
        EMBEDDED = "embedded", "Embedded"
        AWS = "aws", "AWS"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.AWS)
    region = models.CharField(max_length=32, default="us-east-1")
    account = models.CharField(max_length=12, blank=True, help_text="12 digits; learned when the connection is tested")
    endpoint_url = models.URLField(blank=True, help_text="Only for an endpoint that isn't AWS's own")
    public_endpoint_url = models.URLField(blank=True, help_text="The same endpoint as a browser reaches it")
    profile = models.CharField(max_length=64, blank=True)
    role_arn = models.CharField("role to assume", max_length=2048, blank=True)
    external_id = models.CharField(max_length=1224, blank=True)
    execution_role_arn = models.CharField("role for state machines", max_length=256, blank=True)
    creates_roles = models.BooleanField(
        default=False, help_text="Whoever may deploy here may let Callboard make the state machine's role in IAM"
    )
    role_boundary_arn = models.CharField(
        "permissions boundary",
        max_length=2048,
        blank=True,
        help_text="A policy's ARN: no role that Callboard makes may do more",
    )
    production = models.BooleanField(default=False)
    review_queue_url = models.URLField(blank=True)
    status_queue_url = models.URLField(blank=True)  # EventBridge's status changes: executions/status_events.py
    media_buckets = models.TextField(
        blank=True,
        help_text="One bucket or bucket/prefix a line: only objects of these are shown to people",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StateMachine(models.Model):
    """A workflow, whatever was deployed of it. Its definition lives in its revisions."""

    class Type(models.TextChoices):
        STANDARD = "STANDARD", "Standard"
        EXPRESS = "EXPRESS", "Express"

    name = models.CharField(max_length=80, unique=True)
    type = models.CharField(max_length=8, choices=Type, default=Type.STANDARD)
    description = models.CharField(max_length=300, blank=True)
    approval_required = models.BooleanField(
        default=False, help_text="A revision is deployed only when somebody who wrote none of it has approved it"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """One immutable text of a state machine's definition."""

    state_machine = models.ForeignKey(StateMachine, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    definition = models.TextField()
    yaml = models.TextField(blank=True)  # the same as it was written in YAML, comments and all; "" where it never was
    comment = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["state_machine", "number"], name="one_revision_per_number")]

    def __str__(self) -> str:
        return f"{self.state_machine} r{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self._refuse_change()
        super().save(*args, **kwargs)

    def _refuse_change(self) -> NoReturn:
        raise TypeError("A revision never changes: make a new one (designer.services.save_revision).")


class RevisionName(models.Model):
    """What people call a revision; the revision itself never changes."""

    state_machine = models.ForeignKey(StateMachine, on_delete=models.CASCADE, related_name="revision_names")
    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="called")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["state_machine", "name"], name="one_revision_per_name")]

    def __str__(self) -> str:
        return self.name


class ReviewRequest(models.Model):
    """Somebody asked that a revision be looked at before it is deployed."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="review_request")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Review of {self.revision}"


class Verdict(models.Model):
    """What one person thinks of a revision; their newest one counts."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", "Approved"
        CHANGES = "changes", "Changes asked for"

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="verdicts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome)
    text = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.revision}"


class RevisionComment(models.Model):
    """Said about a revision, or about one state of it."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="comments")
    state = models.CharField(max_length=80, blank=True)  # its name then; "" is the revision as a whole
    state_now = models.CharField(max_length=80, blank=True)  # its name in the latest revision that has the state
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=4000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Draft(models.Model):
    """What one person has typed since ``base`` and not saved. ``version`` grows with what was kept, also over drafts
    that are gone: a window that doesn't know the newest doesn't overwrite it.
    """

    state_machine = models.ForeignKey(StateMachine, on_delete=models.CASCADE, related_name="drafts")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    base = models.PositiveIntegerField()  # the number of the revision that it is an edit of
    definition = models.TextField()
    version = models.BigIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["state_machine", "owner"], name="one_draft_per_person")]

    def __str__(self) -> str:
        return f"{self.owner}'s draft of {self.state_machine}"


class TestCase(models.Model):
    """A saved test case of a workflow: an input, mocks and what is expected, as `asl.cases` reads it."""

    LONGEST_NAME = 120
    __test__ = False  # not a class of tests, whatever its name makes pytest think

    state_machine = models.ForeignKey(StateMachine, on_delete=models.CASCADE, related_name="test_cases")
    name = models.CharField(max_length=LONGEST_NAME)
    document = models.TextField()  # JSON text: the order of members is the author's
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["state_machine", "name"], name="one_test_case_per_name")]

    def __str__(self) -> str:
        return self.name


class Deployment(models.Model):
    """A revision that an environment took, and the ARN it has there. The newest one per environment is in force."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="deployments")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="deployments")
    arn = models.CharField(max_length=256, db_index=True)
    role_arn = models.CharField(max_length=256, blank=True)
    options = models.JSONField(default=dict)  # designer.deployment_options: what the next one begins with
    version_arn = models.CharField(max_length=256, blank=True)
    done = models.JSONField(default=list)  # what came after the definition, in words
    problem = models.TextField(blank=True)  # why the rest of it isn't done; "" is complete
    deployed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    deployed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-deployed_at"]

    def __str__(self) -> str:
        return f"{self.revision} in {self.environment}"


class AliasMove(models.Model):
    """An alias was pointed at one version by hand: a rollback, or its undoing."""

    state_machine = models.ForeignKey(StateMachine, on_delete=models.CASCADE, related_name="alias_moves")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    alias = models.CharField(max_length=80)
    before = models.JSONField(default=list)  # [{"version": 2, "weight": 100}]
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.alias} at version {self.version} in {self.environment}"


class Link(models.Model):
    """Shows something to people who don't sign in, until it is over or revoked. Its address is signed, not stored."""

    SALT = ""  # of the signature: a link of one kind opens none of another

    note = models.CharField(max_length=120, blank=True)  # for whom it is
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)  # last

    class Meta:
        abstract = True
        ordering = ["-created_at"]


class ShareLink(Link):
    """Shows a workflow in plain words."""

    SALT = "designer.share-link"

    state_machine = models.ForeignKey(StateMachine, on_delete=models.CASCADE, related_name="share_links")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.CASCADE, related_name="+")  # None: the newest

    def __str__(self) -> str:
        return f"{self.state_machine}, until {self.expires_at:%Y-%m-%d}"
