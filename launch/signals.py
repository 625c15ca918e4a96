"""What the mirror learns about a launched execution: its page moves on, and its result is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from launch import live
from launch.models import Launch

if TYPE_CHECKING:
    from executions.models import Execution
    from review.models import ReviewTask


def connect() -> None:
    from executions.signals import execution_changed
    from review.live import task_changed_signal

    execution_changed.connect(on_execution_changed, dispatch_uid="launch.on_execution_changed")
    task_changed_signal.connect(on_task_changed, dispatch_uid="launch.on_task_changed")


def on_execution_changed(sender: Any, execution: Execution, **kwargs: Any) -> None:  # noqa: ARG001
    from launch.results import settle

    for launch in Launch.objects.filter(environment_id=execution.environment_id, execution_arn=execution.arn):
        if launch.execution_id is None:
            Launch.objects.filter(pk=launch.pk).update(execution=execution)
        settle(launch, execution)
        live.launch_changed(launch)


def on_task_changed(sender: Any, task: ReviewTask, **kwargs: Any) -> None:  # noqa: ARG001
    if task.execution_arn:
        for launch in Launch.objects.filter(environment_id=task.environment_id, execution_arn=task.execution_arn):
            live.launch_changed(launch)
