"""The page of a workflow's deployments: what is in force where, what isn't complete, and where aliases point."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from callboard.access import requires
from callboard.roles import allowed
from designer import aliases, deployment, selectors
from designer.models import AliasMove, Deployment
from designer.services import Refused

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

SEE, DEPLOY = "designer.view_statemachine", "designer.add_deployment"
MOST = 30


@dataclass(slots=True)
class Place:
    """An environment with what is in force there."""

    deployment: Deployment
    aliases: list[aliases.Alias] = field(default_factory=list)
    problem: str = ""


@requires(SEE)
def deployments(request: HttpRequest, pk: int) -> HttpResponse:
    machine = selectors.machine(pk)
    places = []
    for row in selectors.in_force([pk])[pk]:
        place = Place(row)
        try:
            place.aliases = aliases.aliases(row)
        except Refused as error:
            place.problem = str(error)
        places.append(place)
    history = Deployment.objects.filter(revision__state_machine=machine).select_related(
        "revision", "environment", "deployed_by"
    )
    context = {
        "machine": machine,
        "places": places,
        "history": history.defer("revision__definition")[:MOST],
        "moves": AliasMove.objects.filter(state_machine=machine).select_related("environment", "by")[:MOST],
        "may_deploy": allowed(request.user, DEPLOY),
    }
    return render(request, "designer/deployments.html", context)


@require_POST
@requires(DEPLOY)
def roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """All of an alias's executions to one version, at once."""
    machine = selectors.machine(pk)
    given = request.POST
    environment, version = (selectors.as_key(given.get(name, "")) for name in ("environment", "version"))
    found = [row for row in selectors.in_force([pk])[pk] if row.environment_id == environment]
    try:
        if not found or version is None:
            raise Refused(f"{machine} isn't deployed there.")
        person: User = request.user  # type: ignore[assignment]
        move = aliases.point(machine, found[0], alias=given.get("alias", ""), version=version, by=person)
        messages.success(request, f"{move.alias} points at version {move.version} in {move.environment} now.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("deployments", pk=pk)


@require_POST
@requires(DEPLOY)
def go_on(request: HttpRequest, pk: int, deployment_id: int) -> HttpResponse:
    """The rest of a deployment that stopped half-way."""
    rows = Deployment.objects.filter(revision__state_machine=selectors.machine(pk)).select_related(
        "revision__state_machine", "environment"
    )
    row = get_object_or_404(rows, pk=deployment_id)
    try:
        done = deployment.go_on(row)
        messages.success(request, f"Complete: {'; '.join(done.done) or 'nothing was missing'}.")
    except deployment.NotDeployed as error:
        messages.error(request, str(error))
    return redirect("deployments", pk=pk)
