"""``eks:call`` and ``eks:runJob``: the Kubernetes API of a cluster, as Step Functions calls it.

The server is asked over TLS and known by the certificate that the Task names; it knows the caller by a token that holds
a signed request to STS, as `aws eks get-token` makes it. Nothing of a token is kept: each request has a new one.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-eks.html
"""

import base64
import binascii
import ssl
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import botocore.session
from botocore.credentials import Credentials
from botocore.model import ServiceId
from botocore.signers import RequestSigner

from asl.json_text import dumps, loads
from asl.json_types import JSON
from asl.resource import Resource
from localaws.integrations.addresses import judge
from localaws.integrations.http_exchange import HttpResponse
from localaws.integrations.http_request import METHODS, HttpRequest
from localaws.integrations.http_task import send
from localaws.integrations.parameters import ParametersDoNotFit
from localaws.integrations.task import TaskFailure
from localaws.settings import Settings

SERVICE: Final = "eks"
TOKEN_SECONDS: Final = 60
_CLUSTER: Final = {"ClusterName": str, "CertificateAuthority": str, "Endpoint": str}
_FIELDS: Final[Mapping[str, Mapping[str, type]]] = {
    "call": {**_CLUSTER, "Method": str, "Path": str, "QueryParameters": dict, "RequestBody": object},
    "runJob": {**_CLUSTER, "Namespace": str, "Job": dict, "LogOptions": dict},
}
_OPTIONAL: Final = frozenset({"QueryParameters", "RequestBody", "Namespace", "LogOptions"})
_NAMES: Final[Mapping[type, str]] = {str: "a STRING", dict: "a STRUCTURE"}


def is_kubernetes(resource: Resource) -> bool:
    return (resource.kind, resource.service) == ("optimized", SERVICE) and resource.action in _FIELDS


def check_kubernetes(resource: Resource, parameters: JSON) -> None:
    """Raises `ParametersDoNotFit`."""
    if not isinstance(parameters, dict):
        raise ParametersDoNotFit(parameters, ["Parameters must be a JSON object"])
    fields = _FIELDS[resource.action]
    problems = [f"The field '{name}' is not supported by Step Functions" for name in parameters if name not in fields]
    for name, kind in fields.items():
        value = parameters.get(name)
        if value is None:
            if name not in _OPTIONAL:
                problems.append(f"The field '{name}' is required but was missing")
        elif not isinstance(value, kind):
            problems.append(f"The value for the field '{name}' must be {_NAMES[kind]}")
    if parameters.get("Method", "GET") not in METHODS:
        problems.append(f"The value for the field 'Method' must be one of {', '.join(sorted(METHODS))}")
    if problems:
        raise ParametersDoNotFit(parameters, problems)


class Kubernetes:
    """Clusters by what a Task says of them: ``ClusterName``, ``CertificateAuthority`` (base64), ``Endpoint``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._at_aws = SERVICE in settings.aws_services

    async def call(
        self,
        cluster: Mapping[str, JSON],
        method: str,
        path: str,
        *,
        region: str,
        query: JSON = None,
        body: JSON = None,
    ) -> HttpResponse:
        """The server's answer, whatever its status. Raises `TaskFailure` where there is none."""
        endpoint = str(cluster["Endpoint"]).rstrip("/")
        self._refuse_unreachable(endpoint)
        url = endpoint + "/" + quote(path.lstrip("/"), safe="/:@-._~!$&'()*+,;=%")
        if query:
            url += "?" + urlencode(query, doseq=True)
        headers = {"Accept": "application/json, */*", "Authorization": f"Bearer {self._token(cluster, region)}"}
        data = None if body is None else dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        trust = _trust(str(cluster["CertificateAuthority"]))
        try:
            target = await judge(url, self._settings)
            request = HttpRequest(method, url, headers, data)
            return await send(request, target, limit=self._settings.http_timeout, trust=trust)
        except TaskFailure as failure:
            if failure.error == "States.DataLimitExceeded":
                raise
            raise TaskFailure("EKS.SdkClientException", failure.cause) from failure

    def _refuse_unreachable(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme != "https" or not parts.hostname:
            raise TaskFailure("States.Runtime", f"The Endpoint {endpoint} must begin with https:// and name a host.")
        hosts = {parts.hostname.lower(), parts.netloc.lower()}
        if not self._at_aws and not hosts & self._settings.http_allowed_hosts:
            raise TaskFailure(
                "States.Runtime",
                "Clusters of the embedded endpoint have no Kubernetes in them. To call one at AWS, name eks in"
                " LOCALAWS_AWS_SERVICES and let botocore find credentials; to call another,"
                f" name its host ({parts.netloc}) in LOCALAWS_HTTP_ALLOWED_HOSTS.",
            )

    def _token(self, cluster: Mapping[str, JSON], region: str) -> str:
        session = botocore.session.Session()
        credentials = session.get_credentials() if self._at_aws else Credentials("local", "local")
        if credentials is None:
            cause = "botocore found no credentials to sign the cluster's token with."
            raise TaskFailure("EKS.SdkClientException", cause)
        signer = RequestSigner(
            ServiceId("STS"), region, "sts", "v4", credentials, session.get_component("event_emitter")
        )
        asked: dict[str, Any] = {
            "method": "GET",
            "url": f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
            "body": {},
            "headers": {"x-k8s-aws-id": str(cluster["ClusterName"])},
            "context": {},
        }
        url = signer.generate_presigned_url(asked, operation_name="", expires_in=TOKEN_SECONDS, region_name=region)
        return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def _trust(certificate: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=base64.b64decode(certificate, validate=True).decode("ascii"))
    except (binascii.Error, UnicodeDecodeError, ssl.SSLError) as error:
        cause = f"The CertificateAuthority is no certificate in base64: {error}"
        raise TaskFailure("States.Runtime", cause) from error


def to_result(response: HttpResponse) -> dict[str, JSON]:
    """The result of a call. Raises `TaskFailure`: the server refused it."""
    headers: dict[str, JSON] = {}
    for name, value in response.headers:
        headers.setdefault(name, []).append(value)
    result: dict[str, JSON] = {
        "ResponseBody": content_of(response),
        "ResponseHeaders": headers,
        "StatusCode": response.status,
    }
    if response.status >= 400:
        raise TaskFailure(f"EKS.{response.status}", dumps(result))
    return result


def content_of(response: HttpResponse) -> JSON:
    text = response.body.decode("utf-8", "replace")
    if response.media_type == "application/json":
        try:
            return loads(text)
        except ValueError:
            pass
    return text
