"""The data's way through a state in one run: each step from its input to its output.

What the history holds is shown as it is; what lies between is computed from that by the interpreter's own modules
(`asl.preview`), with the variables and the Context Object as they were. Nothing is performed. What isn't recorded, what
was cut short and what can't be had a second time (the clock, chance, a task token) is said, never guessed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from asl import json_text
from asl.errors import StatesError, matches
from asl.preview import UNKNOWN
from asl.recorded_states import all_visits
from designer import preview
from designer.services import Refused
from executions.models import Execution, HistoryEvent
from executions.recorded_context import context_of, place_of, whole
from executions.redaction import REDACTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from asl.recorded_states import Visit
    from asl.walk import Place

RECORDED, COMPUTED = "recorded", "computed"
_AFTER: Final = ("ResultSelector", "Assign", "ResultPath", "OutputPath", "Output")  # fields that read the result
_ASIDE: Final = ("Assign", "Credentials", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency", "Tolerated")
_WORKS: Final = {"Task": "Task result", "Map": "Results of the items", "Parallel": "Results of the branches"}
CUT = "It was cut short: the history holds only its beginning."
NOT_LOGGED = "The log leaves data out: the state machine's logging has includeExecutionData off."
NOT_HELD = "The history doesn't hold it."
WITHOUT = "It can't be computed: it needs a value that wasn't recorded, or that failed before."
TOKENS = "Task tokens were taken out before anything was stored: what is computed from one isn't what was sent."
OTHERWISE = "Computed again, the output is another one: what is read from the clock or by chance can't be had twice."


class NoVisit(Exception):  # noqa: N818 - it says what happened
    """The event that was named enters no state of the execution's definition."""


@dataclass(slots=True, kw_only=True)
class Stop:
    """One step. ``value`` is ``{text, size, cut}`` as `designer.preview` has it, or why there is none."""

    title: str
    kind: str  # "variables", "input", "field", "request", "result", "error", "output"
    source: str = RECORDED
    written: str | None = None  # of a field: its JSON text in the definition
    aside: bool = False  # it doesn't lie on the way to the output
    value: dict[str, Any] | None = None
    error: str | None = None
    cause: str | None = None
    missing: str = ""


def data_flow(execution: Execution, event_id: int, *, until: int | None = None) -> dict[str, Any]:
    """``{"name", "stops": [Stop], "notes": [words], "next": state or None}`` of the visit that the event entered.

    ``until``: as if the history ended with that event. Raises `NoVisit`, and `preview.Busy` where too many ask at once.
    """
    entered = HistoryEvent.objects.filter(execution=execution, event_id=event_id).only("timestamp").first()
    visits = {visit.event_id: visit for visit in all_visits(_history(execution, until))}
    visit = visits.get(event_id)
    place = None if visit is None else place_of(execution, visit)
    if visit is None or place is None or entered is None:
        raise NoVisit
    return _Flow(execution, visit, place, entered.timestamp).told()


def _history(execution: Execution, until: int | None) -> Iterator[dict[str, Any]]:
    rows = HistoryEvent.objects.filter(execution=execution).order_by("event_id")
    if until is not None:
        rows = rows.filter(event_id__lte=until)
    for row in rows.iterator(1000):
        yield {"id": row.event_id, "previousEventId": row.previous_event_id, "type": row.type, **row.details}


class _Flow:
    def __init__(self, execution: Execution, visit: Visit, place: Place, entered_at: datetime) -> None:
        self.execution, self.visit, self.place = execution, visit, place
        self.state: dict[str, Any] = place.state
        self.entered_at = entered_at
        self.shown = preview.Shown()
        self.catcher = self._catcher()
        self.notes: list[str] = []

    def told(self) -> dict[str, Any]:
        found = self._computed()
        before, after = self._fields(found["steps"])
        stops = [*self._variables(), self._recorded("State input", "input", self.visit.input), *before]
        stops += self._request(before)
        stops += self._work()
        stops += after
        stops += self._end(found["output"])
        texts = (self.visit.input, self.visit.request, self.visit.result, self.visit.output)
        if any(text is not None and REDACTED in text for text in texts):
            self.notes.append(TOKENS)
        return {
            "name": self.visit.name,
            "stops": [asdict(stop) for stop in stops],
            "notes": self.notes,
            "next": found["next"],
        }

    # -- what is computed ---------------------------------------------------------------------------

    def _computed(self) -> dict[str, Any]:
        """`designer.preview`'s answer for what was recorded; no steps where the input isn't known."""
        if whole(self.visit.input) is UNKNOWN:
            return {"steps": [], "output": None, "next": None}
        given = {
            "input": self.visit.input,
            "result": self.visit.result,
            "context": json_text.dumps(context_of(self.execution, self.visit, self.entered_at, self.state)),
        }
        sample = {name: text for name, text in given.items() if text is not None and whole(text) is not UNKNOWN}
        sample["variables"] = json_text.dumps(dict(self.visit.variables))
        if self.visit.error is not None:
            sample["error"] = json_text.dumps(self.visit.error)
        asked = preview.Asked(
            name=self.visit.name,
            state=json_text.dumps(self.state),
            language=self.place.query_language,
            sample=sample,
            now=self.entered_at.timestamp(),
        )
        try:
            return preview.run(asked)
        except Refused as error:  # an input larger than a state's data may be
            self.notes.append(str(error))
            return {"steps": [], "output": None, "next": None}

    def _fields(self, steps: list[dict[str, Any]]) -> tuple[list[Stop], list[Stop]]:
        """The stops before the state's own work, and those after it. Of a Choice: each rule, and what was taken."""
        before: list[Stop] = []
        after: list[Stop] = []
        for step in steps:
            first, *rest = step["path"].strip("/").split("/")
            if not self._concerns(first, rest):
                continue
            name = rest[-1] if first in ("Catch", "Choices") and len(rest) > 1 else first
            stop = self._field(step, first, rest)
            (after if name in _AFTER and first != "Choices" else before).append(stop)
        return before, after

    def _concerns(self, first: str, rest: list[str]) -> bool:
        """A Catcher's fields where it took the error; those that read a result where the state's work didn't fail."""
        if first == "Catch":
            return rest[0] == str(self.catcher)
        if first == "Choices":  # parts of a rule say less than the rule
            return len(rest) == 1 or rest[1] in ("Condition", "Assign", "Output")
        has_failed = self.state.get("Type") in _WORKS and self.visit.error is not None and self.visit.result is None
        return first not in _AFTER or not has_failed

    def _field(self, step: dict[str, Any], first: str, rest: list[str]) -> Stop:
        numbered = [str(int(part) + 1) if part.isdigit() else part for part in rest]
        title = " ".join([{"Catch": "Catcher", "Choices": "Rule"}.get(first, first), *numbered])
        missing = WITHOUT if step["value"] is None and step["cause"] is None else ""
        if step["value"] is None and first in _AFTER and self.visit.result is None and self.visit.left_id is None:
            missing = "It comes when the state's work has ended."
        return Stop(
            title=title,
            kind="field",
            source=COMPUTED,
            written=_written(self.state, step["path"]),
            aside=any(part.startswith(_ASIDE) for part in (first, *rest)),
            value=step["value"],
            error=step["error"],
            cause=step["cause"],
            missing=missing,
        )

    def _catcher(self) -> int | None:
        """The place of the Catcher that took the error; None where none did."""
        error = self.visit.error
        if error is None or self.visit.left_id is None or self.visit.result is not None:
            return None
        failure = StatesError(error["Error"], error["Cause"])
        for index, catcher in enumerate(self.state.get("Catch") or []):
            if isinstance(catcher, dict) and matches(catcher.get("ErrorEquals") or [], failure):
                return index
        return None

    # -- what was recorded --------------------------------------------------------------------------

    def _variables(self) -> list[Stop]:
        variables = dict(self.visit.variables)
        if not variables:
            return []
        value = self.shown.value(variables)
        return [Stop(title="Variables in scope", kind="variables", aside=True, value=value)]

    def _recorded(self, title: str, kind: str, text: str | None, missing: str = "") -> Stop:
        if text is None:
            return Stop(title=title, kind=kind, missing=missing or self._why_not())
        value = whole(text)
        if value is UNKNOWN:
            return Stop(title=title, kind=kind, value=preview.cut(text), missing=CUT)
        return Stop(title=title, kind=kind, value=self.shown.value(value))

    def _why_not(self) -> str:
        express = getattr(self.execution, "express", None)
        return NOT_LOGGED if express is not None and not express.includes_data else NOT_HELD

    def _request(self, before: list[Stop]) -> list[Stop]:
        """What a Task's resource was sent, unless the field before says the same."""
        if self.visit.request is None:
            return []
        sent = self._recorded("What the resource got", "request", self.visit.request)
        shaped = next((stop for stop in before if stop.title in ("Parameters", "Arguments")), None)
        if shaped is None or shaped.value is None or not _same(shaped.value["text"], self.visit.request):
            return [sent]
        shaped.source, shaped.title = RECORDED, f"{shaped.title}: what the resource got"
        return []

    def _work(self) -> list[Stop]:
        """How the state's work ended: its result, or the error of its last attempt."""
        kind = self.state.get("Type", "")
        if kind not in _WORKS:
            return []
        error = self.visit.error
        if error is not None and self.visit.result is None:
            value = self.shown.value({"Error": error["Error"], "Cause": error["Cause"]})
            return [Stop(title="Error", kind="error", value=value)]
        is_open = self.visit.left_id is None
        return [self._recorded(_WORKS[kind], "result", self.visit.result, "Nothing came back yet." if is_open else "")]

    def _end(self, computed: dict[str, Any] | None) -> list[Stop]:
        if self.state.get("Type") == "Fail":
            return []
        if self.visit.left_id is None:
            failed = self.visit.error is not None
            words = "There is none: the state failed." if failed else "It comes when the state ends."
            return [Stop(title="State output", kind="output", missing=words)]
        output = self._recorded("State output", "output", self.visit.output)
        known = computed is not None and not computed["cut"] and self.visit.output is not None and self.catcher is None
        if known and computed is not None and output.missing == "" and not _same(computed["text"], self.visit.output):
            self.notes.append(OTHERWISE)
        return [output]


def _same(text: str, other: str | None) -> bool:
    """The same value, however it is written; a task token that was taken out is whatever it was."""
    one, two = whole(text), whole(other)
    return UNKNOWN in (one, two) or _like(one, two)


def _like(one: Any, two: Any) -> bool:
    if REDACTED in (one, two):
        return True
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_like(one[name], two[name]) for name in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_like, one, two))
    return bool(one == two)


def _written(state: dict[str, Any], pointer: str) -> str | None:
    value: Any = state
    for token in pointer.strip("/").split("/"):
        name = token.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return json_text.dumps(value)
