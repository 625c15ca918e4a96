"""PostgreSQL itself refuses to change or remove a line of the audit, whoever asks.

All but forgetting the account of who did it (the name stays): that is Django's SET NULL when a person's account goes. On
SQLite, where whoever reads the file may write it, the hashes alone speak.
"""

from django.db import migrations, models
from django.db.models.deletion import PROTECT

TRIGGER = """
CREATE OR REPLACE FUNCTION review_audit_is_only_added_to() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.who_id IS NULL AND to_jsonb(NEW) - 'who_id' = to_jsonb(OLD) - 'who_id' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'The audit of reviews is only added to.';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER review_audit_is_only_added_to BEFORE UPDATE OR DELETE ON review_taskevent
  FOR EACH ROW EXECUTE FUNCTION review_audit_is_only_added_to();
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TRIGGER, params=None)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS review_audit_is_only_added_to ON review_taskevent")
        schema_editor.execute("DROP FUNCTION IF EXISTS review_audit_is_only_added_to")


class Migration(migrations.Migration):
    dependencies = [("review", "0014_open_questions_by_group")]

    operations = [
        migrations.AlterField(
            "reviewtask",
            "environment",
            models.ForeignKey(on_delete=PROTECT, related_name="+", to="designer.environment"),
        ),
        migrations.RunPython(guard, unguard),
    ]
