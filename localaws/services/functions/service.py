"""Lambda's Invoke: which function is meant, a warm process for it, and the answer as Lambda words it.

moto keeps the functions (code, configuration, versions, aliases) and their durability; running them is ours, since
moto wants Docker for it. Python packages only: another runtime is refused in so many words.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import io
import json
import logging
import os
import shutil
import time
import uuid
import zipfile
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from localaws.services.errors import ServiceError
from localaws.services.functions.worker import ExitedError, Function, LateError, Worker
from localaws.services.request import Request, Response
from localaws.services.store import private_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from localaws.services.emulator import Emulator

log = logging.getLogger(__name__)

UNZIPPED_LIMIT = 262_144_000  # bytes, as Lambda's
RESPONSE_LIMIT = 6_291_556  # bytes
IDLE_SECONDS = 60.0
_AT_ONCE = 10  # of one function; Lambda's own limit is a thousand for all


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished invocation: the payload, whether the function failed, and what it printed."""

    payload: bytes
    failed: bool
    log: str
    version: str


class Functions:
    def __init__(self, folder: Path, emulator: Emulator, *, endpoint_url: str, account: str) -> None:
        self._folder = private_folder(folder)
        self._emulator = emulator
        self._endpoint_url = endpoint_url
        self._account = account
        self._idle: defaultdict[str, list[Worker]] = defaultdict(list)
        self._limits: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_AT_ONCE))
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

    @staticmethod
    def takes(request: Request) -> bool:
        parts = request.parts
        return (
            request.method == "POST"
            and len(parts) > 3
            and parts[1] == "functions"
            and parts[-1] in {"invocations", "invoke-async"}
        )

    async def answer(self, request: Request, add: Callable[[Mapping[str, Any]], None]) -> Response:
        """Invoke. Raises ServiceError."""
        name = "/".join(request.parts[2:-1])
        function = await self.find(name, request.region, request.arguments.get("Qualifier"))
        kind = (
            "Event"
            if request.parts[-1] == "invoke-async"
            else request.headers.get("x-amz-invocation-type", "RequestResponse")
        )
        try:
            event = json.loads(request.body) if request.body.strip() else {}
        except ValueError as error:
            raise ServiceError(
                "InvalidRequestContentException", f"Could not parse request body into json: {error}"
            ) from error
        if kind == "DryRun":
            return Response(204)
        _check_runtime(function)
        if kind == "Event":
            add({"kind": "function", "arn": function.arn, "payload": json.dumps(event)})
            return Response(202, [("content-type", "application/json")])
        outcome = await self.run(function, event, client_context=request.headers.get("x-amz-client-context"))
        return _response(outcome, tail=request.headers.get("x-amz-log-type") == "Tail")

    async def run_event(self, arn: str, payload: bytes) -> None:
        """One attempt of an asynchronous invocation. Raises RuntimeError when the function failed."""
        try:
            function = await self.find(arn, arn.split(":")[3])
            _check_runtime(function)
        except ServiceError as error:
            log.warning("An event for %s was dropped: %s", arn, error.message)
            return  # the function is gone: no attempt would find it
        outcome = await self.run(function, json.loads(payload or b"{}"))
        if outcome.failed:
            raise RuntimeError(f"{function.name} failed: {outcome.payload.decode('utf-8', 'replace')[:500]}")

    # Finding

    async def find(self, name: str, region: str, qualifier: str | None = None) -> Function:
        """By name, ARN or a part of it, with or without a version. Raises ServiceError (ResourceNotFoundException)."""
        if name.startswith("arn:"):
            parts = name.split(":")
            region, name = parts[3], ":".join(parts[6:])
        elif name.count(":") > 1:  # account:function:name
            name = name.split(":function:")[-1]
        if ":" in name and qualifier is None:
            name, qualifier = name.split(":", 1)
        name = name.split(":")[0]
        function = await self._emulator.run(lambda: _from_moto(self._account, region, name, qualifier))
        if function is None:
            arn = f"arn:aws:lambda:{region}:{self._account}:function:{name}" + (f":{qualifier}" if qualifier else "")
            raise ServiceError("ResourceNotFoundException", f"Function not found: {arn}", 404)
        return function

    # Running

    async def run(self, function: Function, event: object, *, client_context: str | None = None) -> Outcome:
        request_id, started = str(uuid.uuid4()), time.monotonic()
        async with self._limits[function.arn]:
            worker = await self._worker(function)
            reusable, ended = False, ""
            try:
                answer = await worker.invoke(
                    {
                        "event": event,
                        "request_id": request_id,
                        "function_name": function.name,
                        "function_version": function.version,
                        "arn": function.arn,
                        "memory": function.memory,
                        "timeout": function.timeout,
                        "log_stream": f"{time.strftime('%Y/%m/%d')}/[{function.version}]{request_id.replace('-', '')}",
                        "client_context": _decoded(client_context),
                    },
                    seconds=function.timeout,
                )
                reusable = worker.alive
            except LateError:
                late = f"Task timed out after {function.timeout:.2f} seconds"
                answer, ended = _runtime_error("Sandbox.Timedout", request_id, late), f"{request_id} {late}\n"
            except ExitedError as error:
                answer = _runtime_error("Runtime.ExitError", request_id, f"Runtime exited with error: {error}")
                ended = f"RequestId: {request_id} Error: Runtime exited with error: {error}\n"
            finally:
                printed = worker.take_log()
                self._give_back(function, worker, reusable=reusable)
        outcome = _outcome(function, answer, printed + ended, request_id, time.monotonic() - started)
        await self._log(function, outcome.log)
        return outcome

    async def _worker(self, function: Function) -> Worker:
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

    # Keeping and closing

    def _give_back(self, function: Function, worker: Worker, *, reusable: bool) -> None:
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

    async def _log(self, function: Function, text: str) -> None:
        try:
            await self._emulator.run(lambda: _write_log(self._account, function, text))
        except Exception:  # the function's answer doesn't depend on its log
            log.exception("The log of %s couldn't be written", function.name)


def _from_moto(account: str, region: str, name: str, qualifier: str | None) -> Function | None:
    """On moto's thread: a copy of what running takes; None when there's no such function."""
    from moto.awslambda.models import lambda_backends

    backend = lambda_backends[account][region]
    try:
        found = backend.get_function(name, qualifier)
    except Exception:  # noqa: BLE001 - moto has an error class for each way of not finding one
        return None
    layers = [backend.layers_versions_by_arn(layer["Arn"]) for layer in found.layers]
    environment = {str(key): str(value) for key, value in (found.environment_vars or {}).items()}
    function = Function(
        arn=found.function_arn,
        name=found.function_name,
        version=str(found.version),
        region=region,
        handler=found.handler or "",
        runtime=found.run_time or "",
        timeout=float(found.timeout),
        memory=int(found.memory_size),
        environment=environment,
        code=getattr(found, "code_bytes", b""),
        layers=tuple(layer.code_bytes for layer in layers if layer is not None),
        key="",
    )
    settings = json.dumps(
        [function.arn, function.version, function.handler, function.memory, environment], sort_keys=True
    )
    digest = hashlib.sha256(settings.encode())
    for package in (function.code, *function.layers):
        digest.update(hashlib.sha256(package).digest())
    return replace(function, key=digest.hexdigest())


def _check_runtime(function: Function) -> None:
    if not function.runtime.startswith("python"):
        kind = f"The runtime {function.runtime}" if function.runtime else "A container image"
        message = (
            f"{kind} of {function.name} is not available on the embedded endpoint, which runs Python packages only."
        )
        raise ServiceError("InvalidRuntimeException", message)


def _decoded(client_context: str | None) -> object:
    if not client_context:
        return None
    with contextlib.suppress(ValueError):
        return json.loads(base64.b64decode(client_context))
    return None


def _runtime_error(kind: str, request_id: str, message: str) -> dict[str, Any]:
    return {"error": {"errorType": kind, "errorMessage": f"RequestId: {request_id} Error: {message}"}}


def _outcome(function: Function, answer: Mapping[str, Any], printed: str, request_id: str, seconds: float) -> Outcome:
    failed = "error" in answer
    payload = json.dumps(answer["error"]).encode() if failed else answer["result"].encode()
    if len(payload) > RESPONSE_LIMIT:
        failed = True
        message = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
        payload = json.dumps({"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"}).encode()
    if printed and not printed.endswith("\n"):
        printed += "\n"
    text = (
        f"START RequestId: {request_id} Version: {function.version}\n{printed}END RequestId: {request_id}\n"
        f"REPORT RequestId: {request_id}\tDuration: {seconds * 1000:.2f} ms\tMemory Size: {function.memory} MB\n"
    )
    return Outcome(payload, failed, text, function.version)


def _response(outcome: Outcome, *, tail: bool) -> Response:
    headers = [("content-type", "application/json"), ("x-amz-executed-version", outcome.version)]
    if outcome.failed:
        headers.append(("x-amz-function-error", "Unhandled"))
    if tail:
        headers.append(("x-amz-log-result", base64.b64encode(outcome.log.encode()[-4096:]).decode()))
    return Response(200, headers, outcome.payload)


def _write_log(account: str, function: Function, text: str) -> None:
    """On moto's thread: into the function's log group, one stream to a day."""
    from moto.logs.models import logs_backends

    backend = logs_backends[account][function.region]
    group, stream = f"/aws/lambda/{function.name}", f"{time.strftime('%Y/%m/%d')}/[{function.version}]"
    backend.ensure_log_group(group)
    if stream not in backend.groups[group].streams:
        backend.create_log_stream(group, stream)
    now = int(time.time() * 1000)
    lines = [{"timestamp": now, "message": line} for line in text.splitlines() if line]
    backend.put_log_events(group, stream, lines)
