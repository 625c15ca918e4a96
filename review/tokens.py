"""Task tokens: how one is recognised (SHA-256) and how it is kept (Fernet, with a key derived from SECRET_KEY).

A token is a capability: whoever has it answers for the person. It never leaves this process but to Step Functions.
SECRET_KEY_FALLBACKS opens what was sealed before the key changed.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH = 2048  # API reference, SendTaskSuccess: taskToken has 1 to 2048 characters
REDACTED = "[task token]"


class UnreadableToken(Exception):  # noqa: N818
    """The token was sealed with a key that neither SECRET_KEY nor SECRET_KEY_FALLBACKS holds."""


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def seal(token: str) -> str:
    return _fernet().encrypt(token.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    try:
        return _fernet().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as error:
        raise UnreadableToken from error


def without(value: Any, token: str) -> Any:
    """``value`` (JSON) with ``token`` blotted out wherever a string holds it, keys included."""
    match value:
        case str():
            return value.replace(token, REDACTED)
        case list():
            return [without(item, token) for item in value]
        case dict():
            return {without(key, token): without(item, token) for key, item in value.items()}
        case _:
            return value


def strings_in(value: Any) -> Iterator[str]:
    """Every string within ``value`` (JSON), keys included."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings_in(item)
        case dict():
            for key, item in value.items():
                yield key
                yield from strings_in(item)


def is_storable(text: str) -> bool:
    """No database stores half of a surrogate pair (JSON can hold one), and PostgreSQL no NUL."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _fernet() -> MultiFernet:
    return _fernet_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _fernet_of(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret)) for secret in secrets])


def _derive(secret: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"callboard review task tokens v1")
    return base64.urlsafe_b64encode(hkdf.derive(secret.encode()))
