"""Choice Rules, compiled into tests of a state's data. The tables say which operators there are and what each takes."""

import operator
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from asl.errors import EvaluationError
from asl.json_types import JSON
from asl.jsonpath import PathNotFoundError
from asl.scope import Scope
from asl.source import compile_source
from asl.timestamps import parse_timestamp

Test: TypeAlias = Callable[[JSON, Scope], bool]
Compare: TypeAlias = Callable[[JSON, JSON], bool]

_MISSING: Final = object()


def is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_string(value: JSON) -> bool:
    return isinstance(value, str)


def is_boolean(value: JSON) -> bool:
    return isinstance(value, bool)


def is_timestamp(value: JSON) -> bool:
    return isinstance(value, str) and parse_timestamp(value) is not None


def _numbers(compare: Callable[[float, float], bool]) -> Compare:
    return lambda left, right: is_number(left) and is_number(right) and compare(left, right)


def _strings(compare: Callable[[str, str], bool]) -> Compare:
    return lambda left, right: isinstance(left, str) and isinstance(right, str) and compare(left, right)


def _timestamps(compare: Callable[[tuple[int, int], tuple[int, int]], bool]) -> Compare:
    def test(left: JSON, right: JSON) -> bool:
        if not isinstance(left, str) or not isinstance(right, str):
            return False
        earlier, later = parse_timestamp(left), parse_timestamp(right)
        return earlier is not None and later is not None and compare(earlier, later)

    return test


def _booleans(left: JSON, right: JSON) -> bool:
    return isinstance(left, bool) and left is right


_ORDERS = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}

# operator -> compares the variable's value with the operand; each has a form ...Path whose operand is a path
COMPARISONS: Mapping[str, Compare] = {
    "BooleanEquals": _booleans,
    **{f"Numeric{name}": _numbers(order) for name, order in _ORDERS.items()},
    **{f"String{name}": _strings(order) for name, order in _ORDERS.items()},
    **{f"Timestamp{name}": _timestamps(order) for name, order in _ORDERS.items()},
}

# operator -> what the variable's value is tested for; the operand says whether it shall be so
TYPE_TESTS: Mapping[str, Callable[[JSON], bool]] = {
    "IsNull": lambda value: value is None,
    "IsString": is_string,
    "IsNumeric": is_number,
    "IsBoolean": is_boolean,
    "IsTimestamp": is_timestamp,
}

OPERATORS: Final = (
    frozenset(COMPARISONS)
    | {f"{name}Path" for name in COMPARISONS}
    | set(TYPE_TESTS)
    | {
        "IsPresent",
        "StringMatches",
    }
)


def compile_rule(rule: Mapping[str, JSON]) -> Test:
    """The test of a Choice Rule that `asl.validate` found right."""
    if "And" in rule:
        tests = [compile_rule(inner) for inner in rule["And"]]
        return lambda data, scope: all(test(data, scope) for test in tests)
    if "Or" in rule:
        tests = [compile_rule(inner) for inner in rule["Or"]]
        return lambda data, scope: any(test(data, scope) for test in tests)
    if "Not" in rule:
        test = compile_rule(rule["Not"])
        return lambda data, scope: not test(data, scope)
    name = next(key for key in rule if key in OPERATORS)
    return _compile_comparison(rule["Variable"], name, rule[name])


def _compile_comparison(variable: str, name: str, operand: JSON) -> Test:
    if name == "IsPresent":
        find = _compile_variable(variable, required=False)
        return lambda data, scope: (find(data, scope) is not _MISSING) is operand
    value = _compile_variable(variable)
    if name in TYPE_TESTS:
        type_test = TYPE_TESTS[name]
        return lambda data, scope: type_test(value(data, scope)) is operand
    if name == "StringMatches":
        return _string_matches(value, operand)
    if name in COMPARISONS:
        return _compare_with(value, COMPARISONS[name], operand, name)
    compare, other = COMPARISONS[name.removesuffix("Path")], _compile_variable(operand)
    return lambda data, scope: compare(value(data, scope), other(data, scope))


def _compare_with(value: Callable[[JSON, Scope], JSON], compare: Compare, operand: JSON, name: str) -> Test:
    if name.startswith("Numeric"):
        order = _ORDERS[name.removeprefix("Numeric")]

        def test(data: JSON, scope: Scope) -> bool:
            number = value(data, scope)
            kind = type(number)
            return (kind is int or kind is float) and order(number, operand)

        return test
    return lambda data, scope: compare(value(data, scope), operand)


def _string_matches(value: Callable[[JSON, Scope], JSON], operand: str) -> Test:
    matches = compile_pattern(operand)

    def test(data: JSON, scope: Scope) -> bool:
        text = value(data, scope)
        return isinstance(text, str) and matches(text)

    return test


def _compile_variable(text: str, *, required: bool = True) -> Callable[[JSON, Scope], JSON]:
    root, path = compile_source(text)
    read = path.read

    def find(data: JSON, scope: Scope) -> JSON:
        try:
            return read(data if root is None else root(data, scope))
        except PathNotFoundError:
            if not required:
                return _MISSING
            raise EvaluationError(
                f"Invalid path '{text}': The choice state's condition path references an invalid value."
            ) from None

    return find


def compile_pattern(text: str) -> Callable[[str], bool]:
    r"""StringMatches: ``*`` is any run of characters, ``\*`` an asterisk, ``\\`` a backslash.

    Taken apart at the asterisks and looked for part by part, so that no pattern makes it slow.
    """
    parts = _split_pattern(text)
    first, *rest = parts
    if not rest:
        return lambda value: value == first
    middle, last = rest[:-1], rest[-1]

    def matches(value: str) -> bool:
        end = len(value) - len(last)
        if end < len(first) or not value.startswith(first) or not value.endswith(last):
            return False
        position = len(first)
        for part in middle:
            found = value.find(part, position, end)
            if found < 0:
                return False
            position = found + len(part)
        return True

    return matches


def _split_pattern(text: str) -> list[str]:
    parts = [""]
    position = 0
    while position < len(text):
        if text[position] == "\\" and text[position + 1 : position + 2] in ("*", "\\"):
            position += 1
            parts[-1] += text[position]
        elif text[position] == "*":
            parts.append("")
        else:
            parts[-1] += text[position]
        position += 1
    return parts
