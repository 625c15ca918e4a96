"""The mirror: copies of what Step Functions says about executions and their histories; views and alerts over them."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models

from designer.models import Environment, Link, Revision, StateMachine


class Execution(models.Model):
    """One execution, as its environment last described it. Keyed by ARN; polling it again changes nothing twice."""

    class Status(models.TextChoices):
        RUNNING = "RUNNING", "Running"
        SUCCEEDED = "SUCCEEDED", "Succeeded"
        FAILED = "FAILED", "Failed"
        TIMED_OUT = "TIMED_OUT", "Timed out"
        ABORTED = "ABORTED", "Aborted"
        PENDING_REDRIVE = "PENDING_REDRIVE", "Pending redrive"

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="executions", db_index=False)
    arn = models.CharField(max_length=512)
    name = models.CharField(max_length=256)
    state_machine_arn = models.CharField(max_length=512)
    # Null where the state machine wasn't designed here; then `definition` holds what the environment says it runs.
    state_machine = models.ForeignKey(
        StateMachine, null=True, on_delete=models.SET_NULL, related_name="executions", db_index=False
    )
    revision = models.ForeignKey(
        Revision, null=True, on_delete=models.SET_NULL, related_name="executions", db_index=False
    )
    version = models.CharField(max_length=20, blank=True)  # the number that it was started as, where by a version
    alias = models.CharField(max_length=80, blank=True)  # the name, where by an alias
    definition = models.TextField(blank=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.RUNNING)
    input = models.TextField(blank=True)
    output = models.TextField(blank=True)
    error = models.CharField(max_length=256, blank=True)
    cause = models.TextField(blank=True)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    last_event_id = models.PositiveIntegerField(default=0)
    # What started it, where another execution did: a Task of it, or a distributed Map whose item it is.
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="children")
    parent_event_id = models.PositiveIntegerField(null=True)  # of the parent's history: TaskSubmitted, MapRunStarted...

    # The poller's own columns: what is due is a query, never a message that could be lost.
    next_poll_at = models.DateTimeField(null=True, blank=True, db_index=True)  # null: ended and complete
    watched_until = models.DateTimeField(null=True, blank=True)
    quiet_polls = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)  # when its history was read last: how old the copy is
    news_at = models.DateTimeField(null=True, blank=True)  # when that last brought something, or somebody came to watch
    poll_notice = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint(fields=["environment", "arn"], name="one_row_per_execution")]
        # What the list is narrowed by, each in the list's order: a page of any of them is read from its index, and with
        # what else is included from the index alone. PostgreSQL has one more, by duration (migration 0008).
        indexes = [
            models.Index(
                fields=["-started_at", "-id"],
                name="execution_newest",
                include=["status", "environment", "state_machine", "stopped_at"],
            ),
            models.Index(
                fields=["status", "-started_at", "-id"],
                name="execution_by_status",
                include=["environment", "state_machine", "stopped_at"],
            ),
            models.Index(
                fields=["state_machine", "-started_at", "-id"],
                name="execution_by_machine",
                include=["status", "environment", "stopped_at"],
            ),
            models.Index(
                fields=["environment", "-started_at", "-id"],
                name="execution_by_environment",
                include=["status", "state_machine", "stopped_at"],
            ),
            models.Index(
                fields=["revision", "-started_at", "-id"],
                name="execution_by_revision",
                include=["status", "environment", "state_machine", "stopped_at"],
            ),
            models.Index(
                fields=["started_at"], name="execution_unfinished", condition=models.Q(stopped_at__isnull=True)
            ),
            # The dashboard's, which counts no Map Run's own executions.
            models.Index(
                fields=["started_at"],
                name="execution_of_no_map_run",
                include=["id", "status", "environment", "stopped_at"],
                condition=~models.Q(state_machine_arn__contains="/"),
            ),
            models.Index(
                fields=["state_machine", "alias", "-started_at", "-id"],
                name="execution_by_alias",
                condition=~models.Q(alias=""),
            ),
            models.Index(
                fields=["state_machine", "version", "-started_at", "-id"],
                name="execution_by_version",
                condition=~models.Q(version=""),
            ),
            models.Index(
                fields=["status", "stopped_at"],
                name="execution_by_failure",
                condition=models.Q(status__in=["FAILED", "TIMED_OUT"]),
            ),
        ]
        permissions = [("start_execution", "Can start executions"), ("stop_execution", "Can stop executions")]

    def __str__(self) -> str:
        return self.name


class SearchText(models.Model):
    """An execution's texts in small letters, to be searched (executions/search.py). Only PostgreSQL has rows here: a
    trigger writes them. Apart from the execution, whose row every poll writes anew: its texts change once or twice.
    """

    execution = models.OneToOneField(Execution, on_delete=models.CASCADE, primary_key=True, related_name="search_text")
    names = models.TextField()  # its name and its error
    data = models.TextField()  # its input and its output

    def __str__(self) -> str:
        return self.names.partition("\n")[0]


class ExpressRun(models.Model):
    """What tells an EXPRESS execution apart: Step Functions keeps no history of it, so its path is what was logged."""

    execution = models.OneToOneField(Execution, on_delete=models.CASCADE, related_name="express")
    log_group = models.CharField(max_length=512, blank=True)  # "" where nothing is logged
    level = models.CharField(max_length=8, default="OFF")  # OFF, ERROR, FATAL, ALL
    includes_data = models.BooleanField(default=False)
    billed_milliseconds = models.PositiveIntegerField(null=True)  # known of what StartSyncExecution started
    billed_megabytes = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.execution}, logged {self.level}"


class RunLink(Link):
    """Shows an execution in plain words."""

    SALT = "executions.run-link"

    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="share_links")
    shows_data = models.BooleanField(default=False)  # what it was given and gave, and what went wrong
    shows_people = models.BooleanField(default=False)  # who is asked, by name

    def __str__(self) -> str:
        return f"{self.execution}, until {self.expires_at:%Y-%m-%d}"


class RunUsage(models.Model):
    """What a run that has ended used of what Step Functions bills; counted anew when it was redriven."""

    execution = models.OneToOneField(Execution, on_delete=models.CASCADE, related_name="usage")
    transitions = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.execution}: {self.transitions} transitions"


class UncountedRun(models.Model):
    """A run that has ended, and what it used is still owed: written with its end, gone with the count. A process that
    dies between the two leaves it to a sweep.
    """

    execution = models.OneToOneField(Execution, on_delete=models.CASCADE, primary_key=True, related_name="uncounted")
    due_at = models.DateTimeField(db_index=True)  # when a sweep takes it up

    def __str__(self) -> str:
        return f"{self.execution}, owed"


class ModelUse(models.Model):
    """The tokens of one model in a run that has ended, as the model's answers say them."""

    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="model_uses")
    model = models.CharField(max_length=256)
    calls = models.PositiveIntegerField()
    tokens_in = models.PositiveBigIntegerField()
    tokens_out = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["execution", "model"], name="one_row_per_model_of_a_run")]

    def __str__(self) -> str:
        return f"{self.execution}: {self.model}"


class SavedView(models.Model):
    """What a person narrowed the list of executions to, under a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=4000)  # the query string of executions.filters

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name


class SavedInput(models.Model):
    """An input to start a workflow with, under a name; everybody who may start sees it."""

    state_machine = models.ForeignKey(StateMachine, on_delete=models.CASCADE, related_name="saved_inputs")
    name = models.CharField(max_length=80)
    text = models.TextField()  # JSON
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["state_machine", "name"], name="one_input_per_name")]

    def __str__(self) -> str:
        return self.name


class HistoryEvent(models.Model):
    """One event of an execution's history, in AWS's own shape, task tokens redacted."""

    # No index of its own: the one of its constraint begins with it, and each costs ingest.
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="events", db_index=False)
    event_id = models.PositiveIntegerField()
    previous_event_id = models.PositiveIntegerField(default=0)
    type = models.CharField(max_length=64)
    timestamp = models.DateTimeField()
    details = models.JSONField(default=dict)  # {"stateEnteredEventDetails": {...}}: the event less its fixed keys

    class Meta:
        ordering = ["event_id"]
        constraints = [models.UniqueConstraint(fields=["execution", "event_id"], name="one_row_per_history_event")]

    def __str__(self) -> str:
        return f"{self.execution} #{self.event_id} {self.type}"


class AlertRule(models.Model):
    """When somebody wants to be told about an execution. Without a workflow (or environment): about those of all."""

    class Kind(models.TextChoices):
        FAILED = "failed", "An execution fails"
        TIMED_OUT = "timed_out", "An execution times out"
        RUNNING = "running", "An execution runs longer than"
        WAITING = "waiting", "An execution waits for a person longer than"

    TAKE_TIME = (Kind.RUNNING, Kind.WAITING)

    kind = models.CharField(max_length=12, choices=Kind)
    seconds = models.PositiveIntegerField(null=True, blank=True)  # of the two kinds that take a time
    state_machine = models.ForeignKey(StateMachine, null=True, on_delete=models.CASCADE, related_name="alert_rules")
    environment = models.ForeignKey(Environment, null=True, on_delete=models.CASCADE, related_name="+")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    groups = models.ManyToManyField(Group, related_name="+")
    programs = models.BooleanField(default=True)  # receivers that want the topic are told, too
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)  # what ended before is nobody's news

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_kind_display()


class Alert(models.Model):
    """A rule spoke about an execution; the occasion tells a redriven run's second failure from its first."""

    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="alerts")
    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="alerts")
    occasion = models.CharField(max_length=40)
    raised_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [models.UniqueConstraint(fields=["rule", "execution", "occasion"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.execution}"
