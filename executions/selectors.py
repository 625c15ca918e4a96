"""Reads about executions: the list with its filters, an execution's events, figures over many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from asl.recorded_states import visits_of
from asl.recording import mocks_of
from designer.models import Environment, StateMachine
from executions.filters import Filters
from executions.models import Alert, Execution, HistoryEvent
from executions.polling import FEWER_CALLS
from executions.signals import reviews_wanted, waiting_wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Status = Execution.Status


def executions() -> QuerySet[Execution]:
    return Execution.objects.select_related("environment", "state_machine", "revision", "started_by", "express")


def listed(filters: Filters) -> QuerySet[Execution]:
    """The rows of the list, without the texts that can be large."""
    large = ("definition", "input", "output", "cause", "revision__definition")
    return executions().filter(filters.query()).defer(*large)


def execution(pk: int) -> Execution:
    """Raises Execution.DoesNotExist."""
    return executions().get(pk=pk)


def events_after(execution_id: int, after: int, limit: int = 1000) -> list[HistoryEvent]:
    return list(HistoryEvent.objects.filter(execution_id=execution_id, event_id__gt=after).order_by("event_id")[:limit])


def mocks(execution: Execution) -> dict[str, Any]:
    """What each Task was answered (`asl.recording`), from what has been mirrored so far."""
    return mocks_of(_history(execution))


def visits(execution: Execution, state_name: str) -> list[dict[str, Any]]:
    """What a state was given and gave (`asl.recorded_states`), from what has been mirrored so far."""
    return [visit.as_sample() for visit in visits_of(_history(execution), state_name)]


def newest_of(machine_id: int, limit: int) -> QuerySet[Execution]:
    return listed(Filters(workflow=str(machine_id))).order_by("-started_at")[:limit]


def _history(execution: Execution) -> Iterator[dict[str, Any]]:
    """Of GetExecutionHistory's shape."""
    rows = HistoryEvent.objects.filter(execution=execution).order_by("event_id")
    for row in rows.iterator(1000):
        yield {"id": row.event_id, "previousEventId": row.previous_event_id, "type": row.type, **row.details}


def reviews(execution: Execution) -> list[dict[str, Any]]:
    """The review tasks of this execution, as the review application tells them."""
    answers: list[tuple[Any, Any]] = reviews_wanted.send(sender=Execution, execution=execution)
    return [review for _, answer in answers for review in answer]


WAITING = "WAITING"  # how lists show a running execution that asks a person; Step Functions calls it RUNNING


def waiting(executions: Iterable[Execution]) -> set[int]:
    """The ids of those that wait for a person, as the review application tells them."""
    running = [row.pk for row in executions if row.status == Status.RUNNING]
    if not running:
        return set()
    answers: list[tuple[Any, Any]] = waiting_wanted.send(sender=Execution, execution_ids=running)
    return {pk for _, answer in answers for pk in answer}


def alerted(executions: Iterable[Execution]) -> set[int]:
    """The ids of those about which an alert was raised."""
    return set(
        Alert.objects.filter(execution__in=[row.pk for row in executions]).values_list("execution_id", flat=True)
    )


def started_as(filters: Filters) -> dict[str, list[str]]:
    """``aliases`` and ``versions`` to choose from, of the workflow that the list is narrowed to; without one, none."""
    rows = Execution.objects.filter(Filters(workflow=filters.workflow).query()) if filters.workflow else None
    found: dict[str, list[str]] = {"aliases": [], "versions": []}
    if rows is not None:
        for name, column in (("aliases", "alias"), ("versions", "version")):
            found[name] = sorted(rows.exclude(**{column: ""}).order_by().values_list(column, flat=True).distinct()[:50])
    return found


def last_input(machine: StateMachine) -> str:
    """The input of the newest execution of ``machine``; empty where there is none."""
    newest = Execution.objects.filter(state_machine=machine).exclude(input="").order_by("-started_at").first()
    return newest.input if newest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of the executions of one workflow, or in one environment. Times are seconds, of those that succeeded."""

    subject: StateMachine | Environment
    total: int
    running: int
    waiting: int  # of the running ones, for a person
    succeeded: int
    failed: int
    median: float | None
    p95: float | None
    p99: float | None

    @property
    def success_rate(self) -> float | None:
        ended = self.succeeded + self.failed
        return 100 * self.succeeded / ended if ended else None


def figures(since: datetime, environment: Environment | None = None) -> list[Figures]:
    """Per workflow, of the executions that began at or after ``since``."""
    rows = Execution.objects.filter(started_at__gte=since, state_machine__isnull=False)
    if environment is not None:
        rows = rows.filter(environment=environment)
    return _figures(rows, "state_machine", StateMachine.objects.in_bulk())


def environment_figures(since: datetime) -> list[Figures]:
    """The same per environment, with what wasn't designed here."""
    rows = Execution.objects.filter(started_at__gte=since).exclude(state_machine_arn__contains="/")  # a Map Run's own
    return _figures(rows, "environment", Environment.objects.in_bulk())


def _figures(rows: QuerySet[Execution], by: str, subjects: Mapping[int, StateMachine | Environment]) -> list[Figures]:
    counts: Any = (
        rows.order_by()
        .values(by)
        .annotate(
            total=Count("pk"),
            running=Count("pk", filter=Q(status=Status.RUNNING)),
            succeeded=Count("pk", filter=Q(status=Status.SUCCEEDED)),
            failed=Count("pk", filter=Q(status__in=[Status.FAILED, Status.TIMED_OUT, Status.ABORTED])),
        )
    )
    running = list(rows.filter(status=Status.RUNNING).only("pk", "status", f"{by}_id"))
    asking = waiting(running)
    found = []
    for row in counts:
        times = rows.filter(**{by: row[by]}, status=Status.SUCCEEDED, stopped_at__isnull=False)
        taken = times.values_list("started_at", "stopped_at")
        durations = sorted((stopped - started).total_seconds() for started, stopped in taken if stopped)
        found.append(
            Figures(
                subject=subjects[row[by]],
                total=row["total"],
                running=row["running"],
                waiting=sum(one.pk in asking for one in running if getattr(one, f"{by}_id") == row[by]),
                succeeded=row["succeeded"],
                failed=row["failed"],
                median=percentile(durations, 0.5),
                p95=percentile(durations, 0.95),
                p99=percentile(durations, 0.99),
            )
        )
    return sorted(found, key=lambda figure: (-figure.total, figure.subject.name))


def throttled(environment: Environment | None) -> int:
    """How many executions are looked at less often just now, because their environment asks for fewer calls."""
    rows = Execution.objects.filter(next_poll_at__isnull=False, poll_notice__contains=FEWER_CALLS)
    return (rows if environment is None else rows.filter(environment=environment)).count()


def percentile(ordered: list[float], share: float) -> float | None:
    """Nearest rank; None where there is nothing to rank."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One run in a row's sparkline; ``height`` in 16ths, by duration; failures stand at full height."""

    x: int
    height: int
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentRuns:
    """What a row of the workflows' list shows about its executions."""

    last: Execution
    last_status: str  # as Step Functions says it, or WAITING
    total: int
    success_rate: float | None
    bars: list[Bar]


def recent_runs(machine_ids: list[int], *, days: int = 7, most: int = 30) -> dict[int, RecentRuns]:
    """By workflow; one without executions is absent. The newest ``most``, however old, make the sparkline; the counts
    are of ``days``.
    """
    recently = Q(started_at__gte=timezone.now() - timedelta(days=days))
    failed = Q(status__in=[Status.FAILED, Status.TIMED_OUT, Status.ABORTED])
    counts: Any = (
        Execution.objects.filter(state_machine_id__in=machine_ids)
        .values("state_machine")
        .annotate(
            total=Count("pk", filter=recently),
            succeeded=Count("pk", filter=recently & Q(status=Status.SUCCEEDED)),
            failed=Count("pk", filter=recently & failed),
        )
        .order_by()
    )
    newest_of = {}
    for row in counts:
        rows = Execution.objects.filter(state_machine=row["state_machine"]).only("status", "started_at", "stopped_at")
        newest_of[row["state_machine"]] = list(rows.order_by("-started_at")[:most])
    asking = waiting(newest[0] for newest in newest_of.values())
    found = {}
    for row in counts:
        newest = newest_of[row["state_machine"]]
        ended = row["succeeded"] + row["failed"]
        found[row["state_machine"]] = RecentRuns(
            last=newest[0],
            last_status=WAITING if newest[0].pk in asking else newest[0].status,
            total=row["total"],
            success_rate=100 * row["succeeded"] / ended if ended else None,
            bars=_bars(newest[::-1]),
        )
    return found


def _bars(runs: list[Execution]) -> list[Bar]:
    seconds = [((run.stopped_at or run.started_at) - run.started_at).total_seconds() for run in runs]
    longest = max(seconds, default=0) or 1
    bad = {Status.FAILED, Status.TIMED_OUT, Status.ABORTED}
    return [
        Bar(
            x=4 * place,
            height=16 if run.status in bad else max(3, round(12 * took / longest)),
            failed=run.status in bad,
        )
        for place, (run, took) in enumerate(zip(runs, seconds, strict=True))
    ]
