"""``apigateway:invoke``: a call to a REST API of this endpoint.

``ApiEndpoint`` is the API's own host name (``{id}.execute-api.{region}.amazonaws.com``) or a URL that ends with
``/restapis/{id}``. https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from typing import Any

from asl.json_text import dumps, loads
from asl.json_types import JSON
from localaws.integrations.calls import ServiceCalls
from localaws.integrations.http_task import reason_of
from localaws.integrations.parameters import ParametersDoNotFit
from localaws.integrations.rest_apis import ApiRequest, ApiResponse, Send, call_api
from localaws.integrations.task import TaskFailure, TaskRequest

_FIELDS = (
    "ApiEndpoint",
    "Method",
    "Stage",
    "Path",
    "Headers",
    "QueryParameters",
    "RequestBody",
    "AllowNullValues",
    "AuthType",
)
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_AUTHORIZATIONS = (None, "NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY")
_API = re.compile(
    r"(?:https://)?(?P<host>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/?\Z"
    r"|https?://[^/]+/restapis/(?P<path>[a-z0-9]+)/?\Z"
)
# Headers that a Task may not set ("Request format" in the guide).
_FORBIDDEN = frozenset(
    {
        "authorization", "connection", "content-md5", "expect", "host", "max-forwards", "proxy-authenticate", "server",
        "te", "trailer", "transfer-encoding", "upgrade", "via", "www-authenticate",
    }
)  # fmt: skip
_FORBIDDEN_PREFIXES = ("x-forwarded", "x-amz")


def check_api_call(parameters: JSON) -> dict[str, JSON]:
    """The Parameters, found to be usable. Raises `ParametersDoNotFit`."""
    if not isinstance(parameters, dict):
        raise ParametersDoNotFit(parameters, ["Parameters must be a JSON object"])
    problems = [f"The field '{name}' is not supported by Step Functions" for name in parameters if name not in _FIELDS]
    problems += [f"The field '{name}' is required but was missing" for name in _FIELDS[:2] if name not in parameters]
    wrong = {
        "ApiEndpoint": not isinstance(parameters.get("ApiEndpoint", ""), str),
        "Method": parameters.get("Method", "GET") not in _METHODS,
        "Headers": not _is_lists(parameters.get("Headers")),
        "QueryParameters": not _is_lists(parameters.get("QueryParameters")),
        "AuthType": parameters.get("AuthType") not in _AUTHORIZATIONS,
    }
    problems += [
        f"The value of the field '{name}' has an invalid format" for name, is_wrong in wrong.items() if is_wrong
    ]
    if problems:
        raise ParametersDoNotFit(parameters, problems)
    return parameters


def _is_lists(value: JSON) -> bool:
    """Names with arrays of strings, as headers and query parameters are given."""
    if value is None:
        return True
    return isinstance(value, dict) and all(
        isinstance(many, list) and all(isinstance(each, str) for each in many) for many in value.values()
    )


async def perform_api_call(calls: ServiceCalls, send: Send, request: TaskRequest) -> dict[str, JSON]:
    """Call the API; a status of 400 and more is the error ``ApiGateway.<status>``, its body the cause."""
    parameters = check_api_call(request.parameters)
    response = await call_api(calls, send, _api_request(parameters, request.region))
    text = response.body.decode(errors="replace")
    if response.status >= 400:
        raise TaskFailure(f"ApiGateway.{response.status}", text)
    return {
        "Headers": _headers(response),
        "ResponseBody": _parsed(text),
        "StatusCode": response.status,
        "StatusText": reason_of(response.status),
    }


def _api_request(parameters: Mapping[str, Any], region: str) -> ApiRequest:
    found = _API.match(parameters["ApiEndpoint"])
    if found is None:
        raise TaskFailure(
            "ApiGateway.SdkClientException",
            f"Unable to execute HTTP request: {parameters['ApiEndpoint']} is no REST API of the embedded endpoint",
        )
    headers: dict[str, Sequence[str]] = dict(parameters.get("Headers") or {})
    for name in headers:
        if name.lower() in _FORBIDDEN or name.lower().startswith(_FORBIDDEN_PREFIXES):
            raise TaskFailure("States.Runtime", f"The header {name} can't be set in the definition of a Task.")
    body = None if parameters.get("RequestBody") is None else dumps(parameters["RequestBody"]).encode()
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = ["application/json"]
    return ApiRequest(
        api_id=found["host"] or found["path"],
        stage=str(parameters.get("Stage") or ""),
        region=found["region"] or region,
        method=parameters["Method"],
        path="/" + str(parameters.get("Path") or "").lstrip("/"),
        headers=headers,
        query=parameters.get("QueryParameters") or {},
        body=body,
    )


def _headers(response: ApiResponse) -> dict[str, JSON]:
    """The API's own, with what the front of an edge-optimized API adds to each."""
    identity = uuid.uuid4()
    headers: dict[str, list[str]] = {
        "Connection": ["keep-alive"],
        "Content-Length": [str(len(response.body))],
        "Date": [formatdate(usegmt=True)],
        "Via": [f"1.1 {identity.hex}.cloudfront.net (CloudFront)"],
        "x-amz-apigw-id": [identity.hex[:15] + "="],
        "X-Amz-Cf-Id": [identity.hex * 2],
        "X-Amz-Cf-Pop": ["LOCAL"],
        "x-amzn-RequestId": [str(identity)],
        "X-Amzn-Trace-Id": [f"Root=1-{identity.hex[:8]}-{identity.hex[8:32]}"],
        "X-Cache": ["Miss from cloudfront"],
    }
    for name, value in response.headers:
        headers.setdefault(name, []).append(value)
    return {name: headers[name] for name in sorted(headers, key=str.lower)}


def _parsed(text: str) -> JSON:
    try:
        return loads(text) if text else ""
    except ValueError:
        return text
