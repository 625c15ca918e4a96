"""Reads about executions: the list with its filters, an execution's events, figures over many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from asl.recorded_states import visits_of
from asl.recording import mocks_of
from designer.models import Environment, StateMachine
from executions import durations, pages
from executions.filters import Filters
from executions.models import Alert, Execution, HistoryEvent
from executions.polling import FEWER_CALLS
from executions.recorded_context import Items, run_context, state_context
from executions.signals import reviews_wanted, waiting_wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from asl.recorded_states import Visit
    from executions.pages import Page

Status = Execution.Status


def executions() -> QuerySet[Execution]:
    return Execution.objects.select_related("environment", "state_machine", "revision", "started_by", "express")


def listed(filters: Filters) -> QuerySet[Execution]:
    """The rows of the list, without the texts that can be large."""
    return _without_texts(filters.apply(Execution.objects.all()).rows)


def page_of(filters: Filters, given: Mapping[str, str]) -> Page:
    """A page of the list; ``given`` may say ``before`` or ``after`` which place, and that ``all`` are looked at."""
    found = filters.apply(Execution.objects.all(), patient=bool(given.get("all")))
    return pages.page(found, given, fetch=_without_texts)


def _without_texts(rows: QuerySet[Execution]) -> QuerySet[Execution]:
    related = rows.select_related("environment", "state_machine", "revision", "started_by", "express")
    return related.defer("definition", "input", "output", "cause", "revision__definition", "revision__yaml")


def execution(pk: int) -> Execution:
    """Raises Execution.DoesNotExist."""
    return executions().get(pk=pk)


def events_after(execution_id: int, after: int, limit: int = 1000) -> list[HistoryEvent]:
    return list(HistoryEvent.objects.filter(execution_id=execution_id, event_id__gt=after).order_by("event_id")[:limit])


def mocks(execution: Execution) -> dict[str, Any]:
    """What each Task was answered (`asl.recording`), from what has been mirrored so far."""
    return mocks_of(_history(execution))


def visits(execution: Execution, state_name: str) -> dict[str, Any]:
    """What a state was given and gave (`asl.recorded_states`), from what has been mirrored so far.

    ``context`` is the Context Object as it was: what is the same for the whole run, and of each visit the rest.
    """
    found = visits_of(_history(execution), state_name)
    rows = HistoryEvent.objects.filter(execution=execution, event_id__in=[visit.event_id for visit in found])
    entered = dict(rows.values_list("event_id", "timestamp"))
    items = Items(execution)

    def told(visit: Visit) -> dict[str, Any]:
        at = entered[visit.event_id]
        item = items.of(visit, at)
        context = state_context(visit, at) | ({} if item is None else {"Map": {"Item": item}})
        return {**visit.as_sample(), "context": context}

    return {"context": run_context(execution), "visits": [told(visit) for visit in found]}


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
    return _waiting([row.pk for row in executions if row.status == Status.RUNNING])


def _waiting(running: list[int]) -> set[int]:
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
    machine = StateMachine.objects.filter(filters.of_workflow()).first() if filters.workflow else None
    if machine is None:
        return {"aliases": [], "versions": []}
    return {"aliases": _values("alias", machine), "versions": _values("version", machine)}


# The values of a column from one to the next: in the index, not from row to row. The column is one of ours.
_VALUES = """
WITH RECURSIVE found(value) AS (
  SELECT min({0}) FROM executions_execution WHERE state_machine_id = %s AND NOT ({0} = '')
  UNION ALL SELECT (
    SELECT min({0}) FROM executions_execution WHERE state_machine_id = %s AND NOT ({0} = '') AND {0} > found.value
  ) FROM found WHERE found.value IS NOT NULL
) SELECT value FROM found WHERE value IS NOT NULL LIMIT 50
"""


def _values(column: str, machine: StateMachine) -> list[str]:
    """The first 50 that a workflow's executions have, sorted; empty ones left out."""
    with connection.cursor() as cursor:
        cursor.execute(_VALUES.format(column), [machine.pk, machine.pk])
        return [value for (value,) in cursor.fetchall()]


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
    running = dict(rows.filter(status=Status.RUNNING).order_by().values_list("pk", f"{by}_id"))
    asking = Counter(running[pk] for pk in _waiting(list(running)))
    times = durations.by(rows.filter(status=Status.SUCCEEDED), by)
    found = []
    for row in counts:
        median, p95, p99 = times.get(row[by], (None, None, None))
        found.append(
            Figures(
                subject=subjects[row[by]],
                total=row["total"],
                running=row["running"],
                waiting=asking[row[by]],
                succeeded=row["succeeded"],
                failed=row["failed"],
                median=median,
                p95=p95,
                p99=p99,
            )
        )
    return sorted(found, key=lambda figure: (-figure.total, figure.subject.name))


def throttled(environment: Environment | None) -> int:
    """How many executions are looked at less often just now, because their environment asks for fewer calls."""
    rows = Execution.objects.filter(next_poll_at__isnull=False, poll_notice__contains=FEWER_CALLS)
    return (rows if environment is None else rows.filter(environment=environment)).count()


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
    failed = Q(status__in=[Status.FAILED, Status.TIMED_OUT, Status.ABORTED])
    recent: Any = (
        Execution.objects.filter(
            state_machine_id__in=machine_ids, started_at__gte=timezone.now() - timedelta(days=days)
        )
        .values("state_machine")
        .annotate(
            total=Count("pk"),
            succeeded=Count("pk", filter=Q(status=Status.SUCCEEDED)),
            failed=Count("pk", filter=failed),
        )
        .order_by()
    )
    counts = {row["state_machine"]: row for row in recent}
    newest_of = {key: rows for key in machine_ids if (rows := _newest(key, most))}
    asking = waiting(newest[0] for newest in newest_of.values())
    found = {}
    for key, newest in newest_of.items():
        row = counts.get(key, {"total": 0, "succeeded": 0, "failed": 0})
        ended = row["succeeded"] + row["failed"]
        found[key] = RecentRuns(
            last=newest[0],
            last_status=WAITING if newest[0].pk in asking else newest[0].status,
            total=row["total"],
            success_rate=100 * row["succeeded"] / ended if ended else None,
            bars=_bars(newest[::-1]),
        )
    return found


def _newest(machine_id: int, most: int) -> list[Execution]:
    rows = Execution.objects.filter(state_machine=machine_id).only("status", "started_at", "stopped_at")
    return list(rows.order_by("-started_at", "-pk")[:most])


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
