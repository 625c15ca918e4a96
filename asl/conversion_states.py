"""A state in JSONPath as the same state in JSONata: which fields take the place of which.

    InputPath, Parameters                  -> Arguments
    ResultSelector, ResultPath, OutputPath -> Output
    ...Path                                -> the field without Path
    Variable and its operators             -> Condition

``$`` means the effective input in some fields and the result in others; in JSONata both have their names.
"""

from collections.abc import Mapping
from typing import Any, Final

from asl.check_states import check_state
from asl.conversion_choice import condition
from asl.conversion_paths import Reader, output_of, put
from asl.conversion_values import ERROR, INPUT, RESULT, Node, RefusedError, field_of
from asl.fields import ALL_STATE_FIELDS, JSONATA, JSONPATH_ONLY, STATE_FIELDS
from asl.findings import Findings, at
from asl.json_types import JSON
from asl.jsonpath_flow import WITH_PARAMETERS, WITH_RESULT_PATH, WITH_SELECTOR, WITHOUT_ASSIGN

State = Mapping[str, Any]

NUMBERS: Final = (
    *("TimeoutSeconds", "HeartbeatSeconds", "Seconds", "Timestamp", "MaxConcurrency"),
    *("ToleratedFailureCount", "ToleratedFailurePercentage"),
)
LITERALS: Final = ("Error", "Cause")
RULE_FIELDS: Final = ("Next", "Comment")
# Where a field that JSONPath hasn't is written: in place of the first of these that the state has.
PLACES: Final = {
    "Arguments": ("Parameters", "InputPath"),
    "ItemSelector": ("Parameters",),
    "Items": ("ItemsPath",),
    "Output": ("ResultSelector", "ResultPath", "OutputPath", "Result", "Parameters", "InputPath"),
}


class StateConverter:
    """Converts one state. ``notes`` are (field, message) for somebody to look at."""

    def __init__(self, state: State, path: str) -> None:
        self.state = state
        self.path = path
        self.notes: list[tuple[str, str]] = []
        self.field = ""  # the one that is being converted
        self.kind = state["Type"]
        self.fields: dict[str, JSON] = {}  # those that the state has in JSONata, and not as they were

    def review(self, message: str) -> None:
        if (self.field, message) not in self.notes:
            self.notes.append((self.field, message))

    def reader(self, root: Node) -> Reader:
        return Reader(root, self.review)

    def convert(self) -> dict[str, JSON]:
        """The state in JSONata, without QueryLanguage. Raises `RefusedError` while ``field`` says which field it is."""
        self._refuse_placeholders()
        self.field = "InputPath"
        effective = self._effective_input()
        reader = self.reader(effective)
        self._numbers(reader)
        self._literals()
        selected = self._work(reader, effective)
        if self.kind not in WITHOUT_ASSIGN and "Assign" in self.state:
            self.field = "Assign"
            self.fields["Assign"] = field_of(self.reader(selected).template(self.state["Assign"]))
        if self.kind != "Fail":
            self._output(selected)
        self._catchers()
        return self._finished()

    def _refuse_placeholders(self) -> None:
        for self.field in ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Choices", "Catch"):
            if isinstance(self.state.get(self.field), str):
                raise RefusedError("what stands here is only known when it is deployed")

    def _effective_input(self) -> Node:
        path = self.state.get("InputPath", "$")
        return {} if path is None else self.reader(INPUT).path(path)

    def _numbers(self, reader: Reader) -> None:
        for name in NUMBERS:
            self.field = f"{name}Path"
            if self.field in self.state:
                self.fields[name] = reader.field(self.state[self.field])

    def _literals(self) -> None:
        """Error and Cause, of which a Path twin may be an intrinsic call and is read from the raw input."""
        for name in LITERALS:
            self.field = f"{name}Path"
            if self.field in self.state:
                self.fields[name] = field_of(self.reader(INPUT).expression(self.state[self.field]))
            elif name in self.state:
                self.fields[name] = field_of(self.state[name])

    def _work(self, reader: Reader, effective: Node) -> Node:
        """What the state does with its input; gives its selected result."""
        if self.kind in ("Task", "Parallel"):
            return self._arguments(reader, effective)
        if self.kind == "Map":
            return self._map(reader)
        if self.kind == "Pass":
            return self._pass(reader, effective)
        if self.kind == "Choice":
            self._rules(reader, effective)
        return effective

    def _arguments(self, reader: Reader, effective: Node) -> Node:
        self.field = "Parameters"
        if "Parameters" in self.state:
            self.fields["Arguments"] = field_of(reader.template(self.state["Parameters"]))
        elif effective != INPUT:
            self.fields["Arguments"] = field_of(effective)
        self.field = "Credentials"
        if "Credentials" in self.state:
            self.fields["Credentials"] = field_of(reader.template(self.state["Credentials"]))
        return self._selected()

    def _selected(self) -> Node:
        self.field = "ResultSelector"
        if self.kind in WITH_SELECTOR and "ResultSelector" in self.state:
            return self.reader(RESULT).template(self.state["ResultSelector"])
        return RESULT

    def _pass(self, reader: Reader, effective: Node) -> Node:
        if "Result" in self.state:
            return self.state["Result"]
        self.field = "Parameters"
        return reader.template(self.state["Parameters"]) if "Parameters" in self.state else effective

    def _map(self, reader: Reader) -> Node:
        self.field = "ItemsPath"
        items = reader.path(self.state.get("ItemsPath", "$"))
        if items != INPUT and not ("ItemReader" in self.state and "ItemsPath" not in self.state):
            self.fields["Items"] = field_of(items)
        for self.field in ("Parameters", "ItemSelector"):
            if self.field in self.state:
                self.fields["ItemSelector"] = field_of(reader.template(self.state[self.field]))
        for self.field in ("ItemReader", "ResultWriter"):
            if self.field in self.state:
                self.fields[self.field] = _data_call(self.state[self.field], reader)
        self.field = "ItemBatcher"
        if self.field in self.state:
            self.fields[self.field] = _batcher(self.state[self.field], reader)
        return self._selected()

    def _rules(self, reader: Reader, effective: Node) -> None:
        """A rule is left by its own Output; the state's belongs to its Default."""
        self.field = "OutputPath"
        out = output_of(INPUT, effective, self.state, has_result_path=False, review=self.review)
        rules = []
        for index, rule in enumerate(self.state["Choices"]):
            self.field = f"Choices/{index}"
            converted: dict[str, JSON] = {"Condition": f"{{% {condition(rule, reader)} %}}"}
            if "Assign" in rule:
                converted["Assign"] = field_of(reader.template(rule["Assign"]))
            if out != INPUT:
                converted["Output"] = field_of(out)
            rules.append({**converted, **{name: rule[name] for name in RULE_FIELDS if name in rule}})
        self.fields["Choices"] = rules

    def _output(self, selected: Node) -> None:
        self.field = "ResultPath" if "ResultPath" in self.state else "OutputPath"
        has_result_path = self.kind in WITH_RESULT_PATH
        out = output_of(INPUT, selected, self.state, has_result_path=has_result_path, review=self.review)
        if out != (RESULT if self.kind in WITH_SELECTOR else INPUT):
            self.fields["Output"] = field_of(out)

    def _catchers(self) -> None:
        if self.kind not in WITH_SELECTOR or "Catch" not in self.state:
            return
        converted = []
        for index, catcher in enumerate(self.state["Catch"]):
            self.field = f"Catch/{index}"
            fields = {name: value for name, value in catcher.items() if name != "ResultPath"}
            if "Assign" in catcher:
                fields["Assign"] = field_of(self.reader(ERROR).template(catcher["Assign"]))
            out = put(INPUT, catcher.get("ResultPath", "$"), ERROR, self.review)
            if out != ERROR:
                fields["Output"] = field_of(out)
            converted.append(fields)
        self.fields["Catch"] = converted

    def _finished(self) -> dict[str, JSON]:
        self.field = ""
        gone = JSONPATH_ONLY | {"QueryLanguage", *(("Result",) if self.kind == "Pass" else ())}
        for name in self.state:
            if name in JSONPATH_ONLY and name in ALL_STATE_FIELDS and not self._has_effect(name):
                self.notes.append((name, f"{name} had no effect here and is left out"))
        state = self._in_order(gone)
        findings = Findings(express=False, placeholders=True)
        check_state(findings, {**state, "QueryLanguage": JSONATA}, self.path, JSONATA)
        errors = [found.message for found in findings.found if found.severity == "ERROR"]
        if errors:
            raise RefusedError(f"the state would not be right in JSONata: {errors[0]}")
        return state

    def _in_order(self, gone: frozenset[str]) -> dict[str, JSON]:
        """What the state keeps and what it has instead, each where it was; what is new comes before Next and End."""
        fresh = {name: value for name, value in self.fields.items() if name not in self.state}
        place = {name: self._place(name) for name in fresh}
        state: dict[str, JSON] = {}
        for field, value in self.state.items():
            state |= {name: fresh[name] for name in fresh if place[name] == field}
            if field not in gone:
                state[field] = self.fields.get(field, value)
        state |= {name: value for name, value in fresh.items() if place[name] is None}
        return {**state, **{last: state.pop(last) for last in ("Next", "End") if last in state}}

    def _place(self, name: str) -> str | None:
        return next((old for old in PLACES.get(name, (f"{name}Path",)) if old in self.state), None)

    def _has_effect(self, name: str) -> bool:
        if name == "Parameters":
            return self.kind in WITH_PARAMETERS or (self.kind == "Map" and "ItemSelector" not in self.state)
        return name in STATE_FIELDS[self.kind]


def _data_call(call: State, reader: Reader) -> dict[str, JSON]:
    """ItemReader and ResultWriter."""
    converted: dict[str, JSON] = {}
    for name, value in call.items():
        if name == "Parameters":
            converted["Arguments"] = field_of(reader.template(value))
        elif name == "ReaderConfig" and "MaxItemsPath" in value:
            rest = {key: member for key, member in value.items() if key != "MaxItemsPath"}
            converted[name] = {**rest, "MaxItems": reader.field(value["MaxItemsPath"])}
        else:
            converted[name] = value
    return converted


def _batcher(batcher: State, reader: Reader) -> dict[str, JSON]:
    converted: dict[str, JSON] = {}
    for name, value in batcher.items():
        if name == "BatchInput":
            converted[name] = field_of(reader.template(value))
        elif name.endswith("Path"):
            converted[name.removesuffix("Path")] = reader.field(value)
        else:
            converted[name] = value
    return converted


def field_pointer(path: str, field: str) -> str:
    """The place of a field as a note names it: of the state itself where it is ""."""
    for part in field.split("/") if field else ():
        path = at(path, part)
    return path
