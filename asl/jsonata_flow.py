"""JSONata as a query language: a state's fields compiled into its `Flow`, and AWS's words where one of them fails.

raw input -Arguments-> work -Output-> output; Assign sets variables. Each expression sees `$states`: input, the Context
Object, and result or errorOutput where there is one.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from asl import json_text
from asl.definition import Flow, Output
from asl.errors import QueryEvaluationError
from asl.integer_field import is_long
from asl.json_types import JSON
from asl.jsonata import UNDEFINED, Expression, JSONataError, compile_jsonata, expression_text
from asl.scope import Query, Scope
from asl.wait import Until, moment_of, reachable

Build: TypeAlias = Callable[[dict[str, JSON], Scope], JSON]  # $states less its context, scope -> value

WITH_ARGUMENTS: Final = frozenset({"Task", "Parallel"})
WITH_RESULT: Final = frozenset({"Task", "Parallel", "Map"})
WITHOUT_ASSIGN: Final = frozenset({"Succeed", "Fail"})


def compile_flow(definition: Mapping[str, JSON]) -> Flow:
    kind = definition["Type"]
    has_result = kind in WITH_RESULT
    arguments = kind in WITH_ARGUMENTS and "Arguments" in definition
    return Flow(
        arguments=compile_query(definition["Arguments"], "Arguments") if arguments else None,
        output=None if kind == "Fail" else compile_output(definition, "Output", has_result=has_result),
        assign=None if kind in WITHOUT_ASSIGN else compile_output(definition, "Assign", has_result=has_result),
    )


def compile_rule_flow(rule: Mapping[str, JSON], index: int) -> Flow:
    """How a Choice is left by one of its rules: by the rule's own fields, not by the state's."""
    place = f"Choices[{index}]/"
    return Flow(
        output=compile_output(rule, "Output", has_result=False, place=place),
        assign=compile_output(rule, "Assign", has_result=False, place=place),
    )


def compile_output(
    definition: Mapping[str, JSON], field: str, *, has_result: bool, place: str = "", result: str = "result"
) -> Output | None:
    """Output or Assign, of a state, a rule or a Catcher; None where it isn't there."""
    if field not in definition or (field == "Assign" and not definition[field]):
        return None
    build = _compile(definition[field], f"{place}{field}")
    if build is None:
        constant = definition[field]
        return lambda _raw, _result, _scope: constant
    if has_result:
        return lambda raw, outcome, scope: build({"input": raw, result: outcome}, scope)
    return lambda raw, _result, scope: build({"input": raw}, scope)


def compile_query(value: JSON, field: str) -> Query:
    """A field that sees the state's input only."""
    build = _compile(value, field)
    if build is None:
        return lambda _data, _scope: value
    return lambda data, scope: build({"input": data}, scope)


def compile_condition(value: JSON, index: int) -> Callable[[JSON, Scope], bool]:
    find = _typed(value, f"Choices[{index}]/Condition", "boolean")
    return lambda data, scope: find(data, scope) is True


def compile_text(value: JSON, field: str) -> Query:
    return _typed(value, field, "string")


def compile_number(value: JSON, field: str) -> Query:
    return _typed(value, field, "number")


def compile_items(definition: Mapping[str, JSON], *, members: bool) -> Query:
    """``members``: those of an object may be items, too."""
    if "Items" in definition:
        return _typed(definition["Items"], "Items", "array", "object" if members else "array")

    def whole_input(data: JSON, _scope: Scope) -> JSON:
        if not isinstance(data, list) and not (members and isinstance(data, dict)):
            raise QueryEvaluationError(f"Map state input must be an array but was: {json_text.dumps(data)}")
        return data

    return whole_input


def compile_integer(value: JSON, field: str, check: Callable[[int], str | None]) -> Query:
    """TimeoutSeconds, MaxConcurrency and their like; ``check`` says what is wrong with a number, or None."""
    find = _typed(value, field, "number")

    def read(data: JSON, scope: Scope) -> JSON:
        number = find(data, scope)
        if not is_long(number) or int(number) != number:
            cause = f"The {field} field must be an integer but was: {json_text.dumps(number)}"
            raise QueryEvaluationError(cause, field)
        complaint = check(int(number))
        if complaint is not None:
            raise QueryEvaluationError(complaint, field)
        return int(number)

    return read


def compile_wait(definition: Mapping[str, JSON]) -> Until:
    if "Seconds" in definition:
        return _seconds(definition["Seconds"])
    find = _typed(definition["Timestamp"], "Timestamp", "string")

    def until(data: JSON, scope: Scope, now: float) -> float:
        text = find(data, scope)
        moment = moment_of(text)
        if moment is None:
            form = "an ISO-8601 extended offset date-time format string"
            cause = f"The Timestamp field cannot be parsed as {form}: {text}"
            raise QueryEvaluationError(cause, "Timestamp", follows_entry=True)
        return reachable(moment, now)

    return until


def _seconds(value: JSON) -> Until:
    find = compile_integer(
        value, "Seconds", lambda number: None if number >= 0 else f"The Seconds field has a negative value: {number}"
    )
    return lambda data, scope, now: reachable(now + find(data, scope), now)


# -- values that hold expressions -------------------------------------------------------------------


def _compile(value: JSON, place: str) -> Build | None:
    """None for a constant, whose value is shared."""
    text = expression_text(value)
    if text is not None:
        return _expression(compile_jsonata(text), place)
    if isinstance(value, dict):
        return _object({key: (_compile(member, f"{place}/{key}"), member) for key, member in value.items()})
    if isinstance(value, list):
        return _array([(_compile(element, f"{place}[{index}]"), element) for index, element in enumerate(value)])
    return None


def _object(members: Mapping[str, tuple[Build | None, JSON]]) -> Build | None:
    if all(build is None for build, _ in members.values()):
        return None
    parts = [(key, build, constant) for key, (build, constant) in members.items()]
    return lambda states, scope: {
        key: constant if build is None else build(states, scope) for key, build, constant in parts
    }


def _array(elements: list[tuple[Build | None, JSON]]) -> Build | None:
    if all(build is None for build, _ in elements):
        return None
    return lambda states, scope: [constant if build is None else build(states, scope) for build, constant in elements]


def _expression(expression: Expression, place: str) -> Build:
    evaluate = expression.evaluate

    def build(states: dict[str, JSON], scope: Scope) -> JSON:
        try:
            value = evaluate(states, scope)
        except JSONataError as reason:
            stop = ":" if reason.code is None else "."
            raise _failed(expression.text, place, f"threw an error during evaluation{stop} {reason}") from None
        if value is UNDEFINED:
            raise _failed(expression.text, place, "returned nothing (undefined).")
        return value

    return build


def _failed(text: str, place: str, what: str) -> QueryEvaluationError:
    return QueryEvaluationError(f"The JSONata expression '{text}' specified for the field '{place}' {what}", place)


def type_name(value: JSON) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _typed(value: JSON, place: str, expected: str, other: str = "") -> Query:
    """A field whose value must be of one type, or of an ``other`` that messages don't name."""
    build = _compile(value, place)
    text = expression_text(value)

    def read(data: JSON, scope: Scope) -> JSON:
        found = value if build is None else build({"input": data}, scope)
        actual = type_name(found)
        if actual in (expected, other):
            return found
        was = f"Expected '{expected}', but was '{actual}' for value: {json_text.dumps(found)}"
        if text is None:
            raise QueryEvaluationError(f"The field '{place}' has an unexpected type. {was}", place)
        raise _failed(text, place, f"returned an unexpected result type. {was}")

    return read
