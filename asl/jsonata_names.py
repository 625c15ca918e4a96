"""Which variables an expression reads, told from its syntax tree before it runs: only those are handed to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

STATES: Final = "states"

_CHILDREN = ("steps", "expressions", "arguments", "stages", "predicate", "terms")
_PARTS = (
    *("lhs", "rhs", "expression", "condition", "then", "_else", "procedure", "body", "group", "expr"),
    *("pattern", "update", "delete"),
)


@dataclass(frozen=True, slots=True)
class Names:
    variables: frozenset[str]  # the names after `$` that the expression doesn't define itself
    needs_context: bool  # does it read $states.context?


def read_names(tree: Any) -> Names:
    reader = _Reader()
    reader.visit(tree, frozenset())
    return Names(frozenset(reader.free), reader.needs_context)


def is_deeper(node: Any, limit: int) -> bool:
    """Do more than ``limit`` nodes stand inside each other?"""
    return limit <= 0 or any(is_deeper(child, limit - 1) for child in _children(node))


class _Reader:
    """Collects the free variables, and whether the Context Object is read."""

    def __init__(self) -> None:
        self.free: set[str] = set()
        self.needs_context = False

    def visit(self, node: Any, bound: frozenset[str]) -> None:
        kind = getattr(node, "type", None)
        if kind == "variable":
            self._variable(str(node.value), bound)
            if node.value == STATES:
                self.needs_context = True
        elif kind == "path":
            self._path(node)
        if kind == "lambda":
            self._visit_all((node.body,), bound | {str(argument.value) for argument in node.arguments})
            return
        self._visit_all(_children(node), bound)

    def _path(self, node: Any) -> None:
        steps = node.steps
        first = steps[0]
        if getattr(first, "type", None) == "variable" and first.value == STATES and len(steps) > 1:
            plain = steps[1].type == "name" and not first.stages and not first.predicate
            if plain and steps[1].value != "context":
                self._states_member_only(first)

    def _states_member_only(self, first: Any) -> None:
        self._harmless = first

    _harmless: Any = None

    def _variable(self, name: str, bound: frozenset[str]) -> None:
        if name not in bound and name not in ("", "$"):
            self.free.add(name)

    def _visit_all(self, nodes: Any, bound: frozenset[str]) -> None:
        for node in nodes:
            if node is self._harmless:
                self.free.add(STATES)
            else:
                self.visit(node, bound)


def _children(node: Any) -> Iterator[Any]:
    for name in _CHILDREN:
        yield from getattr(node, name, None) or ()
    for name in _PARTS:
        child = getattr(node, name, None)
        if hasattr(child, "type"):
            yield child
    for pair in getattr(node, "lhs_object", None) or ():
        yield from pair
