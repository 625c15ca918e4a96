"""Whether the store's write-ahead log could be read as far as something was committed in it.

SQLite reads a log up to the first frame that doesn't fit, as it must: after a crash the last ones are half written. It
says nothing when commits lie behind that place. Frames say themselves which of them ended a commit, so what the log
holds is compared with what SQLite found in it. https://www.sqlite.org/fileformat2.html#walformat
"""

import contextlib
import sqlite3
import struct
from pathlib import Path
from typing import Final

_ORDERS: Final = {0x377F0682: "<", 0x377F0683: ">"}  # magic number -> byte order of the checksums
_HEADER: Final = 32  # bytes of the log's head ...
_FRAME: Final = 24  # ... and before each page
_FOUND_AT: Final = 16  # in the log's index: the number of frames that SQLite found


def damage(store: Path) -> str | None:
    """What is wrong with the log of ``store``, as a clause; None where all can be read that was committed in it.

    To be asked before the store is opened for writing, which may fold the log back; this leaves it as it is.
    """
    log, index = (store.with_name(store.name + ending) for ending in ("-wal", "-shm"))
    committed = _committed_frames(log)
    if committed is None:
        return "its head can't be read, and so nothing of it"
    if not committed:
        return None
    with contextlib.closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA user_version").fetchone()  # now SQLite has read its log
        found = _found_frames(index)
    return f"{committed - found} of {committed} committed pages can't be read" if found < committed else None


def _found_frames(index: Path) -> int:
    with index.open("rb") as file:
        file.seek(_FOUND_AT)
        (found,) = struct.unpack("=I", file.read(4))
        return int(found)


def _committed_frames(log: Path) -> int | None:
    """How many frames there are up to the last that ended a commit; None: the log's head can't be read."""
    try:
        file = log.open("rb")
    except FileNotFoundError:
        return 0
    with file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(_HEADER)
        if size < _HEADER + _FRAME:
            return 0
        if not _fits_together(head):
            return None
        (page,), salts, last = struct.unpack(">I", head[8:12]), head[16:24], 0
        for number in range((size - _HEADER) // (_FRAME + page)):
            file.seek(_HEADER + number * (_FRAME + page))
            frame = file.read(_FRAME)
            if frame[8:16] == salts and frame[4:8] != b"\0\0\0\0":
                last = number + 1
        return last


def _fits_together(head: bytes) -> bool:
    (magic,) = struct.unpack(">I", head[:4])
    order = _ORDERS.get(magic)
    if order is None:
        return False
    first = second = 0
    words = struct.unpack(f"{order}6I", head[:24])
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return (first, second) == struct.unpack(">2I", head[24:32])
