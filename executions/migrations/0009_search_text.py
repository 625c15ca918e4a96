from django.db import migrations, models

# PostgreSQL keeps the texts itself: whoever writes an execution needn't know, and a poll that changes none of them
# doesn't touch them. The backfill takes what was there before, without a lock that others wait for.
TRIGGER = """
CREATE OR REPLACE FUNCTION executions_keep_search_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR (NEW.name, NEW.error, NEW.input, NEW.output) IS DISTINCT FROM
      (OLD.name, OLD.error, OLD.input, OLD.output) THEN
    INSERT INTO executions_searchtext (execution_id, names, data)
    VALUES (NEW.id, lower(NEW.name || chr(10) || NEW.error), lower(NEW.input || chr(10) || NEW.output))
    ON CONFLICT (execution_id) DO UPDATE SET names = EXCLUDED.names, data = EXCLUDED.data;
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS executions_search_text ON executions_execution;
CREATE TRIGGER executions_search_text AFTER INSERT OR UPDATE OF name, error, input, output ON executions_execution
  FOR EACH ROW EXECUTE FUNCTION executions_keep_search_text();
"""
BACKFILL = """
INSERT INTO executions_searchtext (execution_id, names, data)
SELECT id, lower(name || chr(10) || error), lower(input || chr(10) || output) FROM executions_execution
WHERE id > %s AND id <= %s ON CONFLICT DO NOTHING
"""
INDEX = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS executions_search_text ON executions_searchtext
  USING gin (names gin_trgm_ops, data gin_trgm_ops)
"""
STEP = 10_000


def add(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(TRIGGER, params=None)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM executions_execution")
        [last] = cursor.fetchone()
        for first in range(0, last, STEP):
            cursor.execute(BACKFILL, [first, first + STEP])
    schema_editor.execute(INDEX)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS executions_search_text ON executions_execution")
        schema_editor.execute("DROP FUNCTION IF EXISTS executions_keep_search_text")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("executions", "0008_indexes_for_a_million")]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "execution",
                    models.OneToOneField(
                        "executions.execution",
                        models.CASCADE,
                        primary_key=True,
                        serialize=False,
                        related_name="search_text",
                    ),
                ),
                ("names", models.TextField()),
                ("data", models.TextField()),
            ],
        ),
        migrations.RunPython(add, remove),
    ]
