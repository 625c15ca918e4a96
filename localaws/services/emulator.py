"""moto in this process: asked by one worker thread, its state saved as generations, restored when it starts.

Decides how a request reaches moto, what its answer means where it has none, and when state goes to disk: 0.3 s after
a change, or at once for ``flush``. moto isn't thread-safe, so everything that touches it (requests, snapshots,
look-ups for Lambda) runs on the one thread of ``_worker``. moto is imported at the first request, or at start if
there's state to read.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import json
import logging
import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from localaws.services import adaptation, routing, snapshot
from localaws.services.blobs import Blobs, Buffer
from localaws.services.errors import ServiceError, error_response, not_available
from localaws.services.request import Request, Response
from localaws.services.store import Generations, StateRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SAVE_DELAY_SECONDS = 0.3
log = logging.getLogger(__name__)
T = TypeVar("T")

_READS = re.compile(r"(Get|List|Describe|Head|BatchGet|Query|Scan|Select|Lookup|Search)")
# Services (by moto's names) whose reads change nothing. In others a look moves a job to its next state, say.
_PURE_READS = frozenset({"s3", "dynamodb", "logs", "iam", "secretsmanager", "ssm", "awslambda", "events", "sns", "kms"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_PASSED_ON = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "status", "server", "date"}
)


class Emulator:
    def __init__(self, home: Path, *, account: str, region: str, bridge: Callable[[], None]) -> None:
        """``bridge`` is called once, on the worker thread, after moto's import: deliveries are redirected there."""
        self._home = home
        self._account = account
        self._region = region
        self._bridge = bridge
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="moto")
        self._generations = Generations(home, moto_version=adaptation.MOTO_VERSION)
        self._blobs = Blobs(home / "blobs")
        self._loaded = False
        self._touched: set[str] = set()  # by the request that's running
        self._dirty: set[str] = set()  # since the last generation
        self._handlers: dict[str, list[tuple[re.Pattern[str], Callable[..., Any]]]] = {}
        self._saving: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    async def start(self) -> None:
        saved = await asyncio.to_thread(self._generations.read)
        if saved:
            await self.run(lambda: self._restore(saved))

    async def stop(self) -> None:
        self._closed = True
        await self.flush()
        self._worker.shutdown(wait=True)

    def holds(self, name: str) -> bool:
        """Whether saved state of this service (by moto's name) was read at the start."""
        return name in self._generations.services

    async def run(self, work: Callable[[], T]) -> T:
        """Do something with moto on its thread, and note which services it touched."""

        def touching() -> T:
            self._load()
            self._touched.clear()
            try:
                return work()
            finally:
                self._dirty |= self._touched

        result = await asyncio.get_running_loop().run_in_executor(self._worker, touching)
        self._save_soon()
        return result

    async def answer(self, request: Request) -> Response:
        def ask() -> Response:
            response = self._ask(request)
            if self._only_reads(request):
                self._touched -= _PURE_READS
            return response

        try:
            return await self.run(ask)
        except ServiceError as error:
            return error_response(request, error)

    # Saving

    def _save_soon(self) -> None:
        if self._dirty and self._timer is None and not self._closed:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(SAVE_DELAY_SECONDS, self._start_saving)

    def _start_saving(self) -> None:
        self._timer = None
        task = asyncio.ensure_future(self.flush())
        task.add_done_callback(_log_failure)

    async def flush(self) -> None:
        """All that was acknowledged before this call is on disk after it. Concurrent calls share a generation."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._saving is not None:
            # It may have begun before our change was made: wait for it, and for one that begins after.
            waiting = self._saving
            with contextlib.suppress(Exception):
                await asyncio.shield(waiting)
        if self._saving is None or self._saving.done():
            if not self._dirty:
                return
            self._saving = asyncio.ensure_future(self._save())
        await asyncio.shield(self._saving)

    async def _save(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._worker, self._write_generation)

    def _write_generation(self) -> None:
        if not adaptation.owned_by(self):
            return
        names, self._dirty = self._dirty, set()
        try:
            states = self._dump(names)
            changed = {name: state for name, state in states.items() if self._generations.changed(name, state[0])}
            if changed:
                self._blobs.sync()
                self._generations.write(changed)
            if "s3" in states:
                self._blobs.delete_all_but(self._generations.blobs())
        except BaseException:
            self._dirty |= names
            raise

    def _dump(self, names: set[str]) -> dict[str, tuple[bytes, set[str]]]:
        lookups = self._lookups()
        dicts = self._backend_dicts()
        states: dict[str, tuple[bytes, set[str]]] = {}
        for name in sorted(names & dicts.keys()):
            backend_dict = dicts[name]
            assert _backend_dict(name) is backend_dict, name
            extra = {key: value for key, value in vars(backend_dict).items() if key not in _CONSTRUCTED}
            backends = [
                (account, region, dict(vars(backend))) for account, region, backend in backend_dict.iter_backends()
            ]
            try:
                states[name] = snapshot.dump({"extra": extra, "backends": backends}, lookups)
            except Exception:
                # One service that can't be written mustn't keep the others from being saved.
                log.exception("The state of %s can't be saved; it lasts only as long as this process", name)
        return states

    @staticmethod
    def _backend_dicts() -> dict[str, Any]:
        from moto.core import base_backend

        all_of_them: Any = base_backend.BackendDict
        return {adaptation.module_name(backend_dict.backend): backend_dict for backend_dict in all_of_them._instances}  # noqa: SLF001

    def _lookups(self) -> dict[int, tuple[str, str | None, str | None]]:
        lookups: dict[int, tuple[str, str | None, str | None]] = {}
        for name, backend_dict in self._backend_dicts().items():
            lookups[id(backend_dict)] = (name, None, None)
            for account, specific in backend_dict.items():
                lookups[id(specific)] = (name, account, None)
                for region, backend in specific.items():
                    lookups[id(backend)] = (name, account, region)
        return lookups

    # Loading

    def _load(self) -> None:
        if self._loaded:
            if not adaptation.owned_by(self):
                raise RuntimeError("Another endpoint in this process has taken moto over: only one can run at a time.")
            return
        self._loaded = True
        os.environ["MOTO_ACCOUNT_ID"] = self._account
        adaptation.apply()
        adaptation.take_over(self, self._touched.add)
        Buffer.blobs = self._blobs
        self._bridge()

    def _restore(self, saved: dict[str, bytes]) -> None:
        for name, data in saved.items():
            try:
                state = snapshot.load(data, _lookup)
                vars(_lookup(name, None, None)).update(state["extra"])
                for account, region, attributes in state["backends"]:
                    vars(_lookup(name, account, region)).update(attributes)
            except Exception as error:
                message = (
                    f"The saved state of {name} in {self._home} can't be read ({error}). Move the folder away to begin"
                )
                raise StateRefusedError(f"{message} with empty services.") from error
        self._touched.clear()

    # Asking

    def _only_reads(self, request: Request) -> bool:
        return request.method in {"GET", "HEAD"} or bool(request.operation and _READS.match(request.operation))

    def _ask(self, request: Request) -> Response:
        url = f"https://{routing.host(request)}{request.path}"
        handler = self._handler(url)
        if handler is None:
            raise _lacking(request)
        from werkzeug.exceptions import HTTPException

        moto_request = _moto_request(request)
        wants_part = request.method == "GET" and request.service == "s3" and "range" in request.headers
        adaptation.asked(request.arguments, ranged=wants_part)
        try:
            status, headers, body = handler(moto_request, moto_request.raw_url, moto_request.headers)
        except HTTPException as error:
            status, headers, body = error.code, error.get_headers(), error.get_body()
        except (NotImplementedError, ModuleNotFoundError) as error:  # what needs Docker or cfn-lint, too
            raise _lacking(request) from error
        except (RecursionError, UnicodeDecodeError, json.JSONDecodeError) as error:
            message = f"The request can't be read: {type(error).__name__}."
            raise ServiceError("SerializationException", message, 400) from error
        except Exception as error:
            log.exception("moto failed on %s %s of %s", request.method, request.path, request.service)
            what = f"{request.name}:{_operation(request) or request.method}"
            message = f"{what} failed on the embedded endpoint: {type(error).__name__}: {error}"
            raise ServiceError("InternalFailure", message, 500) from error
        finally:
            # It refers to itself by it: its body, an upload of many MiB, would wait for the collection of garbage.
            moto_request.environ.clear()
        response = _response(status, headers, body)
        if response.status in {404, 405} and not response.body and request.method != "HEAD" and request.service != "s3":
            raise _lacking(request)
        return response

    def _handler(self, url: str) -> Callable[..., Any] | None:
        from moto import backend_index

        for service, pattern in backend_index.backend_url_patterns:
            if pattern.match(url):
                try:
                    urls = self._urls(service)
                except ImportError:
                    log.info("moto's %s needs packages that aren't installed", service)
                    return None
                for expression, handler in urls:
                    if expression.match(url):
                        return handler
        return None

    def _urls(self, service: str) -> list[tuple[re.Pattern[str], Callable[..., Any]]]:
        if service not in self._handlers:
            specific = _lookup(service, self._account, None)
            backend = specific["us-east-1" if "us-east-1" in specific else "aws"]
            self._handlers[service] = [(re.compile(url), handler) for url, handler in backend.urls.items()]
        return self._handlers[service]


# A BackendDict's own attributes, made by its constructor; anything else (S3's bucket_accounts) is state.
_CONSTRUCTED = frozenset({"backend", "service_name", "_use_boto3_regions", "_additional_regions", "_id"})


def _lookup(module: str, account: str | None, region: str | None) -> Any:
    """A service's BackendDict, or a part of it; ``module`` as ``adaptation.module_name`` gives it."""
    found = _backend_dict(module)
    if account is not None:
        found = found[account]
    return found if region is None else found[region]


@functools.cache
def _backend_dict(module: str) -> Any:
    from moto.core.base_backend import BackendDict

    models = importlib.import_module(f"moto.{module}.models")
    adaptation.adapt(module)
    for value in vars(models).values():
        if isinstance(value, BackendDict) and adaptation.module_name(value.backend) == module:
            return value
    raise LookupError(f"moto has no backends of {module}")


def _headers(request: Request) -> dict[str, str]:
    headers = {name: value for name, value in request.headers.items() if name != "connection"}
    headers["host"] = routing.host(request)
    if request.service == "s3" and request.method == "PUT" and headers.get("content-type", "").startswith(_FORMS):
        # What curl says of any data it sends; moto would read the object as a form and store nothing.
        headers["content-type"] = "binary/octet-stream"
    return headers


def _response(status: int, headers: Any, body: Any) -> Response:
    data = body.encode() if isinstance(body, str) else bytes(body or b"")
    kept = [
        (str(name), str(value))
        for name, value in dict(headers).items()
        if str(name).lower() not in _NOT_PASSED_ON and not str(name).lower().startswith("access-control-")
    ]
    length = next((str(value) for name, value in dict(headers).items() if str(name).lower() == "content-length"), None)
    if length is not None:
        kept.append(("content-length", length))  # only a HEAD's answer keeps it
    return Response(int(status), kept, data)


def _moto_request(request: Request) -> Any:
    from moto.core.request import Request as MotoRequest

    url = f"https://{routing.host(request)}{request.path}" + (f"?{request.query}" if request.query else "")
    return MotoRequest.from_primitives(request.method, url, _headers(request), request.body)


def _operation(request: Request) -> str | None:
    """The operation that is meant, for REST by botocore's own model of the service."""
    if request.operation:
        return request.operation
    from moto.core.routing import get_service_router

    with contextlib.suppress(Exception):  # a service without a model, a path without a route: it stays unnamed
        operation, _ = get_service_router(request.name).match(_moto_request(request))
        return str(operation.name)
    return None


def _lacking(request: Request) -> ServiceError:
    return not_available(request.name, _operation(request))


def _log_failure(task: asyncio.Future[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("Saving the services' state failed; it's tried again with the next change", exc_info=task.exception())
