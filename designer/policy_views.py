"""The page that says what a workflow's role must be allowed, to be looked at before it is given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render

from callboard.access import requires
from designer import policy, selectors
from designer.models import Environment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires("designer.view_statemachine")
def permissions(request: HttpRequest, pk: int) -> HttpResponse:
    """``?environment=`` fills in Region and account, ``?logging=1`` and ``?tracing=1`` add what those take."""
    machine = selectors.machine(pk)
    revision = selectors.latest_revision(machine)
    key = selectors.as_key(request.GET.get("environment", ""))
    environment = get_object_or_404(Environment, pk=key) if key is not None else None
    logging, tracing = (request.GET.get(name) == "1" for name in ("logging", "tracing"))
    context: dict[str, Any] = {
        "machine": machine,
        "revision": revision,
        "environments": selectors.environments(),
        "environment": environment,
        "trust": json.dumps(policy.TRUST, indent=2),
        "logging": logging,
        "tracing": tracing,
    }
    try:
        document = json.loads(revision.definition)
    except (ValueError, RecursionError):
        context["problem"] = f"Revision {revision.number} isn't JSON yet: mend it in the designer first."
        return render(request, "designer/permissions.html", context)
    where = {"region": environment.region, "account": environment.account} if environment else {}
    needed = policy.needed(document, **where, logging=logging, tracing=tracing)
    context |= {
        "policy": json.dumps(needed.policy, indent=2),
        "notes": needed.notes,
        "is_empty": not needed.policy["Statement"],
    }
    return render(request, "designer/permissions.html", context)
