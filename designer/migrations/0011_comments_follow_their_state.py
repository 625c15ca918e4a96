from django.db import migrations, models
from django.db.models import F


def begin_where_it_was_said(apps, schema_editor):
    apps.get_model("designer", "RevisionComment").objects.update(state_now=F("state"))


class Migration(migrations.Migration):
    dependencies = [("designer", "0010_environment_status_queue")]

    operations = [
        migrations.AddField(
            model_name="revisioncomment",
            name="state_now",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.RunPython(begin_where_it_was_said, migrations.RunPython.noop),
    ]
