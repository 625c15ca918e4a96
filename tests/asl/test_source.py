"""What a path reads from: the input, the Context Object or a variable."""

from types import SimpleNamespace

import pytest

from asl.errors import EvaluationError
from asl.source import as_path, compile_source, variable_name


def read(text, data, **variables):
    root, path = compile_source(text)
    scope = SimpleNamespace(context=lambda: {"State": {"Name": "A"}}, variable=variables.__getitem__)
    return path.read(data if root is None else root(data, scope))


@pytest.mark.parametrize(
    ("text", "name", "path"),
    [("$.a", None, "$.a"), ("$$.State", None, "$.State"), ("$x.a[0]", "x", "$.a[0]"), ("$größe", "größe", "$")],
)
def test_a_path_begins_with_its_root(text, name, path):
    assert (variable_name(text), as_path(text)) == (name, path)


def test_each_root_is_read():
    assert read("$.a", {"a": 1}) == 1
    assert read("$$.State.Name", {}) == "A"
    assert read("$x.a", {}, x={"a": 2}) == 2


def test_a_variable_that_nobody_assigned_fails_the_state():
    with pytest.raises(EvaluationError, match=r"The variable '\$x' is not defined"):
        read("$x", {})
