"""Generations of moto's state on disk: all of one moment, or none of it.

    manifest.json            names the current generation's files; renamed into place last
    state/<service>-<n>      one pickle to a service, written once
    blobs/                   S3's bytes (blobs.py)

A service that didn't change keeps its file from an earlier generation. What the new manifest doesn't name is deleted
after it's in place, so that kill -9 at any point leaves one whole generation. Reading a pickle executes it: the
folder must be ours alone.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.services.blobs import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1


class StateRefusedError(Exception):
    """The saved state can't be used as it is; the message says what to do about it."""


@dataclass(slots=True)
class Saved:
    """A service's part of a generation: its file, the file's digest, and the blobs that it refers to."""

    file: str
    sha256: str
    blobs: list[str] = field(default_factory=list)


def private_folder(path: Path) -> Path:
    """Make ``path`` with mode 0700; refuse one that belongs to somebody else."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.stat()
    if status.st_uid != os.geteuid():
        message = (
            f"{path} belongs to another user (uid {status.st_uid}). Saved state is only read from a folder of your own."
        )
        raise StateRefusedError(message)
    if status.st_mode & 0o077:
        path.chmod(0o700)
    return path


def _write(path: Path, data: bytes) -> None:
    """On disk under its final name, or not there at all."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


class Generations:
    """Reads the last generation and writes the next. Not thread-safe: one thread writes."""

    def __init__(self, home: Path, *, moto_version: str) -> None:
        self._home = private_folder(home)
        self._state = private_folder(home / "state")
        self._manifest = home / "manifest.json"
        self._moto_version = moto_version
        self._number = 0
        self.services: dict[str, Saved] = {}

    def read(self) -> dict[str, bytes]:
        """The saved bytes of each service. Raises StateRefusedError when they're of another moto, or damaged."""
        if not self._manifest.exists():
            return {}
        manifest: dict[str, Any] = json.loads(self._manifest.read_text())
        self._check(manifest)
        self._number = manifest["generation"]
        self.services = {name: Saved(**saved) for name, saved in manifest["services"].items()}
        found = {name: self._read_one(name, saved) for name, saved in self.services.items()}
        self._delete_unnamed()
        return found

    def _check(self, manifest: dict[str, Any]) -> None:
        is_now = {"format": FORMAT, "moto": self._moto_version}
        for part, now in is_now.items():
            if manifest.get(part) != now:
                raise StateRefusedError(
                    f"The services' state in {self._home} was saved with {part} {manifest.get(part)}, and this is"
                    f" {part} {now}. Use the earlier version to read it, or move {self._home} away to begin with"
                    " empty services."
                )

    def _read_one(self, name: str, saved: Saved) -> bytes:
        try:
            data = (self._state / saved.file).read_bytes()
        except FileNotFoundError as error:
            raise StateRefusedError(
                f"{self._state / saved.file} is missing: the state of {name} can't be read."
            ) from error
        if hashlib.sha256(data).hexdigest() != saved.sha256:
            raise StateRefusedError(f"{self._state / saved.file} is damaged: the state of {name} can't be read.")
        return data

    def changed(self, name: str, data: bytes) -> bool:
        saved = self.services.get(name)
        return saved is None or saved.sha256 != hashlib.sha256(data).hexdigest()

    def write(self, states: dict[str, tuple[bytes, set[str]]]) -> None:
        """Make the next generation out of these services' states and what the others had."""
        number = self._number + 1
        services = dict(self.services)
        for name, (data, blobs) in states.items():
            file = f"{name}-{number}"
            _write(self._state / file, data)
            services[name] = Saved(file, hashlib.sha256(data).hexdigest(), sorted(blobs))
        sync_folder(self._state)
        manifest = {
            "format": FORMAT,
            "moto": self._moto_version,
            "generation": number,
            "services": {name: {"file": s.file, "sha256": s.sha256, "blobs": s.blobs} for name, s in services.items()},
        }
        _write(self._manifest, json.dumps(manifest).encode())
        sync_folder(self._home)
        self._number, self.services = number, services
        self._delete_unnamed()

    def _delete_unnamed(self) -> None:
        named = {saved.file for saved in self.services.values()}
        for path in self._state.iterdir():
            if path.name not in named:
                path.unlink(missing_ok=True)

    def blobs(self) -> set[str]:
        """Every blob that the current generation refers to."""
        return {digest for saved in self.services.values() for digest in saved.blobs}
