"""The child process of one function: loads the handler once, then answers one invocation after another.

Standard library only, and run as a script: it's no part of the endpoint's process. Speaks JSON, each message after
its length in four bytes, over the socket whose descriptor is its only argument. What the function prints goes to the
file on descriptors 1 and 2.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

_HERE = str(Path(__file__).parent.resolve())
Handler = Callable[[Any, Any], Any]


class ClientContext:
    def __init__(self, given: dict[str, Any]) -> None:
        self.custom = given.get("custom") or {}
        self.env = given.get("env") or {}
        self.client = given.get("client")


class Context:
    """What a handler gets as its second argument."""

    def __init__(self, invocation: dict[str, Any]) -> None:
        self.function_name: str = invocation["function_name"]
        self.function_version: str = invocation["function_version"]
        self.invoked_function_arn: str = invocation["arn"]
        self.memory_limit_in_mb: str = str(invocation["memory"])
        self.aws_request_id: str = invocation["request_id"]
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name: str = invocation["log_stream"]
        self.identity = None
        self.client_context = ClientContext(invocation["client_context"]) if invocation.get("client_context") else None
        self._deadline = time.monotonic() + invocation["timeout"]

    def get_remaining_time_in_millis(self) -> int:
        return max(int((self._deadline - time.monotonic()) * 1000), 0)

    def log(self, message: object) -> None:
        sys.stdout.write(str(message))


class LoadError(Exception):
    """The handler can't be loaded; ``kind`` as Lambda's runtime names it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def load(handler: str) -> Handler:
    module_name, dot, function_name = handler.rpartition(".")
    if not dot:
        raise LoadError(
            "Runtime.MalformedHandlerName", f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)"
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise LoadError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        where = f"{Path(error.filename or '').name}, line {error.lineno}"
        message = f"Syntax error in module '{module_name}': {error.msg} ({where})"
        raise LoadError("Runtime.UserCodeSyntaxError", message) from error
    found = getattr(module, function_name, None)
    if found is None:
        raise LoadError("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return found  # type: ignore[no-any-return]


def stack(trace: TracebackType | None) -> list[str]:
    """The frames as Lambda writes them: without this file's own, and with the package in /var/task."""
    root = os.environ["LAMBDA_TASK_ROOT"]
    frames = [frame for frame in traceback.extract_tb(trace) if not frame.filename.startswith(_HERE)]
    return [line.replace(root, "/var/task", 1) for line in traceback.format_list(frames)]


def report(error: BaseException) -> None:
    """Into the log, as Lambda's runtime does."""
    failed = failure(error, "")
    trace = "".join(["Traceback (most recent call last):\n", *failed["stackTrace"]]) if failed["stackTrace"] else ""
    sys.stderr.write(f"[ERROR] {failed['errorType']}: {failed['errorMessage']}\n{trace}")


def failure(error: BaseException, request_id: str) -> dict[str, Any]:
    kind = error.kind if isinstance(error, LoadError) else type(error).__name__
    trace = [] if isinstance(error, LoadError) else stack(error.__traceback__)
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def _default(value: object) -> Any:
    if hasattr(value, "as_tuple"):  # Decimal, as DynamoDB gives it
        return float(value)  # type: ignore[arg-type]
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def invoke(handler: Handler, invocation: dict[str, Any]) -> dict[str, Any]:
    request_id = invocation["request_id"]
    try:
        result = handler(invocation["event"], Context(invocation))
    except MemoryError:
        # Lambda's limit is the kernel's: whoever goes beyond it is killed, and nothing in the process hears of it.
        os.kill(os.getpid(), signal.SIGKILL)
        raise
    except Exception as error:  # noqa: BLE001 - whatever the function raises
        report(error)
        return {"error": failure(error, request_id)}
    try:
        return {"result": json.dumps(result, default=_default)}
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return {
            "error": {
                "errorMessage": message,
                "errorType": "Runtime.MarshalError",
                "requestId": request_id,
                "stackTrace": [],
            }
        }


def receive(connection: socket.socket) -> dict[str, Any] | None:
    size = _exactly(connection, 4)
    if size is None:
        return None
    data = _exactly(connection, int.from_bytes(size, "big"))
    return None if data is None else json.loads(data)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            return None
        data += chunk
    return bytes(data)


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    connection.sendall(len(data).to_bytes(4, "big") + data)


def limit_memory(megabytes: int) -> None:
    """The interpreter and its libraries come on top of what the function was given."""
    try:
        import resource

        limit = (megabytes + 256) << 20
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # not every system can


def end_with_parent() -> None:
    """A function mustn't outlive the endpoint, even when that was killed in the middle of an invocation."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.set_inheritable(False)
    end_with_parent()
    limit_memory(int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]))
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    sys.path[1:1] = [path for path in os.environ.pop("_LAYERS", "").split(os.pathsep) if path]
    handler: Handler | None = None
    problem: BaseException | None = None
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:  # noqa: BLE001 - whatever its module raises
        report(error)
        problem = error
    send(connection, {"loaded": handler is not None})
    while (invocation := receive(connection)) is not None:
        if handler is None:
            answer = {"error": failure(problem or RuntimeError("no handler"), invocation["request_id"])}
        else:
            answer = invoke(handler, invocation)
        sys.stdout.flush()
        sys.stderr.flush()
        send(connection, answer)


if __name__ == "__main__":
    main()
