from django.db import migrations, models

from callboard.large_tables import AddIndexWithoutWaiting

# How long what has ended took; SQLite has no operator for it that an index may use.
DURATION = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS execution_by_duration ON executions_execution ((stopped_at - started_at))"
)


def add_duration(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DURATION)


def remove_duration(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX CONCURRENTLY IF EXISTS execution_by_duration")


NEWEST = ["-started_at", "-id"]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("executions", "0007_how_old")]

    operations = [
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=NEWEST,
                name="execution_newest",
                include=["status", "environment", "state_machine", "stopped_at"],
            ),
        ),
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=["status", *NEWEST],
                name="execution_by_status",
                include=["environment", "state_machine", "stopped_at"],
            ),
        ),
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=["state_machine", *NEWEST],
                name="execution_by_machine",
                include=["status", "environment", "stopped_at"],
            ),
        ),
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=["environment", *NEWEST],
                name="execution_by_environment",
                include=["status", "state_machine", "stopped_at"],
            ),
        ),
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=["revision", *NEWEST],
                name="execution_by_revision",
                include=["status", "environment", "state_machine", "stopped_at"],
            ),
        ),
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=["started_at"], name="execution_unfinished", condition=models.Q(stopped_at__isnull=True)
            ),
        ),
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=["state_machine", "alias", *NEWEST],
                name="execution_by_alias",
                condition=~models.Q(alias=""),
            ),
        ),
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=["state_machine", "version", *NEWEST],
                name="execution_by_version",
                condition=~models.Q(version=""),
            ),
        ),
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=["status", "stopped_at"],
                name="execution_by_failure",
                condition=models.Q(status__in=["FAILED", "TIMED_OUT"]),
            ),
        ),
        migrations.RunPython(add_duration, remove_duration),
        # Each of these begins as another one does.
        migrations.AlterField("execution", "started_at", models.DateTimeField()),
        migrations.AlterField(
            "execution",
            "environment",
            models.ForeignKey("designer.environment", models.CASCADE, related_name="executions", db_index=False),
        ),
        migrations.AlterField(
            "execution",
            "state_machine",
            models.ForeignKey(
                "designer.statemachine", models.SET_NULL, null=True, related_name="executions", db_index=False
            ),
        ),
        migrations.AlterField(
            "execution",
            "revision",
            models.ForeignKey(
                "designer.revision", models.SET_NULL, null=True, related_name="executions", db_index=False
            ),
        ),
        migrations.AlterField(
            "historyevent",
            "execution",
            models.ForeignKey("executions.execution", models.CASCADE, related_name="events", db_index=False),
        ),
    ]
