"""JSONPath as a query language: a state's path and template fields, compiled into its `Flow`.

raw input -InputPath-> effective input -Parameters-> work -ResultSelector-> result
-ResultPath-> into the raw input -OutputPath-> output; Assign sets variables from the result
"""

from collections.abc import Mapping

from asl import json_text
from asl.definition import Flow, Output
from asl.errors import RESULT_PATH_MATCH_FAILURE, StatesError
from asl.json_types import JSON
from asl.jsonpath import compile_path, put, reference_steps
from asl.scope import Query, Scope
from asl.template import compile_state_path, compile_template

# Which states have which of the fields; elsewhere they are a warning and have no effect.
WITH_PARAMETERS = frozenset({"Pass", "Task", "Parallel"})
WITH_SELECTOR = frozenset({"Task", "Parallel", "Map"})
WITH_RESULT_PATH = frozenset({"Pass", "Task", "Parallel", "Map"})
WITHOUT_ASSIGN = frozenset({"Succeed", "Fail"})


def compile_flow(definition: Mapping[str, JSON]) -> Flow:
    parameters = definition.get("Parameters") if definition["Type"] in WITH_PARAMETERS else None
    return Flow(
        effective_input=compile_selection(definition, "InputPath"),
        arguments=None if parameters is None else compile_template(parameters),
        select=compile_selector(definition),
        output=compile_output(definition),
        assign=compile_assign(definition),
    )


def compile_selector(definition: Mapping[str, JSON]) -> Query | None:
    selector = definition.get("ResultSelector") if definition["Type"] in WITH_SELECTOR else None
    return None if selector is None else compile_template(selector)


def compile_assign(definition: Mapping[str, JSON]) -> Output | None:
    """Assign's ``$`` is the selected result; the input where a state has none."""
    template = definition.get("Assign")
    if not template or definition.get("Type") in WITHOUT_ASSIGN:
        return None
    build = compile_template(template)
    return lambda _raw, result, scope: build(result, scope)


def compile_selection(definition: Mapping[str, JSON], field: str) -> Query | None:
    """InputPath and OutputPath: ``$`` is the default and changes nothing, null gives an empty object."""
    text = definition.get(field, "$")
    if text is None:
        return lambda _data, _scope: {}
    return None if text == "$" else compile_state_path(text)


def compile_output(definition: Mapping[str, JSON]) -> Output | None:
    place = compile_placement(definition)
    reduce = compile_selection(definition, "OutputPath")
    if place is None and reduce is None:
        return None

    def output(raw: JSON, result: JSON, scope: Scope) -> JSON:
        if place is not None:
            result = place(raw, result, scope)
        return result if reduce is None else reduce(result, scope)

    return output


def compile_placement(definition: Mapping[str, JSON]) -> Output | None:
    """ResultPath, of the states that have it."""
    return compile_result_path(definition) if definition["Type"] in WITH_RESULT_PATH else None


def compile_result_path(definition: Mapping[str, JSON]) -> Output | None:
    """Where a result goes in the raw input; None where it replaces it."""
    text = definition.get("ResultPath", "$")
    if text is None:
        return lambda raw, _result, _scope: raw
    steps = reference_steps(compile_path(text))
    if not steps:
        return None
    if len(steps) == 1 and isinstance(steps[0], str):
        return _into_member(steps[0])

    def place(raw: JSON, result: JSON, _scope: Scope) -> JSON:
        try:
            return put(raw, steps, result)
        except LookupError as reason:
            raise _no_place(reason.args[0], raw) from None

    return place


def _into_member(name: str) -> Output:
    def place(raw: JSON, result: JSON, _scope: Scope) -> JSON:
        if type(raw) is not dict:
            raise _no_place(name, raw)
        members = raw.copy()
        members[name] = result
        return members

    return place


def _no_place(step: str | int, raw: JSON) -> StatesError:
    return StatesError(RESULT_PATH_MATCH_FAILURE, f'Unable to apply step "{step}" to input {json_text.dumps(raw)}')
