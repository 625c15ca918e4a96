"""Texts that look like paths or calls where nothing reads them as such: what AWS warns of, by its codes."""

import re
from collections.abc import Mapping
from typing import Final

from asl import repairs
from asl.findings import Findings, at
from asl.json_types import JSON

NO_DOLLAR: Final = "NO_DOLLAR"
NO_PATH: Final = "NO_PATH"
STATIC_RESULT: Final = "PASS_RESULT_IS_STATIC"

TEMPLATES: Final = ("Parameters", "ResultSelector", "ItemSelector", "Assign")
PLAIN: Final = ("Error", "Cause")  # texts that have a twin whose name ends in Path

_path = re.compile(r"\$(\$?[.\[].+|\$)?")
_call = re.compile(r"States\.[A-Za-z0-9]+\(.*\)", re.DOTALL)


def check_literals(findings: Findings, state: Mapping[str, JSON], path: str) -> None:
    """Of a state in JSONPath; JSONata marks its expressions."""
    for field in TEMPLATES:
        _check_template(findings, state.get(field), at(path, field))
    if state.get("Type") == "Pass" and "Result" in state:
        _check_result(findings, state["Result"], at(path, "Result"))
    if state.get("Type") == "Fail":
        for field in PLAIN:
            _check_plain(findings, state, field, path)
    for index, rule in enumerate(state["Choices"] if isinstance(state.get("Choices"), list) else ()):
        _check_rule(findings, rule, at(at(path, "Choices"), index))


def _is_path(value: JSON) -> bool:
    return isinstance(value, str) and _path.fullmatch(value) is not None


def _is_read(value: JSON) -> bool:
    return isinstance(value, str) and (_is_path(value) or _call.fullmatch(value) is not None)


def _check_template(findings: Findings, template: JSON, path: str) -> None:
    if isinstance(template, dict):
        for key, value in template.items():
            if not key.endswith(".$") and _is_read(value):
                message = (
                    f"The value of '{key}' looks like a JSONPath or an intrinsic function, but the name has no '.$'"
                )
                findings.warning(at(path, key), NO_DOLLAR, message, fix=repairs.rename(key, [f"{key}.$"]))
            _check_template(findings, value, at(path, key))
    elif isinstance(template, list):
        for index, value in enumerate(template):
            _check_template(findings, value, at(path, index))


def _check_result(findings: Findings, result: JSON, path: str) -> None:
    if _is_read(result):
        message = "The Result of a Pass state is static: a JSONPath or an intrinsic function isn't evaluated here"
        findings.warning(path, STATIC_RESULT, message)
    members = result.items() if isinstance(result, dict) else enumerate(result) if isinstance(result, list) else ()
    for key, value in members:
        _check_result(findings, value, at(path, key))


def _check_rule(findings: Findings, rule: JSON, path: str) -> None:
    if not isinstance(rule, dict):
        return
    for key, value in rule.items():
        if key in {"And", "Or"} and isinstance(value, list):
            for index, inner in enumerate(value):
                _check_rule(findings, inner, at(at(path, key), index))
        elif key == "Not":
            _check_rule(findings, value, at(path, key))
        elif key.startswith("String") and key != "StringMatches":
            _check_plain(findings, rule, key, path)


def _check_plain(findings: Findings, holder: Mapping[str, JSON], field: str, path: str) -> None:
    if field in holder and not field.endswith("Path") and _is_path(holder[field]):
        message = f"The value of '{field}' looks like a path, but the field's name doesn't end with 'Path'"
        findings.warning(at(path, field), NO_PATH, message, fix=repairs.rename(field, [f"{field}Path"]))
