"""The actions that the palette offers: AWS's optimized integrations, and any action of any service that botocore knows.

An index of all of them is made once, in about two seconds, from botocore's own service models (some 440 services,
20,000 actions), and kept in memory without the models, which would take ten times as much. How services, actions and
parameters are spelt is `asl.service_names`' business; which of them a search means, `designer.catalogue_search`'s.
Actions that AWS isn't known to support are among them, marked; what takes or answers with an event stream isn't.
"""

from __future__ import annotations

import re
import sys
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import orjson

from asl.resource import OPTIMIZED_ACTIONS, SYNC, SYNC_2, Resource
from asl.service_names import is_supported, sdk_action, sdk_parameter, sdk_service_name
from designer.known_as import KNOWN_AS
from designer.plain_text import first_sentence
from designer.service_models import Model, available, model_of, models, operation_name, streams
from designer.shapes import optimized_parameter, required_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    # service, its title, action, whether it's optimized, is known to be supported, patterns, starting parameters,
    # what it does
    Row: TypeAlias = tuple[str, str, str, bool, bool, tuple[str, ...], Mapping[str, Any], str]

_TITLES = {
    "http": "HTTP",
    "states": "Step Functions",
    "bedrock": "Bedrock",
    "lambda": "Lambda",
    "events": "EventBridge",
    "eventbridge": "EventBridge",
    "sesv2": "SES",
    "s3": "S3",
    "sns": "SNS",
    "sqs": "SQS",
    "eks": "EKS",
    "ecs": "ECS",
    "ec2": "EC2",
    "elasticmapreduce": "EMR",
    "sfn": "Step Functions",
}
_STARTING: Mapping[str, Mapping[str, Any]] = {
    "http:invoke": {"ApiEndpoint": "https://", "Method": "GET", "Authentication": {"ConnectionArn": ""}},
    "lambda:invoke": {"FunctionName": "", "Payload.$": "$"},
    "states:startExecution": {"StateMachineArn": "", "Input.$": "$"},
    "apigateway:invoke": {"ApiEndpoint": "", "Method": "GET"},
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
    supported: bool  # as far as is known
    patterns: tuple[str, ...]
    parameters: str  # JSON: a starting value for the Task's Parameters
    summary: str  # what it does, in a sentence
    words: str  # " of action | of service | known as ", in lower case

    @property
    def resource(self) -> str:
        return f"arn:aws:states:::{'' if self.optimized else 'aws-sdk:'}{self.service}:{self.action}"

    def as_json(self) -> dict[str, Any]:
        return {
            "resource": self.resource,
            "service": self.service,
            "service_title": self.service_title,
            "action": self.action,
            "title": spaced(self.action).capitalize(),
            "summary": self.summary,
            "optimized": self.optimized,
            "supported": self.supported,
            "patterns": list(self.patterns),
            "parameters": orjson.loads(self.parameters),
        }


def index() -> list[Action]:
    """Every action. Made at the first call; `warm` makes it beforehand."""
    global _index  # noqa: PLW0603 - one process has one index
    with _lock:
        if _index is None:
            _index = _make_index()
        return _index


def warm() -> None:
    threading.Thread(target=index, name="catalogue", daemon=True).start()


@cache
def services() -> list[dict[str, Any]]:
    """``{service, title, actions, optimized}`` each, those with optimized integrations first, then by title."""
    counts: dict[str, dict[str, Any]] = {}
    for action in index():
        row = counts.setdefault(
            action.service_title,
            {"service": action.service, "title": action.service_title, "actions": 0, "optimized": 0},
        )
        row["actions"] += 1
        row["optimized"] += action.optimized
    return sorted(counts.values(), key=lambda row: (not row["optimized"], row["title"].lower()))


def of_service(title: str) -> list[dict[str, Any]]:
    """The actions of the service by that title, optimized ones first, those not known to be supported last."""
    found = [action for action in index() if action.service_title == title]
    return [action.as_json() for action in sorted(found, key=_order)]


def _order(action: Action) -> tuple[bool, bool, str]:
    return not action.optimized, not action.supported, action.action


def _make_index() -> list[Action]:
    """Through JSON text, so that no object of the index lies between those of the models and keeps their memory."""
    optimized, sdk = bytearray(), bytearray()
    for service, model in models():
        optimized += _lines(_optimized_actions(service, model))
        sdk += _lines(_sdk_actions(service, model))
    optimized += _lines(_actions_without_model())
    # botocore has two models of one service (pinpoint-sms-voice, sms-voice): one of the two is enough.
    found = {action.resource: action for action in map(_action, (optimized + sdk).splitlines())}
    return list(found.values())


def _lines(rows: Iterator[Row]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def _optimized_actions(service: str, model: Model) -> Iterator[Row]:
    """Those that botocore's model of ``service`` is about."""
    for name, actions in OPTIMIZED_ACTIONS.items():
        for action, patterns in actions.items():
            if model_of(name, action) == service:
                resource = _resource(name, action)
                operation = operation_name(model, resource)
                required = _starting(required_of(model, operation, optimized_parameter)) if operation else {}
                summary = _summary(model, operation) if operation else ""
                title = _TITLES.get(name) or _title(model, name)
                starting = _STARTING.get(f"{name}:{action}") or required
                yield (
                    name,
                    title,
                    action,
                    True,
                    True,
                    _patterns(patterns),
                    starting,
                    summary or _SUMMARIES.get(name, ""),
                )


_SUMMARIES = {
    "http": "Calls an https endpoint with the credentials of an EventBridge connection.",
    "apigateway": "Calls an API of API Gateway.",
    "eks": "Calls the Kubernetes API of a cluster, or runs a Kubernetes job.",
}


def _actions_without_model() -> Iterator[Row]:
    """Those of a service that botocore doesn't have: http."""
    for name, actions in OPTIMIZED_ACTIONS.items():
        for action, patterns in actions.items():
            if model_of(name, action) not in available():
                starting = _STARTING.get(f"{name}:{action}", {})
                yield (
                    name,
                    _TITLES.get(name, name),
                    action,
                    True,
                    True,
                    _patterns(patterns),
                    starting,
                    _SUMMARIES.get(name, ""),
                )


def _resource(service: str, action: str) -> Resource:
    return Resource(kind="optimized", service=service, action=action)


def _patterns(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(SYNC if pattern == SYNC_2 else pattern for pattern in patterns))


def _sdk_actions(service: str, model: Model) -> Iterator[Row]:
    name = sdk_service_name(model["metadata"].get("serviceId", service))
    title = _TITLES.get(name) or _title(model, name)
    for operation in model["operations"]:
        if not streams(model, operation):
            required = _starting(required_of(model, operation, sdk_parameter))
            patterns = ("", "waitForTaskToken")
            supported = is_supported(name, operation)
            yield name, title, sdk_action(operation), False, supported, patterns, required, _summary(model, operation)


def _action(line: bytearray) -> Action:
    """What many actions have in common is one object."""
    service, title, action, optimized, supported, patterns, parameters, summary = orjson.loads(line)
    own = re.findall(r"[a-z0-9]+", spaced(action).lower())
    of_service = dict.fromkeys(re.findall(r"[a-z0-9]+", f"{service} {title}".lower()))
    return Action(
        sys.intern(service),
        sys.intern(title),
        action,
        optimized,
        supported,
        _shared(tuple(patterns)),
        sys.intern(orjson.dumps(parameters).decode()),
        summary,
        f" {' '.join(own)} | {' '.join(of_service)} {action.lower()} | {KNOWN_AS.get(f'{service}:{action}', '')} ",
    )


@cache
def _shared(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return patterns


def spaced(action: str) -> str:
    """The words of an action's name: describeDBInstances is "describe DB Instances"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", action)


def _title(model: Model, service: str) -> str:
    metadata = model["metadata"]
    full = metadata.get("serviceAbbreviation") or metadata.get("serviceFullName", "") or service
    return re.sub(r"^(Amazon|AWS) ", "", full)


def _summary(model: Model, operation: str) -> str:
    return first_sentence(model["operations"][operation].get("documentation", ""))


def _starting(required: Mapping[str, str]) -> dict[str, Any]:
    """The required parameters with a starting value each."""
    return {name: _BLANK.get(kind, "") for name, kind in required.items()}
