"""Payload Templates and paths, compiled: what they build, what they share, how their failures are worded."""

from types import SimpleNamespace

import pytest

from asl.errors import EvaluationError
from asl.template import compile_expression, compile_input_path, compile_state_path, compile_template

SCOPE = SimpleNamespace(context=lambda: {"State": {"Name": "A"}}, variable={"v": [1]}.__getitem__)


@pytest.mark.parametrize(
    ("template", "built"),
    [
        ({"a.$": "$.x"}, {"a": 1}),
        ({"a.$": "$$.State.Name", "b": 2}, {"a": "A", "b": 2}),
        ({"a": {"b.$": "$v[0]"}, "c": [{"d.$": "$"}, "$.x"]}, {"a": {"b": 1}, "c": [{"d": {"x": 1}}, "$.x"]}),
        ({"a.$": "States.Format('{}!', $.x)"}, {"a": "1!"}),
        ({}, {}),
        ("text", "text"),
    ],
)
def test_a_template_builds(template, built):
    assert compile_template(template)({"x": 1}, SCOPE) == built


def test_a_template_without_paths_is_shared():
    template = {"a": [1, {"b": []}]}
    assert compile_template(template)({}, SCOPE) is template


def cause(query, data):
    with pytest.raises(EvaluationError) as failure:
        query(data, SCOPE)
    return failure.value.cause


def test_failures_name_the_field_or_the_path():
    missing = "The JSONPath '$.a' specified for the field 'f' could not be found in the input '{}'"
    assert cause(compile_expression("$.a", field="f"), {}) == missing
    assert cause(compile_input_path("$.a", field="f"), {}) == missing
    assert cause(compile_input_path("$$.a", field="f"), {}).endswith("""in the input '{"State":{"Name":"A"}}'""")
    assert cause(compile_state_path("$.a"), {}) == "Invalid path '$.a' : No results for path: $['a']"
