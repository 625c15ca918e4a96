"""Sending JSON to an address that somebody gave: to public hosts only, to the address that was checked, signed.

A host in CALLBOARD_WEBHOOK_ALLOWED_HOSTS may be private. Redirects aren't followed, the environment's proxies not used.
"""

from __future__ import annotations

import base64
import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from standardwebhooks.webhooks import Webhook

if TYPE_CHECKING:
    from datetime import datetime

TIMEOUT_SECONDS = 10
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Refused(Exception):  # noqa: N818
    """It can't be sent, now or later."""


class TryAgain(Exception):  # noqa: N818
    """It could not be sent this time."""


def signature(secret: str, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """The headers of a Standard Webhook (https://www.standardwebhooks.com)."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body),
    }


def signing_secret(purpose: str) -> str:
    """`whsec_…`, derived from SECRET_KEY for one purpose: nothing to store, nothing to lose."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"callboard {purpose} v1".encode())
    return "whsec_" + base64.b64encode(hkdf.derive(settings.SECRET_KEY.encode())).decode("ascii")


def post(url: str, body: str, headers: dict[str, str]) -> None:
    """POST JSON. Raises `Refused` or `TryAgain`; both name the host at most, never the rest of the address."""
    target, host = checked(url)
    sent = {"Host": urlsplit(url).netloc.rpartition("@")[2], "Content-Type": "application/json", **headers}
    try:
        # Only the status counts: whatever else it answers, however much, isn't read.
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", target, content=body.encode(), headers=sent, extensions={"sni_hostname": host}
            ) as response,
        ):
            status, is_success = response.status_code, response.is_success
    except httpx.HTTPError as error:
        raise TryAgain(f"{host} can't be reached ({type(error).__name__})") from error
    if status == httpx.codes.GONE:  # Standard Webhooks: the receiver wants no more
        raise Refused(f"{host} answered 410 Gone")
    if not is_success:
        raise TryAgain(f"{host} answered {status}")


def checked(url: str) -> tuple[str, str]:
    """The URL with its host replaced by the address to connect to, and the host. Raises `Refused` or `TryAgain`."""
    try:
        parts = urlsplit(url)
        host, given_port = parts.hostname, parts.port
    except ValueError as error:  # a port above 65,535, half an IPv6 address
        raise Refused("The webhook's address is no http(s) URL.") from error
    if parts.scheme not in {"https", "http"} or not host:
        raise Refused("The webhook's address is no http(s) URL.")
    port = given_port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TryAgain(f"{host} has no address ({error.strerror})") from error
    except UnicodeError as error:  # a part of its name is empty or too long
        raise Refused("The webhook's address is no http(s) URL.") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if host not in settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS and not all(is_public(address) for address in addresses):
        raise Refused(
            f"{host} is a private address. Add it to CALLBOARD_WEBHOOK_ALLOWED_HOSTS if results may be sent there."
        )
    address = addresses[0]
    literal = f"[{address}]" if address.version == 6 else str(address)
    return parts._replace(netloc=f"{literal}:{port}").geturl(), host


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = (
        getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or _translated(address) or address
    )
    return bool(inner.is_global and not inner.is_multicast)


def _translated(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a NAT64 gateway makes of it (RFC 6052), in a network that has one."""
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address.version == 6 and address in NAT64 else None
