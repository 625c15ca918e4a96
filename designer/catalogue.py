"""The actions that the palette offers: AWS's optimized integrations, and any action of any service that botocore knows.

An index of all of them is made once, in under a second, from botocore's own service models (some 440 services, 20,000
actions), and searched in memory. How services, actions and parameters are spelt is `asl.service_names`' business.
"""

from __future__ import annotations

import gzip
import heapq
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from botocore.loaders import Loader

from asl.service_names import OPTIMIZED_ACTIONS, is_supported, sdk_action, sdk_parameter, sdk_service_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Services whose optimized name isn't botocore's.
_MODEL_OF = {"states": "stepfunctions", "bedrock": "bedrock-runtime", "elasticmapreduce": "emr"}
_TITLES = {
    "http": "HTTP",
    "states": "Step Functions",
    "bedrock": "Bedrock",
    "lambda": "Lambda",
    "events": "EventBridge",
}
_STARTING: Mapping[str, Mapping[str, Any]] = {
    "http:invoke": {"ApiEndpoint": "https://", "Method": "GET", "Authentication": {"ConnectionArn": ""}},
    "lambda:invoke": {"FunctionName": "", "Payload.$": "$"},
    "states:startExecution": {"StateMachineArn": "", "Input.$": "$"},
}
_BLANK: Mapping[str, Any] = {
    "structure": {}, "map": {}, "list": [], "boolean": False, "integer": 0, "long": 0, "float": 0, "double": 0
}  # fmt: skip

_lock = threading.Lock()
_index: list[Action] | None = None


@dataclass(frozen=True, slots=True)
class Action:
    resource: str
    service: str
    service_title: str
    action: str
    title: str
    optimized: bool
    patterns: tuple[str, ...]
    parameters: Mapping[str, Any]  # a starting value for the Task's Parameters
    text: str  # what a search looks in, lower case
    words: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "resource": self.resource,
            "service": self.service,
            "service_title": self.service_title,
            "action": self.action,
            "title": self.title,
            "optimized": self.optimized,
            "patterns": list(self.patterns),
            "parameters": self.parameters,
        }


def search(text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Actions in which every word of ``text`` occurs, best first: optimized ones, then those whose words it names most
    exactly. Without words: the optimized ones.
    """
    words = re.findall(r"[a-z0-9]+", text.lower())
    found = (action for action in index() if all(word in action.text for word in words))
    if not words:
        found = (action for action in index() if action.optimized)
    return [action.as_json() for action in heapq.nsmallest(limit, found, key=lambda action: _rank(action, words))]


def _rank(action: Action, words: list[str]) -> tuple[Any, ...]:
    distance = sum(
        0 if word in action.words else 1 if any(own.startswith(word) for own in action.words) else 2 for word in words
    )
    return (not action.optimized, distance, len(action.words) if words else 0, action.service, action.action)


def index() -> list[Action]:
    """Every action. Made at the first call; `warm` makes it beforehand."""
    global _index  # noqa: PLW0603 - one process has one index
    with _lock:
        if _index is None:
            _index = _make_index()
        return _index


def warm() -> None:
    threading.Thread(target=index, name="catalogue", daemon=True).start()


def _make_index() -> list[Action]:
    models = dict(_models())
    optimized = list(_optimized_actions(models))
    sdk = [action for service, model in models.items() for action in _sdk_actions(service, model)]
    # botocore has two models of one service (pinpoint-sms-voice, sms-voice): one of the two is enough.
    return list({action.resource: action for action in optimized + sdk}.values())


def _models() -> Iterator[tuple[str, dict[str, Any]]]:
    """The newest model of each service, read with a JSON reader ten times as fast as botocore's own."""
    for folder in sorted(Path(Loader.BUILTIN_DATA_PATH).iterdir()):
        found = sorted(folder.glob("*/service-2.json*"))
        if found:
            data = found[-1].read_bytes()
            yield folder.name, orjson.loads(gzip.decompress(data) if found[-1].suffix == ".gz" else data)


def _optimized_actions(models: Mapping[str, dict[str, Any]]) -> Iterator[Action]:
    for service, actions in OPTIMIZED_ACTIONS.items():
        model = models.get(_MODEL_OF.get(service, service), {})
        operations = {name.lower(): name for name in model.get("operations", {})}
        for action, patterns in actions.items():
            operation = operations.get(action.lower())
            yield _action(
                resource=f"arn:aws:states:::{service}:{action}",
                service=service,
                service_title=_TITLES.get(service) or (_title(model) if model else service),
                action=action,
                optimized=True,
                patterns=tuple(dict.fromkeys(pattern.replace("sync:2", "sync") for pattern in patterns)),
                parameters=_STARTING.get(f"{service}:{action}") or (_required(model, operation) if operation else {}),
            )


def _sdk_actions(service: str, model: dict[str, Any]) -> Iterator[Action]:
    name = sdk_service_name(model["metadata"].get("serviceId", service))
    title = _title(model)
    for operation in model["operations"]:
        if is_supported(name, operation) and not _streams(model, operation):
            yield _action(
                resource=f"arn:aws:states:::aws-sdk:{name}:{sdk_action(operation)}",
                service=name,
                service_title=title,
                action=sdk_action(operation),
                optimized=False,
                patterns=("", "waitForTaskToken"),
                parameters=_required(model, operation),
            )


def _action(**fields: Any) -> Action:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", fields["action"])
    text = f"{fields['service']} {fields['service_title']} {fields['action']} {spaced}".lower()
    words = frozenset(re.findall(r"[a-z0-9]+", text))
    return Action(**fields, title=spaced[:1].upper() + spaced[1:].lower(), text=text, words=words)


def _title(model: dict[str, Any]) -> str:
    metadata = model["metadata"]
    full = metadata.get("serviceAbbreviation") or metadata.get("serviceFullName", "")
    return re.sub(r"^(Amazon|AWS) ", "", full)


def _required(model: dict[str, Any], operation: str) -> dict[str, Any]:
    """The required parameters with a starting value each."""
    shapes = model["shapes"]
    shape = shapes.get(model["operations"][operation].get("input", {}).get("shape"), {})
    required = set(shape.get("required", ()))
    members = shape.get("members", {})
    return {
        sdk_parameter(name): _BLANK.get(shapes[members[name]["shape"]]["type"], "")
        for name in members
        if name in required
    }


def _streams(model: dict[str, Any], operation: str) -> bool:
    """Answers with an event stream, which Step Functions can't take."""
    shapes = model["shapes"]
    members = shapes.get(model["operations"][operation].get("output", {}).get("shape"), {}).get("members", {})
    return any(shapes[member["shape"]].get("eventstream") for member in members.values())
