"""REST APIs behind API Gateway, as they answer: which resource and method a request means, and what stands behind it.

Functions (``AWS`` and ``AWS_PROXY``), constant answers (``MOCK``) and HTTP (``HTTP``, ``HTTP_PROXY``) stand behind the
methods; mapping templates in Velocity aren't run, and an API that needs one says so with 501. Authorizers are asked
for nothing: who can reach this endpoint may call its APIs. What the API is, API Gateway's own operations say.
"""

import base64
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from asl.json_text import dumps, loads
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.http_exchange import HttpResponse
from localaws.integrations.http_request import HttpRequest

_FUNCTION = re.compile(r".*:lambda:path/[^/]+/functions/(?P<arn>.+)/invocations\Z")
_JSON = ("Content-Type", "application/json")

Send: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """``path`` begins with a slash; ``headers`` and ``query`` may hold several values for a name."""

    api_id: str
    stage: str
    region: str
    method: str
    path: str
    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class ApiResponse:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def _message(status: int, text: str) -> ApiResponse:
    return ApiResponse(status, (_JSON,), dumps({"message": text}).encode())


_NO_METHOD = _message(403, "Missing Authentication Token")  # what API Gateway says of every path that it hasn't
_BROKEN = _message(502, "Internal server error")


def _not_run(what: str) -> ApiResponse:
    return _message(501, f"The embedded endpoint doesn't run {what} of API Gateway.")


@dataclass(frozen=True, slots=True)
class _Route:
    resource: str  # its path, as "/films/{id}"
    values: Mapping[str, str]
    method: Mapping[str, Any]


async def call_api(calls: ServiceCalls, send: Send, request: ApiRequest) -> ApiResponse:
    """What the API answers; what it can't answer is a status with a message, as API Gateway's own."""
    found = {"restApiId": request.api_id}
    try:
        await calls.call("apigateway", "GetStage", {**found, "stageName": request.stage}, region=request.region)
        listed = await calls.call(
            "apigateway", "GetResources", {**found, "embed": ["methods"], "limit": 500}, region=request.region
        )
    except (ClientError, BotoCoreError):
        return _message(403, "Forbidden")
    route = _route(listed.get("items", []), request)
    if route is None:
        return _NO_METHOD
    integration = route.method.get("methodIntegration") or {}
    match integration.get("type"):
        case "AWS_PROXY":
            return await _proxied_function(calls, integration, request, route)
        case "AWS":
            return await _function(calls, integration, request)
        case "MOCK":
            return _constant(integration)
        case "HTTP" | "HTTP_PROXY":
            return await _forwarded(send, integration, request)
        case _:
            return _message(500, "Internal server error")


def _route(resources: Sequence[Mapping[str, Any]], request: ApiRequest) -> _Route | None:
    """The resource that says most about the path: literal parts before {named} ones, those before a {greedy+} one."""
    best: tuple[list[int], _Route] | None = None
    for resource in resources:
        methods = resource.get("resourceMethods") or {}
        method = methods.get(request.method, methods.get("ANY"))
        matched = _match(str(resource["path"]), request.path)
        if method is not None and matched is not None and (best is None or matched[0] < best[0]):
            best = matched[0], _Route(str(resource["path"]), matched[1], method)
    return None if best is None else best[1]


def _match(template: str, path: str) -> tuple[list[int], dict[str, str]] | None:
    wanted, given = template.strip("/").split("/"), path.strip("/").split("/")
    kinds: list[int] = []
    values: dict[str, str] = {}
    for index, part in enumerate(wanted):
        if part.startswith("{") and part.endswith("+}"):
            rest = given[index:]
            if not any(rest):
                return None
            return [*kinds, 2], {**values, part[1:-2]: "/".join(rest)}
        if index >= len(given):
            return None
        if part.startswith("{") and part.endswith("}"):
            values[part[1:-1]] = given[index]
        elif part != given[index]:
            return None
        kinds.append(int(part.startswith("{")))
    return (kinds, values) if len(given) == len(wanted) else None


async def _invoke(
    calls: ServiceCalls, integration: Mapping[str, Any], payload: bytes, region: str
) -> tuple[bytes, bool] | None:
    """(what the function gave, whether it failed); None where there is no such function."""
    found = _FUNCTION.match(str(integration.get("uri", "")))
    if found is None:
        return None
    try:
        params = {"FunctionName": found["arn"], "Payload": payload}
        answer = await calls.call("lambda", "Invoke", params, region=region)
    except (ClientError, BotoCoreError):
        return None
    return answer["Payload"].read(), bool(answer.get("FunctionError"))


async def _function(calls: ServiceCalls, integration: Mapping[str, Any], request: ApiRequest) -> ApiResponse:
    """The body is the event, the function's answer the body; its own failure chooses the status by a pattern."""
    responses: Mapping[str, Any] = integration.get("integrationResponses") or {}
    if integration.get("requestTemplates") or any(each.get("responseTemplates") for each in responses.values()):
        return _not_run("mapping templates")
    if _FUNCTION.match(str(integration.get("uri", ""))) is None:
        return _not_run("integrations with services other than Lambda")
    invoked = await _invoke(calls, integration, request.body or b"{}", request.region)
    if invoked is None or not responses:
        return _message(500, "Internal server error")
    payload, failed = invoked
    return ApiResponse(_status(responses, payload, failed=failed), (_JSON,), payload)


def _status(responses: Mapping[str, Any], payload: bytes, *, failed: bool) -> int:
    default = 200
    for each in responses.values():
        pattern = each.get("selectionPattern")
        if not pattern:
            default = int(each.get("statusCode", 200))
        elif failed and re.fullmatch(str(pattern), str(_object(payload).get("errorMessage", ""))):
            return int(each["statusCode"])
    return default


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = loads(data.decode())
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


async def _proxied_function(
    calls: ServiceCalls, integration: Mapping[str, Any], request: ApiRequest, route: _Route
) -> ApiResponse:
    invoked = await _invoke(calls, integration, dumps(_event(request, route)).encode(), request.region)
    if invoked is None or invoked[1]:
        return _BROKEN
    answer = _object(invoked[0])
    if not str(answer.get("statusCode", "")).isdigit():
        return _BROKEN
    headers = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
    headers += [(name, str(each)) for name, many in (answer.get("multiValueHeaders") or {}).items() for each in many]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(_JSON)
    body = answer.get("body") or ""
    text = body if isinstance(body, str) else json.dumps(body)
    data = base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode()
    return ApiResponse(int(answer["statusCode"]), tuple(headers), data)


def _event(request: ApiRequest, route: _Route) -> dict[str, Any]:
    """The input format of a Lambda proxy integration."""
    body = None if request.body is None else request.body.decode(errors="replace")
    return {
        "resource": route.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in request.headers.items()},
        "multiValueHeaders": {name: list(values) for name, values in request.headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in request.query.items()} or None,
        "multiValueQueryStringParameters": {name: list(values) for name, values in request.query.items()} or None,
        "pathParameters": dict(route.values) or None,
        "stageVariables": None,
        "requestContext": {
            "apiId": request.api_id,
            "httpMethod": request.method,
            "path": f"/{request.stage}{request.path}",
            "resourcePath": route.resource,
            "stage": request.stage,
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def _constant(integration: Mapping[str, Any]) -> ApiResponse:
    template = (integration.get("requestTemplates") or {}).get("application/json", "{}")
    status = str(_object(template.encode()).get("statusCode", 200))
    responses: Mapping[str, Any] = integration.get("integrationResponses") or {}
    if status not in responses:
        return _message(500, "Internal server error")
    text = str((responses[status].get("responseTemplates") or {}).get("application/json") or "")
    if re.search(r"[#$]\w|\$\{|#\{", text):
        return _not_run("mapping templates")
    return ApiResponse(int(status), (_JSON,), text.encode())


async def _forwarded(send: Send, integration: Mapping[str, Any], request: ApiRequest) -> ApiResponse:
    headers = {name: ",".join(values) for name, values in request.headers.items()}
    method = str(integration.get("httpMethod") or request.method)
    response = await send(HttpRequest(method, str(integration["uri"]), headers, request.body))
    return ApiResponse(response.status, response.headers, response.body)
