"""The actions that the palette offers: AWS's optimized integrations, and any action that botocore knows.

A search loads only the models of services whose name fits, and keeps them. How services, actions and parameters are
spelt is `asl.service_names`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.session import get_session

from asl.service_names import (
    OPTIMIZED_ACTIONS,
    is_supported,
    sdk_action,
    sdk_parameter,
    sdk_service_name,
)

_MOST_SERVICES = 6  # models loaded for one search
# Services whose optimized name isn't botocore's.
_MODEL_OF = {"states": "stepfunctions", "bedrock": "bedrock-runtime", "elasticmapreduce": "emr", "codebuild": "codebuild"}
_TITLES = {"http": "HTTP", "states": "Step Functions", "bedrock": "Bedrock", "lambda": "Lambda", "events": "EventBridge"}
_STARTING: dict[str, Any] = {
    "http:invoke": {"ApiEndpoint": "https://", "Method": "GET", "Authentication": {"ConnectionArn": ""}},
    "lambda:invoke": {"FunctionName": "", "Payload.$": "$"},
    "states:startExecution": {"StateMachineArn": "", "Input.$": "$"},
}


def search(text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Actions for ``text``, best first: optimized ones before SDK ones, names that begin with a word before others."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    found = [action for action in optimized_actions() if _fits(action, words)]
    if words:
        for service in _services_for(words):
            # The service was found by botocore's name for it, which needn't be among its actions' words.
            rest = [word for word in words if word not in service.replace("-", "")]
            found += [action for action in sdk_actions(service) if _fits(action, rest)]
    found.sort(key=lambda action: (not action["optimized"], _rank(action, words), action["service"], action["action"]))
    return found[:limit]


def _fits(action: dict[str, Any], words: list[str]) -> bool:
    text = f"{action['service']} {action['service_title']} {action['action']} {action['title']}".lower()
    return all(word in text for word in words)


def _rank(action: dict[str, Any], words: list[str]) -> int:
    name = action["action"].lower()
    return min((0 if name.startswith(word) else 1 for word in words), default=1)


@lru_cache(maxsize=1)
def _loader() -> Loader:
    loader: Loader = get_session().get_component("data_loader")
    return loader


@lru_cache(maxsize=1)
def available_services() -> tuple[str, ...]:
    return tuple(_loader().list_available_services("service-2"))


def _services_for(words: list[str]) -> list[str]:
    fitting = [name for name in available_services() if any(word in name.replace("-", "") for word in words)]
    exact = [name for name in fitting if name.replace("-", "") in words]
    return sorted(fitting, key=lambda name: (name not in exact, len(name), name))[:_MOST_SERVICES]


@lru_cache(maxsize=64)
def model(service: str) -> ServiceModel:
    return ServiceModel(_loader().load_service_model(service, "service-2"), service)


@lru_cache(maxsize=1)
def optimized_actions() -> list[dict[str, Any]]:
    return [
        _action(
            resource=f"arn:aws:states:::{service}:{action}",
            service=service,
            service_title=_TITLES.get(service, service),
            action=action,
            optimized=True,
            patterns=["" if pattern == "" else pattern.replace("sync:2", "sync") for pattern in patterns],
            parameters=_STARTING.get(f"{service}:{action}") or _required(_MODEL_OF.get(service, service), action),
        )
        for service, actions in OPTIMIZED_ACTIONS.items()
        for action, patterns in actions.items()
    ]


@lru_cache(maxsize=64)
def sdk_actions(service: str) -> list[dict[str, Any]]:
    described = model(service)
    name = sdk_service_name(described.metadata.get("serviceId", service))
    title = described.metadata.get("serviceAbbreviation") or described.metadata.get("serviceFullName", service)
    title = re.sub(r"^(Amazon|AWS) ", "", title)
    return [
        _action(
            resource=f"arn:aws:states:::aws-sdk:{name}:{sdk_action(operation)}",
            service=name,
            service_title=title,
            action=sdk_action(operation),
            optimized=False,
            patterns=["", "waitForTaskToken"],
            parameters=_members(described.operation_model(operation)),
        )
        for operation in described.operation_names
        if is_supported(name, operation) and not described.operation_model(operation).has_event_stream_output
    ]


def _action(**fields: Any) -> dict[str, Any]:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", fields["action"])
    patterns = list(dict.fromkeys(fields.pop("patterns")))
    return {**fields, "title": words[:1].upper() + words[1:].lower(), "patterns": patterns}


def _required(service: str, action: str) -> dict[str, Any]:
    if service not in available_services():
        return {}
    described = model(service)
    wanted = action.lower()
    operation = next((name for name in described.operation_names if name.lower() == wanted), None)
    return _members(described.operation_model(operation)) if operation else {}


def _members(operation: OperationModel) -> dict[str, Any]:
    """The required parameters with a starting value each."""
    shape = operation.input_shape
    if shape is None:
        return {}
    return {sdk_parameter(name): _blank(shape.members[name]) for name in _in_order(shape)}


def _in_order(shape: Any) -> Iterator[str]:
    required = set(shape.required_members)
    return (name for name in shape.members if name in required)


def _blank(shape: Shape) -> Any:
    match shape.type_name:
        case "structure" | "map":
            return {}
        case "list":
            return []
        case "boolean":
            return False
        case "integer" | "long" | "float" | "double":
            return 0
        case _:
            return ""
