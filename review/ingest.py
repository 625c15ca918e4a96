"""Who may hand in task tokens over HTTP: programs with an ingest source's bearer token."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings
from django.utils import timezone

from designer.models import Environment
from review.models import IngestSource

PREFIX = "cbi_"  # so that secret scanners and people know what they found


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


def environment_of(token: str) -> Environment | None:
    """The environment that the bearer of ``token`` may hand in tokens for; None for a stranger."""
    source = IngestSource.objects.select_related("environment").filter(token_hash=digest(token), active=True).first()
    if source is not None:
        IngestSource.objects.filter(pk=source.pk).update(last_used_at=timezone.now())
        return source.environment
    given = settings.CALLBOARD_INGEST_TOKEN
    if given and hmac.compare_digest(digest(token), digest(given)):
        return Environment.objects.filter(kind=Environment.Kind.EMBEDDED).first()
    return None


def digest(token: str) -> str:
    """Plain SHA-256: the token has 256 bits of its own, so there's nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
