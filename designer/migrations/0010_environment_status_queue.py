from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('designer', '0009_share_link'),
    ]

    operations = [
        migrations.AddField(
            model_name='environment',
            name='status_queue_url',
            field=models.URLField(blank=True),
        ),
    ]
