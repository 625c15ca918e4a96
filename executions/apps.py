from typing import Any

from django.apps import AppConfig


class ExecutionsConfig(AppConfig):
    name = "executions"
    verbose_name = "Executions"

    def ready(self) -> None:
        from executions.signals import execution_changed

        execution_changed.connect(_consider_alerts, dispatch_uid="executions.alerts")
        execution_changed.connect(_count_usage, dispatch_uid="executions.usage")


def _consider_alerts(execution: Any, **kwargs: Any) -> None:  # noqa: ARG001
    from executions.alerts import consider

    consider(execution)


def _count_usage(execution: Any, new_events: Any, **kwargs: Any) -> None:  # noqa: ARG001
    from executions.usage import count_when_ended

    count_when_ended(execution, new_events)
