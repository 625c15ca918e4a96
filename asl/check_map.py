"""Is a Map state right? Its items and where they come from, its limits, and what it makes of them."""

import re
from collections.abc import Mapping
from typing import Final

from asl import repairs
from asl.check_queries import check_jsonata, check_path, check_template, is_expression_for_number, is_jsonata
from asl.fields import DISTRIBUTED_ONLY, JSONATA
from asl.findings import Findings, at
from asl.item_batches import MOST_BYTES
from asl.item_reader import DELIMITERS
from asl.json_types import JSON
from asl.walk import is_distributed

LONGEST_LABEL: Final = 40  # characters
INVALID_LABEL: Final = "INVALID_LABEL_NAME"
# White space, brackets, wildcards, special and control characters (developer guide, "Label").
_not_in_label = re.compile(r"""[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]""")
MOST_ITEMS: Final = 100_000_000
INPUT_TYPES: Final = ("CSV", "JSON", "JSONL", "MANIFEST", "PARQUET")
HEADER_LOCATIONS: Final = ("FIRST_ROW", "GIVEN")


def check_map(findings: Findings, state: Mapping[str, JSON], path: str, language: str) -> None:
    if "ItemProcessor" not in state and "Iterator" not in state:
        findings.missing(path, "ItemProcessor")
    for field in ("ItemsPath", "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"):
        if field in state:
            check_path(findings, state[field], at(path, field))
    for field, most in (("MaxConcurrency", 10_000_000), ("ToleratedFailureCount", MOST_ITEMS)):
        if field in state and not is_expression_for_number(findings, state[field], at(path, field), language):
            findings.is_integer(state[field], at(path, field), 0, most)
    percentage, place = state.get("ToleratedFailurePercentage", 0), at(path, "ToleratedFailurePercentage")
    if not is_expression_for_number(findings, percentage, place, language):
        findings.is_number(percentage, place, 0, 100)
    if "Items" in state and language == JSONATA:
        _check_items(findings, state["Items"], at(path, "Items"))
    for field, check in (("ItemReader", _check_reader), ("ItemBatcher", _check_batcher), ("ResultWriter", _check_call)):
        if field in state and findings.is_object(state[field], at(path, field)):
            check(findings, state[field], at(path, field), language)
    _check_mode(findings, state, path)


def _check_items(findings: Findings, items: JSON, path: str) -> None:
    check_jsonata(findings, items, path)
    if not is_jsonata(items) and not isinstance(items, list | dict) and not findings.is_placeholder(items):
        findings.error(path, "Expected a JSONata expression or an array")


def _check_mode(findings: Findings, state: Mapping[str, JSON], path: str) -> None:
    if not is_distributed(state):
        for field in sorted(DISTRIBUTED_ONLY & state.keys()):
            message = f"'{field}' has an effect in the Mode DISTRIBUTED only"
            findings.warning(at(path, field), "MISPLACED_FIELD", message, fix=repairs.REMOVE)
    if "Label" in state and findings.is_string(state["Label"], at(path, "Label")):
        complaint = None if findings.is_placeholder(state["Label"]) else _label_complaint(state["Label"])
        if complaint is not None:
            findings.error(at(path, "Label"), complaint, INVALID_LABEL)


def _label_complaint(label: str) -> str | None:
    """What is wrong with it: it becomes a part of ARNs."""
    wrong = _not_in_label.search(label)
    if wrong is not None:
        return f"Label contains invalid character: {wrong[0]!r}"
    if len(label) > LONGEST_LABEL:
        return f"Label cannot exceed {LONGEST_LABEL} characters"
    return None if label else "Label cannot be empty"


def _check_call(findings: Findings, call: Mapping[str, JSON], path: str, language: str) -> None:
    """What is called to read or to write, as in a Task."""
    if "Resource" in call:
        findings.is_string(call["Resource"], at(path, "Resource"))
    _check_data(findings, call, "Arguments" if language == JSONATA else "Parameters", path, language)


def _check_data(findings: Findings, holder: Mapping[str, JSON], field: str, path: str, language: str) -> None:
    if field in holder:
        (check_jsonata if language == JSONATA else check_template)(findings, holder[field], at(path, field))


def _check_reader(findings: Findings, reader: Mapping[str, JSON], path: str, language: str) -> None:
    _check_call(findings, reader, path, language)
    place = at(path, "ReaderConfig")
    if "ReaderConfig" not in reader or not findings.is_object(reader["ReaderConfig"], place):
        return
    config = reader["ReaderConfig"]
    for field, choices in (
        ("InputType", INPUT_TYPES),
        ("CSVHeaderLocation", HEADER_LOCATIONS),
        ("CSVDelimiter", DELIMITERS),
    ):
        if field in config and not is_expression_for_number(findings, config[field], at(place, field), language):
            findings.is_one_of(config[field], at(place, field), choices)
    if "CSVHeaders" in config and findings.is_array(config["CSVHeaders"], at(place, "CSVHeaders")):
        for index, header in enumerate(config["CSVHeaders"]):
            findings.is_string(header, at(at(place, "CSVHeaders"), index))
    _check_limit(findings, config, "MaxItems", place, language, least=0, most=MOST_ITEMS)
    if "ItemsPointer" in config:
        findings.is_string(config["ItemsPointer"], at(place, "ItemsPointer"))
        check_jsonata(findings, config["ItemsPointer"] if language == JSONATA else None, at(place, "ItemsPointer"))


def _check_batcher(findings: Findings, batcher: Mapping[str, JSON], path: str, language: str) -> None:
    _check_limit(findings, batcher, "MaxItemsPerBatch", path, language, least=1, most=MOST_ITEMS)
    _check_limit(findings, batcher, "MaxInputBytesPerBatch", path, language, least=1, most=MOST_BYTES)
    _check_data(findings, batcher, "BatchInput", path, language)


def _check_limit(
    findings: Findings,
    holder: Mapping[str, JSON],
    field: str,
    path: str,
    language: str,
    *,
    least: int,
    most: int,
) -> None:
    if f"{field}Path" in holder:
        check_path(findings, holder[f"{field}Path"], at(path, f"{field}Path"))
    if field in holder and not is_expression_for_number(findings, holder[field], at(path, field), language):
        findings.is_integer(holder[field], at(path, field), least, most)
