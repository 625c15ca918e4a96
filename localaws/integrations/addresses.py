"""Where an HTTP Task may connect to: public addresses, the stand-ins of this endpoint, and what a setting allows.

A name is resolved once and the connection made to the address that was judged, so that a name which answers
differently the second time gains nothing.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from localaws.integrations.task import TaskFailure
from localaws.settings import Settings

STAND_INS = "/_models/"  # of this endpoint's paths, the only ones that an HTTP Task may call


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was judged; ``host`` (in ASCII) and ``port`` are what the URL says."""

    address: str
    host: str
    port: int


async def judge(url: str, settings: Settings) -> Target:
    """Resolve the host of ``url``; States.Runtime for plain HTTP, States.Http.Socket for what may not be reached."""
    parts = urlsplit(url)
    try:
        host = (parts.hostname or "").encode("idna").decode().lower()
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if not host:
            raise ValueError
    except ValueError:
        raise TaskFailure("States.Runtime", f"The ApiEndpoint {url} has no usable host and port.") from None
    trusted = _is_trusted(host, port, parts.path, settings)
    if parts.scheme != "https" and not trusted:
        raise TaskFailure("States.Runtime", "The ApiEndpoint of an HTTP Task must begin with https://.")
    addresses = await _resolve(host, port)
    if not trusted:
        for address in addresses:
            if not is_public(address):
                raise TaskFailure(
                    "States.Http.Socket",
                    f"{host} is at {address}, which is not a public address. HTTP Tasks may call public "
                    "addresses only; LOCALAWS_HTTP_ALLOWED_HOSTS names the exceptions.",
                )
    return Target(addresses[0], host, port)


def _is_trusted(host: str, port: int, path: str, settings: Settings) -> bool:
    if {host, f"{host}:{port}"} & settings.http_allowed_hosts:
        return True
    # Unquoted, and without dots: what a server would make of the path, not what it looks like.
    plain = unquote(path)
    return (host, port) in settings.own_origins and plain.startswith(STAND_INS) and ".." not in plain


def is_public(address: str) -> bool:
    """Not loopback, private, link-local, shared, multicast or reserved; nor such an address dressed as IPv6."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64 carries an IPv4 address in its last 32 bits
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


async def _resolve(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TaskFailure("States.Http.Socket", f"{host} could not be resolved: {error}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise TaskFailure("States.Http.Socket", f"{host} has no address.")
    return addresses
