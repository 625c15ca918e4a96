"""What the scripts that show one execution are handed: it, the addresses of its API, what the person may do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from callboard.roles import allowed
from designer.models import Environment
from executions import costs
from executions.api import STOP
from executions.serializers import as_execution, as_origin

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from executions.models import Execution


def boot_of(execution: Execution, user: AbstractBaseUser | AnonymousUser) -> dict[str, Any]:
    """`Boot` of frontend/src/execution/types.ts; ``user`` may see the execution: that is the caller's to check."""
    pk, machine = execution.pk, execution.state_machine_id
    api = f"/api/v1/executions/{pk}"
    again = (
        reverse("execution-new")
        + f"?from={pk}"
        + (f"&workflow={machine}&environment={execution.environment_id}" if machine else "")
    )
    return {
        "execution": as_execution(execution),
        "urls": {
            "events": f"{api}/events",
            "reviews": f"{api}/reviews",
            "stop": f"{api}/stop",
            "redrive": f"{api}/redrive",
            "socket": f"/ws/executions/{pk}/",
            "map_runs": reverse("map-runs", args=[pk]),
            "nested": reverse("nested", args=[pk, 0]),
            "object": f"{api}/object",
            "task_log": f"{api}/task-log",
            "flow": f"{api}/flow",
            "log": f"{api}/log",
            "share": reverse("run-links", args=[pk]),
            "compare": reverse("runs-compare", args=[pk]),
            "new": again,
            "list": reverse("executions"),
        },
        "prices": costs.for_page(),
        "permissions": {"operate": allowed(user, STOP)},
        "origin": as_origin(execution),
        # Where AWS's own console shows what a state called: not of an endpoint that only speaks like AWS.
        "console": execution.environment.kind == Environment.Kind.AWS and not execution.environment.endpoint_url,
    }
