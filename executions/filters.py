"""What the executions' list, its export and its saved views can be narrowed to: the parameters of its address.

An unknown value finds nothing rather than everything.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from django.db.models import Q, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from designer.models import Revision, StateMachine
from designer.selectors import as_key
from executions import search
from executions.durations import TOOK
from executions.search import Narrowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from executions.models import Execution

PERIODS = {
    "hour": ("The last hour", timedelta(hours=1)),
    "day": ("The last 24 hours", timedelta(days=1)),
    "week": ("The last 7 days", timedelta(days=7)),
    "month": ("The last 30 days", timedelta(days=30)),
}
DURATIONS = {"10": "Over 10 s", "60": "Over 1 minute", "600": "Over 10 minutes", "3600": "Over 1 hour"}
_NOTHING = Q(pk__in=[])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Each as text, empty where it doesn't narrow. ``started`` and ``until`` are a period's name or a time in ISO 8601,
    ``longer`` and ``shorter`` seconds, ``data`` is looked for in input and
    output; ``version`` and ``alias`` are what Step Functions calls what was started, ``revision`` our number of it.
    """

    q: str = ""
    status: str = ""
    workflow: str = ""
    environment: str = ""
    revision: str = ""
    version: str = ""
    alias: str = ""
    started: str = ""
    until: str = ""
    longer: str = ""
    shorter: str = ""
    data: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        return cls(**{field.name: given.get(field.name, "").strip()[:500] for field in fields(cls)})

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    @property
    def address(self) -> str:
        """As a query string, in one order: two equal filters have equal addresses."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def apply(self, rows: QuerySet[Execution], *, patient: bool = True) -> Narrowed:
        """What fits of ``rows``; not ``patient``, text may be looked for in the newest alone."""
        found = Narrowed(rows=rows.filter(self._query()))
        for column, text in ((search.NAMES, self.q), (search.DATA, self.data)):
            if text:
                further = search.narrow(found.rows, column, text, patient=patient)
                found = Narrowed(
                    rows=further.rows,
                    is_counted=found.is_counted and further.is_counted,
                    is_whole=found.is_whole and further.is_whole,
                )
        return found

    def of_workflow(self) -> Q:
        """The workflow, among all workflows."""
        key = as_key(self.workflow)
        return Q(name=self.workflow) if key is None else Q(pk=key)

    def _query(self) -> Q:
        found = Q()
        if self.status:
            found &= Q(status=self.status.upper())
        if self.workflow:
            found &= _named("state_machine", self.workflow)
        if self.environment:
            found &= _named("environment", self.environment)
        if self.revision:
            found &= self._of_revision()
        for name in ("version", "alias"):
            if value := getattr(self, name):
                found &= Q(**{name: value})
        return found & self._times()

    def _of_revision(self) -> Q:
        number = as_key(self.revision)
        if number is None:
            return _NOTHING
        revisions = Revision.objects.filter(number=number)
        if self.workflow:
            revisions = revisions.filter(state_machine__in=StateMachine.objects.filter(self.of_workflow()))
        return Q(revision__in=list(revisions.values_list("pk", flat=True)))

    def _times(self) -> Q:
        found = Q()
        for value, lookup in ((self.started, "started_at__gte"), (self.until, "started_at__lt")):
            if value:
                moment = _moment(value)
                found &= Q(**{lookup: moment}) if moment else _NOTHING
        if self.longer:
            found &= _took(self.longer, "gt")
        if self.shorter:
            found &= _took(self.shorter, "lt")
        return found


def _named(field: str, value: str) -> Q:
    """By key or by name: links of our own pages carry keys, people write names."""
    key = as_key(value)
    return Q(**{f"{field}__name": value}) if key is None else Q(**{f"{field}_id": key})


def _moment(value: str) -> datetime | None:
    if value in PERIODS:
        return timezone.now() - PERIODS[value][1]
    try:
        moment = parse_datetime(value) or parse_datetime(value + "T00:00")
    except ValueError:
        return None
    return moment if moment is None or timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


def _took(value: str, comparison: str) -> Q:
    """What still runs has taken the time since it began."""
    seconds = as_key(value)
    if seconds is None or seconds > timedelta.max.days:
        return _NOTHING
    span = timedelta(seconds=seconds)
    began = "lt" if comparison == "gt" else "gt"
    compare = GreaterThan if comparison == "gt" else LessThan
    return Q(compare(TOOK, Value(span))) | Q(**{"stopped_at": None, f"started_at__{began}": timezone.now() - span})
