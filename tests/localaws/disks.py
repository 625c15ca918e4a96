"""Ways to make the disk under an endpoint's home full, each a real one."""

import contextlib
import errno
import os
import resource
import subprocess

import pytest


class SmallDisk:
    """A file system of ``megabytes`` in memory; mounting it takes root."""

    def __init__(self, folder, megabytes=48):
        self.home = folder / "disk" / "home"
        self._folder = folder / "disk"
        self._megabytes = megabytes
        self._ballast = self._folder / "ballast"

    def __enter__(self):
        self._folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={self._megabytes}m", "tmpfs", str(self._folder)]
        mounted = subprocess.run(command, capture_output=True, text=True) if os.geteuid() == 0 else None
        if mounted is None or mounted.returncode:
            pytest.skip(f"a file system can't be mounted here: {mounted.stderr.strip() if mounted else 'not root'}")
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", str(self._folder)], check=True)

    def fill(self, endpoint):
        with self._ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"x" * size)

    def free(self, endpoint):
        self._ballast.unlink()


class Limit:
    """No file of the process may grow beyond its size of now; for any user."""

    def __init__(self, folder):
        self.home = folder / "home"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """The process ends, and with it its limit."""

    def fill(self, endpoint):
        resource.prlimit(endpoint.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free(self, endpoint):
        resource.prlimit(endpoint.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def is_full(path):
    try:
        with path.open("ab", buffering=0) as file:
            file.write(b"x")
    except OSError as reason:
        return reason.errno == errno.ENOSPC
    return False
