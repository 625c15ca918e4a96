"""What each field of a state makes of sample data: every field for itself, whatever is wrong with another one.

Nothing is performed: a Task's result is the sample's. The fields are compiled and read by the interpreter's own
modules, so values, errors and their words are what a run would have. How a state ends is `asl.inspection`'s; what an
author is shown while typing is this.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from asl import jsonata_flow, jsonpath_flow
from asl.compile import compile_items_path
from asl.definition import Output
from asl.fields import JSONATA, STATE_TYPES
from asl.integer_field import compile_integer_path, must_be_positive, must_not_be_negative
from asl.item_batches import compile_batcher, evaluate_batcher, make_batches
from asl.json_types import JSON
from asl.jsonata import expression_text
from asl.map_item import about_items, as_inputs
from asl.preview_choice import choose
from asl.preview_trace import UNKNOWN, Sample, SampleScope, Step, Tracer
from asl.scope import Query
from asl.template import compile_expression, compile_template
from asl.timestamps import format_timestamp
from asl.tolerance import compile_tolerance
from asl.wait import Until, compile_wait
from asl.walk import is_distributed

__all__ = ["UNKNOWN", "Preview", "Sample", "Step", "preview"]

MOST_ITEMS: Final = 100  # of a Map, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    steps: list[Step]  # in the order in which a run reads the fields
    output: JSON  # `UNKNOWN` where it can't be told
    next: str | None  # where a Choice leads


def preview(
    name: str,
    state: Mapping[str, JSON],
    language: str,
    sample: Sample,
    *,
    now: float,
    is_late: Callable[[], bool] = lambda: False,
) -> Preview:
    """``language`` is the whole machine's; ``is_late`` is asked before each field whether to give up.

    The state may be wrong in any way: what can't be read says why.
    """
    if state.get("Type") not in STATE_TYPES:
        return Preview(steps=[], output=UNKNOWN, next=None)
    scope = SampleScope(sample, name, state, now)
    trace = Tracer(state, scope, language=language, is_late=is_late)
    is_jsonata = state.get("QueryLanguage", language) == JSONATA
    reader: _Reader = (_Jsonata if is_jsonata else _JsonPath)(state, sample, trace)
    output = reader.state()
    return Preview(steps=trace.steps, output=output, next=reader.next)


class _Reader(ABC):
    """What the two query languages have in common."""

    def __init__(self, state: Mapping[str, JSON], sample: Sample, trace: Tracer) -> None:
        self.definition = state
        self.kind: str = state["Type"]
        self.sample = sample
        self.trace = trace
        self.next: str | None = None

    @abstractmethod
    def state(self) -> JSON:
        """Read all of it; its output."""

    def query(self, path: str, data: JSON, make: Callable[[JSON], Query], *, template: bool = False) -> JSON:
        """A field that reads one value; where the state hasn't got it, ``data`` goes through unchanged."""
        written = _member(self.definition, path)
        if written is UNKNOWN:
            return data
        return self.trace.read(
            path, written, lambda value: make(value)(data, self.trace.scope), data, template=template
        )

    def wait(self, compile_until: Callable[[Mapping[str, JSON]], Until], data: JSON) -> None:
        forms = [form for form in ("Seconds", "SecondsPath", "Timestamp", "TimestampPath") if form in self.definition]
        for form in forms[:1]:

            def until(written: JSON, form: str = form) -> JSON:
                now = self.trace.scope.now()
                due = compile_until({form: written})(data, self.trace.scope, now)
                seconds = round(max(due - now, 0), 3)
                return {"Seconds": int(seconds) if seconds == int(seconds) else seconds, "Until": format_timestamp(due)}

            self.trace.read(f"/{form}", self.definition[form], until, data)

    def limits(self, data: JSON, *, is_jsonata: bool) -> None:
        """A Map's tolerance."""
        for field in ("ToleratedFailureCount", "ToleratedFailurePercentage"):
            name = field if is_jsonata else f"{field}Path"

            def tolerated(written: JSON, name: str = name) -> JSON:
                found = compile_tolerance({name: written}, is_jsonata=is_jsonata)
                query = found.percentage if found.count is None else found.count
                assert query is not None
                return query(data, self.trace.scope)

            if isinstance(self.definition.get(name), str):
                self.trace.read(f"/{name}", self.definition[name], tolerated, data)

    def inputs(self, data: JSON, items: JSON, make: Callable[[JSON], Query], *, is_jsonata: bool) -> None:
        """What a Map's iterations or child executions begin with."""
        field = "Parameters" if "Parameters" in self.definition and not is_jsonata else "ItemSelector"
        shown: JSON = UNKNOWN
        if isinstance(items, list | dict):
            shown = items[:MOST_ITEMS] if isinstance(items, list) else dict(list(items.items())[:MOST_ITEMS])
        selector = self.definition.get(field, UNKNOWN)
        if selector is not UNKNOWN:
            select = self._selecting(data, shown, make)
            shown = self.trace.read(f"/{field}", selector, select, data, shown, template=True)
        elif isinstance(shown, dict):
            shown = as_inputs(shown)
        if "ItemBatcher" in self.definition:

            def batches(written: JSON) -> JSON:
                batcher = compile_batcher({"ItemBatcher": written}, is_jsonata=is_jsonata)
                return list(make_batches(evaluate_batcher(batcher, data, self.trace.scope), shown))

            self.trace.read("/ItemBatcher", self.definition["ItemBatcher"], batches, data, shown)

    def _selecting(self, data: JSON, items: JSON, make: Callable[[JSON], Query]) -> Callable[[JSON], JSON]:
        scope = self.trace.scope

        def select(written: JSON) -> JSON:
            query, selected = make(written), []
            for item in about_items(items):
                scope.item = item
                try:
                    selected.append(query(data, scope))
                finally:
                    scope.item = None
            return selected

        return select


class _JsonPath(_Reader):
    def state(self) -> JSON:
        raw = self.sample.input
        if self.kind == "Fail":
            return self._fail(raw)
        effective = self._selection("InputPath", raw)
        if self.kind == "Choice":
            chosen = choose(self.definition, raw, effective, self.trace, is_jsonata=False)
            self.next = chosen.next
            return UNKNOWN if chosen.is_unclear else self._selection("OutputPath", effective)
        if self.kind == "Wait":
            self.wait(compile_wait, effective)
        return self._outcome(raw, self._result(effective))

    def _fail(self, raw: JSON) -> JSON:
        for name in ("Error", "ErrorPath", "Cause", "CausePath"):
            if name.endswith("Path"):
                self.query(f"/{name}", raw, partial(compile_expression, field=name))
            elif name in self.definition:
                self.query(f"/{name}", raw, _constant)
        return UNKNOWN

    def _selection(self, field: str, data: JSON) -> JSON:
        def make(written: JSON) -> Query:
            query = jsonpath_flow.compile_selection({field: written}, field)
            return (lambda found, _scope: found) if query is None else query

        return self.query(f"/{field}", data, make)

    def _template(self, path: str, data: JSON) -> JSON:
        return self.query(path, data, compile_template, template=True)

    def _result(self, effective: JSON) -> JSON:
        """What the state's work gives."""
        work = self._template("/Parameters", effective) if self.kind in jsonpath_flow.WITH_PARAMETERS else effective
        if self.kind == "Task":
            for field in ("TimeoutSecondsPath", "HeartbeatSecondsPath"):
                self._integer(field, effective, must_be_positive(field.removesuffix("Path")))
            if "Credentials" in self.definition:
                self._template("/Credentials", effective)
        if self.kind == "Map":
            self._map(effective)
        if self.kind in ("Task", "Parallel", "Map"):
            return self.sample.result
        return self.query("/Result", work, _constant)

    def _integer(self, field: str, data: JSON, check: Callable[[int], str | None]) -> None:
        if field in self.definition:
            self.query(f"/{field}", data, lambda path: compile_integer_path(path, field, check))

    def _map(self, effective: JSON) -> None:
        items = self.sample.items
        if "ItemReader" in self.definition:
            self._template("/ItemReader/Parameters", effective)
        else:
            path = self.definition.get("ItemsPath", "$")
            scope, members = self.trace.scope, is_distributed(self.definition)
            items = self.trace.read(
                "/ItemsPath", path, lambda text: compile_items_path(text, members=members)(effective, scope), effective
            )
        self.inputs(effective, items, compile_template, is_jsonata=False)
        self._integer("MaxConcurrencyPath", effective, must_not_be_negative("MaxConcurrency"))
        self.limits(effective, is_jsonata=False)
        if "ResultWriter" in self.definition:
            self._template("/ResultWriter/Parameters", effective)

    def _outcome(self, raw: JSON, result: JSON) -> JSON:
        """Result to output, and what a Catcher would make of an error."""
        if self.kind in jsonpath_flow.WITH_SELECTOR:
            result = self._template("/ResultSelector", result)
        if self.kind not in jsonpath_flow.WITHOUT_ASSIGN and self.definition.get("Assign"):
            self._template("/Assign", result)
        output = self._selection("OutputPath", self._placed("", self.definition, raw, result))
        for index, catcher in enumerate(_listed(self.definition, "Catch")):
            path = f"/Catch/{index}"
            if catcher.get("Assign"):
                self.trace.output(f"{path}/Assign", catcher["Assign"], _assignment, raw, self.sample.error)
            self._placed(path, catcher, raw, self.sample.error)
        return output

    def _placed(self, path: str, holder: Mapping[str, JSON], raw: JSON, result: JSON) -> JSON:
        is_catcher = path != ""
        if "ResultPath" not in holder or not (is_catcher or self.kind in jsonpath_flow.WITH_RESULT_PATH):
            return result
        written = holder["ResultPath"]
        if written is None:
            return self.trace.read(f"{path}/ResultPath", None, lambda _written: raw)
        return self.trace.output(
            f"{path}/ResultPath",
            written,
            lambda text: jsonpath_flow.compile_result_path({"ResultPath": text}),
            raw,
            result,
        )


class _Jsonata(_Reader):
    def state(self) -> JSON:
        raw = self.sample.input
        if self.kind == "Fail":
            for field in ("Error", "Cause"):
                self._value(f"/{field}", raw, jsonata_flow.compile_text)
            return UNKNOWN
        if self.kind == "Choice":
            chosen = choose(self.definition, raw, raw, self.trace, is_jsonata=True)
            self.next = chosen.next
            return chosen.output
        if self.kind == "Wait":
            self.wait(jsonata_flow.compile_wait, raw)
        if self.kind in jsonata_flow.WITH_ARGUMENTS:
            self._value("/Arguments", raw, jsonata_flow.compile_query, template=True)
        if self.kind == "Task":
            self._task(raw)
        if self.kind == "Map":
            self._map(raw)
        return self._outcome(raw)

    def _value(self, path: str, data: JSON, make: Callable[[JSON, str], Query], *, template: bool = False) -> JSON:
        return self.query(path, data, lambda value: make(value, path.strip("/")), template=template)

    def _task(self, raw: JSON) -> None:
        for field in ("TimeoutSeconds", "HeartbeatSeconds"):
            self._integer(field, raw, must_be_positive(field))
        if "Credentials" in self.definition:
            self._value("/Credentials", raw, jsonata_flow.compile_query, template=True)

    def _integer(self, field: str, raw: JSON, check: Callable[[int], str | None]) -> None:
        if isinstance(self.definition.get(field), str):
            self._value(f"/{field}", raw, lambda value, name: jsonata_flow.compile_integer(value, name, check))

    def _map(self, raw: JSON) -> None:
        items, scope = self.sample.items, self.trace.scope
        if "ItemReader" in self.definition:
            self._value("/ItemReader/Arguments", raw, jsonata_flow.compile_query, template=True)
        else:
            written = {"Items": self.definition["Items"]} if "Items" in self.definition else {}
            members = is_distributed(self.definition)

            def read(value: JSON) -> JSON:
                return jsonata_flow.compile_items(value, members=members)(raw, scope)

            items = self.trace.read("/Items", written, read, raw)
        self.inputs(raw, items, lambda value: jsonata_flow.compile_query(value, "ItemSelector"), is_jsonata=True)
        self._integer("MaxConcurrency", raw, must_not_be_negative("MaxConcurrency"))
        self.limits(raw, is_jsonata=True)
        if "ResultWriter" in self.definition:
            self._value("/ResultWriter/Arguments", raw, jsonata_flow.compile_query, template=True)

    def _outcome(self, raw: JSON) -> JSON:
        result = self.sample.result if self.kind in jsonata_flow.WITH_RESULT else raw
        if self.kind not in jsonata_flow.WITHOUT_ASSIGN and self.definition.get("Assign"):
            self._made("", "Assign", self.definition, raw, result)
        output = self._made("", "Output", self.definition, raw, result) if "Output" in self.definition else result
        for index, catcher in enumerate(_listed(self.definition, "Catch")):
            for field in ("Assign", "Output"):
                if catcher.get(field):
                    self._made(f"/Catch/{index}", field, catcher, raw, self.sample.error)
        return output

    def _made(self, path: str, field: str, holder: Mapping[str, JSON], raw: JSON, result: JSON) -> JSON:
        """Output or Assign; what doesn't look at the result can be read without one."""
        is_catcher = path != ""
        written = holder[field]
        has_result = is_catcher or (self.kind in jsonata_flow.WITH_RESULT and _names_result(written))
        place = f"Catch[{path.rpartition('/')[2]}]/" if is_catcher else ""
        name = "errorOutput" if is_catcher else "result"

        def make(value: JSON) -> Output:
            made = jsonata_flow.compile_output({field: value}, field, has_result=has_result, place=place, result=name)
            return made if made is not None else lambda _raw, _result, _scope: value

        return self.trace.output(f"{path}/{field}", written, make, raw, result if has_result else raw)


def _assignment(value: JSON) -> Output | None:
    return jsonpath_flow.compile_assign({"Assign": value})


def _constant(value: JSON) -> Query:
    return lambda _data, _scope: value


def _names_result(written: JSON) -> bool:
    if isinstance(written, dict):
        return any(map(_names_result, written.values()))
    if isinstance(written, list):
        return any(map(_names_result, written))
    text = expression_text(written)
    return text is not None and "result" in text


def _member(definition: Mapping[str, JSON], path: str) -> JSON:
    """The value at a pointer of one or two plain names; `UNKNOWN` where there is none."""
    found: JSON = definition
    for key in path.strip("/").split("/"):
        if not isinstance(found, Mapping) or key not in found:
            return UNKNOWN
        found = found[key]
    return found


def _listed(definition: Mapping[str, JSON], field: str) -> list[Mapping[str, JSON]]:
    found = definition.get(field)
    return [one if isinstance(one, dict) else {} for one in found] if isinstance(found, list) else []
