"""The request that an HTTP Task sends: the Task's fields merged with its connection's, encoded as AWS encodes them.

https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from asl.json_text import dumps
from asl.json_types import JSON
from localaws.integrations.connections import Connection
from localaws.integrations.parameters import ParametersDoNotFit
from localaws.integrations.task import TaskFailure

METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"})
ARRAY_FORMATS = frozenset({"INDICES", "REPEAT", "COMMAS", "BRACKETS"})
# Headers that a definition may not set ("Headers" in the guide); x-forwarded-, x-amz- and x-amzn- neither.
FORBIDDEN_HEADERS = frozenset(
    {
        "a-im",
        "accept-charset",
        "accept-datetime",
        "accept-encoding",
        "authorization",
        "cache-control",
        "connection",
        "content-encoding",
        "content-md5",
        "date",
        "expect",
        "forwarded",
        "from",
        "host",
        "http2-settings",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "max-forwards",
        "origin",
        "pragma",
        "proxy-authorization",
        "referer",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "warning",
    }
)
FORBIDDEN_PREFIXES = ("x-forwarded-", "x-amz-", "x-amzn-")
_JSON_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """Ready to send. Header names keep their spelling; ``body`` is None when the Task has none."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


_FIELDS: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "ApiEndpoint": (str,),
        "Method": (str,),
        "Authentication": (dict,),
        "InvocationConfig": (dict,),
        "Headers": (dict, type(None)),
        "QueryParameters": (dict, list, str, type(None)),
        "RequestBody": (object,),
        "Transform": (dict, type(None)),
    }
)


def check_http_call(parameters: JSON) -> None:
    """What is wrong with an HTTP Task's Parameters before anything is asked of anyone. Raises `ParametersDoNotFit`."""
    if not isinstance(parameters, dict):
        raise ParametersDoNotFit(parameters, ["Parameters must be a JSON object"])
    problems = [f"The field '{name}' is not supported by Step Functions" for name in parameters if name not in _FIELDS]
    missing = [name for name in ("ApiEndpoint", "Method") if name not in parameters]
    if not {"Authentication", "InvocationConfig"} & parameters.keys():
        missing.append("Authentication")
    problems += [f"The field '{name}' is required but was missing" for name in missing]
    problems += [
        f"The value of the field '{name}' has an invalid format"
        for name, kinds in _FIELDS.items()
        if name in parameters and not isinstance(parameters[name], kinds)
    ]
    if problems:
        raise ParametersDoNotFit(parameters, problems)


def _invalid(cause: str) -> TaskFailure:
    return TaskFailure("States.Runtime", cause)


def connection_arn(parameters: Mapping[str, JSON]) -> str:
    """The connection that the Task names, in either of the two fields."""
    for name in ("InvocationConfig", "Authentication"):
        holder = parameters.get(name)
        if isinstance(holder, dict) and isinstance(holder.get("ConnectionArn"), str):
            arn: str = holder["ConnectionArn"]
            return arn
    raise _invalid("An HTTP Task needs the ConnectionArn of an EventBridge connection in InvocationConfig.")


def build_request(parameters: Mapping[str, JSON], connection: Connection, *, region: str) -> HttpRequest:
    """Merge and encode; the connection's values win. Raises States.Runtime for what can't be sent."""
    method = parameters.get("Method")
    if method not in METHODS:
        raise _invalid(f"The Method of an HTTP Task must be one of {', '.join(sorted(METHODS))}, not {method!r}.")
    endpoint = parameters.get("ApiEndpoint")
    if not isinstance(endpoint, str) or not _is_url(endpoint):
        raise _invalid("The ApiEndpoint of an HTTP Task must be a URL that begins with https://.")
    headers = _headers(parameters.get("Headers"), connection.headers)
    body = _body(parameters, connection.body)
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = _JSON_TYPE
    headers["User-Agent"] = f"Amazon|StepFunctions|HttpInvoke|{region}"
    headers["Range"] = "bytes=0-262144"
    return HttpRequest(
        method=str(method),
        url=_url(endpoint, parameters.get("QueryParameters"), connection.query),
        headers=headers,
        body=body,
    )


def _is_url(text: str) -> bool:
    try:
        return urlsplit(text).scheme in {"http", "https"}
    except ValueError:
        return False


def _headers(given: JSON, added: Mapping[str, str]) -> dict[str, str]:
    if given is not None and not isinstance(given, dict):
        raise _invalid("The Headers of an HTTP Task must be a JSON object.")
    headers: dict[str, str] = {}
    for name, value in (given or {}).items():
        if name.lower() in FORBIDDEN_HEADERS or name.lower().startswith(FORBIDDEN_PREFIXES):
            raise _invalid(f"The header {name} can't be set in the definition of an HTTP Task.")
        headers[name] = ",".join(_scalar(item) for item in value) if isinstance(value, list) else _scalar(value)
    taken = {name.lower() for name in added}
    headers = {name: value for name, value in headers.items() if name.lower() not in taken}
    headers.update(added)
    for name, value in headers.items():
        if not name.isascii() or any(character in f"{name}{value}" for character in "\r\n\0"):
            raise _invalid(f"The header {name!r} of an HTTP Task holds a character that HTTP doesn't allow.")
    return headers


def _scalar(value: JSON) -> str:
    return value if isinstance(value, str) else dumps(value)


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~*")


def _url(endpoint: str, given: JSON, added: Mapping[str, str]) -> str:
    parts = urlsplit(endpoint)
    pairs = [*_split(parts.query), *_query_pairs(given)]
    pairs = [(name, value) for name, value in pairs if name not in added]
    pairs.extend(added.items())
    query = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def _query_pairs(given: JSON) -> Iterator[tuple[str, str]]:
    if isinstance(given, str):
        yield from _split(given.removeprefix("?"))
    elif isinstance(given, list):
        for item in given:
            yield from _query_pairs(item)
    elif isinstance(given, dict):
        for name, value in given.items():
            for item in value if isinstance(value, list) else [value]:
                yield name, _scalar(item)
    elif given is not None:
        raise _invalid("The QueryParameters of an HTTP Task must be a JSON object, an array or a string.")


def _split(query: str) -> Iterator[tuple[str, str]]:
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            yield unquote(name), unquote(value)


def _body(parameters: Mapping[str, JSON], added: Mapping[str, str]) -> bytes | None:
    body = parameters.get("RequestBody")
    if added:
        if body is not None and not isinstance(body, dict):
            raise _invalid(
                "A RequestBody that is no object can't be merged with the body parameters of the connection."
            )
        body = {**(body or {}), **added}
    transform = parameters.get("Transform")
    transform = transform if isinstance(transform, dict) else {}
    encoding = transform.get("RequestBodyEncoding", "NONE")
    if encoding not in {"NONE", "URL_ENCODED"}:
        raise _invalid(f"RequestBodyEncoding must be NONE or URL_ENCODED, not {encoding!r}.")
    if body is None:
        return None
    if encoding == "URL_ENCODED" and isinstance(body, dict):
        return form_encoded(body, _array_format(transform)).encode("utf-8", "replace")
    return (body if isinstance(body, str) else dumps(body)).encode("utf-8", "replace")


def _array_format(transform: Mapping[str, JSON]) -> str:
    options = transform.get("RequestEncodingOptions")
    chosen = options.get("ArrayFormat", "INDICES") if isinstance(options, dict) else "INDICES"
    if chosen not in ARRAY_FORMATS:
        raise _invalid(f"ArrayFormat must be one of {', '.join(sorted(ARRAY_FORMATS))}, not {chosen!r}.")
    return str(chosen)


def form_encoded(body: Mapping[str, JSON], array_format: str) -> str:
    """``application/x-www-form-urlencoded``, nested names in brackets, a space as %20."""
    pairs = (pair for name, value in body.items() for pair in _form_pairs(name, value, array_format))
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs)


def _form_pairs(name: str, value: JSON, array_format: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _form_pairs(f"{name}[{key}]", item, array_format)
    elif isinstance(value, list):
        if array_format == "COMMAS":
            yield name, ",".join(_scalar(item) for item in value)
            return
        for index, item in enumerate(value):
            suffix = {"INDICES": f"[{index}]", "BRACKETS": "[]"}.get(array_format, "")
            yield from _form_pairs(name + suffix, item, array_format)
    else:
        yield name, "" if value is None else _scalar(value)
