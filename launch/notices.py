"""Telling others that a result is ready: a signed webhook (Standard Webhooks) and an EventBridge event.

The outbox is claimed as review's is (`review/delivery.py`): at least once, with the same id each time. Where a webhook
may go is decided by `notifications/webhooks.py`.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from callboard import aws
from launch.models import Notice
from notifications import webhooks
from notifications.webhooks import Refused, TryAgain

logger = logging.getLogger(__name__)
CLAIM = timedelta(seconds=120)
MAX_WAIT_SECONDS = 3600
MAX_ATTEMPTS = 20  # about 14 hours
EVENT_SOURCE, DETAIL_TYPE = "callboard", "Launch Result Ready"


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
    body = json.dumps(notice.body, ensure_ascii=False)
    webhooks.post(url, body, webhooks.signature(signing_secret(), notice.webhook_id, timezone.now(), body))


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


def signing_secret() -> str:
    """`manage.py webhook_secret` shows it to whoever sets up the receiver."""
    return webhooks.signing_secret("launch webhooks")


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
