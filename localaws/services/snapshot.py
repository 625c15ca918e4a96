"""moto's state to bytes and back: pickle, with what plain pickle gets wrong put right.

- Mappings with a ``__setitem__`` of their own (S3's version store, Secrets Manager's store ...) are written and
  filled by dict's raw methods; plain pickle would call theirs and lose all versions but one.
- A reference to a backend is written as a lookup (service, account, Region), never as a copy of the backend.
- Locks, conditions and weak dictionaries are made anew; a lambda is found again in the code of its module.
- Reading: only classes on the allow-list, because pickle executes what it reads. The folder's mode and owner are
  checked besides (store.py).
"""

from __future__ import annotations

import collections
import importlib
import io
import pickle
import threading
import types
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from localaws.services.blobs import Buffer

_LOCK = type(threading.Lock())
_RLOCK = type(threading.RLock())
_PLAIN_MAPPINGS = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)

_SAFE = {
    "builtins": {"set", "frozenset", "complex", "bytearray", "range", "slice", "object", "dict", "list", "tuple", "str",
                 "int",
                 "float", "bool", "bytes", "Exception", "ValueError", "KeyError"},
    "collections": {"OrderedDict", "defaultdict", "Counter", "deque", "ChainMap", "UserDict"},
    "copyreg": {"_reconstructor", "__newobj__"},
    "datetime": {"datetime", "date", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "ipaddress": {"IPv4Address", "IPv4Network", "IPv4Interface", "IPv6Address", "IPv6Network", "IPv6Interface"},
    "pathlib": {"PosixPath", "PurePosixPath"},
    "random": {"Random"},
    "re": {"_compile"},
    "uuid": {"UUID", "SafeUUID"},
    "zoneinfo": {"ZoneInfo._unpickle"},
    "botocore.compat": {"HTTPHeaders"},
    "requests.structures": {"CaseInsensitiveDict"},
    "werkzeug.datastructures.headers": {"Headers"},
    "werkzeug.datastructures.structures": {"MultiDict", "ImmutableMultiDict"},
    "localaws.services.blobs": {"Buffer"},
    "localaws.services.snapshot": {"_new_mapping", "_fill_mapping", "_new_lock", "_new_thread", "_weak_values",
                                   "_lambda", "_method", "_private_key", "_public_key", "_certificate",
                                   "_web_key"},
}  # fmt: skip

Lookup = Callable[[str, str | None, str | None], Any]


class RefusedError(pickle.UnpicklingError):
    """The snapshot names something that isn't on the allow-list."""


def _new_mapping(cls: type[dict[Any, Any]]) -> dict[Any, Any]:
    return dict.__new__(cls)


def _fill_mapping(mapping: dict[Any, Any], state: tuple[list[tuple[Any, Any]], dict[str, Any]]) -> None:
    items, attributes = state
    for key, value in items:
        dict.__setitem__(mapping, key, value)
    mapping.__dict__.update(attributes)


def _new_thread(cls: type[threading.Thread], attributes: dict[str, Any]) -> threading.Thread:
    """Its data; the thread itself doesn't run on."""
    thread = cls.__new__(cls)
    threading.Thread.__init__(thread)
    vars(thread).update(attributes)
    return thread


def _new_lock(kind: str) -> Any:
    return {
        "lock": threading.Lock,
        "rlock": threading.RLock,
        "condition": threading.Condition,
        "event": threading.Event,
    }[kind]()


def _method(owner: Any, name: str) -> types.MethodType:
    found = getattr(owner, name)
    if not isinstance(found, types.MethodType) or not _allowed(found.__func__.__module__, found.__func__.__qualname__):
        raise RefusedError(f"{name} isn't a method of moto's own")
    return found


def _weak_values(items: list[tuple[Any, Any]]) -> weakref.WeakValueDictionary[Any, Any]:
    return weakref.WeakValueDictionary(items)


def _lambdas(code: types.CodeType) -> Iterable[types.CodeType]:
    """Every lambda inside a function's code, in the order of its constants (the same in every Python 3)."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if constant.co_name == "<lambda>":
                yield constant
            yield from _lambdas(constant)


def _enclosing(module: types.ModuleType, qualified_name: str) -> Any:
    found: Any = module
    for name in qualified_name.split(".<locals>", maxsplit=1)[0].split("."):
        found = getattr(found, name)
    return found


def _lambda(module_name: str, qualified_name: str, index: int) -> Callable[..., Any]:
    if not module_name.startswith("moto."):
        raise RefusedError(f"a function of {module_name}")
    module = importlib.import_module(module_name)
    code = list(_lambdas(_enclosing(module, qualified_name).__code__))[index]
    return types.FunctionType(code, vars(module), code.co_name)


def _reduce_lambda(function: types.FunctionType) -> Any:
    module = importlib.import_module(function.__module__)
    if function.__closure__ or ".<locals>" not in function.__qualname__ or not function.__module__.startswith("moto."):
        return NotImplemented
    index = list(_lambdas(_enclosing(module, function.__qualname__).__code__)).index(function.__code__)
    return _lambda, (function.__module__, function.__qualname__, index)


def _private_key(der: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    return load_der_private_key(der, None)


def _public_key(der: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    return load_der_public_key(der)


def _certificate(der: bytes) -> Any:
    from cryptography.x509 import load_der_x509_certificate

    return load_der_x509_certificate(der)


def _web_key(parts: dict[str, str]) -> Any:
    from joserfc.jwk import RSAKey

    return RSAKey.import_key(parts)  # type: ignore[arg-type]


def _reduce_cryptography(obj: Any) -> Any:
    """Keys and certificates live outside Python; DER is how they're written down."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.x509 import Certificate

    if isinstance(obj, Certificate):
        return _certificate, (obj.public_bytes(serialization.Encoding.DER),)
    if hasattr(obj, "private_bytes"):
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return _private_key, (obj.private_bytes(serialization.Encoding.DER, form, plain),)
    if hasattr(obj, "public_bytes"):
        info = serialization.PublicFormat.SubjectPublicKeyInfo
        return _public_key, (obj.public_bytes(serialization.Encoding.DER, info),)
    return NotImplemented


def _allowed(module: str, name: str) -> bool:
    return name in _SAFE.get(module, ()) or module.startswith(("moto.", "py_partiql_parser."))


def _check_allowed(obj: Any) -> None:
    if not _allowed(obj.__module__, obj.__qualname__):
        raise pickle.PicklingError(f"{obj.__module__}.{obj.__qualname__} isn't on the list of what a snapshot may hold")


class Writer(pickle.Pickler):
    """``backends`` maps id() of each backend and BackendDict to its lookup. Collects the blobs that it meets."""

    def __init__(self, file: io.BytesIO, lookups: dict[int, tuple[str, str | None, str | None]]) -> None:
        super().__init__(file, protocol=5)
        self._lookups = lookups
        self.blobs: set[str] = set()

    def persistent_id(self, obj: Any) -> Any:
        return self._lookups.get(id(obj))

    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        if isinstance(obj, type) or kind is types.BuiltinFunctionType:
            _check_allowed(obj)  # better found now than when it's read
            return NotImplemented
        if isinstance(obj, dict) and kind not in _PLAIN_MAPPINGS:
            return _new_mapping, (kind,), (list(dict.items(obj)), dict(vars(obj))), None, None, _fill_mapping
        if kind is Buffer:
            self.blobs.add(obj.digest)
            return Buffer, (obj.digest,)
        if kind is types.FunctionType:
            reduced = _reduce_lambda(obj)
            if reduced is NotImplemented:
                _check_allowed(obj)
            return reduced
        if kind in (_LOCK, _RLOCK, threading.Condition, threading.Event):
            name = {_LOCK: "lock", _RLOCK: "rlock", threading.Condition: "condition", threading.Event: "event"}[kind]
            return _new_lock, (name,)
        if isinstance(obj, threading.Thread):
            own = vars(threading.Thread())
            return _new_thread, (kind, {name: value for name, value in vars(obj).items() if name not in own})
        if kind is types.MethodType:
            return _method, (obj.__self__, obj.__func__.__name__)
        if kind.__module__.startswith("cryptography.hazmat.bindings."):
            return _reduce_cryptography(obj)
        if (kind.__module__, kind.__name__) == ("joserfc._rfc7518.rsa_key", "RSAKey"):
            return _web_key, (obj.as_dict(private=True),)  # what Cognito signs with
        if kind is weakref.WeakValueDictionary:
            return _weak_values, (list(obj.items()),)
        return NotImplemented


class Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, lookup: Lookup) -> None:
        super().__init__(file)
        self._lookup = lookup

    def persistent_load(self, pid: Any) -> Any:
        return self._lookup(*pid)

    def find_class(self, module: str, name: str) -> Any:
        if not _allowed(module, name):
            raise RefusedError(f"{module}.{name} isn't on the list of what a snapshot may hold")
        found = super().find_class(module, name)
        # A dotted name reaches what a module has imported ("moto.x", "subprocess.Popen"): that isn't moto's.
        if name not in _SAFE.get(module, ()) and not (
            isinstance(found, (type, types.FunctionType)) and _allowed(found.__module__, found.__qualname__)
        ):
            raise RefusedError(f"{module}.{name} isn't a class or a function of moto's own")
        return found


def dump(state: Any, lookups: dict[int, tuple[str, str | None, str | None]]) -> tuple[bytes, set[str]]:
    """(bytes, names of the blobs that the state refers to)."""
    file = io.BytesIO()
    writer = Writer(file, lookups)
    writer.dump(state)
    return file.getvalue(), writer.blobs


def load(data: bytes, lookup: Lookup) -> Any:
    return Reader(io.BytesIO(data), lookup).load()
