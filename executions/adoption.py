"""Taking an execution into the mirror that somebody else started: its row, once, with the revision that it runs.

Whoever finds one comes here: the sweep, a parent's history that names it, a person who opened it. The poller does the
rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from designer.models import Deployment, Environment
from executions.live import announce
from executions.models import Execution

if TYPE_CHECKING:
    from datetime import datetime


def adopt(
    environment: Environment, *, arn: str, state_machine_arn: str, started_at: datetime, **fields: Any
) -> tuple[Execution, bool]:
    """The row of ``arn``, and whether it is new; ``fields`` are of a new one alone."""
    deployment = deployment_at(environment, state_machine_arn, started_at)
    revision = deployment.revision if deployment else None
    execution, created = Execution.objects.get_or_create(
        environment=environment,
        arn=arn,
        defaults={
            "name": arn.rpartition(":")[2],
            "state_machine_arn": state_machine_arn,
            "state_machine": revision.state_machine if revision else None,
            "revision": revision,
            "started_at": started_at,
            "next_poll_at": timezone.now(),
            **fields,
        },
    )
    if created:
        announce(execution, [])
    return execution, created


def deployment_at(environment: Environment, arn: str, moment: Any) -> Deployment | None:
    """The deployment that was in force when an execution of ``arn`` began."""
    deployments = Deployment.objects.filter(environment=environment, arn=arn).select_related("revision__state_machine")
    return deployments.filter(deployed_at__lte=moment).first() or deployments.last()
