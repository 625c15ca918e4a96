"""How often one may try to sign in. Counted in the cache, which all workers share where there are several.

Two counts for a quarter of an hour from the first failure: of one name from one address (a password is guessed), and of
one address whatever the name (names are tried, or made-up links). A name alone is never locked: anybody could lock
anybody out. The address is the connection's; behind a proxy it is the one that uvicorn takes from it
(``--forwarded-allow-ips``).
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)
WINDOW = timedelta(minutes=15)
MOST_OF_A_NAME = 5
MOST_OF_AN_ADDRESS = 50


def locked_until(request: HttpRequest, username: str = "") -> datetime | None:
    """Until when no attempt is taken; None where one is."""
    try:
        ends = [_end_of(key, most) for key, most in _counters(request, username)]
    except (RedisError, OSError) as error:  # who may sign in must not depend on it
        logger.warning("Attempts to sign in aren't counted just now: %s", type(error).__name__)
        return None
    return max((end for end in ends if end is not None), default=None)


def note_failure(request: HttpRequest, username: str = "") -> None:
    try:
        for key, _ in _counters(request, username):
            cache.add(key + ":until", timezone.now() + WINDOW, WINDOW.total_seconds())
            cache.add(key, 0, WINDOW.total_seconds())
            cache.incr(key)
    except (RedisError, OSError, ValueError) as error:  # ValueError: the count lapsed in between
        logger.warning("A failed attempt to sign in wasn't counted: %s", type(error).__name__)


def forget(request: HttpRequest, username: str) -> None:
    """After a success: that name from that address begins anew."""
    try:
        key = _name_key(request, username)
        cache.delete_many([key, key + ":until"])
    except (RedisError, OSError) as error:
        logger.warning("Failed attempts to sign in weren't forgotten: %s", type(error).__name__)


def _counters(request: HttpRequest, username: str) -> list[tuple[str, int]]:
    counters = [(f"sign-in:{address_of(request)}", MOST_OF_AN_ADDRESS)]
    return [*counters, (_name_key(request, username), MOST_OF_A_NAME)] if username else counters


def _end_of(key: str, most: int) -> datetime | None:
    if int(cache.get(key) or 0) < most:
        return None
    until: datetime | None = cache.get(key + ":until")
    return until or timezone.now() + WINDOW


def _name_key(request: HttpRequest, username: str) -> str:
    """The name as Django compares it, hashed: what people type there by mistake is kept nowhere."""
    name = unicodedata.normalize("NFKC", username).casefold()
    return f"sign-in:{address_of(request)}:{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()}"


def address_of(request: HttpRequest) -> str:
    """The address that an attempt comes from; of IPv6 the network, since a household has as many as it likes."""
    given = request.META.get("REMOTE_ADDR") or ""
    try:
        address = ipaddress.ip_address(given)
    except ValueError:  # a Unix socket has none
        return "none"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)
