"""From a definition that `asl.validate` found right to the frozen `StateMachine` that the interpreter runs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from asl import jsonata_flow
from asl.choice import compile_rule
from asl.compile_distributed import compile_distributed, processor_of
from asl.definition import (
    END,
    Branch,
    Catcher,
    Choice,
    DistributedMap,
    Fail,
    Flow,
    Map,
    Parallel,
    Pass,
    Retrier,
    State,
    StateMachine,
    Succeed,
    Task,
    Wait,
    Work,
)
from asl.errors import EvaluationError
from asl.fields import JSONATA, JSONPATH
from asl.integer_field import compile_integer_path, must_be_positive, must_not_be_negative
from asl.json_types import JSON
from asl.jsonpath_flow import compile_assign, compile_flow, compile_result_path
from asl.resource import parse_resource
from asl.scope import Query, Scope
from asl.template import compile_expression, compile_state_path, compile_template
from asl.wait import compile_wait
from asl.walk import is_distributed


def compile_machine(text: str, document: Mapping[str, JSON]) -> StateMachine:
    compiler = _Compiler(document.get("QueryLanguage", JSONPATH))
    compiler.branch(document)
    return StateMachine(
        text=text,
        comment=document.get("Comment"),
        query_language=document.get("QueryLanguage", JSONPATH),
        timeout=document.get("TimeoutSeconds"),
        branches=tuple(compiler.branches[number] for number in sorted(compiler.branches)),
    )


def compile_state(name: str, definition: Mapping[str, JSON], language: str) -> State:
    """A state by itself; ``language`` is the query language of a state that names none."""
    return _Compiler(language).state(name, definition)


HANDLES_ERRORS = frozenset({"Task", "Parallel", "Map"})  # a Retry or Catch elsewhere is a warning and has no effect


class _Compiler:
    """Numbers the branches, outermost first, as it meets them."""

    def __init__(self, language: str) -> None:
        self.language = language  # of states that name none, wherever they are
        self.branches: dict[int, Branch] = {}
        self._next_number = 0

    def branch(self, definition: Mapping[str, JSON]) -> Branch:
        number = self._next_number
        self._next_number += 1
        states = {name: self.state(name, state) for name, state in definition["States"].items()}
        self.branches[number] = Branch(number, definition["StartAt"], states)
        return self.branches[number]

    def state(self, name: str, definition: Mapping[str, JSON]) -> State:
        kind = definition["Type"]
        handled = definition if kind in HANDLES_ERRORS else {}
        is_jsonata = definition.get("QueryLanguage", self.language) == JSONATA
        catchers = enumerate(handled.get("Catch", ()))
        flow = jsonata_flow.compile_flow(definition) if is_jsonata else compile_flow(definition)
        work = self.jsonata_work(kind, definition) if is_jsonata else self.work(kind, definition)
        entered, exited, following = f"{kind}StateEntered", f"{kind}StateExited", definition.get("Next", END)
        changes_nothing = type(work) is Pass and not work.has_result and flow == Flow()
        return State(
            name=name,
            type=kind,
            entered=entered,
            exited=exited,
            flow=flow,
            work=work,
            next=following,
            through=(entered, exited, name, following) if changes_nothing else None,
            retry=tuple(_retrier(retrier) for retrier in handled.get("Retry", ())),
            catch=tuple(
                _jsonata_catcher(catcher, index) if is_jsonata else _catcher(catcher) for index, catcher in catchers
            ),
        )

    def jsonata_work(self, kind: str, definition: Mapping[str, JSON]) -> Work:
        """What differs in JSONata; the other types have nothing to read or hold their fields in their `Flow`."""
        match kind:
            case "Pass":
                return Pass(None, has_result=False)
            case "Choice":
                return _jsonata_choice(definition)
            case "Wait":
                return Wait(jsonata_flow.compile_wait(definition))
            case "Fail":
                return Fail(*(_jsonata_text(definition, field) for field in ("Error", "Cause")))
            case "Task":
                return _task(definition, _jsonata_seconds, jsonata_flow.compile_query)
            case "Map":
                return self.jsonata_map(definition)
            case _:
                return self.work(kind, definition)

    def jsonata_map(self, definition: Mapping[str, JSON]) -> Map | DistributedMap:
        selector = definition.get("ItemSelector")
        return self.finished_map(
            definition,
            is_jsonata=True,
            items=jsonata_flow.compile_items(definition, members=is_distributed(definition)),
            selector=None if selector is None else jsonata_flow.compile_query(selector, "ItemSelector"),
            concurrency=jsonata_flow.compile_integer(
                definition.get("MaxConcurrency", 0), "MaxConcurrency", must_not_be_negative("MaxConcurrency")
            ),
        )

    def finished_map(
        self,
        definition: Mapping[str, JSON],
        *,
        is_jsonata: bool,
        items: Query,
        selector: Query | None,
        concurrency: Query,
    ) -> Map | DistributedMap:
        if is_distributed(definition):
            return compile_distributed(
                definition,
                machine_language=self.language,
                is_jsonata=is_jsonata,
                items=items,
                selector=selector,
                concurrency=concurrency,
            )
        processor = self.branch(processor_of(definition))
        return Map(processor=processor, items=items, item_selector=selector, max_concurrency=concurrency)

    def work(self, kind: str, definition: Mapping[str, JSON]) -> Work:
        match kind:
            case "Pass":
                return Pass(definition.get("Result"), "Result" in definition)
            case "Choice":
                return _choice(definition)
            case "Wait":
                return Wait(compile_wait(definition))
            case "Succeed":
                return Succeed()
            case "Fail":
                return Fail(_text_field(definition, "Error"), _text_field(definition, "Cause"))
            case "Task":
                return _task(definition, _seconds, lambda value, _field: compile_template(value))
            case "Parallel":
                return Parallel(tuple(self.branch(branch) for branch in definition["Branches"]))
            case _:
                return self.map(definition)

    def map(self, definition: Mapping[str, JSON]) -> Map | DistributedMap:
        selector = definition["ItemSelector"] if "ItemSelector" in definition else definition.get("Parameters")
        most = int(definition.get("MaxConcurrency", 0))
        return self.finished_map(
            definition,
            is_jsonata=False,
            items=compile_items_path(definition.get("ItemsPath", "$"), members=is_distributed(definition)),
            selector=None if selector is None else compile_template(selector),
            concurrency=(
                compile_integer_path(
                    definition["MaxConcurrencyPath"], "MaxConcurrencyPath", must_not_be_negative("MaxConcurrency")
                )
                if "MaxConcurrencyPath" in definition
                else lambda _data, _scope: most
            ),
        )


def compile_items_path(path: str, *, members: bool = False) -> Query:
    """``members``: those of an object may be items, too."""
    find = compile_state_path(path)
    shown = path.removeprefix("$") if path.startswith("$$") else path

    def items(data: JSON, scope: Scope) -> JSON:
        found = find(data, scope)
        if not isinstance(found, list) and not (members and isinstance(found, dict)):
            raise EvaluationError(f'Reference path "{shown}" must point to array.')
        return found

    return items


def _choice(definition: Mapping[str, JSON]) -> Choice:
    """A rule's own Assign stands in place of the state's, which belongs to the Default."""
    flow = compile_flow(definition)
    rules = tuple(
        (compile_rule(rule), rule["Next"], replace(flow, assign=compile_assign(rule))) for rule in definition["Choices"]
    )
    return Choice(rules, definition.get("Default"))


def _jsonata_choice(definition: Mapping[str, JSON]) -> Choice:
    rules = tuple(
        (
            jsonata_flow.compile_condition(rule["Condition"], index),
            rule["Next"],
            jsonata_flow.compile_rule_flow(rule, index),
        )
        for index, rule in enumerate(definition["Choices"])
    )
    return Choice(rules, definition.get("Default"))


Seconds: TypeAlias = Callable[[Mapping[str, JSON], str], Query | None]


def _task(definition: Mapping[str, JSON], seconds: Seconds, template: Callable[[JSON, str], Query]) -> Task:
    resource = parse_resource(definition["Resource"])
    assert resource is not None
    credentials = definition.get("Credentials")
    return Task(
        resource=definition["Resource"],
        style=resource.style,
        resource_type=resource.resource_type,
        action=resource.resource,
        pattern=resource.pattern,
        timeout=seconds(definition, "TimeoutSeconds"),
        heartbeat=seconds(definition, "HeartbeatSeconds"),
        credentials=None if credentials is None else template(credentials, "Credentials"),
    )


def _jsonata_seconds(definition: Mapping[str, JSON], field: str) -> Query | None:
    if field not in definition:
        return None
    return jsonata_flow.compile_integer(definition[field], field, must_be_positive(field))


def _jsonata_text(definition: Mapping[str, JSON], field: str) -> Query | None:
    return jsonata_flow.compile_text(definition[field], field) if field in definition else None


def _seconds(definition: Mapping[str, JSON], field: str) -> Query | None:
    if f"{field}Path" in definition:
        return compile_integer_path(definition[f"{field}Path"], f"{field}Path", must_be_positive(field))
    if field in definition:
        seconds = int(definition[field])
        return lambda _data, _scope: seconds
    return None


def _text_field(definition: Mapping[str, JSON], field: str) -> Query | None:
    """A Fail state's Error and Cause: literal, or read by ``...Path``."""
    if f"{field}Path" in definition:
        return compile_expression(definition[f"{field}Path"], field=f"{field}Path")
    if field in definition:
        text = definition[field]
        return lambda _data, _scope: text
    return None


def _retrier(definition: Mapping[str, JSON]) -> Retrier:
    return Retrier(
        error_equals=tuple(definition["ErrorEquals"]),
        interval=definition.get("IntervalSeconds", 1),
        max_attempts=definition.get("MaxAttempts", 3),
        backoff_rate=definition.get("BackoffRate", 2.0),
        max_delay=definition.get("MaxDelaySeconds"),
        jitter=definition.get("JitterStrategy") == "FULL",
    )


def _catcher(definition: Mapping[str, JSON]) -> Catcher:
    return Catcher(
        error_equals=tuple(definition["ErrorEquals"]),
        next=definition["Next"],
        output=compile_result_path(definition),
        assign=compile_assign(definition),
    )


def _jsonata_catcher(definition: Mapping[str, JSON], index: int) -> Catcher:
    output, assign = (
        jsonata_flow.compile_output(definition, field, has_result=True, place=f"Catch[{index}]/", result="errorOutput")
        for field in ("Output", "Assign")
    )
    return Catcher(tuple(definition["ErrorEquals"]), definition["Next"], output, assign)
