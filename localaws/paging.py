"""nextToken: opaque, signed, and good only for the request that it continues."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable

import orjson

from asl.json_types import JSON
from localaws.wire import ServiceError

LIFETIME = 24 * 3600  # seconds, as AWS states it
TAG_BYTES = 16
DEFAULT_PAGE = 100


class Pages:
    """Makes and reads tokens. ``secret`` is the store's, so that a token outlives a restart."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock

    def token(self, position: JSON, *, of: JSON) -> str:
        """Where the next page begins; ``of`` is what the request asks for and must ask for again."""
        payload = orjson.dumps([position, int(self._clock())])
        return base64.urlsafe_b64encode(self._tag(payload, of) + payload).decode("ascii")

    def position(self, token: str | None, *, of: JSON) -> JSON:
        """The position in a token; None without one. Raises InvalidToken."""
        if token is None:
            return None
        try:
            data = base64.b64decode(token, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise _invalid() from None
        tag, payload = data[:TAG_BYTES], data[TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(payload, of)):
            raise _invalid()
        position, made_at = orjson.loads(payload)
        if self._clock() - made_at > LIFETIME:
            raise _invalid()
        return position

    def _tag(self, payload: bytes, of: JSON) -> bytes:
        return hmac.new(self._secret, payload + b"|" + orjson.dumps(of), hashlib.sha256).digest()[:TAG_BYTES]


def page_size(value: JSON) -> int:
    """maxResults; 0 and none mean AWS's default."""
    return int(value) if value else DEFAULT_PAGE


def _invalid() -> ServiceError:
    return ServiceError("InvalidToken", "Invalid Token: 'Invalid token'")
