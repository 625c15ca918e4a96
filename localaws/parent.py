"""End with the process that started this one, however that one ended: kill -9 leaves no endpoint behind."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable

POLL_SECONDS = 0.5
_PR_SET_PDEATHSIG = 1


def ask_for_signal(parent_pid: int) -> None:
    """Linux only, and only for a direct parent: have the kernel send SIGHUP when it ends.

    The kernel means the parent's thread, which may end before its process: whoever takes the signal asks `has_ended`.
    """
    if sys.platform.startswith("linux") and os.getppid() == parent_pid:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGHUP, 0, 0, 0)


def has_ended(parent_pid: int, *, direct: bool) -> bool:
    """``direct``: it was this process's own parent at the start, so an orphan's new parent says enough."""
    return not _is_alive(parent_pid) or (direct and os.getppid() != parent_pid)


async def watch(parent_pid: int, end: Callable[[], None]) -> None:
    """Call ``end`` once the process is gone."""
    direct = os.getppid() == parent_pid
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, told.set)
    while not has_ended(parent_pid, direct=direct):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), POLL_SECONDS)
        told.clear()
    end()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
