"""The processes that functions run in: warm ones are used again, idle ones ended after a minute.

A function gets its package in a folder of its own (named by its digest), the environment that Lambda would give it with
this endpoint in it, and nothing of the environment of this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import os
import shutil
import time
import uuid
import zipfile
from collections import defaultdict
from typing import TYPE_CHECKING

from localaws.services.errors import ServiceError
from localaws.services.functions.worker import Worker
from localaws.services.store import private_folder

if TYPE_CHECKING:
    from pathlib import Path

    from localaws.services.functions.worker import Function

UNZIPPED_LIMIT = 262_144_000  # bytes, as Lambda's
IDLE_SECONDS = 60.0


class Pool:
    def __init__(self, folder: Path, *, endpoint_url: str) -> None:
        self._folder = private_folder(folder)
        self._endpoint_url = endpoint_url
        self._idle: defaultdict[str, list[Worker]] = defaultdict(list)
        self._reaper: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._aws_config = folder / "aws-config"
        # A host name in the endpoint's URL would make boto3 put the bucket's name before it.
        self._aws_config.write_text("[default]\ns3 =\n    addressing_style = path\n")

    async def stop(self) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
        workers = [worker for workers in self._idle.values() for worker in workers]
        self._idle.clear()
        await asyncio.gather(*(worker.close() for worker in workers), *self._closing, return_exceptions=True)

    async def take(self, function: Function) -> Worker:
        """A process for this function, to be given back. Raises ServiceError when its package is no package."""
        idle = self._idle[function.key]
        while idle:
            worker = idle.pop()
            if worker.alive:
                return worker
            self._close(worker)
        root = await asyncio.to_thread(self._unpack, function.code)
        layers = [await asyncio.to_thread(self._unpack, layer) / "python" for layer in function.layers]
        return await Worker.start(task_root=root, layers=layers, environment=self._environment(function))

    def _environment(self, function: Function) -> dict[str, str]:
        """Nothing of this process's own environment but where programs are."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "HOME": "/tmp",  # noqa: S108 - as in Lambda, the only place to write to
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_ENDPOINT_URL": self._endpoint_url,
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_CONFIG_FILE": str(self._aws_config),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            **function.environment,
            "_HANDLER": function.handler,
        }

    def _unpack(self, code: bytes) -> Path:
        """The package's folder, named by its digest; made whole or not at all."""
        target = self._folder / hashlib.sha256(code).hexdigest()
        if target.exists():
            return target
        part = self._folder / f".{uuid.uuid4().hex}"
        part.mkdir(mode=0o700)
        try:
            with zipfile.ZipFile(io.BytesIO(code)) as package:
                if sum(member.file_size for member in package.infolist()) > UNZIPPED_LIMIT:
                    message = f"Unzipped size must be smaller than {UNZIPPED_LIMIT} bytes"
                    raise ServiceError("InvalidParameterValueException", message)
                package.extractall(part)
            with contextlib.suppress(OSError):  # another invocation was first
                part.rename(target)
        except zipfile.BadZipFile as error:
            message = "Could not unzip uploaded file. Please check your file, then try to upload again."
            raise ServiceError("InvalidZipFileException", message) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return target

    def give_back(self, function: Function, worker: Worker, *, reusable: bool) -> None:
        if not reusable:
            self._close(worker)
            return
        worker.idle_since = time.monotonic()
        self._idle[function.key].append(worker)
        if self._reaper is None:
            self._reaper = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._reap)

    def _reap(self) -> None:
        self._reaper = None
        oldest = time.monotonic() - IDLE_SECONDS
        for key, workers in list(self._idle.items()):
            for worker in [worker for worker in workers if worker.idle_since <= oldest]:
                workers.remove(worker)
                self._close(worker)
            if not workers:
                del self._idle[key]
        if self._idle:
            self._reaper = asyncio.get_running_loop().call_later(IDLE_SECONDS / 2, self._reap)

    def _close(self, worker: Worker) -> None:
        task = asyncio.ensure_future(worker.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
