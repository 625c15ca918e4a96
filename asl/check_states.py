"""Is a state right? Fields and what they hold; the state types that have more to check have modules of their own."""

from collections.abc import Mapping
from typing import Final

from asl import repairs
from asl.check_choice import check_choices
from asl.check_handlers import check_catch, check_retry
from asl.check_literals import TEMPLATES, check_literals
from asl.check_map import check_map
from asl.check_queries import (
    check_jsonata,
    check_path,
    check_path_or_intrinsic,
    check_reference_path,
    check_template,
    is_expression_for_number,
)
from asl.check_task import check_task
from asl.fields import (
    ALL_STATE_FIELDS,
    EXCLUSIVE,
    IDLE_FIELDS,
    JSONATA,
    JSONATA_ONLY,
    JSONPATH,
    JSONPATH_ONLY,
    LONGEST_SECONDS,
    QUERY_LANGUAGES,
    STATE_FIELDS,
    STATE_TYPES,
    WAIT_FORMS,
)
from asl.findings import Findings, at
from asl.json_types import JSON
from asl.timestamps import parse_timestamp

MOVING: Final = ("Task", "Pass", "Wait", "Parallel", "Map")


def check_state(findings: Findings, state: Mapping[str, JSON], path: str, language: str) -> None:
    """Everything but what the state says about other states. ``language`` is the whole machine's."""
    if "Type" not in state:
        findings.missing(path, "Type")
        return
    kind = state["Type"]
    if not findings.is_one_of(kind, at(path, "Type"), STATE_TYPES):
        return
    language = _language(findings, state, path, language)
    _check_fields(findings, state, path, kind, language)
    _check_moves(findings, state, path, kind)
    if "Comment" in state:
        findings.is_string(state["Comment"], at(path, "Comment"))
    (_check_jsonata_fields if language == JSONATA else _check_jsonpath_fields)(findings, state, path)
    if language == JSONPATH:
        check_literals(findings, state, path)
    if kind in ("Task", "Parallel", "Map"):
        check_retry(findings, state, path)
        check_catch(findings, state, path, language)
    match kind:
        case "Task":
            check_task(findings, state, path, language)
        case "Choice":
            if "Choices" not in state:
                findings.missing(path, "Choices")
            check_choices(findings, state, path, language)
        case "Wait":
            _check_wait(findings, state, path, language)
        case "Fail":
            _check_fail(findings, state, path, language)
        case "Parallel":
            if "Branches" not in state:
                findings.missing(path, "Branches")
        case "Map":
            check_map(findings, state, path, language)
        case _:
            pass


def _language(findings: Findings, state: Mapping[str, JSON], path: str, around: str) -> str:
    own = state.get("QueryLanguage", around)
    if not findings.is_one_of(own, at(path, "QueryLanguage"), QUERY_LANGUAGES):
        return around
    if around == JSONATA and own == JSONPATH:
        message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
        findings.error(path, message, fix=repairs.drop("QueryLanguage"))
        return around
    return str(own)


def _check_fields(findings: Findings, state: Mapping[str, JSON], path: str, kind: str, language: str) -> None:
    foreign = JSONPATH_ONLY if language == JSONATA else JSONATA_ONLY
    for key in state:
        if key in foreign and key in ALL_STATE_FIELDS:
            other = JSONPATH if language == JSONATA else JSONATA
            findings.of_other_language(path, key, language, other=other, fix=repairs.language(other))
        elif key in STATE_FIELDS[kind]:
            continue
        elif key in IDLE_FIELDS.get(kind, ()):
            message = f"A {kind} state doesn't read the field '{key}'"
            findings.warning(at(path, key), "MISPLACED_FIELD", message, fix=repairs.REMOVE)
        elif key in ALL_STATE_FIELDS:
            findings.unsupported(path, key, fix=repairs.REMOVE)
        else:
            findings.unsupported(path, key, fix=repairs.unknown(key, STATE_FIELDS[kind] - foreign))
    for first, second in EXCLUSIVE:
        if first in state and second in state and first in STATE_FIELDS[kind] and second in STATE_FIELDS[kind]:
            message = f"Only one of '{first}' and '{second}' may be there"
            findings.error(at(path, second), message, fix=repairs.keep_one([first, second]))


def _check_moves(findings: Findings, state: Mapping[str, JSON], path: str, kind: str) -> None:
    if kind not in MOVING:
        return
    if "End" in state:
        findings.is_boolean(state["End"], at(path, "End"))
    ends = state.get("End") not in (None, False)
    if ends and "Next" in state:
        findings.error(path, "Only one of 'Next' and 'End' may be there", fix=repairs.keep_one(["Next", "End"]))
    elif not ends and "Next" not in state:
        findings.error(path, "One of 'Next' and 'End' is required", fix=repairs.ONWARD)


def _check_jsonata_fields(findings: Findings, state: Mapping[str, JSON], path: str) -> None:
    for field in ("Arguments", "Output", "Assign", "ItemSelector"):
        if field in state:
            check_jsonata(findings, state[field], at(path, field))
    if "Assign" in state:
        findings.is_object(state["Assign"], at(path, "Assign"))


def _check_jsonpath_fields(findings: Findings, state: Mapping[str, JSON], path: str) -> None:
    for field in ("InputPath", "OutputPath"):
        if field in state:
            check_path(findings, state[field], at(path, field), nullable=True)
    if "ResultPath" in state:
        check_reference_path(findings, state["ResultPath"], at(path, "ResultPath"))
    for field in TEMPLATES:
        if field in state:
            check_template(findings, state[field], at(path, field))
    if "Assign" in state:
        findings.is_object(state["Assign"], at(path, "Assign"))


def _check_wait(findings: Findings, state: Mapping[str, JSON], path: str, language: str) -> None:
    forms = [form for form in WAIT_FORMS if form in state]
    if len(forms) != 1:
        fix = repairs.keep_one(forms) if forms else repairs.add("Seconds")
        findings.error(path, f"A Wait state needs exactly one of {', '.join(WAIT_FORMS)}", fix=fix)
        return
    (form,) = forms
    value, place = state[form], at(path, form)
    if is_expression_for_number(findings, value, place, language):
        return
    if form == "Seconds":
        findings.is_integer(value, place, 0, LONGEST_SECONDS)
    elif form == "Timestamp":
        if not findings.is_placeholder(value) and (not isinstance(value, str) or parse_timestamp(value) is None):
            findings.error(place, "String does not match RFC3339 timestamp")
    else:
        check_path(findings, value, place)


def _check_fail(findings: Findings, state: Mapping[str, JSON], path: str, language: str) -> None:
    for field in ("Error", "Cause"):
        if field in state and findings.is_string(state[field], at(path, field)) and language == JSONATA:
            check_jsonata(findings, state[field], at(path, field))
        if f"{field}Path" in state and language == JSONPATH:
            check_path_or_intrinsic(findings, state[f"{field}Path"], at(path, f"{field}Path"))
