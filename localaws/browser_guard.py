"""A browser must not be able to drive this endpoint: which requests are refused before anything else sees them.

The endpoint has no passwords; being on this machine is the permission. A web page that the user happens to visit is on
this machine too, so three things are required of every request, on every route:

- its Host is a name of this endpoint (else another name could be made to resolve to 127.0.0.1: DNS rebinding);
- it has no Origin, or one that is allowed to read presigned S3 links;
- if a browser says that it sent it (Sec-Fetch-Site, with every request to this machine), it loads an S3 object by a
  presigned link: as a page's picture or film, or because somebody followed the link.

Decided from the request's head alone. SDKs and curl send neither Origin nor Sec-Fetch-Site.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from localaws.settings import Settings

OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
# moto answers virtual-host S3 names; boto3 puts this prefix before the host of some Step Functions calls.
VIRTUAL_HOSTS = ".localhost"
SYNC_PREFIX = "sync-"
# moto's own control API can wipe everything; nothing here needs it.
CLOSED_PATHS = ("/moto-api",)
HEALTH_PATH = "/_localaws/health"

_LOADS = frozenset({"document", "iframe", "image", "video", "audio", "track", "empty"})
_SIGNATURES = ("X-Amz-Signature", "Signature")
_PRESIGNED_ARGUMENTS = frozenset(
    {
        "AWSAccessKeyId",
        "Signature",
        "Expires",
        "versionId",
        "partNumber",
        "x-id",
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
    }
)


@dataclass(frozen=True, slots=True)
class Head:
    method: str
    path: str
    query: str
    headers: Mapping[bytes, bytes]

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")


def refusal(head: Head, settings: Settings) -> str | None:
    """Why this request isn't answered, in words for whoever reads the response; None when it may pass."""
    if not host_allowed(head.header(b"host"), settings):
        return "This Host is not a name of the local endpoint. LOCALAWS_ALLOWED_HOSTS adds names."
    if unquote(head.path).lower().startswith(CLOSED_PATHS):
        return "This route is closed."
    origin = head.header(b"origin")
    if origin and not (origin.lower() in settings.allowed_origins and _reads_presigned_object(head, preflight=True)):
        return "Web pages may not use the local endpoint."
    if head.header(b"sec-fetch-site") and not _browser_may(head, from_page=not origin):
        return "A browser may only load S3 objects by presigned links from the local endpoint."
    if "Action=" in head.query and head.method == "GET" and not head.header(b"authorization"):
        return "Unsigned actions by GET are refused: any link could be one."
    return None


def host_allowed(host: str, settings: Settings) -> bool:
    name = host_name(host)
    name = name.removeprefix(SYNC_PREFIX)
    return name in OWN_NAMES or name in settings.allowed_hosts or name.endswith(VIRTUAL_HOSTS)


def host_name(host: str) -> str:
    """The Host header without its port, in lower case; an IPv6 address without its brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _browser_may(head: Head, *, from_page: bool) -> bool:
    if head.path == HEALTH_PATH and head.method == "GET":
        return True
    # A page that fetches by script shows its Origin, unless it can't read the answer anyway (no-cors, "empty").
    wanted = head.header(b"sec-fetch-dest")
    if from_page and wanted == "empty":
        return False
    return wanted in _LOADS and _reads_presigned_object(head, preflight=not from_page)


def _reads_presigned_object(head: Head, *, preflight: bool) -> bool:
    """GET or HEAD of one S3 object with a signature in the query and nothing there that could mean another request."""
    if head.method not in {"GET", "HEAD"} and not (preflight and head.method == "OPTIONS"):
        return False
    virtual = host_name(head.header(b"host")).endswith(VIRTUAL_HOSTS)
    parts = [part for part in head.path.split("/") if part]
    if len(parts) < (1 if virtual else 2):
        return False
    names = [name for name, _ in parse_qsl(head.query, keep_blank_values=True)]
    signed = any(name in names for name in _SIGNATURES)
    return signed and all(name in _PRESIGNED_ARGUMENTS or name.lower().startswith("x-amz-") for name in names)
