"""AWS's service models as botocore has them, and which of their operations a Task's Resource means.

Read as plain JSON, newest version first, ten times as fast as botocore's own reader; who asks keeps what it needs and
lets go of the rest. How services, actions and parameters are spelt is `asl.service_names`'s.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from botocore.loaders import Loader

from asl.service_names import botocore_service_name, sdk_action
from designer.iam_actions import EMR_OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.resource import Resource

Model = dict[str, Any]
# Optimized integrations whose service isn't botocore's of that name; one integration, bedrock, is of two services.
_EMR = {**EMR_OPERATIONS, "setClusterTerminationProtection": "SetTerminationProtection", "cancelStep": "CancelSteps"}
_MODELS = {"states": "stepfunctions", "elasticmapreduce": "emr", "bedrock:invokeModel": "bedrock-runtime"}


def model_of(service: str, action: str) -> str:
    """The name of botocore's model for an optimized integration's action; it needn't exist (http)."""
    return _MODELS.get(f"{service}:{action}") or _MODELS.get(service, service)


@cache
def available() -> tuple[str, ...]:
    return tuple(sorted(folder.name for folder in Path(Loader.BUILTIN_DATA_PATH).iterdir() if _versions(folder)))


def _versions(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/service-2.json*"))


def read_model(service: str) -> Model:
    """The newest model of one of `available`."""
    path = _versions(Path(Loader.BUILTIN_DATA_PATH, service))[-1]
    data = path.read_bytes()
    model: Model = orjson.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    return model


def models() -> Iterator[tuple[str, Model]]:
    """Every service's, one after the other."""
    for service in available():
        yield service, read_model(service)


def find_operation(resource: Resource) -> tuple[Model, str] | None:
    """The model and the operation that ``resource`` calls; None where there is none that Step Functions could call."""
    if resource.kind not in {"sdk", "optimized"}:
        return None
    if resource.kind == "sdk":
        service = botocore_service_name(resource.service, available())
    else:
        service = model_of(resource.service, resource.action)
    if service is None or service not in available():
        return None
    model = read_model(service)
    name = operation_name(model, resource)
    if name is None or (resource.kind == "sdk" and streams(model, name)):
        return None
    return model, name


def operation_name(model: Model, resource: Resource) -> str | None:
    if resource.service == "elasticmapreduce" and resource.action in _EMR:
        return _EMR[resource.action]
    return next((name for name in model["operations"] if sdk_action(name) == resource.action), None)


def streams(model: Model, operation: str) -> bool:
    """Takes or answers with an event stream, which Step Functions can't."""
    shapes, described = model["shapes"], model["operations"][operation]
    members = [
        member
        for side in ("input", "output")
        for member in shapes.get(described.get(side, {}).get("shape"), {}).get("members", {}).values()
    ]
    return any(shapes[member["shape"]].get("eventstream") for member in members)
