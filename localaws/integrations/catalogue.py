"""Which botocore service and operation a Task's Resource means. Names and rules are `asl.service_names`'s."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import botocore.session
from botocore.model import OperationModel, ServiceModel

from asl.service_names import botocore_service_name, error_prefix, is_supported, sdk_action
from localaws.integrations import emr

# Optimized integrations whose name isn't botocore's.
_OPTIMIZED_SERVICES = {"elasticmapreduce": "emr", "states": "stepfunctions"}
# Calls that aren't an operation of a service, or are more than one.
WITHOUT_OPERATION = frozenset({("apigateway", "invoke"), ("eks", "call"), ("eks", "runJob"), ("http", "invoke")})
_ELSEWHERE = {("bedrock", "invokeModel"): "bedrock-runtime"}  # one integration, two services


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a service: ``service`` is botocore's name, ``prefix`` begins the errors of SDK integrations."""

    service: str
    name: str
    prefix: str
    model: OperationModel


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


@cache
def _available() -> tuple[str, ...]:
    return tuple(_session().get_available_services())


@cache
def service_model(service: str) -> ServiceModel:
    """The model of one of botocore's services (a few milliseconds the first time; the largest take 100)."""
    model: ServiceModel = _session().get_service_model(service)
    return model


@cache
def _actions(service: str) -> Mapping[str, str]:
    return {sdk_action(name): name for name in service_model(service).operation_names}


def _operation(service: str, name: str) -> Operation:
    model = service_model(service)
    return Operation(
        service=service,
        name=name,
        prefix=error_prefix(str(model.service_id)),
        model=model.operation_model(name),
    )


@cache
def sdk_operation(service: str, action: str) -> Operation | None:
    """The operation of ``aws-sdk:service:action``; None when there is none that Step Functions offers."""
    botocore_name = botocore_service_name(service, _available())
    if botocore_name is None:
        return None
    name = _actions(botocore_name).get(action)
    if name is None or not is_supported(service, name):
        return None
    operation = _operation(botocore_name, name)
    streams = operation.model.get_event_stream_input() or operation.model.get_event_stream_output()
    return None if streams else operation


@cache
def optimized_operation(service: str, action: str) -> Operation:
    """The operation behind an optimized integration's ``service:action``."""
    botocore_name = _ELSEWHERE.get((service, action)) or _OPTIMIZED_SERVICES.get(service, service)
    if service == emr.SERVICE and action in emr.RESHAPED:
        return _operation(botocore_name, emr.RESHAPED[action].operation)
    return _operation(botocore_name, _actions(botocore_name)[action])


@cache
def sibling_operation(service: str, action: str, name: str) -> Operation:
    """The operation ``name`` of the service that an optimized integration calls."""
    return _operation(optimized_operation(service, action).service, name)
