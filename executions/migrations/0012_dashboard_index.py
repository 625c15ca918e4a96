from django.db import migrations, models

from callboard.large_tables import AddIndexWithoutWaiting


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("executions", "0011_run_usage")]

    operations = [
        AddIndexWithoutWaiting(
            "execution",
            models.Index(
                fields=["started_at"],
                name="execution_of_no_map_run",
                include=["id", "status", "environment", "stopped_at"],
                condition=~models.Q(state_machine_arn__contains="/"),
            ),
        ),
    ]
