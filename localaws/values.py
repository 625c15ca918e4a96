"""Plain values (None, bool, int, float, str, bytes, list, tuple, dict) as bytes for the journal; shared parts once.

Pickle, because its memo keeps a value that many history events share a single one (a payload of 200 KB in twenty events
is written once) and because JSON can't hold every integer quickly. It is safe here: what is written holds plain values
only, and reading refuses every class and function that a pickle could name: no file can make reading run code.
"""

import io
import pickle
from typing import Any, NoReturn


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"the journal holds plain values only, not {module_name}.{global_name}")


def pack(value: Any) -> bytes:
    return pickle.dumps(value, protocol=5)


def unpack(data: bytes) -> Any:
    return _PlainUnpickler(io.BytesIO(data)).load()
