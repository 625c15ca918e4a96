"""What becomes of a call that was under way when the endpoint ended: nobody knows whether it took effect.

AWS runs a Task more than once only where a Retrier says so (developer guide, "Standard workflows": exactly once). So
such a call is made again only where that changes nothing: it reads, a model answers it, it puts what is there already,
or the service itself would know it again. Any other fails as it does on AWS when a connection is lost half way, and the
state's Retry and Catch decide; the history tells of each attempt.
"""

from asl.json_types import JSON
from asl.resource import REQUEST_RESPONSE, Resource, parse_resource
from asl.service_names import optimized_errors
from localaws.integrations.catalogue import optimized_operation, sdk_operation
from localaws.integrations.task import TaskFailure, TaskRequest

_CAUSE = (
    "Unable to execute HTTP request: the local endpoint ended while the call was under way. "
    "It may or may not have taken effect."
)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})  # RFC 9110, 9.2.2: idempotent
_BY_METHOD = frozenset(
    {("optimized", "http", "invoke"), ("optimized", "apigateway", "invoke"), ("optimized", "eks", "call")}
)
_READING = ("get", "list", "describe", "head", "batchGet", "query", "scan", "search", "lookup", "select", "validate")
_REPEATABLE = frozenset(
    {
        ("bedrock", "invokeModel"),
        ("bedrockruntime", "invokeModel"),
        ("bedrockruntime", "converse"),
        ("bedrockruntime", "countTokens"),
        ("bedrockruntime", "applyGuardrail"),
        ("states", "startExecution"),  # begun in one transaction with the Task's own progress
        ("dynamodb", "putItem"),
        ("dynamodb", "deleteItem"),
        ("s3", "putObject"),
        ("s3", "deleteObject"),
    }
)


def failure_of(request: TaskRequest) -> TaskFailure | None:
    """The failure of a call that may have been made already; None where it may be made again."""
    resource = parse_resource(request.resource)
    if resource is None:
        return None
    if _is_repeatable(resource, request.parameters):
        return None
    error = "States.Http.Socket" if resource.service == "http" else f"{_prefix(resource)}.SdkClientException"
    return TaskFailure(error, _CAUSE, submit=resource.pattern != REQUEST_RESPONSE)


def _is_repeatable(resource: Resource, parameters: JSON) -> bool:
    if resource.kind == "lambda":
        return False
    if (resource.kind, resource.service, resource.action) in _BY_METHOD:
        method = parameters.get("Method") if isinstance(parameters, dict) else None
        return method in _SAFE_METHODS
    if resource.action.startswith(_READING) or (resource.service, resource.action) in _REPEATABLE:
        return True
    return _is_recognized(resource, parameters)


def _is_recognized(resource: Resource, parameters: JSON) -> bool:
    """Was a token given by which the service knows a request that it had already?"""
    if not isinstance(parameters, dict):
        return False
    names = _token_names(resource)
    return any(name[:1].upper() + name[1:] in parameters or name in parameters for name in names)


def _token_names(resource: Resource) -> set[str]:
    if resource.service == "sqs":
        return {"MessageDeduplicationId"}
    try:
        operation = (
            sdk_operation(resource.service, resource.action)
            if resource.kind == "sdk"
            else optimized_operation(resource.service, resource.action)
        )
    except (KeyError, ValueError):
        operation = None
    return set() if operation is None else set(operation.model.idempotent_members)


def _prefix(resource: Resource) -> str:
    """How Error Names of the resource begin."""
    if resource.kind == "lambda":
        return "Lambda"
    if resource.kind == "sdk":
        operation = sdk_operation(resource.service, resource.action)
        return resource.service if operation is None else operation.prefix
    return optimized_errors(resource.service).prefix
