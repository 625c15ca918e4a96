"""What keeps the process small: one heap for all threads, and models of AWS's services without their prose.

The allocator gives each thread a heap of its own, up to eight to a processor, and what is free in one is of no use to
another: with some forty threads that call services, a third of the process was that. botocore's models are descriptions
for the larger half, and each of its sessions reads them anew.
"""

import contextlib
import ctypes
from typing import Any, Final

import orjson
from botocore.loaders import JSONFileLoader, Loader

ONE_HEAP: Final = (-8, 1)  # glibc's mallopt: M_ARENA_MAX
PROSE: Final = frozenset({"documentation", "documentationUrl"})


def keep_small() -> None:
    """Before any thread has begun and any model was read. Elsewhere than with glibc there are as many heaps as ever."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(*ONE_HEAP)
    Loader.FILE_LOADER_CLASS = PlainFiles


class PlainFiles(JSONFileLoader):
    """botocore's files as plain dicts without descriptions: half the memory, in half the time."""

    def _load_file(self, full_path: str, open_method: Any) -> Any:
        try:
            with open_method(full_path, "rb") as file:
                return without_prose(orjson.loads(file.read()))
        except FileNotFoundError:
            return None


def without_prose(value: Any) -> Any:
    """Descriptions become empty: botocore asks for some of them. A member that is called so is no text, but a shape."""
    if type(value) is dict:
        return {
            name: "" if name in PROSE and isinstance(member, str) else without_prose(member)
            for name, member in value.items()
        }
    return [without_prose(member) for member in value] if type(value) is list else value
