"""Writing messages in the transaction of what they tell, and sending them afterwards, at least once.

One attempt is claimed by a conditional UPDATE that also moves `next_attempt_at` on, so that a doubled hint sends
nothing twice, and a worker that dies mid-way is followed by the sweep.
"""

from __future__ import annotations

import json
import logging
import smtplib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from callboard import sealing
from callboard.celery import hint
from notifications import webhooks
from notifications.links import link_for
from notifications.models import Message, Preference, Receiver
from notifications.webhooks import Refused, TryAgain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)
CLAIM = timedelta(seconds=120)
MAX_WAIT_SECONDS = 3600
MAX_ATTEMPTS = 20  # about 14 hours
SEALED_FOR = "notification receivers"


def tell(
    topic: str,
    occasion: str,
    *,
    subject: str,
    text: str,
    path: str,
    people: Iterable[User] = (),
    group: str = "",
    programs: bool = True,
    data: dict[str, Any] | None = None,
) -> int:
    """Write the messages about one occasion (``task-5``: with the topic it is told once to each); how many were new.

    ``people`` are sent mail where a mail server is set and they haven't muted the topic; ``programs``: receivers that
    want the topic and the ``group``.
    """
    receivers: list[Receiver] = [r for r in Receiver.objects.filter(active=True) if r.wants(topic, group)]
    to: list[dict[str, Any]] = [{"receiver": receiver} for receiver in receivers if programs]
    if settings.CALLBOARD_EMAIL_URL:
        to += [{"user": user} for user in people if user.email and Preference.wanted_by(user, topic)]
    new = 0
    for one in to:
        name, target = next(iter(one.items()))
        message, created = Message.objects.get_or_create(
            key=f"{topic}/{occasion}/{name}-{target.pk}"[:128],
            defaults={
                **one,
                "topic": topic,
                "subject": subject[:300],
                "text": text,
                "path": path,
                "data": data or {},
                "next_attempt_at": timezone.now(),
            },
        )
        if created:
            new += 1
            transaction.on_commit(lambda pk=message.pk: _hint(pk))  # type: ignore[misc]
    return new


def deliver(message_id: int) -> bool:
    """Try to send a message that is due; True once it is settled."""
    now = timezone.now()
    pending = Message.objects.filter(pk=message_id, status=Message.Status.PENDING, next_attempt_at__lte=now)
    if not pending.update(next_attempt_at=now + CLAIM, attempts=F("attempts") + 1):
        return False
    message = Message.objects.select_related("receiver", "user").get(pk=message_id)
    try:
        _post(message, message.receiver) if message.receiver else _mail(message)
    except Refused as error:
        return _settle(message, Message.Status.REFUSED, str(error))
    except TryAgain as error:
        return _again(message, str(error))
    return _settle(message, Message.Status.SENT, "")


def due(limit: int = 100) -> list[int]:
    rows = Message.objects.filter(status=Message.Status.PENDING, next_attempt_at__lte=timezone.now())
    return list(rows.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def secret_of(receiver: Receiver) -> str:
    """What the receiver checks a webhook's signature with."""
    return webhooks.signing_secret(f"notification receiver {receiver.pk}")


def _post(message: Message, receiver: Receiver) -> None:
    try:
        url = sealing.unseal(receiver.sealed_url, SEALED_FOR)
    except sealing.UnreadableError as error:
        raise Refused("The receiver's address was kept with a secret key that is no longer known.") from error
    link = settings.CALLBOARD_PUBLIC_URL + message.path
    if receiver.kind == Receiver.Kind.SLACK:
        body = {"text": f"*{_slack(message.subject)}*\n{_slack(message.text)}\n<{link}|Open in Callboard>"}
        webhooks.post(url, json.dumps(body, ensure_ascii=False), {})
        return
    sent = {
        "type": message.topic,
        "timestamp": message.created_at.isoformat(),
        "data": {**message.data, "subject": message.subject, "text": message.text, "url": link},
    }
    text = json.dumps(sent, ensure_ascii=False)
    webhooks.post(url, text, webhooks.signature(secret_of(receiver), f"msg_{message.pk}", timezone.now(), text))


def _slack(text: str) -> str:
    """https://api.slack.com/reference/surfaces/formatting: three characters would make links and mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mail(message: Message) -> None:
    user = message.user
    if user is None or not user.is_active or not user.email:
        raise Refused("The person is gone or has no address.")
    link = link_for(user, message.path)
    why = f"You get this because Callboard knows you as {user.get_username()}. What you are sent: {_settings_url()}"
    mail = EmailMessage(
        subject=message.subject.replace("\n", " ").replace("\r", " "),
        body=f"{message.text}\n\nOpen it (the link is yours alone, sign in first):\n{link}\n\n{why}\n",
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise Refused("The mail server refused the address.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise TryAgain(f"The mail server can't be used ({type(error).__name__})") from error


def _settings_url() -> str:
    return f"{settings.CALLBOARD_PUBLIC_URL}/settings/#messages"


def _again(message: Message, reason: str) -> bool:
    if message.attempts >= MAX_ATTEMPTS:
        return _settle(message, Message.Status.REFUSED, f"Given up after {message.attempts} attempts: {reason}")
    wait = timedelta(seconds=min(2**message.attempts, MAX_WAIT_SECONDS))
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now() + wait, last_error=reason[:500])
    logger.warning("Message %s was not sent (attempt %s): %s", message.pk, message.attempts, reason)
    return False


def _settle(message: Message, status: str, reason: str) -> bool:
    Message.objects.filter(pk=message.pk, status=Message.Status.PENDING).update(
        status=status,
        last_error=reason[:500],
        next_attempt_at=None,
        sent_at=timezone.now() if status == Message.Status.SENT else None,
    )
    return True


def _hint(message_id: int) -> None:
    from notifications.tasks import deliver_message

    hint(deliver_message, message_id)
