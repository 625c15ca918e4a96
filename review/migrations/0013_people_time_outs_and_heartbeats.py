from django.conf import settings
from django.db import migrations, models

from callboard.large_tables import AddIndexWithoutWaiting

# What is linked already keeps the time that it is due at, which is no later than the state's own.
KNOWN = """
UPDATE review_reviewtask SET times_out_at = due_at
WHERE status = 'open' AND scheduled_event_id IS NOT NULL AND due_at IS NOT NULL
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("review", "0012_indexes_for_many")]

    operations = [
        migrations.AddField(
            "reviewtask",
            "people",
            models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField("reviewtask", "people_only", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("reviewtask", "times_out_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        AddIndexWithoutWaiting(
            "reviewtask",
            models.Index(
                fields=["heartbeat_at"],
                name="review_heartbeats",
                condition=models.Q(heartbeat_at__isnull=False, status__in=["open", "decided"]),
            ),
        ),
        migrations.AlterField(
            "taskevent",
            "kind",
            models.CharField(
                max_length=10,
                choices=[
                    ("asked", "asked"),
                    ("opened", "opened the task"),
                    ("claimed", "claimed it"),
                    ("released", "released it"),
                    ("assigned", "assigned it"),
                    ("voted", "answered"),
                    ("escalated", "escalated"),
                    ("commented", "commented"),
                    ("decided", "decided"),
                    ("undone", "took the decision back"),
                    ("aborted", "stopped the run"),
                    ("delivered", "answer sent"),
                    ("refused", "answer refused"),
                    ("delayed", "answer delayed"),
                    ("closed", "closed"),
                ],
            ),
        ),
    ]
