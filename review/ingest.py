"""Who may hand in task tokens over HTTP: programs with an ingest source's bearer token, which may have to sign, too.

A signature (standardwebhooks.com: HMAC-SHA256 over id, time and body) proves that the body is the sender's and not five
minutes old, whatever terminates TLS in between. A copy of it changes nothing: a task token is asked about once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from designer.models import Environment
from notifications.webhooks import signing_secret
from review.models import IngestSource

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "cbi_"  # so that secret scanners and people know what they found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who hands in: for which environment, and the secret that it signs with; empty where it needn't."""

    environment: Environment
    secret: str = field(default="", repr=False)

    def has_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the body is signed as it must be. The names in ``headers`` are found in any case."""
        if not self.secret:
            return True
        named = {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        try:
            Webhook(self.secret).verify(body, named)
        except (WebhookVerificationError, ValueError):
            return False
        return True


def create_source(name: str, environment: Environment) -> tuple[IngestSource, str]:
    """A new source and its bearer token, which nobody can read again."""
    source = IngestSource(name=name, environment=environment)
    return source, issue_token(source)


def issue_token(source: IngestSource) -> str:
    """Save ``source`` with a new bearer token. Only its digest is kept."""
    token = PREFIX + secrets.token_urlsafe(32)
    source.token_hash = digest(token)
    source.save()
    return token


def secret_of(source: IngestSource) -> str:
    """`whsec_…`: derived, so it is kept nowhere; another bearer token or SECRET_KEY makes another one."""
    return signing_secret(f"ingest {source.token_hash}")


def sender_of(token: str) -> Sender | None:
    """Who the bearer of ``token`` is; None for a stranger."""
    source = IngestSource.objects.select_related("environment").filter(token_hash=digest(token), active=True).first()
    if source is not None:
        IngestSource.objects.filter(pk=source.pk).update(last_used_at=timezone.now())
        return Sender(environment=source.environment, secret=secret_of(source) if source.signed else "")
    given = settings.CALLBOARD_INGEST_TOKEN
    if given and hmac.compare_digest(digest(token), digest(given)):
        embedded = Environment.objects.filter(kind=Environment.Kind.EMBEDDED).first()
        return Sender(environment=embedded) if embedded is not None else None
    return None


def digest(token: str) -> str:
    """Plain SHA-256: the token has 256 bits of its own, so there's nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
