"""What an expression reads that isn't there: it has no context value, only ``$states`` and variables.

Such an expression is refused before it runs (`asl.check_queries`). Only what stands at the top counts: the later steps
of a path, its predicates, sort terms and groups read what the steps before them found. A function's body has the
context of the expression that holds it.
"""

from collections.abc import Iterable
from typing import Any, Final

CONTEXT: Final = "$"
ROOT: Final = "$$"
ERROR_OUTPUT: Final = "$states.errorOutput"  # there in a Catcher alone


def read_of_context(tree: Any) -> tuple[str, ...]:
    """The names that the expression reads of its context, `CONTEXT`, `ROOT` and `ERROR_OUTPUT`, as they come first."""
    found: dict[str, None] = {}
    _collect(tree, found)
    return tuple(found)


def _collect(node: Any, found: dict[str, None]) -> None:
    match getattr(node, "type", None):
        case "path":
            _collect(node.steps[0], found)
            if _is_error_output(node.steps):
                found[ERROR_OUTPUT] = None
        case "name":
            found[str(node.value)] = None
        case "variable":
            if node.value in ("", "$"):
                found[CONTEXT + node.value] = None
        case "binary" | "apply":
            _collect_all((node.lhs, node.rhs), found)
        case "function" | "partial":
            _collect_all((node.procedure, *(node.arguments or ())), found)
        case "lambda":
            _collect(node.body, found)
        case "condition":
            _collect_all((node.condition, node.then, getattr(node, "_else", None)), found)
        case "block":
            _collect_all(node.expressions or (), found)
        case "bind":
            _collect(node.rhs, found)
        case "unary":
            _collect_all(getattr(node, "expressions", None) or (), found)
            _collect(getattr(node, "expression", None), found)
            for pair in getattr(node, "lhs_object", None) or ():
                _collect_all(pair, found)
        case _:  # a literal, or what has a context of its own
            pass


def _collect_all(nodes: Iterable[Any], found: dict[str, None]) -> None:
    for node in nodes:
        _collect(node, found)


def _is_error_output(steps: Any) -> bool:
    first, second = steps[0], steps[1] if len(steps) > 1 else None
    reads_states = first.type == "variable" and first.value == "states"
    return reads_states and second is not None and second.type == "name" and second.value == "errorOutput"
