"""The intrinsic functions as JSONata: operators and functions that give the same."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from asl.conversion_values import Expr, Node, RefusedError, Review, kind_of, literal, operand, text_of
from asl.intrinsic_syntax import Argument, Call, Literal, PathArgument

ReadPath: TypeAlias = Callable[[str], Node]
Convert: TypeAlias = Callable[[Sequence[Node], Review], Node]

_format_parts = re.compile(r"\\(.)|(\{\})", re.DOTALL)


def convert_call(call: Call, read: ReadPath, review: Review) -> Node:
    if call.name not in FUNCTIONS:
        raise RefusedError(f"JSONata has nothing for {call.name}")
    is_format = call.name == "States.Format"
    nodes = [
        _argument(argument, read, review, keeps_escapes=is_format and not position)
        for position, argument in enumerate(call.arguments)
    ]
    return FUNCTIONS[call.name](nodes, review)


def _argument(argument: Argument, read: ReadPath, review: Review, *, keeps_escapes: bool) -> Node:
    match argument:
        case Call():
            return convert_call(argument, read, review)
        case PathArgument(text):
            return read(text)
        case Literal(str(value)) if not keeps_escapes:
            return re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
        case _:
            return argument.value


def _format(nodes: Sequence[Node], review: Review) -> Node:
    template, *values = nodes
    if not isinstance(template, str):
        raise RefusedError("the template of States.Format isn't written out")
    if any(kind_of(value) not in ("string", "boolean", "null") for value in values):
        review("texts and whole numbers are put in as before; objects, arrays and fractions are written as JSON")
    parts: list[str] = []
    rest = iter(values)
    text, position = "", 0
    for found in _format_parts.finditer(template):
        text += template[position : found.start()]
        position = found.end()
        if found[1] is not None:
            text += found[1]
            continue
        parts += [*([literal(text)] if text else []), operand(next(rest, None), review)]
        text = ""
    text += template[position:]
    if text or not parts:
        parts.append(literal(text))
    if len(parts) == 1:
        return text if not values else Expr(f"$string({parts[0]})", "string")
    return Expr(" & ".join(parts), "string", simple=False)


def _call(name: str, kind: str | None = None) -> Convert:
    def convert(nodes: Sequence[Node], review: Review) -> Node:
        return Expr(f"${name}({', '.join(text_of(node, review) for node in nodes)})", kind)

    return convert


def _contains(nodes: Sequence[Node], review: Review) -> Node:
    array, wanted = nodes
    test = f"function($element) {{ $element = {operand(wanted, review)} }}"
    return Expr(f"$exists($filter({text_of(array, review)}, {test}))", "boolean")


def _get_item(nodes: Sequence[Node], review: Review) -> Node:
    array, index = nodes
    return Expr(f"{operand(array, review)}[{text_of(index, review)}]")


def _range(nodes: Sequence[Node], review: Review) -> Node:
    return Expr(f"[$range({', '.join(text_of(node, review) for node in nodes)})]", "array")


def _unique(nodes: Sequence[Node], review: Review) -> Node:
    review("where elements are arrays themselves, JSONata may flatten them")
    return Expr(f"[$reverse($distinct($reverse({text_of(nodes[0], review)})))]", "array")


def _hash(nodes: Sequence[Node], review: Review) -> Node:
    data, algorithm = nodes
    text = text_of(data, review)
    return Expr(
        f"$hash({text if kind_of(data) == 'string' else f'$string({text})'}, {text_of(algorithm, review)})", "string"
    )


def _merge(nodes: Sequence[Node], review: Review) -> Node:
    return Expr(f"$merge([{text_of(nodes[0], review)}, {text_of(nodes[1], review)}])", "object")


def _json_to_string(nodes: Sequence[Node], review: Review) -> Node:
    if kind_of(nodes[0]) not in ("object", "array", "boolean", "null"):
        review("a text by itself is given as it is, without quotation marks")
    return _call("string", "string")(nodes, review)


def _add(nodes: Sequence[Node], review: Review) -> Node:
    if not all(isinstance(node, int) for node in nodes):
        review("whole numbers are added as before; States.MathAdd rounds fractions")
    return Expr(" + ".join(operand(node, review) for node in nodes), "number", simple=False)


def _random(nodes: Sequence[Node], review: Review) -> Node:
    first, last, *seed = nodes
    if seed:
        review("the same seed gives another number")
    low, high = operand(first, review), operand(last, review)
    drawn = f"$random({', '.join(text_of(node, review) for node in seed)})"
    return Expr(f"$floor({drawn} * ({high} - {low})) + {low}", "number", simple=False)


def _split(nodes: Sequence[Node], review: Review) -> Node:
    text, delimiters = nodes
    if not isinstance(delimiters, str):
        raise RefusedError("the delimiters of States.StringSplit aren't written out")
    if not delimiters:
        return [text]
    escaped = re.sub(r"([\]\[\\^/-])", r"\\\1", delimiters)
    return Expr(f'[$split({text_of(text, review)}, /[{escaped}]/)[$ != ""]]', "array")


def _array(nodes: Sequence[Node], _review: Review) -> Node:
    return list(nodes)


FUNCTIONS: Final[Mapping[str, Convert]] = {
    "States.Array": _array,
    "States.ArrayContains": _contains,
    "States.ArrayGetItem": _get_item,
    "States.ArrayLength": _call("count", "number"),
    "States.ArrayPartition": _call("partition", "array"),
    "States.ArrayRange": _range,
    "States.ArrayUnique": _unique,
    "States.Base64Decode": _call("base64decode", "string"),
    "States.Base64Encode": _call("base64encode", "string"),
    "States.Format": _format,
    "States.Hash": _hash,
    "States.JsonMerge": _merge,
    "States.JsonToString": _json_to_string,
    "States.MathAdd": _add,
    "States.MathRandom": _random,
    "States.StringSplit": _split,
    "States.StringToJson": _call("parse"),
    "States.UUID": _call("uuid", "string"),
}
