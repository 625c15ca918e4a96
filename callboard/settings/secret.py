"""The secret key of an embedded Callboard: made once, kept in its home folder, readable by its owner alone."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_key(home: Path) -> str:
    """The key in ``home/secret_key``, made at the first call. Raises ImproperlyConfigured where none can be kept."""
    try:
        return _secret_key(home)
    except OSError as error:
        raise ImproperlyConfigured(
            f"Callboard can't write to {home} ({error.strerror}). Choose another folder with --home or CALLBOARD_HOME."
        ) from error


def _secret_key(home: Path) -> str:
    """Two processes that race agree on one key."""
    path = home / "secret_key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = home / f".secret_key.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails where another process came first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
