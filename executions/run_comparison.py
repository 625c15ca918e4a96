"""Two runs of one workflow beside each other: the path, how long each state took, where their data differ, in all and
state by state, and what differs between the definitions that they ran.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from asl.diff import changed_fields
from designer.comparison import Side, comparison, field_row
from executions.models import HistoryEvent
from executions.run_story import definition_text
from executions.state_visits import visits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from designer.comparison import Comparison, FieldRow
    from executions.models import Execution
    from executions.state_visits import StateVisit

MOST_STATES = 2000  # of each run; longer paths are compared that far
MOST_CHANGES = 100
MOST_ROWS_WITH_DATA = 200  # whose data are compared
MOST_DATA = 20_000_000  # characters of the states' data that are read
_LARGEST = 262_144
_AT_ONCE = 20  # rows whose data are read together
_MEMBERS = (("input", "event_id", "stateEnteredEventDetails"), ("output", "left_id", "stateExitedEventDetails"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A visit in both runs, or in one."""

    name: str
    first: StateVisit | None
    second: StateVisit | None
    data: dict[str, list[FieldRow]] = field(default_factory=dict)  # by "input" and "output" where they differ

    @property
    def longer(self) -> float | None:
        """Seconds that the second took more."""
        if self.first is None or self.second is None or self.first.seconds is None or self.second.seconds is None:
            return None
        return self.second.seconds - self.first.seconds

    @property
    def differs(self) -> bool:
        return self.first is None or self.second is None or self.first.failed != self.second.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    rows: list[Row]
    data: dict[str, list[FieldRow]]  # by "Input" and "Output"; absent where they are equal
    definition: Comparison
    cut: bool  # a path was longer than `MOST_STATES`
    data_cut: bool  # there was more data than is compared

    @property
    def states_with_data(self) -> list[Row]:
        return [row for row in self.rows if row.data]


def compare(first: Execution, second: Execution) -> RunComparison:
    before, after = visits_of(first), visits_of(second)
    data = {"Input": _changes(first.input, second.input), "Output": _changes(first.output, second.output)}
    rows = _aligned(before[:MOST_STATES], after[:MOST_STATES])
    sides = (Side("", one.name, definition_text(one)) for one in (first, second))
    return RunComparison(
        rows=rows,
        data={title: changes for title, changes in data.items() if changes},
        definition=comparison(*sides),
        cut=max(len(before), len(after)) > MOST_STATES,
        data_cut=_compare_data(first, second, rows),
    )


def _compare_data(first: Execution, second: Execution, rows: list[Row]) -> bool:
    """Note in each row what differs of the states' data; whether there was more than is compared."""
    both = [row for row in rows if row.first is not None and row.second is not None]
    left = MOST_DATA
    for start in range(0, len(both[:MOST_ROWS_WITH_DATA]), _AT_ONCE):
        some = both[start : start + _AT_ONCE]
        texts = [_texts(first, [row.first for row in some]), _texts(second, [row.second for row in some])]
        for row in some:
            for member, key, _ in _MEMBERS:
                before, after = texts[0].get(getattr(row.first, key)), texts[1].get(getattr(row.second, key))
                left -= len(before or "") + len(after or "")
                if before is None or after is None or before == after:
                    continue
                if changes := _changes(before, after):
                    row.data[member] = changes
        if left < 0:
            return True
    return len(both) > MOST_ROWS_WITH_DATA


def _texts(execution: Execution, visits: Sequence[StateVisit | None]) -> dict[int | None, str]:
    """By event: the input that a visit was entered with, the output that it was left with."""
    found: dict[int | None, str] = {}
    for member, key, details in _MEMBERS:
        keys = [number for visit in visits if (number := getattr(visit, key)) is not None]
        rows = HistoryEvent.objects.filter(execution=execution, event_id__in=keys).order_by()
        for row in rows.only("event_id", "details"):
            text = row.details.get(details, {}).get(member)
            if isinstance(text, str):
                found[row.event_id] = text
    return found


def _aligned(before: Sequence[StateVisit], after: Sequence[StateVisit]) -> list[Row]:
    """Equal stretches of the paths stand side by side. The branches of a Parallel run in no order: what stands in both
    but elsewhere is matched by its name and how often it was entered before.
    """
    waiting: dict[str, list[StateVisit]] = defaultdict(list)
    rows: list[tuple[StateVisit | None, StateVisit | None]] = []
    names = [visit.name for visit in before], [visit.name for visit in after]
    for kind, a, b, c, d in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += zip(before[a:b], after[c:d], strict=True)
            continue
        rows += [(visit, None) for visit in before[a:b]]
        rows += [(None, visit) for visit in after[c:d]]
    for _, visit in [row for row in rows if row[0] is None]:
        assert visit is not None
        waiting[visit.name].append(visit)
    matched: set[int] = set()
    found = []
    for one, other in rows:
        if one is not None and other is None and waiting[one.name]:
            other = waiting[one.name].pop(0)  # noqa: PLW2901
            matched.add(id(other))
        if one is not None or id(other) not in matched:
            found.append((one, other))
    found = [(one, other) for one, other in found if one is not None or id(other) not in matched]
    both = [(visit, one, other) for one, other in found if (visit := one or other) is not None]
    return [Row(name=visit.name, first=one, second=other) for visit, one, other in both]


def _changes(before: str, after: str) -> list[FieldRow]:
    return [field_row(change) for change in changed_fields(_value(before), _value(after))[:MOST_CHANGES]]


def _value(text: str) -> Any:
    if len(text) > _LARGEST:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
