"""Are the paths, templates and expressions of a definition right? By either query language."""

import re
from collections.abc import Mapping

from asl import repairs
from asl.fields import JSONATA
from asl.findings import INVALID_JSONATA, UNSUPPORTED_JSONATA, Findings, at
from asl.intrinsic_syntax import Argument, Call, InvalidIntrinsicError, PathArgument, parse_call
from asl.intrinsics import FUNCTIONS
from asl.json_types import JSON
from asl.jsonata import InvalidJSONataError, compile_jsonata, expression_text
from asl.jsonata_context import ERROR_OUTPUT, ROOT
from asl.jsonpath import InvalidPathError, compile_path, is_reference_path
from asl.source import as_path


def check_path(findings: Findings, value: JSON, path: str, *, nullable: bool = False) -> None:
    """A path that reads: into the input, the Context Object or a variable."""
    if findings.is_placeholder(value) or (nullable and value is None) or not findings.is_string(value, path):
        return
    try:
        compile_path(as_path(value))
    except InvalidPathError as reason:
        findings.error(path, f"Value is not a valid JSONPath: {reason}")


def check_path_or_intrinsic(findings: Findings, value: JSON, path: str) -> None:
    if isinstance(value, str) and value.startswith("States."):
        if not is_expression(value):
            findings.error(path, "Value is not a valid JSONPath or intrinsic function call")
    else:
        check_path(findings, value, path)


def check_reference_path(findings: Findings, value: JSON, path: str) -> None:
    """A path that writes (ResultPath): names and indices only, into the input."""
    if findings.is_placeholder(value) or value is None or not findings.is_string(value, path):
        return
    try:
        if value.startswith("$$") or not is_reference_path(compile_path(value)):
            findings.error(path, "Value is not a Reference Path: it must name one place in the input")
    except InvalidPathError as reason:
        findings.error(path, f"Value is not a Reference Path: {reason}")


def check_template(findings: Findings, template: JSON, path: str) -> None:
    """A Payload Template: each member whose name ends in ``.$`` is a path or an intrinsic call."""
    if isinstance(template, Mapping):
        names = {key.removesuffix(".$") for key in template}
        if len(names) < len(template):
            twins = next(key for key in template if f"{key}.$" in template)
            message = "A member is there both as a value and with '.$'"
            findings.error(path, message, fix=repairs.keep_one([twins, f"{twins}.$"]))
        for key, value in template.items():
            if not key.endswith(".$"):
                check_template(findings, value, at(path, key))
            elif not findings.is_placeholder(value) and not (isinstance(value, str) and is_expression(value)):
                findings.error(
                    path,
                    f"The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call",
                    fix=repairs.rename(key, [key.removesuffix(".$")]),
                )
    elif isinstance(template, list):
        for index, value in enumerate(template):
            check_template(findings, value, at(path, index))


def is_expression(text: str) -> bool:
    """Is it a path, or a call of an intrinsic function that there is, with as many arguments as it takes?"""
    try:
        if text.startswith("$"):
            compile_path(as_path(text))
            return True
        return _is_call(parse_call(text))
    except (InvalidPathError, InvalidIntrinsicError):
        return False


def _is_call(call: Call) -> bool:
    if call.name not in FUNCTIONS:
        return False
    least, most, _ = FUNCTIONS[call.name]
    count = len(call.arguments)
    return least <= count and (most is None or count <= most) and all(_is_argument(one) for one in call.arguments)


def _is_argument(argument: Argument) -> bool:
    if isinstance(argument, Call):
        return _is_call(argument)
    if isinstance(argument, PathArgument):
        try:
            compile_path(as_path(argument.text))
        except InvalidPathError:
            return False
    return True


def check_jsonata(findings: Findings, value: JSON, path: str, *, in_catcher: bool = False) -> None:
    """A value that may hold JSONata at any depth: what begins with ``{%`` ends with ``%}`` and is an expression."""
    if isinstance(value, str):
        if value.startswith("{%") and not findings.is_placeholder(value):
            _check_expression(findings, value, path, in_catcher=in_catcher)
    elif isinstance(value, dict):
        for key, member in value.items():
            check_jsonata(findings, member, at(path, key), in_catcher=in_catcher)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            check_jsonata(findings, element, at(path, index), in_catcher=in_catcher)


def _check_expression(findings: Findings, value: str, path: str, *, in_catcher: bool) -> None:
    text = expression_text(value)
    if text is None:
        findings.error(path, "A JSONata expression must end with '%}'")
        return
    try:
        misses = compile_jsonata(text).misses
    except InvalidJSONataError as reason:
        findings.error(path, _without_code(str(reason)), INVALID_JSONATA)
        return
    for name in misses:
        if name != ERROR_OUTPUT:
            message = f"Reference to '{name}'{'' if name == ROOT else ' at the top level'} is not supported."
            findings.error(path, message, UNSUPPORTED_JSONATA)
        elif not in_catcher:
            findings.error(path, f"Field '{ERROR_OUTPUT}' does not exist.", UNSUPPORTED_JSONATA)


def _without_code(message: str) -> str:
    """JSONata's message less its number ("S0207: ...")."""
    return re.sub(r"^[A-Z]\d{4}: ", "", message)


def is_jsonata(value: JSON) -> bool:
    return isinstance(value, str) and value.startswith("{%")


def is_expression_for_number(findings: Findings, value: JSON, path: str, language: str) -> bool:
    """Is it JSONata where a number may be? Then it has been checked."""
    if language != JSONATA or not is_jsonata(value):
        return False
    check_jsonata(findings, value, path)
    return True


def passes_token(template: JSON) -> bool:
    """Does the template hand on the task token, by itself or inside the Context Object?"""
    if isinstance(template, Mapping):
        return any(
            (isinstance(value, str) and _names_token(value)) or passes_token(value) for value in template.values()
        )
    if isinstance(template, list):
        return any((isinstance(value, str) and _names_token(value)) or passes_token(value) for value in template)
    return isinstance(template, str) and _names_token(template)


def _names_token(text: str) -> bool:
    return (
        re.search(r"\$\$(\.Task(\.Token)?|\['Task'\](\['Token'\])?)?(?![\w.\[])", text) is not None
        or re.search(r"\$states\.context(\.Task(\.Token)?)?(?![\w.\[])", text) is not None
    )
