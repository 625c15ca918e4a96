"""Choice Rules as JSONata conditions. A comparison is false for a value of another type; so is its condition."""

import re
from typing import Final

from asl.choice import COMPARISONS, OPERATORS
from asl.conversion_paths import Reader
from asl.conversion_values import RefusedError, literal, operand
from asl.json_types import JSON

ORDERS: Final = {"Equals": "=", "LessThan": "<", "LessThanEquals": "<=", "GreaterThan": ">", "GreaterThanEquals": ">="}
TYPES: Final = {"IsNull": "null", "IsString": "string", "IsNumeric": "number", "IsBoolean": "boolean"}
# RFC 3339 as Step Functions takes it.
TIMESTAMP: Final = (
    r"/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?"
    r"(Z|[+-]([01]\d):[0-5]\d)$/"
)


def condition(rule: JSON, reader: Reader) -> str:
    """The text of an expression that is true where the rule matches."""
    return _rule(rule, reader)[0]


def _rule(rule: JSON, reader: Reader) -> tuple[str, bool]:
    """The text, and whether it can be an operand without parentheses."""
    for word, name in (("and", "And"), ("or", "Or")):
        if name in rule:
            parts = [_rule(inner, reader) for inner in rule[name]]
            if len(parts) == 1:
                return parts[0]
            return f" {word} ".join(text if alone else f"({text})" for text, alone in parts), False
    if "Not" in rule:
        return f"$not({_rule(rule['Not'], reader)[0]})", True
    operator = next(key for key in rule if key in OPERATORS)
    return _comparison(rule["Variable"], operator, rule[operator], reader)


def _comparison(variable: str, operator: str, wanted: JSON, reader: Reader) -> tuple[str, bool]:
    if isinstance(wanted, str) and wanted.startswith("${") and operator != "StringEquals":
        raise RefusedError(f"{wanted} is only known when it is deployed")
    value = operand(reader.path(variable), reader.review)
    if operator == "IsPresent":
        found = f"$exists({value})"
        return (found if wanted else f"$not({found})"), True
    if operator in TYPES:
        return f'$type({value}) {"=" if wanted else "!="} "{TYPES[operator]}"', True
    if operator == "IsTimestamp":
        reader.review("a text with the form of a timestamp is taken for one, even with a day that no month has")
        found = f'($type({value}) = "string" and $contains({value}, {TIMESTAMP}))'
        return (found if wanted else f"$not{found}"), True
    if operator == "StringMatches":
        return f'($type({value}) = "string" and $contains({value}, {_pattern(wanted)}))', True
    if operator in COMPARISONS:
        return _compared(operator, value, literal(wanted), "", reader), True
    other = operand(reader.path(wanted), reader.review)
    return _compared(operator.removesuffix("Path"), value, other, other, reader), True


def _compared(operator: str, value: str, other: str, guarded: str, reader: Reader) -> str:
    """``guarded`` is ``other`` where its type isn't known."""
    kind = next(kind for kind in ("Boolean", "Numeric", "String", "Timestamp") if operator.startswith(kind))
    order = ORDERS[operator.removeprefix(kind)]
    if kind == "Timestamp":
        reader.review("timestamps are compared to the millisecond")
        tests = [f'$type({one}) = "string" and $contains({one}, {TIMESTAMP})' for one in (value, guarded) if one]
        return f"({' and '.join([*tests, f'$toMillis({value}) {order} $toMillis({other})'])})"
    if order == "=" and not guarded:
        return f"{value} = {other}"
    name = "number" if kind == "Numeric" else kind.lower()
    tests = [f'$type({one}) = "{name}"' for one in (value, guarded) if one]
    return f"({' and '.join([*tests, f'{value} {order} {other}'])})"


def _pattern(text: str) -> str:
    r"""StringMatches as a regular expression: ``*`` is any run of characters, ``\*`` an asterisk."""
    parts = re.findall(r"\\[*\\]|.", text, re.DOTALL)
    return "/^" + "".join(r"[\s\S]*" if part == "*" else _escaped(part[-1]) for part in parts) + "$/"


def _escaped(character: str) -> str:
    if character in "\\^$.|?*+()[]{}/":
        return f"\\{character}"
    return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(character, character)
