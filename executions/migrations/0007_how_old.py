from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("executions", "0006_what_started_it_and_express"),
    ]

    operations = [
        migrations.AddField(
            model_name="execution",
            name="looked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="execution",
            name="news_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
