from django.db import migrations, models

from callboard.large_tables import AddIndexWithoutWaiting

# What only PostgreSQL has: an order with NULLS LAST, and trigrams of what review/search.py looks in.
INDEXES = {
    "review_done_last": "(closed_at DESC NULLS LAST, id DESC) WHERE NOT (status = 'open')",
    "review_search": (
        "USING gin (lower(title || chr(10) || topic || chr(10) || state_name || chr(10) || "
        "split_part(execution_arn, ':', 8)) gin_trgm_ops)"
    ),
}


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, what in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON review_reviewtask {what}")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("review", "0011_signed_sources")]

    operations = [
        AddIndexWithoutWaiting(
            "reviewtask", models.Index(fields=["status", "due_at", "created_at"], name="review_by_due")
        ),
        AddIndexWithoutWaiting("reviewtask", models.Index(fields=["status", "title", "id"], name="review_by_title")),
        AddIndexWithoutWaiting(
            "reviewtask",
            models.Index(fields=["created_at", "id"], name="review_done_by_time", condition=~models.Q(status="open")),
        ),
        AddIndexWithoutWaiting(
            "reviewtask",
            models.Index(fields=["title", "id"], name="review_done_by_title", condition=~models.Q(status="open")),
        ),
        migrations.RunPython(add, remove),
    ]
