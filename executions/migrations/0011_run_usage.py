import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("executions", "0010_run_link"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunUsage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transitions", models.PositiveIntegerField()),
                (
                    "execution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="usage", to="executions.execution"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ModelUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=256)),
                ("calls", models.PositiveIntegerField()),
                ("tokens_in", models.PositiveBigIntegerField()),
                ("tokens_out", models.PositiveBigIntegerField()),
                (
                    "execution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="model_uses",
                        to="executions.execution",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("execution", "model"), name="one_row_per_model_of_a_run")
                ],
            },
        ),
    ]
