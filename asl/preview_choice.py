"""Which rules of a Choice a sample fulfils: each rule, each condition inside it, and where the state would lead."""

from collections.abc import Mapping
from dataclasses import dataclass

from asl import jsonata_flow
from asl.choice import compile_rule
from asl.errors import NO_CHOICE_MATCHED, EvaluationError
from asl.findings import at
from asl.json_types import JSON
from asl.jsonpath_flow import compile_assign
from asl.preview_trace import UNKNOWN, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    next: str | None = None
    output: JSON = UNKNOWN  # of a JSONata Choice
    is_unclear: bool = False  # a rule failed before one matched, or none matched and there is no Default


def choose(definition: Mapping[str, JSON], raw: JSON, effective: JSON, trace: Tracer, *, is_jsonata: bool) -> Chosen:
    """All rules are read, those behind the one that matches, too; ``effective`` is what they look at."""
    choices = definition.get("Choices")
    rules = [rule if isinstance(rule, dict) else {} for rule in choices] if isinstance(choices, list) else []
    verdicts = [
        _jsonata_rule(rule, index, raw, trace) if is_jsonata else _rule(f"/Choices/{index}", rule, effective, trace)
        for index, rule in enumerate(rules)
    ]
    outputs = [
        _left("/Choices/" + str(index), rule, raw, effective, trace, is_jsonata=is_jsonata)
        for index, rule in enumerate(rules)
    ]
    by_default = _left("", definition, raw, effective, trace, is_jsonata=is_jsonata)
    for rule, verdict, output in zip(rules, verdicts, outputs, strict=True):
        if verdict is UNKNOWN:
            return Chosen(is_unclear=True)
        if verdict is True:
            return Chosen(next=rule.get("Next"), output=output)
    if "Default" not in definition:
        _nothing_matched(trace, effective)
        return Chosen(is_unclear=True)
    return Chosen(next=definition["Default"], output=by_default)


def _nothing_matched(trace: Tracer, effective: JSON) -> None:
    def fail(_written: JSON) -> JSON:
        cause = "Failed to transition out of the state. The state does not point to a next state."
        raise EvaluationError(cause, error=NO_CHOICE_MATCHED)

    trace.read("/Default", None, fail, effective)


def _rule(path: str, rule: JSON, data: JSON, trace: Tracer) -> JSON:
    """True, False or `UNKNOWN`; then the same of all inside it."""
    if not isinstance(rule, dict):
        return UNKNOWN
    verdict = trace.read(path, rule, lambda written: compile_rule(written)(data, trace.scope), data)
    for operator in ("And", "Or"):
        nested = rule.get(operator)
        for index, inner in enumerate(nested if isinstance(nested, list) else ()):
            _rule(at(at(path, operator), index), inner, data, trace)
    if "Not" in rule:
        _rule(at(path, "Not"), rule["Not"], data, trace)
    return verdict


def _jsonata_rule(rule: Mapping[str, JSON], index: int, raw: JSON, trace: Tracer) -> JSON:
    if "Condition" not in rule:
        return UNKNOWN
    return trace.read(
        f"/Choices/{index}/Condition",
        rule["Condition"],
        lambda written: jsonata_flow.compile_condition(written, index)(raw, trace.scope),
        raw,
    )


def _left(
    path: str, holder: Mapping[str, JSON], raw: JSON, effective: JSON, trace: Tracer, *, is_jsonata: bool
) -> JSON:
    """What a rule (or the Default) assigns and gives on."""
    place = f"Choices[{path.rpartition('/')[2]}]/" if path else ""
    if holder.get("Assign"):
        if is_jsonata:
            trace.output(
                f"{path}/Assign",
                holder["Assign"],
                lambda value: jsonata_flow.compile_output({"Assign": value}, "Assign", has_result=False, place=place),
                raw,
                effective,
            )
        else:
            trace.output(
                f"{path}/Assign", holder["Assign"], lambda value: compile_assign({"Assign": value}), raw, effective
            )
    if not is_jsonata or "Output" not in holder:
        return raw
    written = holder["Output"]
    return trace.read(
        f"{path}/Output",
        written,
        lambda value: jsonata_flow.compile_query(value, f"{place}Output")(raw, trace.scope),
        raw,
        template=True,
    )
