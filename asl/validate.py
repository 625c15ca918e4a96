"""What is wrong with a definition: all of it, each finding with its place.

`diagnose` judges a text as the States Language. Errors are what AWS refuses at creation, under AWS's codes; warnings
are what it takes though it can hardly have been meant.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from asl import repairs
from asl.check_states import MOVING, check_state
from asl.check_variables import check_variables
from asl.diagnostics import Diagnostic, is_error
from asl.fields import (
    BRANCH_FIELDS,
    JSONPATH,
    LARGEST_DEFINITION,
    LONGEST_NAME,
    LONGEST_SECONDS,
    MACHINE_FIELDS,
    PROCESSOR_FIELDS,
    QUERY_LANGUAGES,
)
from asl.findings import MISSING_TARGET, Findings, at, unescaped
from asl.json_text import reference_loads
from asl.json_types import JSON
from asl.walk import states

__all__ = ["aws_location", "aws_message", "diagnose"]

NOT_JSON = "INVALID_JSON_DESCRIPTION"
_element = re.compile(r"(?<!/States)/(\d+)(?=/|$)")
MISSING_END = "MISSING_END_STATE"  # AWS refuses such a machine, though it could be run
DUPLICATE_LABEL = "DUPLICATE_LABEL_NAME"


def diagnose(text: str, *, type: str = "STANDARD", placeholders: bool = True) -> list[Diagnostic]:  # noqa: A002
    """All findings, errors first. Never raises. ``type`` is STANDARD or EXPRESS.

    With ``placeholders``, a ``${name}`` may stand where a number, a path or a name must be once it is substituted.
    """
    findings = Findings(express=type == "EXPRESS", placeholders=placeholders)
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_DEFINITION:
        findings.error("", f"The definition is larger than {LARGEST_DEFINITION} bytes")
        return findings.found
    try:
        document = reference_loads(text)
        _check_machine(findings, document)
    except ValueError as reason:
        findings.found = [Diagnostic("", NOT_JSON, _json_complaint(text, reason))]
    except RecursionError:
        findings.found = [Diagnostic("", NOT_JSON, "The definition is nested too deeply")]
    return sorted(findings.found, key=lambda found: found.severity)


def aws_message(diagnostics: Sequence[Diagnostic]) -> str:
    """AWS's wording of InvalidDefinition for these findings."""
    errors = [found for found in diagnostics if is_error(found)]
    shown = ", ".join(f"{found.code}: {found.message} at {aws_location(found) or 'null'}" for found in errors)
    return f"Invalid State Machine Definition: '{shown}'"


def aws_location(diagnostic: Diagnostic) -> str | None:
    """The place as ValidateStateMachineDefinition gives it, or line and column of what is no JSON.

    Names stand as they are, elements as ``[0]``. None where AWS names no place.
    """
    if diagnostic.code == NOT_JSON:
        return diagnostic.message.partition("\n at ")[2] or "/"
    if diagnostic.code == MISSING_END:
        return None
    path = diagnostic.path if diagnostic.place is None else diagnostic.place
    return unescaped(_element.sub(r"[\1]", path)) or "/"


def _json_complaint(text: str, reason: ValueError) -> str:
    """The complaint as AWS's JSON reader words it."""
    shown = text if len(text) <= 500 else f"{text[:500]}[truncated {len(text) - 500} chars]"
    position = reason.pos if isinstance(reason, json.JSONDecodeError) else 0
    word = re.compile(r"[A-Za-z_$][\w$]*").match(text, position)
    end = word.end() if word else position
    line, column = text.count("\n", 0, end) + 1, end - (text.rfind("\n", 0, end) + 1) + 1
    place = f'[Source: (String)"{shown}"; line: {line}, column: {column}]'
    if word:
        expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
        return f"Unrecognized token '{word[0]}': was expecting {expected}\n at {place}"
    if position >= len(text):
        return f"Unexpected end-of-input\n at {place}"
    character = text[position]
    return f"Unexpected character ('{character}' (code {ord(character)})): {reason}\n at {place}"


# -- machines and branches --------------------------------------------------------------------------


def _check_machine(findings: Findings, document: JSON) -> None:
    if not findings.is_object(document, ""):
        return
    language = document.get("QueryLanguage", JSONPATH)
    if not findings.is_one_of(language, "/QueryLanguage", QUERY_LANGUAGES):
        language = JSONPATH
    if "TimeoutSeconds" in document:
        findings.is_integer(document["TimeoutSeconds"], "/TimeoutSeconds", 1, LONGEST_SECONDS)
    if "Version" in document:
        findings.is_one_of(document["Version"], "/Version", ("1.0",))
    _check_branch(findings, document, "", str(language), MACHINE_FIELDS)
    _check_unique_names(findings, document)
    _check_unique_labels(findings, document)
    check_variables(findings, document)


def _check_branch(findings: Findings, branch: JSON, path: str, language: str, known: frozenset[str]) -> None:
    if not findings.is_object(branch, path):
        return
    missing = [field for field in ("States", "StartAt") if field not in branch]
    if missing:
        findings.missing(path, *missing)
    for key in branch:
        if key not in known:
            findings.unsupported(path, key, fix=repairs.unknown(key, known))
    if "Comment" in branch:
        findings.is_string(branch["Comment"], at(path, "Comment"))
    states, place = branch.get("States"), at(path, "States")
    if "States" not in branch or not findings.is_object(states, place):
        return
    if not states:
        findings.error(place, "At least one state is required")
        return
    for name, state in states.items():
        here = at(place, name)
        if len(name) > LONGEST_NAME:
            findings.error(here, f"A state's name has at most {LONGEST_NAME} characters")
        if not name:
            findings.error(here, "A state's name can't be empty")
        if findings.is_object(state, here):
            check_state(findings, state, here, language)
            _check_inner(findings, state, here, language)
    _check_targets(findings, branch, path)


def _check_inner(findings: Findings, state: Mapping[str, JSON], path: str, language: str) -> None:
    """The state machines inside a state. A state that names no query language has the whole machine's."""
    if state.get("Type") == "Parallel" and "Branches" in state:
        branches, place = state["Branches"], at(path, "Branches")
        if findings.is_array(branches, place):
            if not branches:
                findings.error(place, "Value cannot be empty")
            for index, branch in enumerate(branches):
                _check_branch(findings, branch, at(place, index), language, BRANCH_FIELDS)
    elif state.get("Type") == "Map":
        for field in ("ItemProcessor", "Iterator"):
            if field in state:
                _check_processor(findings, state[field], at(path, field), language)


def _check_processor(findings: Findings, processor: JSON, path: str, language: str) -> None:
    _check_branch(findings, processor, path, language, PROCESSOR_FIELDS)
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    if config is None:
        return
    place = at(path, "ProcessorConfig")
    if not findings.is_object(config, place):
        return
    if "Mode" in config:
        findings.is_one_of(config["Mode"], at(place, "Mode"), ("INLINE", "DISTRIBUTED"))
    if "ExecutionType" in config:
        findings.is_one_of(config["ExecutionType"], at(place, "ExecutionType"), ("STANDARD", "EXPRESS"))
    elif config.get("Mode") == "DISTRIBUTED":
        findings.missing(place, "ExecutionType")


# -- transitions ------------------------------------------------------------------------------------


def _targets(state: Mapping[str, JSON], path: str) -> Iterator[tuple[JSON, str, str]]:
    """Where a state may lead: the name, its place, the field."""
    for field in ("Next", "Default"):
        if field in state:
            yield state[field], at(path, field), field
    for field in ("Choices", "Catch"):
        members = state.get(field)
        if isinstance(members, list):
            for index, member in enumerate(members):
                if isinstance(member, dict) and "Next" in member:
                    yield member["Next"], at(at(at(path, field), index), "Next"), "Next"


def _check_targets(findings: Findings, branch: Mapping[str, JSON], path: str) -> None:
    states, place = branch["States"], at(path, "States")
    start = branch.get("StartAt")
    leads: dict[str, list[str]] = {}
    if "StartAt" in branch:
        _check_target(findings, states, start, at(path, "StartAt"), "Next")  # as AWS words it
    for name, state in states.items():
        leads[name] = []
        if isinstance(state, dict):
            for target, where, field in _targets(state, at(place, name)):
                if _check_target(findings, states, target, where, field):
                    leads[name].append(target)
    if not path and not _may_end(states):
        findings.error("", "Workflow has no terminal state", MISSING_END)
    elif isinstance(start, str) and not any(map(findings.is_placeholder, (start, *_all_targets(states)))):
        reached = _reachable(start, leads)
        for name in states:
            if name not in reached:
                message = f'State "{name}" is not reachable.'
                findings.error(at(place, name), message, MISSING_TARGET, fix=repairs.UNREACHABLE)


def _may_end(states: Mapping[str, JSON]) -> bool:
    """Is there a state with which the machine ends? One that leads nowhere has a finding of its own."""
    return any(
        not isinstance(state, dict)
        or state.get("Type") not in (*MOVING, "Choice")
        or state.get("End") not in (None, False)
        or (not state.get("Choices") if state["Type"] == "Choice" else "Next" not in state)
        for state in states.values()
    )


def _check_target(findings: Findings, states: Mapping[str, JSON], target: JSON, path: str, field: str) -> bool:
    if findings.is_placeholder(target) or not findings.is_string(target, path):
        return False
    if target not in states:
        message = f"Missing '{field}' target: {target}"
        findings.error(path, message, MISSING_TARGET, fix=repairs.target(target, states))
        return False
    return True


def _all_targets(states: Mapping[str, JSON]) -> list[JSON]:
    return [target for state in states.values() if isinstance(state, dict) for target, _, _ in _targets(state, "")]


def _reachable(start: str, leads: Mapping[str, Sequence[str]]) -> set[str]:
    seen, pending = {start}, [start]
    while pending:
        for target in leads.get(pending.pop(), ()):
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return seen


# -- names ------------------------------------------------------------------------------------------


def _check_unique_names(findings: Findings, document: Mapping[str, JSON]) -> None:
    """A state's name is unique in the whole machine; what a distributed Map holds is a machine of its own."""
    first: dict[str, str] = {}
    for place in states(document, of_one_machine=True):
        if place.name in first:
            message = f"Duplicate State name: {place.name}"
            findings.error(place.path, message, "DUPLICATE_STATE_NAME", fix=repairs.RENAME_STATE)
        else:
            first[place.name] = place.path


def _check_unique_labels(findings: Findings, document: Mapping[str, JSON]) -> None:
    """A Map Run's ARN holds the label, and nothing else that tells two Maps apart."""
    seen: set[str] = set()
    for place in states(document):
        label = place.state.get("Label") if isinstance(place.state, dict) else None
        if isinstance(label, str) and not findings.is_placeholder(label):
            if label in seen:
                findings.error(at(place.path, "Label"), f"Duplicate Label name: {label}", DUPLICATE_LABEL)
            seen.add(label)
