"""The folder that an endpoint keeps its state in: private to this user, and used by one endpoint at a time."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path


class HomeError(Exception):
    """The folder can't be used; the message says why and what to do."""


@contextlib.contextmanager
def claimed(home: Path) -> Iterator[Path]:
    """Make the folder (mode 0700) and hold its lock; raises `HomeError`. A killed process's lock is freed."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _check_owner(home)
        home.chmod(0o700)
        lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as reason:
        raise HomeError(f"{home} can't be used: {reason.strerror}. Choose another folder with --home.") from reason
    try:
        _lock(lock, home)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield home
    finally:
        os.close(lock)


def _check_owner(home: Path) -> None:
    status = home.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise HomeError(f"{home} is not a folder.")
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        raise HomeError(f"{home} belongs to another user. Choose another folder with --home.")


def _lock(lock: int, home: Path) -> None:
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(lock, 32, 0).decode("ascii", "replace") or "unknown"
        raise HomeError(
            f"Another local endpoint (process {holder}) uses {home}. "
            "Stop it first, or choose another folder with --home."
        ) from None
