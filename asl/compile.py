"""From a definition that `asl.validate` found right to the frozen `StateMachine` that the interpreter runs."""

from collections.abc import Mapping

from asl.choice import compile_rule
from asl.definition import (
    END,
    Branch,
    Catcher,
    Choice,
    Fail,
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
from asl.integer_field import compile_integer_path, must_be_positive, must_not_be_negative
from asl.json_types import JSON
from asl.jsonpath_flow import compile_flow, compile_result_path
from asl.resource import parse_resource
from asl.scope import Query
from asl.template import compile_expression, compile_state_path, compile_template
from asl.wait import compile_wait


def compile_machine(text: str, document: Mapping[str, JSON]) -> StateMachine:
    compiler = _Compiler()
    compiler.branch(document)
    return StateMachine(
        text=text,
        comment=document.get("Comment"),
        query_language=document.get("QueryLanguage", "JSONPath"),
        timeout=document.get("TimeoutSeconds"),
        branches=tuple(compiler.branches[number] for number in sorted(compiler.branches)),
    )


HANDLES_ERRORS = frozenset({"Task", "Parallel", "Map"})  # a Retry or Catch elsewhere is a warning and has no effect


class _Compiler:
    """Numbers the branches, outermost first, as it meets them."""

    def __init__(self) -> None:
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
        return State(
            name=name,
            type=kind,
            entered=f"{kind}StateEntered",
            exited=f"{kind}StateExited",
            flow=compile_flow(definition),
            work=self.work(kind, definition),
            next=definition.get("Next", END),
            retry=tuple(_retrier(retrier) for retrier in handled.get("Retry", ())),
            catch=tuple(_catcher(catcher) for catcher in handled.get("Catch", ())),
        )

    def work(self, kind: str, definition: Mapping[str, JSON]) -> Work:
        match kind:
            case "Pass":
                return Pass(definition.get("Result"), "Result" in definition)
            case "Choice":
                rules = tuple((compile_rule(rule), rule["Next"]) for rule in definition["Choices"])
                return Choice(rules, definition.get("Default"))
            case "Wait":
                return Wait(compile_wait(definition))
            case "Succeed":
                return Succeed()
            case "Fail":
                return Fail(_text_field(definition, "Error"), _text_field(definition, "Cause"))
            case "Task":
                return _task(definition)
            case "Parallel":
                return Parallel(tuple(self.branch(branch) for branch in definition["Branches"]))
            case _:
                return self.map(definition)

    def map(self, definition: Mapping[str, JSON]) -> Map:
        processor = definition["ItemProcessor"] if "ItemProcessor" in definition else definition["Iterator"]
        selector = definition["ItemSelector"] if "ItemSelector" in definition else definition.get("Parameters")
        path = definition.get("ItemsPath", "$")
        concurrency = int(definition.get("MaxConcurrency", 0))
        return Map(
            processor=self.branch(processor),
            items=None if path == "$" else compile_state_path(path),
            items_path=path,
            item_selector=None if selector is None else compile_template(selector),
            max_concurrency=(
                compile_integer_path(
                    definition["MaxConcurrencyPath"], "MaxConcurrencyPath", must_not_be_negative("MaxConcurrency")
                )
                if "MaxConcurrencyPath" in definition
                else lambda _data, _scope: concurrency
            ),
        )


def _task(definition: Mapping[str, JSON]) -> Task:
    resource = parse_resource(definition["Resource"])
    assert resource is not None
    credentials = definition.get("Credentials")
    return Task(
        resource=definition["Resource"],
        style=resource.style,
        resource_type=resource.resource_type,
        action=resource.action,
        pattern=resource.pattern,
        timeout=_seconds(definition, "TimeoutSeconds"),
        heartbeat=_seconds(definition, "HeartbeatSeconds"),
        credentials=None if credentials is None else compile_template(credentials),
    )


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
    return Catcher(tuple(definition["ErrorEquals"]), definition["Next"], compile_result_path(definition))
