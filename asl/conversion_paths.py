"""JSONPath as JSONata: paths, Payload Templates and the places that a ResultPath writes to.

A definite path finds the same in both languages. One that may find many gives a list in JSONPath always, and in JSONata
a flattened one: those are converted for review.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from asl.conversion_functions import convert_call
from asl.conversion_values import (
    CONTEXT,
    INPUT,
    Expr,
    Node,
    RefusedError,
    Review,
    field_of,
    literal,
    member,
    operand,
    quoted,
    step,
    text_of,
)
from asl.intrinsic_syntax import parse_call
from asl.json_types import JSON
from asl.jsonpath import compile_path, reference_steps
from asl.jsonpath_syntax import (
    Descent,
    Function,
    Indices,
    InvalidPathError,
    Names,
    Segment,
    Slice,
    Wildcard,
    parse_path,
)
from asl.source import as_path, variable_name

# What the Context Object has as texts always.
CONTEXT_TEXTS: Final = tuple(
    Expr(f"$states.context.{path}")
    for path in (
        *("Execution.Id", "Execution.Name", "Execution.RoleArn", "Execution.StartTime", "Task.Token"),
        *("State.Name", "State.EnteredTime", "StateMachine.Id", "StateMachine.Name"),
    )
)
MANY: Final = "JSONata flattens what a path finds in arrays of arrays"
AGGREGATES: Final = {"min": "$min", "max": "$max", "sum": "$sum", "avg": "$average"}

_filter = re.compile(r"(?P<before>[^?]*?)\[\?\s*\((?P<test>[^?]*)\)\s*\](?P<after>[^?]*)")
_token = re.compile(
    r"""\s*(?:(?P<path>[@$](?:\.[A-Za-z_][A-Za-z0-9_]*)*)|(?P<compare>==|!=|<=|>=|<|>)|(?P<join>&&|\|\|)"""
    r"""|(?P<paren>[()])|(?P<value>'[^'\\]*'|"[^"\\]*"|-?\d+(?:\.\d+)?|true\b|false\b|null\b)"""
    r"""|(?P<bare>[A-Za-z_][\w-]*))"""
)
_SPELLING = {"==": "=", "&&": "and", "||": "or"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads paths where ``$`` is ``root``."""

    root: Node
    review: Review

    def path(self, text: str) -> Node:
        if "${" in text:
            raise RefusedError(f"{text} is only known when it is deployed")
        root = self.root
        if text.startswith("$$"):
            root = CONTEXT
        elif (name := variable_name(text)) is not None:
            root = Expr(f"${name}")
        path = as_path(text)
        found = _filter.fullmatch(path)
        if found is not None:
            return self._filtered(root, found["before"], found["test"], found["after"])
        segments = parse_path(path)
        plain = [segment for segment in segments if not isinstance(segment, Function)]
        value = self._plain(root, plain)
        for segment in segments:
            if isinstance(segment, Function):
                value = self._apply(segment.name, value)
        return value

    def expression(self, text: str) -> Node:
        """A path or an intrinsic call."""
        if text.startswith("States."):
            return convert_call(parse_call(text), self.path, self.review)
        return self.path(text)

    def template(self, template: JSON) -> Node:
        if isinstance(template, dict):
            return {
                key.removesuffix(".$"): self.expression(value) if key.endswith(".$") else self.template(value)
                for key, value in template.items()
            }
        if isinstance(template, list):
            return [self.template(element) for element in template]
        return template

    def field(self, text: str) -> JSON:
        """The value of a field that JSONPath has under a name that ends in Path."""
        return field_of(self.path(text))

    def _plain(self, root: Node, segments: Sequence[Segment]) -> Node:
        if all(is_one(segment) for segment in segments):
            found = member(root, segments, self.review)
            return Expr(found.text, "string") if root == CONTEXT and found in CONTEXT_TEXTS else found
        self.review(MANY)
        return Expr(f"[{self._many(operand(root, self.review), segments)}]", "array")

    def _many(self, text: str, segments: Sequence[Segment]) -> str:
        for segment in segments:
            match segment:
                case Wildcard():
                    self.review("the path's * is taken to stand for the elements of an array")
                case Descent(Names((name,))):
                    self.review("JSONata goes through what is inside in another order")
                    text += f".**.{quoted(name)}"
                case Slice(first, end, step=None | 1) if (first or 0) >= 0 and (end is None or end > (first or 0)):
                    last = f"$count({text}) - 1" if end is None else str(end - 1)
                    text += f"[[{first or 0}..{last}]]"
                case Indices(indices) if len(indices) > 1 and min(indices) >= 0 and list(indices) == sorted(indices):
                    text += f"[{list(indices)}]"
                case _ if is_one(segment):
                    text += step(segment)
                case _:
                    raise RefusedError("JSONata has nothing that finds the same as this path")
        return text

    def _filtered(self, root: Node, before: str, test: str, after: str) -> Node:
        self.review(MANY)
        whole = operand(root, self.review)
        try:
            text, segments = self._many(whole, parse_path(before)), parse_path(f"${after}")
        except InvalidPathError:
            raise RefusedError("JSONata has nothing that finds the same as this path") from None
        if any(isinstance(segment, Function) for segment in segments):
            raise RefusedError("a function of what a filter finds can't be converted")
        return Expr(f"[{self._many(f'{text}[{_test(test, whole)}]', segments)}]", "array")

    def _apply(self, function: str, value: Node) -> Node:
        if function in ("length", "size"):
            if not (isinstance(value, Expr) and value.kind == "array"):
                self.review(f"{function}() is converted for arrays, not for texts and objects")
            return Expr(f"$count({text_of(value, self.review)})", "number")
        if function == "keys":
            return Expr(f"[$keys({text_of(value, self.review)})]", "array")
        if function not in AGGREGATES:
            raise RefusedError(f"JSONata has no {function}()")
        return Expr(f"{AGGREGATES[function]}({text_of(value, self.review)})", "number")


def _test(text: str, whole: str) -> str:
    """A filter's comparisons; whatever goes beyond them is refused."""
    words: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        found = _token.match(text, position)
        if found is None:
            raise RefusedError(f"the filter ?({text}) goes beyond comparisons")
        position = found.end()
        words.append(_word(found, whole))
    bare = [index for index, word in enumerate(words) if word.startswith("$exists")]
    for index in bare:
        compared = {*words[index + 1 : index + 2], *words[max(index - 1, 0) : index]} & {
            "=",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
        }
        if compared:
            words[index] = words[index][len("$exists(") : -1]
    return " ".join(words)


def _word(found: re.Match[str], whole: str) -> str:
    if found["path"]:
        first, *names = found["path"].split(".")
        steps = [*([whole] if first == "$" else []), *map(quoted, names)]
        return f"$exists({'.'.join(steps) or '$'})"
    if found["value"]:
        value = found["value"]
        return literal(value[1:-1]) if value[0] in "'\"" else value
    if found["bare"]:
        return literal(found["bare"])
    word = found["compare"] or found["join"] or found["paren"]
    return _SPELLING.get(word, word)


def is_one(segment: Segment) -> bool:
    """Does it name one place?"""
    return (isinstance(segment, Names) and len(segment.names) == 1) or (
        isinstance(segment, Indices) and len(segment.indices) == 1
    )


def put(raw: Node, path: str | None, value: Node, review: Review) -> Node:
    """What ResultPath makes of the raw input and a value."""
    if path is None:
        return raw
    if "${" in path:
        raise RefusedError(f"{path} is only known when it is deployed")
    steps = reference_steps(compile_path(path))
    return _merged(raw, steps, value, review) if steps else value


def _merged(raw: Node, steps: Sequence[str | int], value: Node, review: Review) -> Node:
    name, *rest = steps
    if isinstance(name, int):
        raise RefusedError("the result is put at an index of an array")
    inner = value
    if rest:
        inner = _merged(member(raw, [Names((name,))], review), rest, value, review)
    return Expr(f"$merge([{operand(raw, review)}, {text_of({name: inner}, review)}])", "object")


def output_of(raw: Node, selected: Node, state: JSON, *, has_result_path: bool, review: Review) -> Node:
    """What a state's ResultPath and OutputPath make of its raw input and its selected result."""
    place = state.get("ResultPath", "$") if has_result_path else "$"
    wanted = state.get("OutputPath", "$")
    if wanted is None:
        return {}
    if wanted.startswith("$$") or variable_name(wanted) is not None:
        return Reader(INPUT, review).path(wanted)
    if isinstance(place, str) and place != "$" and "${" not in place + wanted and "?" not in wanted:
        steps = [Names((name,)) for name in reference_steps(compile_path(place)) if isinstance(name, str)]
        segments = list(parse_path(wanted))
        if segments[: len(steps)] == steps:
            return Reader(selected, review).path("$" + wanted_rest(wanted, len(steps)))
        if segments and isinstance(segments[0], Names) and segments[0] != steps[0]:
            return Reader(raw, review).path(wanted)
    return Reader(put(raw, place, selected, review), review).path(wanted)


def wanted_rest(path: str, steps: int) -> str:
    """The path's text after its first names."""
    first = parse_path(path)[:steps]
    ends = (end for end in range(len(path), 0, -1) if _is_path(path[:end], first))
    return path[next(ends) :]


def _is_path(text: str, segments: Sequence[Segment]) -> bool:
    try:
        return parse_path(text) == segments
    except InvalidPathError:
        return False
