"""Keeping a secret in the database: Fernet, with a key derived from SECRET_KEY for one purpose.

SECRET_KEY_FALLBACKS opens what was sealed before the key changed.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnreadableError(Exception):
    """It was sealed with a key that neither SECRET_KEY nor SECRET_KEY_FALLBACKS holds."""


def seal(text: str, purpose: str) -> str:
    return _fernet(purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, purpose: str) -> str:
    try:
        return _fernet(purpose).decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as error:
        raise UnreadableError from error


def _fernet(purpose: str) -> MultiFernet:
    return _fernet_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


@lru_cache(maxsize=16)
def _fernet_of(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret, purpose)) for secret in secrets])


def _derive(secret: str, purpose: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"callboard {purpose} v1".encode())
    return base64.urlsafe_b64encode(hkdf.derive(secret.encode()))
