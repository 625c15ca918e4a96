"""Every AWS service but Step Functions, behind the endpoint's one port.

SQS and Lambda's invocations are our own, what other packages ``register`` comes before everything, and moto answers
the rest; what it lacks becomes an AWS-shaped error that names service and action. All of it is durable: at most the
last second is lost to kill -9, and nothing after ``flush``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from localaws.services import bridges, eventbridge, presigned, stacks
from localaws.services.deliveries import Deliveries
from localaws.services.emulator import Emulator
from localaws.services.errors import ServiceError, error_response
from localaws.services.functions.event_sources import EventSources
from localaws.services.functions.service import Functions
from localaws.services.in_process import Clients, forward
from localaws.services.request import (
    App,
    BodyTooLargeError,
    ClientDisconnectedError,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    call_app,
    from_scope,
    read_body,
    send_response,
    to_scope,
)
from localaws.services.sqs.service import TARGET_PREFIX, Sqs
from localaws.services.sqs.store import Store
from localaws.services.store import private_folder

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)
Matcher = Callable[[Scope], bool]
_CALL_THREADS = 32

__all__ = ["Services", "aws_request"]


def aws_request(scope: Scope) -> Request:
    """The request's head (method, path, headers, signing name, Region): for matchers given to ``register``."""
    return from_scope(scope, default_region="us-east-1")


class Services:
    """All services of one endpoint; its state is kept in ``home``/services."""

    def __init__(
        self, home: Path, *, endpoint_url: str, account: str = "000000000000", region: str = "us-east-1"
    ) -> None:
        self.endpoint_url = endpoint_url.rstrip("/")
        self.account = account
        self.region = region
        folder = private_folder(home / "services")
        self._sqs = Sqs(Store(folder / "sqs.sqlite3", account=account), endpoint_url=self.endpoint_url, account=account)
        self._emulator = Emulator(folder / "moto", account=account, region=region, bridge=self._bridge)
        self._functions = Functions(
            folder / "functions", self._emulator, endpoint_url=self.endpoint_url, account=account
        )
        self._event_sources = EventSources(self._emulator, self._sqs, self._functions, account=account)
        self._deliveries = Deliveries(self._sqs, self._deliver)
        self._clients = Clients(self._ask, endpoint_url=self.endpoint_url, region=region)
        self._threads = ThreadPoolExecutor(_CALL_THREADS, thread_name_prefix="aws-call")
        self._registered: list[tuple[Matcher, App]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def _bridge(self) -> None:
        bridges.redirect_queues(self._sqs)
        bridges.refuse_http_subscriptions()
        bridges.redirect_functions(lambda arn, payload: self._deliveries.add(
            {"kind": "function", "arn": arn, "payload": payload.decode()}
        ))  # fmt: skip
        stacks.redirect_state_machines(lambda region: self._clients.get("stepfunctions", region))
        eventbridge.redirect(bridges.deliver_to_target(self._sqs, self._deliveries.add, self.account))

    async def start(self) -> None:
        """Read what was saved and begin to serve. Raises StateRefusedError when it can't be read."""
        self._loop = asyncio.get_running_loop()
        self._sqs.start()
        await self._emulator.start()
        if self._emulator.holds("awslambda"):
            await self._event_sources.refresh()
        self._deliveries.start()

    async def stop(self) -> None:
        await self._deliveries.stop()
        await self._event_sources.stop()
        await self._functions.stop()
        await self._emulator.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._sqs.store.close()

    async def flush(self) -> None:
        """All that was acknowledged before this call is on disk after it."""
        await self._emulator.flush()

    def register(self, matcher: Matcher, app: App) -> None:
        """Give the requests that ``matcher`` (of the ASGI scope; see ``aws_request``) takes to ``app`` (ASGI), ahead
        of ours.
        """
        self._registered.append((matcher, app))

    # Over HTTP

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        for matcher, app in self._registered:
            if matcher(scope):
                await app(scope, receive, send)
                return
        request = from_scope(scope, default_region=self.region)
        try:
            request.body = await read_body(receive)
        except ClientDisconnectedError:
            return
        except BodyTooLargeError:
            error = ServiceError(
                "EntityTooLarge", "The body is larger than what this endpoint takes in one request.", 413
            )
            await send_response(send, error_response(request, error), method=request.method)
            return
        response = await self._while_connected(receive, request)
        if response is not None:
            await send_response(send, response, method=request.method)

    async def _while_connected(self, receive: Receive, request: Request) -> Response | None:
        """A long poll whose caller is gone mustn't take a message with it; other requests are carried through."""
        if request.operation != "ReceiveMessage":
            return await self._answer(request)
        answering = asyncio.ensure_future(self._answer(request))
        gone = asyncio.ensure_future(receive())
        try:
            await asyncio.wait({answering, gone}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                return answering.result()
            return None
        finally:
            for task in (answering, gone):
                if not task.done():
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError, Exception):
                        await task

    # In process

    def client(self, service: str, *, region: str | None = None) -> Any:
        """A botocore client served by this process. Use it from a worker thread; on the event loop, ``call``."""
        return self._clients.get(service, region)

    async def call(
        self, service: str, operation: str, params: Mapping[str, Any], *, region: str | None = None
    ) -> dict[str, Any]:
        """Perform ``operation`` (as AWS names it: PutObject). Raises botocore's ClientError and
        ParamValidationError.
        """

        def perform() -> dict[str, Any]:
            client = self._clients.get(service, region)
            result: dict[str, Any] = client._make_api_call(operation, dict(params))  # noqa: SLF001
            return result

        return await asyncio.get_running_loop().run_in_executor(self._threads, perform)

    def _ask(self, request: Request) -> Response:
        """Answer a request of this process's own, from a thread that isn't the event loop's."""
        loop = self._loop
        if loop is None:
            raise RuntimeError("The services aren't started.")
        with contextlib.suppress(RuntimeError):
            if asyncio.get_running_loop() is loop:
                raise AssertionError("A client was used on the event loop; await call() there.")
        return asyncio.run_coroutine_threadsafe(self._answer_own(request), loop).result()

    async def _answer_own(self, request: Request) -> Response:
        scope = to_scope(request)
        for matcher, app in self._registered:
            if matcher(scope):
                return await call_app(app, request)
        if request.service == "states":
            return await asyncio.get_running_loop().run_in_executor(None, forward, self.endpoint_url, request)
        return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        response = await self._dispatch(request)
        if not any(name.lower() in {"x-amzn-requestid", "x-amz-request-id"} for name, _ in response.headers):
            response.headers.append(("x-amzn-requestid", str(uuid.uuid4())))
        return response

    async def _dispatch(self, request: Request) -> Response:
        try:
            presigned.check(request)
            if request.headers.get("x-amz-target", "").startswith(TARGET_PREFIX):
                return await self._sqs.answer(request)
            if request.service == "lambda" and self._functions.takes(request):
                return await self._functions.answer(request, self._deliveries.add)
            if self._event_sources.concerned(request):
                return await self._event_sources.answer(request)
            return await self._emulator.answer(request)
        except ServiceError as error:
            return error_response(request, error)
        except sqlite3.OperationalError as reason:  # a full disk; what was asked hasn't happened
            log.exception("%s could not be stored", request.operation)
            message = f"The store of the local endpoint can't be written: {reason}."
            return error_response(request, ServiceError("ServiceUnavailable", message, 503))

    # Events and what they set off

    async def put_event(
        self,
        detail: Mapping[str, Any],
        *,
        source: str = "aws.states",
        detail_type: str = "Step Functions Execution Status Change",
        resources: list[str] | None = None,
        region: str | None = None,
    ) -> None:
        """Put an event on the default bus, as EventBridge's own sources do. Best effort: a failure is logged."""
        entry = {
            "Source": source,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "Resources": resources or [],
        }

        def put() -> None:
            from moto.events.models import events_backends

            events_backends[self.account][region or self.region].put_events([entry])

        try:
            await self._emulator.run(put)
        except Exception:  # the execution's status doesn't depend on who hears of it
            log.exception("An event of %s couldn't be put on the default bus", source)

    async def _deliver(self, work: Mapping[str, Any], key: str) -> None:
        if work["kind"] == "function":
            await self._functions.run_event(work["arn"], work["payload"].encode())
        else:
            region = work["arn"].split(":")[3]
            params = {"stateMachineArn": work["arn"], "name": key, "input": work["input"]}
            await self.call("stepfunctions", "StartExecution", params, region=region)
