"""Reads about executions: the list with its filters, an execution's events, figures over many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from designer.models import Environment, StateMachine
from executions.models import Execution, HistoryEvent
from executions.signals import reviews_wanted

Status = Execution.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the list's URL may say; an unknown value finds nothing rather than everything."""

    text: str = ""
    status: str = ""
    workflow: str = ""
    environment: str = ""

    def query(self) -> Q:
        found = Q()
        if self.text:
            found &= Q(name__icontains=self.text) | Q(error__icontains=self.text) | Q(arn=self.text)
        if self.status:
            found &= Q(status=self.status.upper())
        if self.workflow:
            found &= Q(state_machine_id=self.workflow) if self.workflow.isdigit() else Q(state_machine__name=self.workflow)
        if self.environment:
            found &= Q(environment_id=self.environment) if self.environment.isdigit() else Q(environment__name=self.environment)
        return found


def executions(filters: Filters | None = None) -> QuerySet[Execution]:
    rows = Execution.objects.select_related("environment", "state_machine", "revision", "started_by")
    return rows.filter(filters.query()) if filters else rows


def execution(pk: int) -> Execution:
    """Raises Execution.DoesNotExist."""
    return executions().get(pk=pk)


def events_after(execution_id: int, after: int, limit: int = 1000) -> list[HistoryEvent]:
    return list(HistoryEvent.objects.filter(execution_id=execution_id, event_id__gt=after).order_by("event_id")[:limit])


def reviews(execution: Execution) -> list[dict[str, Any]]:
    """The review tasks of this execution, as the review application tells them."""
    return [review for _, answer in reviews_wanted.send(sender=Execution, execution=execution) for review in answer]


def last_input(machine: StateMachine) -> str:
    """The input of the newest execution of ``machine``; empty where there is none."""
    newest = Execution.objects.filter(state_machine=machine).exclude(input="").order_by("-started_at").first()
    return newest.input if newest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFigures:
    machine: StateMachine
    total: int
    running: int
    succeeded: int
    failed: int
    median: float | None  # seconds, of succeeded executions
    p95: float | None

    @property
    def success_rate(self) -> float | None:
        ended = self.succeeded + self.failed
        return 100 * self.succeeded / ended if ended else None


def figures(since: datetime, environment: Environment | None = None) -> list[WorkflowFigures]:
    """Per workflow, of the executions that began at or after ``since``."""
    rows = Execution.objects.filter(started_at__gte=since, state_machine__isnull=False)
    if environment is not None:
        rows = rows.filter(environment=environment)
    failed = Q(status__in=[Status.FAILED, Status.TIMED_OUT, Status.ABORTED])
    counts: Any = rows.values("state_machine").annotate(
        total=Count("pk"),
        running=Count("pk", filter=Q(status=Status.RUNNING)),
        succeeded=Count("pk", filter=Q(status=Status.SUCCEEDED)),
        failed=Count("pk", filter=failed),
    )
    machines = StateMachine.objects.in_bulk([row["state_machine"] for row in counts])
    found = []
    for row in counts:
        durations = sorted(
            (stopped - started).total_seconds()
            for started, stopped in rows.filter(
                state_machine=row["state_machine"], status=Status.SUCCEEDED, stopped_at__isnull=False
            ).values_list("started_at", "stopped_at")
        )
        found.append(
            WorkflowFigures(
                machine=machines[row["state_machine"]],
                total=row["total"],
                running=row["running"],
                succeeded=row["succeeded"],
                failed=row["failed"],
                median=percentile(durations, 0.5),
                p95=percentile(durations, 0.95),
            )
        )
    return sorted(found, key=lambda figure: (-figure.total, figure.machine.name))


def percentile(ordered: list[float], share: float) -> float | None:
    """Nearest rank; None where there is nothing to rank."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def recent(machine_ids: list[int], *, days: int = 7, most: int = 24) -> dict[int, list[Execution]]:
    """The newest executions of each machine, oldest first: what a row's sparkline shows."""
    since = timezone.now() - timedelta(days=days)
    found: dict[int, list[Execution]] = {pk: [] for pk in machine_ids}
    rows = Execution.objects.filter(state_machine_id__in=machine_ids, started_at__gte=since).order_by("-started_at")
    for row in rows.only("pk", "state_machine_id", "status", "started_at", "stopped_at", "name")[: most * 20]:
        if row.state_machine_id is not None and len(found[row.state_machine_id]) < most:
            found[row.state_machine_id].append(row)
    return {pk: rows[::-1] for pk, rows in found.items()}
