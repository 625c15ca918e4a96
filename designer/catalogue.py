"""The actions that the palette offers: AWS's optimized integrations, and any action of any service that botocore knows.

An index of all of them is made once, in about a second, from botocore's own service models (some 440 services, 20,000
actions), and searched in memory. It takes 25 MB; the models, ten times as much, are read one after the other and let go
of. How services, actions and parameters are spelt is `asl.service_names`' business.
"""

from __future__ import annotations

import gzip
import heapq
import re
import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import orjson
from botocore.loaders import Loader

from asl.resource import OPTIMIZED_ACTIONS
from asl.service_names import is_supported, sdk_action, sdk_parameter, sdk_service_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    # service, its title, action, whether it's optimized, patterns, starting parameters
    Row: TypeAlias = tuple[str, str, str, bool, tuple[str, ...], Mapping[str, Any]]

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


class Action(NamedTuple):
    """One of 20,000: no more is kept than a search needs, the rest is made for what it finds."""

    service: str
    service_title: str
    action: str
    optimized: bool
    patterns: tuple[str, ...]
    parameters: str  # JSON: a starting value for the Task's Parameters
    words: str  # what a search looks in: lower case, a blank before and after each
    word_count: int

    @property
    def resource(self) -> str:
        return f"arn:aws:states:::{'' if self.optimized else 'aws-sdk:'}{self.service}:{self.action}"

    def as_json(self) -> dict[str, Any]:
        return {
            "resource": self.resource,
            "service": self.service,
            "service_title": self.service_title,
            "action": self.action,
            "title": _spaced(self.action).capitalize(),
            "optimized": self.optimized,
            "patterns": list(self.patterns),
            "parameters": orjson.loads(self.parameters),
        }


def search(text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Actions in which every word of ``text`` occurs, best first: optimized ones, then those whose words it names most
    exactly. Without words: the optimized ones.
    """
    words = re.findall(r"[a-z0-9]+", text.lower())
    found = index() if words else [action for action in index() if action.optimized]
    for word in words:
        found = [action for action in found if word in action.words]
    return [action.as_json() for action in heapq.nsmallest(limit, found, key=lambda action: _rank(action, words))]


def _rank(action: Action, words: list[str]) -> tuple[Any, ...]:
    own = action.words
    distance = sum(0 if f" {word} " in own else 1 if f" {word}" in own else 2 for word in words)
    return (not action.optimized, distance, action.word_count if words else 0, action.service, action.action)


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
    """Through JSON text, so that no object of the index lies between those of the models and keeps their memory."""
    optimized, sdk = bytearray(), bytearray()
    for service, model in _models():
        optimized += _lines(_optimized_actions(service, model))
        sdk += _lines(_sdk_actions(service, model))
    optimized += _lines(_actions_without_model())
    # botocore has two models of one service (pinpoint-sms-voice, sms-voice): one of the two is enough.
    found = {action.resource: action for action in map(_action, (optimized + sdk).splitlines())}
    return list(found.values())


def _lines(rows: Iterator[Row]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def _models() -> Iterator[tuple[str, dict[str, Any]]]:
    """The newest model of each service, read with a JSON reader ten times as fast as botocore's own."""
    for folder in sorted(Path(Loader.BUILTIN_DATA_PATH).iterdir()):
        found = sorted(folder.glob("*/service-2.json*"))
        if found:
            data = found[-1].read_bytes()
            yield folder.name, orjson.loads(gzip.decompress(data) if found[-1].suffix == ".gz" else data)


def _optimized_actions(service: str, model: dict[str, Any]) -> Iterator[Row]:
    """Those that botocore's model of ``service`` is about."""
    operations = {name.lower(): name for name in model["operations"]}
    for name, actions in OPTIMIZED_ACTIONS.items():
        if _MODEL_OF.get(name, name) == service:
            for action, patterns in actions.items():
                operation = operations.get(action.lower())
                required = _required(model, operation) if operation else {}
                yield _optimized(name, _TITLES.get(name) or _title(model), action, patterns, required)


def _actions_without_model() -> Iterator[Row]:
    """Those of a service that botocore doesn't have: http."""
    known = set(Loader().list_available_services("service-2"))
    for name, actions in OPTIMIZED_ACTIONS.items():
        if _MODEL_OF.get(name, name) not in known:
            for action, patterns in actions.items():
                yield _optimized(name, _TITLES.get(name, name), action, patterns, {})


def _optimized(service: str, title: str, action: str, patterns: Iterable[str], required: Mapping[str, Any]) -> Row:
    shown = tuple(dict.fromkeys(pattern.replace("sync:2", "sync") for pattern in patterns))
    return service, title, action, True, shown, _STARTING.get(f"{service}:{action}") or required


def _sdk_actions(service: str, model: dict[str, Any]) -> Iterator[Row]:
    name = sdk_service_name(model["metadata"].get("serviceId", service))
    title = _title(model)
    for operation in model["operations"]:
        if is_supported(name, operation) and not _streams(model, operation):
            yield name, title, sdk_action(operation), False, ("", "waitForTaskToken"), _required(model, operation)


def _action(line: bytearray) -> Action:
    """What many actions have in common is one object."""
    service, title, action, optimized, patterns, parameters = orjson.loads(line)
    words = dict.fromkeys(re.findall(r"[a-z0-9]+", f"{service} {title} {action} {_spaced(action)}".lower()))
    return Action(
        sys.intern(service),
        sys.intern(title),
        action,
        optimized,
        _shared(tuple(patterns)),
        sys.intern(orjson.dumps(parameters).decode()),
        f" {' '.join(words)} ",
        len(words),
    )


@cache
def _shared(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return patterns


def _spaced(action: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", action)


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
