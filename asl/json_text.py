"""JSON text in and out, and how large it is. A host that has a quicker serialiser hands it in with `use`.

The standard library's json is the reference: compact, keys in their order, characters beyond ASCII as they are. A host's
functions may refuse what they can't hold (orjson: integers beyond 64 bits); the reference then takes over.
"""

import json
from collections.abc import Callable

from asl.json_types import JSON

PAYLOAD_LIMIT = 262_144  # bytes of UTF-8: the quota for a state's input or output


def _refuse_constant(name: str) -> JSON:
    raise ValueError(f"{name} is not JSON")


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
_host_dumps: Callable[[JSON], str | bytes] | None = None
_host_loads: Callable[[str], JSON] | None = None


def use(dumps: Callable[[JSON], str | bytes] | None, loads: Callable[[str], JSON] | None) -> None:
    """Serialise with the host's own functions (``orjson.dumps``, ``orjson.loads``); None for the standard library's."""
    global _host_dumps, _host_loads  # noqa: PLW0603 - one process has one serialiser
    _host_dumps, _host_loads = dumps, loads


def dumps(value: JSON) -> str:
    """Compact JSON text, as AWS writes it."""
    if _host_dumps is None:
        return _encoder.encode(value)
    try:
        text = _host_dumps(value)
    except (TypeError, ValueError):
        return _encoder.encode(value)
    return text if isinstance(text, str) else text.decode()


def loads(text: str) -> JSON:
    """The value of a JSON text; ValueError where it is none."""
    if _host_loads is not None:
        # orjson turns an integer beyond 64 bits into a float: sixteen digits in a row leave the reading to the reference
        try:
            return _decoder.decode(text) if _has_long_number(text) else _host_loads(text)
        except ValueError:
            pass
    return _decoder.decode(text)
