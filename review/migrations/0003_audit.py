from django.db import migrations, models


def chain_what_there_is(apps, schema_editor):
    """Lines from before the chain get their numbers and hashes, in the order in which they were written."""
    from review.audit import hash_of

    ReviewTask, TaskEvent = apps.get_model("review", "ReviewTask"), apps.get_model("review", "TaskEvent")
    for task_id in TaskEvent.objects.order_by().values_list("task_id", flat=True).distinct():
        head, count = "", 0
        for line in TaskEvent.objects.filter(task_id=task_id).select_related("who").order_by("at", "pk"):
            count += 1
            line.sequence, line.previous_hash = count, head
            line.who_name = line.who.username if line.who else ""
            line.hash = head = hash_of(line)
            line.save()
        ReviewTask.objects.filter(pk=task_id).update(audit_count=count, audit_head=head)


class Migration(migrations.Migration):
    atomic = False  # the lines are filled between two changes of their table
    dependencies = [("review", "0002_link_backoff")]

    operations = [
        migrations.AddField("reviewtask", "audit_count", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddField(
            "reviewtask", "audit_head", models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddField("taskevent", "who_name", models.CharField(blank=True, default="", max_length=150), preserve_default=False),
        migrations.AddField("taskevent", "sequence", models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.AddField("taskevent", "origin", models.CharField(blank=True, default="", max_length=200), preserve_default=False),
        migrations.AddField("taskevent", "before", models.JSONField(default=dict)),
        migrations.AddField("taskevent", "after", models.JSONField(default=dict)),
        migrations.AddField("taskevent", "previous_hash", models.CharField(blank=True, default="", max_length=64), preserve_default=False),
        migrations.AddField("taskevent", "hash", models.CharField(default="", max_length=64), preserve_default=False),
        migrations.RunPython(chain_what_there_is, migrations.RunPython.noop),
        migrations.AddConstraint(
            "taskevent", models.UniqueConstraint(fields=["task", "sequence"], name="one_audit_line_each")
        ),
    ]
