"""Is a Choice state right? Its rules, by either query language."""

from collections.abc import Mapping
from typing import Final

from asl import repairs
from asl.check_queries import check_jsonata, check_path, is_jsonata
from asl.choice import OPERATORS, is_boolean, is_number, is_string, is_timestamp
from asl.fields import JSONATA, JSONPATH
from asl.findings import Findings, at
from asl.json_types import JSON

COMBINATIONS: Final = ("And", "Or", "Not")


def check_choices(findings: Findings, state: Mapping[str, JSON], path: str, language: str) -> None:
    if "Choices" not in state:
        return
    choices, place = state["Choices"], at(path, "Choices")
    if not findings.is_array(choices, place):
        return
    if not choices:
        findings.error(place, "A Choice state needs at least one rule")
    for index, rule in enumerate(choices):
        here = at(place, index)
        if not findings.is_object(rule, here):
            continue
        if "Next" not in rule:
            findings.missing(here, "Next")
        if language == JSONATA:
            _check_condition(findings, rule, here)
        else:
            _check_rule(findings, rule, here, outermost=True)


def _check_condition(findings: Findings, rule: Mapping[str, JSON], path: str) -> None:
    if "Condition" not in rule:
        findings.missing(path, "Condition")
        return
    condition, place = rule["Condition"], at(path, "Condition")
    if is_jsonata(condition):
        check_jsonata(findings, condition, place)
    elif not isinstance(condition, bool) and not findings.is_placeholder(condition):
        findings.error(place, "Expected a JSONata expression, true or false")
    check_jsonata(findings, rule.get("Output"), at(path, "Output"))
    check_jsonata(findings, rule.get("Assign"), at(path, "Assign"))
    for key in rule:
        if key in OPERATORS or key in COMBINATIONS or key == "Variable":
            findings.of_other_language(path, key, JSONATA, other=JSONPATH, fix=repairs.language(JSONPATH))


def _check_rule(findings: Findings, rule: JSON, path: str, *, outermost: bool) -> None:
    if not findings.is_object(rule, path):
        return
    if "Condition" in rule:
        findings.of_other_language(path, "Condition", JSONPATH, other=JSONATA, fix=repairs.language(JSONATA))
        return
    if "Next" in rule and not outermost:
        findings.error(at(path, "Next"), "A rule inside another can't have 'Next'", fix=repairs.REMOVE)
    operators = [key for key in rule if key in OPERATORS or key in COMBINATIONS]
    if len(operators) != 1:
        findings.error(
            path, "A rule needs exactly one comparison or one of And, Or, Not", fix=_one_operator(rule, operators)
        )
        return
    (name,) = operators
    for key in rule:
        if key not in (name, "Variable", "Next", "Comment", "Assign"):
            findings.unsupported(path, key, fix=repairs.unknown(key, OPERATORS))
    operand, place = rule[name], at(path, name)
    if name == "Not":
        _check_rule(findings, operand, place, outermost=False)
    elif name in COMBINATIONS:
        if findings.is_array(operand, place):
            if not operand:
                findings.error(place, f"'{name}' needs at least one rule")
            for index, inner in enumerate(operand):
                _check_rule(findings, inner, at(place, index), outermost=False)
    else:
        _check_comparison(findings, rule, name, path)


def _one_operator(rule: Mapping[str, JSON], operators: list[str]) -> repairs.Fix | None:
    """More than one: keep one. None: the key that looks most like an operator is misspelt."""
    if operators:
        return repairs.keep_one(operators)
    known = {*OPERATORS, *COMBINATIONS}
    for key in rule:
        near = repairs.near(key, known)
        if near and key not in ("Variable", "Next", "Comment", "Assign"):
            return repairs.rename(key, near)
    return None


def _check_comparison(findings: Findings, rule: Mapping[str, JSON], name: str, path: str) -> None:
    if "Variable" not in rule:
        findings.missing(path, "Variable")
    else:
        check_path(findings, rule["Variable"], at(path, "Variable"))
    operand, place = rule[name], at(path, name)
    if name.endswith("Path"):
        check_path(findings, operand, place)
        return
    if findings.is_placeholder(operand):
        return
    fits, what = _EXPECTED[next(prefix for prefix in _EXPECTED if name.startswith(prefix))]
    if not fits(operand):
        findings.error(place, what)


_EXPECTED = {
    "Boolean": (is_boolean, "Expected value of type [BOOLEAN]"),
    "Numeric": (is_number, "Expected value of type [NUMBER]"),
    "String": (is_string, "Expected value of type [STRING]"),
    "Timestamp": (is_timestamp, "String does not match RFC3339 timestamp"),
    "Is": (is_boolean, "Expected value of type [BOOLEAN]"),
}
