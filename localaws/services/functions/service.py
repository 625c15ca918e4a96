"""Lambda's Invoke: runs the function that's meant, and answers as Lambda words it.

moto keeps the functions and their durability (catalogue.py); running them is ours (pool.py), since moto wants Docker
for it. Python packages only: another runtime is refused in so many words.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localaws.services.errors import ServiceError
from localaws.services.functions import catalogue
from localaws.services.functions.pool import Pool
from localaws.services.functions.worker import ExitedError, Function, LateError
from localaws.services.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from localaws.services.emulator import Emulator

log = logging.getLogger(__name__)

RESPONSE_LIMIT = 6_291_556  # bytes
_AT_ONCE = 10  # of one function; Lambda's own limit is a thousand for all


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished invocation: the payload, whether the function failed, and what it printed."""

    payload: bytes
    failed: bool
    log: str
    version: str
    request_id: str


class Functions:
    def __init__(self, folder: Path, emulator: Emulator, *, endpoint_url: str, account: str) -> None:
        self._emulator = emulator
        self._account = account
        self._pool = Pool(folder, endpoint_url=endpoint_url)
        self._limits: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_AT_ONCE))

    async def stop(self) -> None:
        await self._pool.stop()

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
        catalogue.check_runtime(function)
        if kind == "Event":
            add({"kind": "function", "arn": function.arn, "payload": json.dumps(event)})
            return Response(202, [("content-type", "application/json")])
        outcome = await self.run(function, event, client_context=request.headers.get("x-amz-client-context"))
        return _response(outcome, tail=request.headers.get("x-amz-log-type") == "Tail")

    async def run_event(self, arn: str, payload: bytes) -> None:
        """One attempt of an asynchronous invocation. Raises RuntimeError when the function failed."""
        try:
            function = await self.find(arn, arn.split(":")[3])
            catalogue.check_runtime(function)
        except ServiceError as error:
            log.warning("An event for %s was dropped: %s", arn, error.message)
            return  # the function is gone: no attempt would find it
        outcome = await self.run(function, json.loads(payload or b"{}"))
        if outcome.failed:
            raise RuntimeError(f"{function.name} failed: {outcome.payload.decode('utf-8', 'replace')[:500]}")

    async def find(self, name: str, region: str, qualifier: str | None = None) -> Function:
        """By name, ARN or a part of it, with or without a version. Raises ServiceError (ResourceNotFoundException)."""
        region, name, qualifier = catalogue.parse(name, region, qualifier)
        return await self._emulator.run(lambda: catalogue.find(self._account, region, name, qualifier))

    async def run(self, function: Function, event: object, *, client_context: str | None = None) -> Outcome:
        """Run it once. Raises ServiceError when it can't be run at all."""
        catalogue.check_runtime(function)
        request_id, started = str(uuid.uuid4()), time.monotonic()
        async with self._limits[function.arn]:
            worker = await self._pool.take(function)
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
                self._pool.give_back(function, worker, reusable=reusable)
        outcome = _outcome(function, answer, printed + ended, request_id, time.monotonic() - started)
        await self._log(function, outcome.log)
        return outcome

    async def _log(self, function: Function, text: str) -> None:
        try:
            await self._emulator.run(lambda: catalogue.write_log(self._account, function, text))
        except Exception:  # the function's answer doesn't depend on its log
            log.exception("The log of %s couldn't be written", function.name)


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
    return Outcome(payload, failed, text, function.version, request_id)


def _response(outcome: Outcome, *, tail: bool) -> Response:
    headers = [
        ("content-type", "application/json"),
        ("x-amz-executed-version", outcome.version),
        ("x-amzn-requestid", outcome.request_id),  # the one that the log names
    ]
    if outcome.failed:
        headers.append(("x-amz-function-error", "Unhandled"))
    if tail:
        headers.append(("x-amz-log-result", base64.b64encode(outcome.log.encode()[-4096:]).decode()))
    return Response(200, headers, outcome.payload)
