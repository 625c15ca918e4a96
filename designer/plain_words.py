"""A workflow in plain words, for people who don't read definitions: what happens, in order, and who is asked.

A state's own comment says it best; without one there is a sentence by its type and what it calls. Addresses of
resources, accounts and people never appear: what may be shown without signing in is decided here, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asl.resource import Resource, parse_resource
from asl.walk import inner_scopes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HIDDEN = (
    (re.compile(r"arn:[\w-]+:[^\s\"'<>),]+"), "(a resource)"),
    (re.compile(r"(?:https?|wss?|s3)://[^\s\"'<>)]+"), "(an address)"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "(an e-mail address)"),
    (re.compile(r"\b\d{12}\b"), "(an account)"),
)
_CALLS = {
    "lambda": "Runs a function",
    "bedrock": "Asks a language model",
    "http": "Calls a web service",
    "sqs": "Puts a message into a queue",
    "sns": "Sends a notification",
    "events": "Announces an event",
    "states": "Starts another workflow",
    "ecs": "Runs a container",
    "batch": "Runs a batch job",
    "glue": "Runs a data job",
    "codebuild": "Runs a build",
    "transcribe": "Turns speech into text",
    "translate": "Translates a text",
    "polly": "Reads a text aloud",
    "rekognition": "Looks at a picture",
    "comprehend": "Reads a text for its meaning",
    "textract": "Reads a document",
    "sesv2": "Sends an e-mail",
    "ses": "Sends an e-mail",
}
_VERBS = (
    (("get", "query", "scan", "batchGet", "list", "describe", "head", "select"), "Reads from"),
    (("put", "update", "create", "batchWrite", "copy", "start", "send", "publish"), "Writes to"),
    (("delete", "remove"), "Deletes from"),
)
_TITLES = {"dynamodb": "a table", "s3": "a file store", "secretsmanager": "the secrets", "ssm": "the settings"}
_COMPARED = {
    "Equals": "is",
    "EqualsPath": "is the same as",
    "LessThan": "is less than",
    "LessThanEquals": "is at most",
    "GreaterThan": "is more than",
    "GreaterThanEquals": "is at least",
    "Matches": "looks like",
}
_IS = {
    "IsNull": "is empty",
    "IsPresent": "is there",
    "IsNumeric": "is a number",
    "IsString": "is a text",
    "IsBoolean": "is yes or no",
    "IsTimestamp": "is a time",
}
MOST_WORDS = 160


@dataclass(frozen=True, slots=True)
class Step:
    """One state. ``parts`` are what happens inside it: a title and its own steps."""

    name: str
    words: str
    kind: str  # the state's type
    asks: bool = False  # a person or another system answers before it goes on
    notes: list[str] = field(default_factory=list)
    parts: list[tuple[str, list[Step]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    about: str  # the workflow's own comment
    steps: list[Step]
    asked: list[str]  # who is asked, one sentence each


def hidden(text: str) -> str:
    """Without addresses of resources, accounts and people."""
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text


def without_resources(text: str) -> str:
    """Without ARNs and account numbers alone."""
    for pattern, instead in (_HIDDEN[0], _HIDDEN[-1]):
        text = pattern.sub(instead, text)
    return text


def story(document: Any) -> Story:
    """For a parsed definition, right or not: what can't be read is left out."""
    steps = _steps(document)
    about = document.get("Comment") if isinstance(document, dict) else ""
    asked = [f"{step.name}: {_lower(step.words)}" for step in _all(steps) if step.asks]
    return Story(hidden(about) if isinstance(about, str) else "", steps, asked)


def in_order(scope: Any) -> list[str]:
    """The names of a scope's states from StartAt: each path to its end before the next begins; unreached ones last."""
    if not isinstance(scope, dict) or not isinstance(scope.get("States"), dict):
        return []
    members = scope["States"]
    found: dict[str, None] = {}
    waiting = [scope.get("StartAt")]
    while waiting:
        name = waiting.pop()
        if not isinstance(name, str) or name in found or name not in members:
            continue
        found[name] = None
        waiting += reversed([target for target, _ in targets(members[name])])
    return [*found, *(name for name in members if name not in found)]


def targets(state: Any) -> Iterator[tuple[str, str]]:
    """Where a state leads: (name, "next" | "rule" | "default" | "catch"), errors last."""
    if not isinstance(state, dict):
        return
    if isinstance(state.get("Next"), str):
        yield state["Next"], "next"
    for rule in _rules(state, "Choices"):
        if isinstance(rule.get("Next"), str):
            yield rule["Next"], "rule"
    if isinstance(state.get("Default"), str):
        yield state["Default"], "default"
    for rule in _rules(state, "Catch"):
        if isinstance(rule.get("Next"), str):
            yield rule["Next"], "catch"


def _rules(state: Mapping[str, Any], member: str) -> list[dict[str, Any]]:
    rules = state.get(member)
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _all(steps: list[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        for _, inner in step.parts:
            yield from _all(inner)


def _steps(scope: Any) -> list[Step]:
    names = in_order(scope)
    return [
        _step(name, scope["States"][name], names[index + 1] if index + 1 < len(names) else "")
        for index, name in enumerate(names)
    ]


def _step(name: str, state: Any, following: str) -> Step:
    if not isinstance(state, dict):
        return Step(hidden(name), "It can't be read.", "Unknown")
    given = state.get("Type")
    kind = given if isinstance(given, str) else "Unknown"
    comment = state.get("Comment")
    said = hidden(comment.strip()) if isinstance(comment, str) and comment.strip() else _sentence(kind, state)
    inner = [steps for scope, _ in inner_scopes(state, "") if (steps := _steps(scope))]
    titles = ["For each"] if kind == "Map" else [f"At the same time, {number}" for number in range(1, len(inner) + 1)]
    parts = list(zip(titles, inner, strict=False))
    return Step(hidden(name), said, kind, _asks(state), [*_notes(kind, state, following)], parts)


def _sentence(kind: str, state: Mapping[str, Any]) -> str:
    match kind:
        case "Task":
            return _task(state)
        case "Pass":
            return "Prepares what comes next."
        case "Choice":
            return "Decides how to go on."
        case "Wait":
            return _wait(state)
        case "Succeed":
            return "It is done."
        case "Fail":
            return "It ends as failed."
        case "Parallel":
            branches = state.get("Branches")
            return f"Does {len(branches) if isinstance(branches, list) else 'several'} things at the same time."
        case "Map":
            return "Does the same for every item of a list."
        case _:
            return "Does something that isn't known here."


def _task(state: Mapping[str, Any]) -> str:
    resource = parse_resource(state["Resource"]) if isinstance(state.get("Resource"), str) else None
    if resource is None:
        return "Does a piece of work."
    if resource.kind == "activity":
        return "Waits until a worker has done a piece of work."
    if _asks(state):
        group = _literal(_request(state), "group", "Group")
        whom = f" {group}" if group else " a person or another system"
        return f"Asks{hidden(whom)} and waits for the answer."
    ends = " and waits until it has ended." if resource.pattern in ("sync", "sync:2") else "."
    return f"{_call(resource, state)}{ends}"


def _call(resource: Resource, state: Mapping[str, Any]) -> str:
    service = "lambda" if resource.kind == "lambda" else resource.service.lower().removesuffix("runtime")
    if service == "lambda":
        name = _function(state, resource)
        return f"Runs the function {name}" if name else _CALLS["lambda"]
    if service in _CALLS:
        return _CALLS[service]
    for begins, verb in _VERBS:
        if resource.action.startswith(begins):
            return f"{verb} {_TITLES.get(service, resource.service)}"
    return f"Uses {resource.service}"


def _function(state: Mapping[str, Any], resource: Resource) -> str:
    given = state.get("Resource") if resource.kind == "lambda" else _literal(_arguments(state), "FunctionName")
    parts = str(given or "").split(":")
    name = parts[6] if given and parts[0] == "arn" and len(parts) > 6 else parts[0]
    return name if re.fullmatch(r"[\w-]{1,140}", name) else ""


def _asks(state: Mapping[str, Any]) -> bool:
    resource = state.get("Resource")
    return isinstance(resource, str) and resource.endswith(".waitForTaskToken")


def _arguments(state: Mapping[str, Any]) -> Any:
    return state.get("Arguments", state.get("Parameters"))


def _request(state: Mapping[str, Any]) -> Any:
    """What a callback's message holds: its body, wherever the service wants it."""
    given = _arguments(state)
    for member in ("MessageBody", "Message", "Payload", "Input"):
        if isinstance(given, dict) and isinstance(given.get(member), dict):
            return given[member]
    return given


def _literal(holder: Any, *members: str) -> str:
    for member in members:
        value = holder.get(member) if isinstance(holder, dict) else None
        if isinstance(value, str) and not re.search(r"\$\{|\{%|^\$", value):
            return value
    return ""


def _wait(state: Mapping[str, Any]) -> str:
    seconds = state.get("Seconds")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        return f"Waits {spell(float(seconds))}."
    return "Waits until a certain time."


def spell(seconds: float) -> str:
    """The largest whole unit: 5400 is 1.5 hours."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = round(seconds / size, 1)
            return f"{count:g} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:g} second{'' if seconds == 1 else 's'}"


def _notes(kind: str, state: Mapping[str, Any], following: str) -> Iterator[str]:
    if kind == "Choice":
        for rule in _rules(state, "Choices"):
            yield f"If {condition(rule)}: {hidden(str(rule.get('Next', 'nothing')))}."
        if isinstance(state.get("Default"), str):
            yield f"Otherwise: {hidden(state['Default'])}."
    limit = state.get("TimeoutSeconds")
    if _asks(state) and isinstance(limit, int | float) and not isinstance(limit, bool):
        yield f"The answer may take up to {spell(float(limit))}."
    if _rules(state, "Retry"):
        most = max(
            (rule["MaxAttempts"] for rule in _rules(state, "Retry") if isinstance(rule.get("MaxAttempts"), int)),
            default=3,
        )
        if most:
            yield f"When it fails, it is tried again, up to {most} time{'' if most == 1 else 's'}."
    for rule in _rules(state, "Catch"):
        errors = rule.get("ErrorEquals")
        every = errors == ["States.ALL"] or not isinstance(errors, list)
        what = "it can't be done" if every else f"{' or '.join(map(str, errors))} happens"  # type: ignore[arg-type]
        yield f"If {hidden(what)}: {hidden(str(rule.get('Next', 'nothing')))}."
    if isinstance(state.get("Next"), str) and state["Next"] != following:
        yield f"Then: {hidden(state['Next'])}."
    elif state.get("End") is True and following:
        yield "Here it ends."


def condition(rule: Any) -> str:
    """A Choice rule in words; its own comment where it has one."""
    if not isinstance(rule, dict):
        return "something holds"
    if isinstance(rule.get("Comment"), str) and rule["Comment"].strip():
        return hidden(rule["Comment"].strip().rstrip("."))
    return hidden(_short(_condition(rule)))


def _condition(rule: Mapping[str, Any]) -> str:
    if isinstance(rule.get("Condition"), str):
        return str(rule["Condition"]).strip().removeprefix("{%").removesuffix("%}").strip()
    for word, joint in (("And", " and "), ("Or", " or ")):
        if isinstance(rule.get(word), list):
            return joint.join(_condition(each) for each in rule[word] if isinstance(each, dict))
    if isinstance(rule.get("Not"), dict):
        return f"not: {_condition(rule['Not'])}"
    what = _path(rule.get("Variable"))
    for member, value in rule.items():
        if member in _IS:
            return f"{what} {_IS[member]}" if value is True else f"{what} {_IS[member].replace('is ', 'is not ', 1)}"
        compared = re.fullmatch(r"(?:String|Numeric|Boolean|Timestamp)(\w+)", member)
        if compared is not None:
            words = _COMPARED.get(compared[1]) or f"{_COMPARED.get(compared[1].removesuffix('Path'), 'compares with')}"
            return f"{what} {words} {_value(value)}"
    return "something holds"


def _path(path: Any) -> str:
    """The last name of a path, as words: $.order.totalPrice is "total price"."""
    names = re.findall(r"\w+", path) if isinstance(path, str) else []
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", names[-1]).lower() if names else "it"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _path(value) if isinstance(value, str) and value.startswith("$") else str(value)


def _short(text: str) -> str:
    return text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS].rstrip()}…"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
