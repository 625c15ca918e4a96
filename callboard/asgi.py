"""What uvicorn serves: Django for HTTP, Channels for sockets, and the server's loop remembered for `callboard.live`."""

import asyncio
import os
import warnings
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callboard.settings")
# WhiteNoise reads static files in a thread; Django warns of it at each one.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django_application = get_asgi_application()  # before anything that imports models

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from callboard.body_limit import MIB, BodyLimit  # noqa: E402
from callboard.live import remember_loop  # noqa: E402
from callboard.sockets import websocket_urlpatterns  # noqa: E402
from designer import catalogue  # noqa: E402
from launch.uploads import MAX_UPLOAD_BYTES, UPLOAD_PATH  # noqa: E402

MAX_BODY_BYTES = 8 * MIB  # a definition has 1 MiB at the most, and JSON in JSON takes up to six times the room


async def lifespan(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            remember_loop(asyncio.get_running_loop())
            catalogue.warm()  # the first search in a designer doesn't wait for it
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            remember_loop(None)
            await send({"type": "lifespan.shutdown.complete"})
            return


def largest_body(path: str) -> int:
    """In bytes."""
    return MAX_UPLOAD_BYTES if UPLOAD_PATH.fullmatch(path) else MAX_BODY_BYTES


application = ProtocolTypeRouter(
    {
        "http": BodyLimit(django_application, largest_body),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
        "lifespan": lifespan,
    }
)
