"""Two runs of one workflow beside each other: the path, how long each state took, where their data differ."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from asl.diff import changed_fields
from executions.state_visits import visits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.diff import FieldChange
    from executions.models import Execution
    from executions.state_visits import StateVisit

MOST_STATES = 2000  # of each run; longer paths are compared that far
MOST_CHANGES = 100
_LARGEST = 262_144


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A visit in both runs, or in one."""

    name: str
    first: StateVisit | None
    second: StateVisit | None

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
    data: dict[str, list[FieldChange]]  # by "Input" and "Output"; absent where they are equal
    cut: bool  # a path was longer than `MOST_STATES`


def compare(first: Execution, second: Execution) -> RunComparison:
    before, after = visits_of(first), visits_of(second)
    data = {"Input": _changes(first.input, second.input), "Output": _changes(first.output, second.output)}
    return RunComparison(
        rows=_aligned(before[:MOST_STATES], after[:MOST_STATES]),
        data={title: changes for title, changes in data.items() if changes},
        cut=max(len(before), len(after)) > MOST_STATES,
    )


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


def _changes(before: str, after: str) -> list[FieldChange]:
    return changed_fields(_value(before), _value(after))[:MOST_CHANGES]


def _value(text: str) -> Any:
    if len(text) > _LARGEST:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
