"""Are Retry and Catch right? Error names, intervals, and that States.ALL stands alone and last."""

from collections.abc import Mapping
from typing import Final

from asl import repairs
from asl.check_queries import check_jsonata, check_reference_path, check_template
from asl.errors import ALL
from asl.fields import CATCHER_FIELDS, JSONATA, JSONPATH, LONGEST_SECONDS, RETRIER_FIELDS
from asl.findings import Findings, at
from asl.json_types import JSON

LONGEST_DELAY: Final = 31_622_400  # seconds
LARGEST_RATE: Final = 1e9


def check_retry(findings: Findings, state: Mapping[str, JSON], path: str) -> None:
    for retrier, here in _handlers(findings, state, path, "Retry", RETRIER_FIELDS):
        if "IntervalSeconds" in retrier:
            findings.is_integer(retrier["IntervalSeconds"], at(here, "IntervalSeconds"), 1, LONGEST_SECONDS)
        if "MaxAttempts" in retrier:
            findings.is_integer(retrier["MaxAttempts"], at(here, "MaxAttempts"), 0, LONGEST_SECONDS)
        if "BackoffRate" in retrier:
            findings.is_number(retrier["BackoffRate"], at(here, "BackoffRate"), 1.0, LARGEST_RATE)
        if "MaxDelaySeconds" in retrier:
            findings.is_integer(retrier["MaxDelaySeconds"], at(here, "MaxDelaySeconds"), 1, LONGEST_DELAY)
        if "JitterStrategy" in retrier:
            findings.is_one_of(retrier["JitterStrategy"], at(here, "JitterStrategy"), ("FULL", "NONE"))


def check_catch(findings: Findings, state: Mapping[str, JSON], path: str, language: str) -> None:
    for catcher, here in _handlers(findings, state, path, "Catch", CATCHER_FIELDS):
        if "Next" not in catcher:
            findings.missing(here, "Next")
        if language == JSONATA:
            if "ResultPath" in catcher:
                fix = repairs.language(JSONPATH)
                findings.of_other_language(here, "ResultPath", JSONATA, other=JSONPATH, fix=fix)
            check_jsonata(findings, catcher.get("Output"), at(here, "Output"), in_catcher=True)
            check_jsonata(findings, catcher.get("Assign"), at(here, "Assign"), in_catcher=True)
            continue
        if "Output" in catcher:
            findings.of_other_language(here, "Output", JSONPATH, other=JSONATA, fix=repairs.language(JSONATA))
        check_template(findings, catcher.get("Assign"), at(here, "Assign"))
        if "ResultPath" in catcher:
            check_reference_path(findings, catcher["ResultPath"], at(here, "ResultPath"))


def _handlers(
    findings: Findings, state: Mapping[str, JSON], path: str, field: str, known: frozenset[str]
) -> list[tuple[Mapping[str, JSON], str]]:
    """The Retriers or Catchers that are objects, with their places, after what both have in common was checked."""
    if field not in state or not findings.is_array(state[field], at(path, field)):
        return []
    handlers, found = state[field], []
    for index, handler in enumerate(handlers):
        here = at(at(path, field), index)
        if not findings.is_object(handler, here):
            continue
        found.append((handler, here))
        for key in handler:
            if key not in known:
                findings.unsupported(here, key, fix=repairs.unknown(key, known))
        _check_error_equals(findings, handler, here, is_last=index == len(handlers) - 1)
    return found


def _check_error_equals(findings: Findings, handler: Mapping[str, JSON], path: str, *, is_last: bool) -> None:
    if "ErrorEquals" not in handler:
        findings.missing(path, "ErrorEquals")
        return
    names, place = handler["ErrorEquals"], at(path, "ErrorEquals")
    if not findings.is_array(names, place):
        return
    if not names:
        findings.error(place, "ErrorEquals needs at least one error name")
    for index, name in enumerate(names):
        findings.is_string(name, at(place, index))
    if ALL in names and len(names) > 1:
        findings.error(place, "States.ALL must appear alone", fix=repairs.replace([ALL]))
    if ALL in names and not is_last:
        findings.error(place, "States.ALL must appear in the last element", fix=repairs.LAST)
