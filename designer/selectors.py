"""Reads about workflows."""

from __future__ import annotations

from django.db.models import Max, QuerySet
from django.shortcuts import get_object_or_404

from designer.models import Deployment, Environment, Revision, StateMachine


def as_key(text: str) -> int | None:
    """A key as it stands in an address; None for anything else, also for digits that no database has room for."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def machines(text: str = "", environment: str = "") -> QuerySet[StateMachine]:
    """By name or by what a text of theirs holds (a state's name, a resource)."""
    rows = StateMachine.objects.all()
    if text:
        rows = rows.filter(name__icontains=text) | rows.filter(
            pk__in=Revision.objects.filter(definition__icontains=text).values("state_machine")
        )
    if environment:
        deployed = Deployment.objects.filter(environment_id=as_key(environment) or 0)
        rows = rows.filter(pk__in=deployed.values("revision__state_machine"))
    return rows.distinct()


def latest_revision(machine: StateMachine) -> Revision:
    return machine.revisions.select_related("author").order_by("-number")[0]


def latest_numbers(pks: list[int]) -> dict[int, int]:
    """The newest revision's number by workflow."""
    rows = Revision.objects.filter(state_machine_id__in=pks).order_by().values("state_machine_id")
    return dict(rows.annotate(newest=Max("number")).values_list("state_machine_id", "newest"))


def in_force(pks: list[int]) -> dict[int, list[Deployment]]:
    """The newest deployment of each workflow in each environment."""
    found: dict[int, dict[int, Deployment]] = {pk: {} for pk in pks}
    rows = Deployment.objects.filter(revision__state_machine_id__in=pks).select_related("revision", "environment")
    for row in rows.defer("revision__definition").order_by("-deployed_at"):
        found[row.revision.state_machine_id].setdefault(row.environment_id, row)
    return {pk: list(by_environment.values()) for pk, by_environment in found.items()}


def machine(pk: int) -> StateMachine:
    return get_object_or_404(StateMachine, pk=pk)


def environments() -> QuerySet[Environment]:
    return Environment.objects.order_by("-kind", "name")
