"""S3's bytes as content-addressed files, written when they're put and shared by every object that holds them.

moto keeps an object's bytes in a temporary file; ``Buffer`` takes that file's place. A blob is on disk before the
object that names it is acknowledged; blobs that no saved generation names any more are deleted by store.py, after the
next manifest.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMPTY = hashlib.sha256(b"").hexdigest()


def sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Blobs:
    """The folder of blobs, named by SHA-256. Used from moto's worker thread only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._known = set(self._on_disk())
        self._unsynced: set[Path] = {folder}

    def _on_disk(self) -> Iterator[str]:
        for path in self._folder.glob("*/*"):
            if path.name.endswith(".part"):
                path.unlink(missing_ok=True)  # a write that kill -9 cut short
            else:
                yield path.name

    def path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def put(self, data: bytes) -> str:
        """The name of ``data``, which is on disk (fsync) when this returns."""
        digest = hashlib.sha256(data).hexdigest()
        if digest == EMPTY or digest in self._known:
            return digest
        path = self.path(digest)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part = path.with_name(f"{digest}.{secrets.token_hex(4)}.part")
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        self._known.add(digest)
        self._unsynced.add(path.parent)
        return digest

    def sync(self) -> None:
        """Make the names of new blobs survive a power failure too; called before a manifest names them."""
        while self._unsynced:
            sync_folder(self._unsynced.pop())

    def read(self, digest: str, start: int = 0, size: int = -1) -> bytes:
        if digest == EMPTY:
            return b""
        with self.path(digest).open("rb") as file:
            file.seek(start)
            return file.read(size)

    def delete_all_but(self, kept: set[str]) -> None:
        for digest in self._known - kept:
            self.path(digest).unlink(missing_ok=True)
        self._known &= kept


class Buffer:
    """What moto's FakeKey wants of a SpooledTemporaryFile, over a blob. Picklable as the blob's name."""

    blobs: Blobs  # set when moto is loaded; there's one store to a process, as there's one moto

    def __init__(self, digest: str = EMPTY) -> None:
        self.digest = digest
        self._position = 0

    def seek(self, position: int) -> None:
        self._position = position

    def truncate(self) -> None:
        if self._position == 0:
            self.digest = EMPTY
        else:
            self.digest = self.blobs.put(self.blobs.read(self.digest, 0, self._position))

    def write(self, data: bytes) -> int:
        before = self.blobs.read(self.digest, 0, self._position) if self._position else b""
        self.digest = self.blobs.put(before + data)
        self._position += len(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        data = self.blobs.read(self.digest, self._position, size)
        self._position += len(data)
        return data

    def close(self) -> None:
        """Nothing: the blob may belong to other objects, and to the generation that's on disk."""


class Part:
    """Stands for an object's bytes where only some of them will be asked for: moto cuts its answer out of it."""

    def __init__(self, buffer: Buffer, size: int) -> None:
        self._buffer = buffer
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, wanted: slice) -> bytes:
        start, end, _ = wanted.indices(self._size)
        self._buffer.seek(start)
        return self._buffer.read(max(end - start, 0))

    def __bytes__(self) -> bytes:
        return self[:]


class TemporaryFiles:
    """Stands where moto.s3.models looks for the ``tempfile`` module."""

    @staticmethod
    def SpooledTemporaryFile(max_size: int = 0) -> Buffer:  # noqa: N802, ARG004 - tempfile's own names
        return Buffer()


class Stream(io.BytesIO):
    """A response's body as botocore reads it from urllib3."""

    def stream(self, amt: int = 1 << 16, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: ARG002
        while chunk := self.read(amt):
            yield chunk
