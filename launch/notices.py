"""Telling others that a result is ready: a signed webhook (Standard Webhooks) and an EventBridge event.

The outbox is claimed as review's is (`review/delivery.py`): at least once, with the same id each time. A webhook goes
to public addresses only, unless its host is in CALLBOARD_WEBHOOK_ALLOWED_HOSTS; the address that was checked is the one
that is connected to, and redirects aren't followed.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import logging
import socket
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from callboard import aws
from launch.models import Notice

logger = logging.getLogger(__name__)
CLAIM = timedelta(seconds=120)
MAX_WAIT_SECONDS = 3600
MAX_ATTEMPTS = 20  # about 14 hours
TIMEOUT_SECONDS = 10
EVENT_SOURCE, DETAIL_TYPE = "callboard", "Launch Result Ready"


class Refused(Exception):  # noqa: N818
    """It can't be sent, now or later."""


class TryAgain(Exception):  # noqa: N818
    """It could not be sent this time."""


def send(notice_id: int) -> bool:
    """Try to send a notice that is due; True once it is settled."""
    now = timezone.now()
    due = Notice.objects.filter(pk=notice_id, status=Notice.Status.PENDING, next_attempt_at__lte=now)
    if not due.update(next_attempt_at=now + CLAIM, attempts=F("attempts") + 1):
        return False
    notice = Notice.objects.select_related("launch__environment").get(pk=notice_id)
    try:
        post(notice) if notice.channel == Notice.Channel.WEBHOOK else put_event(notice)
    except Refused as error:
        return _settle(notice, Notice.Status.REFUSED, str(error))
    except TryAgain as error:
        if notice.attempts >= MAX_ATTEMPTS:
            return _settle(notice, Notice.Status.REFUSED, f"Given up after {notice.attempts} attempts: {error}")
        wait = timedelta(seconds=min(2**notice.attempts, MAX_WAIT_SECONDS))
        Notice.objects.filter(pk=notice.pk).update(next_attempt_at=timezone.now() + wait, last_error=str(error)[:500])
        logger.warning("Notice %s was not sent (attempt %s): %s", notice.pk, notice.attempts, error)
        return False
    return _settle(notice, Notice.Status.SENT, "")


def post(notice: Notice) -> None:
    url = settings.CALLBOARD_LAUNCH_WEBHOOK_URL
    if not url:
        raise Refused("No webhook address is set (CALLBOARD_LAUNCH_WEBHOOK_URL).")
    target, host = checked(url)
    data = json.dumps(notice.body, ensure_ascii=False)
    now = timezone.now()
    headers = {
        "Host": urlsplit(url).netloc.rpartition("@")[2],
        "Content-Type": "application/json",
        "webhook-id": notice.webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(signing_secret()).sign(notice.webhook_id, now, data),
    }
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client:
            response = client.post(target, content=data.encode(), headers=headers, extensions={"sni_hostname": host})
    except httpx.HTTPError as error:
        raise TryAgain(f"{host} can't be reached ({type(error).__name__})") from error
    if response.status_code == 410:  # Standard Webhooks: the receiver wants no more
        raise Refused(f"{host} answered 410 Gone")
    if not response.is_success:
        raise TryAgain(f"{host} answered {response.status_code}")


def put_event(notice: Notice) -> None:
    entry = {
        "Source": EVENT_SOURCE,
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps({"id": notice.webhook_id, **notice.body["data"]}, ensure_ascii=False),
        "Resources": [notice.body["data"]["execution_arn"]],
    }
    try:
        answer = aws.client(notice.launch.environment, "events").put_events(Entries=[entry])
    except (ClientError, BotoCoreError, OSError) as error:
        raise TryAgain(f"EventBridge can't be reached ({type(error).__name__})") from error
    if answer.get("FailedEntryCount"):
        code = answer["Entries"][0].get("ErrorCode", "an error")
        raise TryAgain(f"EventBridge answered {code}")


def checked(url: str) -> tuple[str, str]:
    """The URL with its host replaced by the address to connect to, and the host. Raises `Refused` or `TryAgain`."""
    parts = urlsplit(url)
    host = parts.hostname
    if parts.scheme not in {"https", "http"} or not host:
        raise Refused("The webhook's address is no http(s) URL.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TryAgain(f"{host} has no address ({error.strerror})") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if host not in settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS and not all(is_public(address) for address in addresses):
        raise Refused(
            f"{host} is a private address. Add it to CALLBOARD_WEBHOOK_ALLOWED_HOSTS if results may be sent there."
        )
    address = addresses[0]
    literal = f"[{address}]" if address.version == 6 else str(address)
    return parts._replace(netloc=f"{literal}:{port}").geturl(), host


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return bool(inner.is_global and not inner.is_multicast)


def signing_secret() -> str:
    """`whsec_…`, derived from SECRET_KEY: `manage.py webhook_secret` shows it to whoever sets up the receiver."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"callboard launch webhooks v1")
    return "whsec_" + base64.b64encode(hkdf.derive(settings.SECRET_KEY.encode())).decode("ascii")


def due(limit: int = 100) -> list[int]:
    rows = Notice.objects.filter(status=Notice.Status.PENDING, next_attempt_at__lte=timezone.now())
    return list(rows.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def _settle(notice: Notice, status: str, reason: str) -> bool:
    Notice.objects.filter(pk=notice.pk, status=Notice.Status.PENDING).update(
        status=status,
        last_error=reason[:500],
        next_attempt_at=None,
        sent_at=timezone.now() if status == Notice.Status.SENT else None,
    )
    return True
