"""What stands in a field while a state is converted to JSONata: JSON in which some places are expressions.

A node is an `Expr` or JSON whose members may be nodes. `field_of` writes it as a field's value, each expression in a
string of its own; `text_of` as the text of one expression.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from asl.jsonpath_syntax import Indices, Names, Segment


class RefusedError(Exception):
    """The field can't be converted; the message says why."""


Review: TypeAlias = Callable[[str], None]  # told what somebody should look at
Node: TypeAlias = Any  # Expr, or JSON that may hold nodes


@dataclass(frozen=True, slots=True)
class Expr:
    text: str
    kind: str | None = None  # the type that its value always has, as $type names it
    simple: bool = True  # can be an operand, and have steps after it, without parentheses

    def __str__(self) -> str:
        return self.text if self.simple else f"({self.text})"


INPUT: Final = Expr("$states.input")
RESULT: Final = Expr("$states.result")
ERROR: Final = Expr("$states.errorOutput", "object")
CONTEXT: Final = Expr("$states.context", "object")

SCALARS: Final = frozenset({"string", "number", "boolean", "null"})
FLATTENED: Final = "JSONata puts what is in an array of arrays into one array here"
_WORDS: Final = frozenset({"and", "or", "in", "true", "false", "null", "function"})
_identifier = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def literal(value: Any) -> str:
    """JSON text is JSONata, too."""
    return json.dumps(value, ensure_ascii=False)


def kind_of(node: Node) -> str | None:
    if isinstance(node, Expr):
        return node.kind
    if isinstance(node, bool):
        return "boolean"
    if isinstance(node, str):
        return "string"
    if isinstance(node, int | float):
        return "number"
    return "array" if isinstance(node, list) else "object" if isinstance(node, dict) else "null"


def text_of(node: Node, review: Review) -> str:
    if isinstance(node, Expr):
        return node.text
    if isinstance(node, dict):
        return "{" + ", ".join(f"{literal(key)}: {text_of(member, review)}" for key, member in node.items()) + "}"
    if isinstance(node, list):
        if any(isinstance(element, Expr) and element.kind not in SCALARS for element in node):
            review(FLATTENED)
        return "[" + ", ".join(text_of(element, review) for element in node) + "]"
    return literal(node)


def operand(node: Node, review: Review) -> str:
    return str(node) if isinstance(node, Expr) else text_of(node, review)


def field_of(node: Node) -> Any:
    """A text that would be taken for an expression becomes one that gives it."""
    if isinstance(node, Expr):
        return f"{{% {node.text} %}}"
    if isinstance(node, dict):
        return {key: field_of(member) for key, member in node.items()}
    if isinstance(node, list):
        return [field_of(element) for element in node]
    if isinstance(node, str) and node.startswith("{%"):
        return f"{{% {literal(node)} %}}"
    return node


def quoted(name: str) -> str:
    """A member's name as a step of a path."""
    if _identifier.fullmatch(name) and name not in _WORDS:
        return name
    if "`" in name:
        raise RefusedError(f"JSONata has no way to write the name {literal(name)} in a path")
    return f"`{name}`"


def member(node: Node, segments: Sequence[Segment], review: Review) -> Node:
    """What names and indices find in a node; where it is JSON, as far as possible without an expression."""
    for position, segment in enumerate(segments):
        if isinstance(node, dict) and isinstance(segment, Names):
            if segment.names[0] not in node:
                raise RefusedError(f"nothing is ever called {literal(segment.names[0])} where the path looks")
            node = node[segment.names[0]]
        elif isinstance(node, list) and isinstance(segment, Indices) and 0 <= segment.indices[0] < len(node):
            node = node[segment.indices[0]]
        else:
            return Expr(operand(node, review) + "".join(map(step, segments[position:])))
    return node


def step(segment: Segment) -> str:
    """A name or an index, as JSONata writes it."""
    if isinstance(segment, Names):
        return f".{quoted(segment.names[0])}"
    assert isinstance(segment, Indices)
    return f"[{segment.indices[0]}]"
