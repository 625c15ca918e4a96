"""An endpoint in a process of its own, to be killed: ``python serve.py HOME PORT``. ``GET /flush`` answers after a flush."""

import asyncio
import sys
from pathlib import Path

import uvicorn

from localaws.services import Services


async def main() -> None:
    port = int(sys.argv[2])
    services = Services(Path(sys.argv[1]), endpoint_url=f"http://127.0.0.1:{port}")
    await services.start()

    async def flush(scope, receive, send) -> None:
        await services.flush()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    services.register(lambda scope: scope["path"] == "/flush", flush)
    await uvicorn.Server(uvicorn.Config(services, port=port, log_level="warning", lifespan="off")).serve()
    await services.stop()


asyncio.run(main())
