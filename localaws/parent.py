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
    """Linux only, and only for a direct parent: have the kernel send SIGTERM, should even the event loop be stuck."""
    if sys.platform.startswith("linux") and os.getppid() == parent_pid:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


async def watch(parent_pid: int, end: Callable[[], None]) -> None:
    """Call ``end`` once the process is gone."""
    direct = os.getppid() == parent_pid
    while is_alive(parent_pid) and (not direct or os.getppid() == parent_pid):  # noqa: ASYNC110
        await asyncio.sleep(POLL_SECONDS)  # no event tells of another process's end everywhere
    end()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
