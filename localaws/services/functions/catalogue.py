"""Which function a name means: moto keeps functions, versions and aliases; what running one takes is copied out.

Everything here runs on moto's worker thread, but for ``parse``.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace

from localaws.services.errors import ServiceError
from localaws.services.functions.worker import Function


def parse(name: str, region: str, qualifier: str | None) -> tuple[str, str, str | None]:
    """(Region, name, qualifier) of a name, an ARN or a part of one, with or without a version or an alias."""
    if name.startswith("arn:"):
        parts = name.split(":")
        region, name = parts[3], ":".join(parts[6:])
    elif name.count(":") > 1:  # account:function:name
        name = name.split(":function:")[-1]
    name, _, written = name.partition(":")
    return region, name, qualifier or written or None


def find(account: str, region: str, name: str, qualifier: str | None) -> Function:
    """Raises ServiceError (ResourceNotFoundException)."""
    function = _from_moto(account, region, name, qualifier)
    if function is None:
        arn = f"arn:aws:lambda:{region}:{account}:function:{name}" + (f":{qualifier}" if qualifier else "")
        raise ServiceError("ResourceNotFoundException", f"Function not found: {arn}", 404)
    return function


def _from_moto(account: str, region: str, name: str, qualifier: str | None) -> Function | None:
    """On moto's thread: a copy of what running takes; None when there's no such function."""
    from moto.awslambda.models import lambda_backends

    try:
        backend = lambda_backends[account][region]
    except KeyError:  # no Region has such a name
        return None
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


def check_runtime(function: Function) -> None:
    if not function.runtime.startswith("python"):
        kind = f"The runtime {function.runtime}" if function.runtime else "A container image"
        message = (
            f"{kind} of {function.name} is not available on the embedded endpoint, which runs Python packages only."
        )
        raise ServiceError("InvalidRuntimeException", message)


def write_log(account: str, function: Function, text: str) -> None:
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
