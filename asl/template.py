"""Payload Templates (Parameters, ResultSelector, ItemSelector, Credentials), compiled; without paths, a constant.

What is compiled is what `asl.validate` found right.
"""

from collections.abc import Callable

from asl import json_text
from asl.errors import EvaluationError
from asl.intrinsics import compile_intrinsic
from asl.json_types import JSON
from asl.jsonpath import PathNotFoundError
from asl.scope import Query, Scope
from asl.source import compile_source


def compile_expression(text: str, *, field: str) -> Query:
    """The value of a ``.$`` member: a path into the input, a path into the Context Object or an intrinsic call."""
    return compile_input_path(text, field=field) if text.startswith("$") else compile_intrinsic(text)


def compile_input_path(text: str, *, field: str) -> Query:
    """``$...`` or ``$$...``, with the failure that names the field, as AWS words it for templates and Fail states."""

    def missing(root: JSON, _reason: PathNotFoundError) -> EvaluationError:
        shown = json_text.dumps(root)
        return EvaluationError(
            f"The JSONPath '{text}' specified for the field '{field}' could not be found in the input '{shown}'"
        )

    return _compile_path(text, missing)


def compile_state_path(text: str) -> Query:
    """A state's own path field (InputPath, OutputPath, ItemsPath, ...Path), whose failure names the path alone."""

    def missing(_root: JSON, reason: PathNotFoundError) -> EvaluationError:
        return EvaluationError(f"Invalid path '{text}' : {reason}")

    return _compile_path(text, missing)


def _compile_path(text: str, missing: Callable[[JSON, PathNotFoundError], EvaluationError]) -> Query:
    root, path = compile_source(text)
    read = path.read

    def from_input(data: JSON, _scope: Scope) -> JSON:
        try:
            return read(data)
        except PathNotFoundError as reason:
            raise missing(data, reason) from None

    if root is None:
        return from_input
    find_root = root

    def from_elsewhere(data: JSON, scope: Scope) -> JSON:
        found = find_root(data, scope)
        try:
            return read(found)
        except PathNotFoundError as reason:
            raise missing(found, reason) from None

    return from_elsewhere


def compile_template(template: JSON) -> Query:
    """The values of a template without paths are shared, not copied."""
    build = _compile_value(template)
    return build if build is not None else (lambda _data, _scope: template)


def _compile_value(template: JSON) -> Query | None:
    """None for a constant."""
    if isinstance(template, dict):
        return _compile_object(template)
    if isinstance(template, list):
        return _compile_array(template)
    return None


def _compile_object(template: dict[str, JSON]) -> Query | None:
    members: list[tuple[str, Query | None, JSON]] = []
    for key, value in template.items():
        if key.endswith(".$"):
            members.append((key[:-2], compile_expression(value, field=key), None))
        else:
            members.append((key, _compile_value(value), value))
    if all(query is None for _, query, _ in members):
        return None
    name, only, _ = members[0]
    if len(members) == 1 and only is not None:
        return _one_member(name, only)

    def build(data: JSON, scope: Scope) -> JSON:
        return {name: constant if query is None else query(data, scope) for name, query, constant in members}

    return build


def _one_member(name: str, query: Query) -> Query:
    return lambda data, scope: {name: query(data, scope)}


def _compile_array(template: list[JSON]) -> Query | None:
    elements = [(_compile_value(value), value) for value in template]
    if all(query is None for query, _ in elements):
        return None

    def build(data: JSON, scope: Scope) -> JSON:
        return [constant if query is None else query(data, scope) for query, constant in elements]

    return build
