"""What a path reads from: the input (``$``), the Context Object (``$$``) or a variable (``$name``)."""

import re
from collections.abc import Callable
from typing import TypeAlias

from asl.errors import EvaluationError
from asl.json_types import JSON
from asl.jsonpath import Path, compile_path
from asl.scope import Scope

Root: TypeAlias = Callable[[JSON, Scope], JSON]

_variable = re.compile(r"\$([^\W\d]\w*)")


def variable_name(text: str) -> str | None:
    """The variable that a path begins with."""
    found = _variable.match(text)
    return None if found is None else found[1]


def as_path(text: str) -> str:
    """The path below a context object's ``$$`` or a variable's ``$name``, as a path from ``$``."""
    if text.startswith("$$"):
        return text[1:]
    found = _variable.match(text)
    return text if found is None else f"${text[found.end() :]}"


def compile_source(text: str) -> tuple[Root | None, Path]:
    """What gives the root (None: it is the input itself), and the path below it. Raises `InvalidPathError`."""
    path = compile_path(as_path(text))
    if text.startswith("$$"):
        return (lambda _data, scope: scope.context()), path
    name = variable_name(text)
    return (None if name is None else _variable_root(name)), path


def _variable_root(name: str) -> Root:
    def root(_data: JSON, scope: Scope) -> JSON:
        try:
            return scope.variable(name)
        except KeyError:
            raise EvaluationError(f"The variable '${name}' is not defined") from None

    return root
