"""When a rule speaks, and whom it tells: once for each occasion.

What ended is seen in the mirror's own change, at once; a sweep finds what took too long, and the endings whose change
was lost with the process that saw it. `notifications.outbox` sends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from callboard.roles import allowed
from executions.models import Alert, AlertRule, Execution
from executions.signals import waits_wanted
from notifications.outbox import tell

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = AlertRule.Kind
STATUS = {Kind.FAILED: Execution.Status.FAILED, Kind.TIMED_OUT: Execution.Status.TIMED_OUT}
TOPIC = {
    Kind.FAILED: "execution.failed",
    Kind.TIMED_OUT: "execution.failed",
    Kind.RUNNING: "execution.slow",
    Kind.WAITING: "execution.slow",
}
LOST_WITHIN = timedelta(hours=1)  # how long the sweep looks for endings that nobody was told of
MOST = 200  # of one rule in one sweep; the rest are the next one's


def consider(execution: Execution) -> int:
    """The execution changed: tell about its end where a rule wants that. How many rules spoke."""
    kinds = [kind for kind, status in STATUS.items() if status == execution.status]
    if not kinds or execution.stopped_at is None:
        return 0
    if execution.next_poll_at is not None:  # why it failed comes with the end of its history
        return 0
    rules = AlertRule.objects.filter(
        Q(state_machine=None) | Q(state_machine=execution.state_machine_id),
        Q(environment=None) | Q(environment=execution.environment_id),
        kind__in=kinds,
        created_at__lte=execution.stopped_at,
    )
    return sum(speak(rule, execution, f"end-{execution.last_event_id}") for rule in rules)


def sweep(now: datetime) -> int:
    """What took too long, and what ended unseen; how many times a rule spoke."""
    spoken = 0
    for rule in AlertRule.objects.all():
        if rule.kind in STATUS:
            spoken += sum(consider(execution) for execution in _ended(rule, now))
        elif rule.kind == Kind.RUNNING:
            spoken += sum(speak(rule, execution, f"running-{rule.seconds}") for execution in _running(rule, now))
        else:
            spoken += _speak_of_waiting(rule, now)
    return spoken


def speak(rule: AlertRule, execution: Execution, occasion: str) -> bool:
    """Write the alert and its messages in one transaction; False where it was told before."""
    with transaction.atomic():
        _, new = Alert.objects.get_or_create(rule=rule, execution=execution, occasion=occasion)
        if new:
            _tell(rule, execution, occasion)
    return new


def subject_of(rule: AlertRule, execution: Execution) -> str:
    workflow = execution.state_machine.name if execution.state_machine else execution.state_machine_arn.split(":")[-1]
    match rule.kind:
        case Kind.FAILED:
            what = "failed" + (f" with {execution.error}" if execution.error else "")
        case Kind.TIMED_OUT:
            what = "timed out"
        case Kind.RUNNING:
            what = f"runs for more than {in_words(rule.seconds)}"
        case _:
            what = f"waits for a person for more than {in_words(rule.seconds)}"
    return f"{workflow} {what} in {execution.environment}"


def in_words(seconds: int | None) -> str:
    """``90`` is ``90 seconds``, ``5400`` is ``90 minutes``, ``7200`` is ``2 hours``."""
    seconds = seconds or 0
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}{'s' if seconds > size else ''}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def people_of(rule: AlertRule) -> list[User]:
    """Those named and those in the groups, while they may see executions."""
    found = User.objects.filter(Q(pk__in=rule.people.all()) | Q(groups__in=rule.groups.all()), is_active=True)
    return [user for user in found.distinct() if allowed(user, "executions.view_execution")]


def _tell(rule: AlertRule, execution: Execution, occasion: str) -> None:
    message: dict[str, Any] = {
        "subject": subject_of(rule, execution),
        "text": f"Execution {execution.name}, started {execution.started_at:%Y-%m-%d %H:%M} UTC.",
        "path": reverse("execution", args=[execution.pk]),
        "programs": rule.programs,
        "data": {
            "execution": execution.arn,
            "name": execution.name,
            "status": execution.status,
            "error": execution.error,
            "rule": rule.kind,
        },
    }
    told = f"execution-{execution.pk}-{rule.kind}-{occasion}"  # two rules that say the same tell a person once
    tell(TOPIC[Kind(rule.kind)], told, people=people_of(rule), **message)
    if rule.programs:  # receivers of the groups alone
        for group in rule.groups.values_list("name", flat=True):
            tell(TOPIC[Kind(rule.kind)], told, group=group, **message)


def _scope(rule: AlertRule) -> QuerySet[Execution]:
    rows = Execution.objects.select_related("environment", "state_machine")
    if rule.state_machine_id is not None:
        rows = rows.filter(state_machine=rule.state_machine_id)
    return rows if rule.environment_id is None else rows.filter(environment=rule.environment_id)


def _untold(rule: AlertRule, rows: QuerySet[Execution], *, since: str = "") -> QuerySet[Execution]:
    told = Alert.objects.filter(rule=rule, execution=OuterRef("pk"))
    if since:  # a redriven execution ends again
        told = told.filter(raised_at__gte=OuterRef(since))
    return rows.filter(~Exists(told))


def _ended(rule: AlertRule, now: datetime) -> Iterable[Execution]:
    since = max(rule.created_at, now - LOST_WITHIN)
    rows = _scope(rule).filter(status=STATUS[Kind(rule.kind)], stopped_at__gte=since)
    return _untold(rule, rows, since="stopped_at")[:MOST]


def _running(rule: AlertRule, now: datetime) -> Iterable[Execution]:
    began = now - timedelta(seconds=rule.seconds or 0)
    return _untold(rule, _scope(rule).filter(status=Execution.Status.RUNNING, started_at__lte=began))[:MOST]


def _speak_of_waiting(rule: AlertRule, now: datetime) -> int:
    """Each wait is an occasion of its own: a workflow may ask several times."""
    before = now - timedelta(seconds=rule.seconds or 0)
    answers: list[tuple[Any, Any]] = waits_wanted.send(sender=Execution, before=before)
    waits: list[tuple[int, int]] = [wait for _, answer in answers for wait in answer]
    told = set(rule.alerts.filter(execution__in={pk for pk, _ in waits}).values_list("execution_id", "occasion"))
    occasions = [(pk, f"wait-{task}-{rule.seconds}") for pk, task in waits]
    untold = [one for one in occasions if one not in told][:MOST]
    rows = _scope(rule).filter(status=Execution.Status.RUNNING).in_bulk([pk for pk, _ in untold])
    return sum(speak(rule, rows[pk], occasion) for pk, occasion in untold if pk in rows)
