"""What is changed in moto itself before it's used, all of it in one place, and once to a process.

- S3 objects keep their bytes in blobs (blobs.py) instead of temporary files, and a range of one is all that is read.
- An S3 object says that it's encrypted at rest, and what its checksum covers, as each does since 2023.
- Objects aren't kept for moto's dashboard (``instances_tracked`` grows for ever).
- The list of Regions comes from a session that doesn't read the user's AWS profile.
- Customizations of models and jobs of EMR end by themselves (customization.py, job_ends.py).
- Connections of EventBridge keep their secrets (event_connections.py).
- A look-up of a backend says which service was touched, so that the emulator knows what to save.
"""

from __future__ import annotations

import functools
import threading
import urllib.parse
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import boto3

from localaws.services import customization, event_connections, job_ends
from localaws.services.blobs import Part, TemporaryFiles
from localaws.services.in_process import isolated_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOTO_VERSION = "5.2.5"
_ON_THEIR_OWN = {"ObjectTagging": "tagging", "ObjectAcl": "acl"}
_WHEN_ASKED_FOR = {"emr": job_ends.apply_to_clusters, "emrcontainers": job_ends.apply_to_containers}


class _State:
    """What this process has done to moto, which is one to a process as well."""

    applied = False
    on_touch: Callable[[str], object] = print
    owner: object = None
    arguments: Mapping[str, str] = {}  # of the request that moto answers now
    ranged = False  # whether that request wants a part of an object


def apply() -> None:
    if _State.applied:
        return
    if version("moto") != MOTO_VERSION:
        raise RuntimeError(
            f"moto {version('moto')} is installed, and the state that's kept is laid out for {MOTO_VERSION}."
        )
    import moto.core.base_backend
    import moto.core.common_models
    import moto.core.config
    import moto.iam.models
    import moto.s3.models
    import moto.s3.notifications

    s3: Any = moto.s3.models
    s3.tempfile = TemporaryFiles
    s3.FakeKey.__getstate__ = _key_state
    s3.FakeKey.__setstate__ = _set_key_state
    del s3.FakeKey.__del__  # it would close a file that isn't there
    s3.FakeKey.value = property(functools.partial(_value, s3.FakeKey.value.fget), s3.FakeKey.value.fset)
    s3.FakeKey.response_dict = property(functools.partial(_key_headers, s3.FakeKey.response_dict.fget))
    notifications: Any = moto.s3.notifications
    # In a notification a key's slashes stay as they are.
    notifications.quote_plus = functools.partial(urllib.parse.quote_plus, safe="/")
    model: Any = moto.core.common_models.BaseModel
    model.__new__ = staticmethod(_new_model)
    iam: Any = moto.iam.models
    announce = notifications.send_event

    def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        # moto announces tags and an ACL with each upload; S3 only when they're put on their own (?tagging, ?acl).
        alone = _ON_THEIR_OWN.get(event_name.value.split(":")[1])
        if alone is None or alone in _State.arguments:
            announce(account_id, event_name, bucket, key)

    notifications.send_event = send_event
    # Called for each request; it would make IAM look changed by every one of them.
    iam.mark_account_as_visited = lambda **_: None
    specific: Any = moto.core.base_backend.AccountSpecificBackend
    original = specific.__getitem__

    def getitem(self: Any, region_name: str) -> Any:
        _State.on_touch(module_name(self.backend))
        return original(self, region_name)

    specific.__getitem__ = getitem
    session = boto3.Session(botocore_session=isolated_session("us-east-1"))
    specific.get_session = classmethod(lambda _cls: session)
    # There's no Docker to run jobs in; moto can also end them at once.
    moto.core.config.default_user_config["batch"] = {"use_docker": False}
    customization.apply()
    event_connections.apply()
    _State.applied = True


@functools.cache
def adapt(module: str) -> None:
    """Change what is imported only once somebody asks for the service; before its first request, once to a process."""
    change = _WHEN_ASKED_FOR.get(module)
    if change is not None:
        change()


def module_name(backend_class: type) -> str:
    """The name that moto itself has for a service, by which ``get_backend`` knows it; ``service_name`` isn't unique."""
    return backend_class.__module__.split(".")[1]


def take_over(owner: object, on_touch: Callable[[str], object]) -> None:
    """Forget what an earlier endpoint of this process held; tell ``on_touch`` from now on."""
    from moto.core.base_backend import BackendDict

    BackendDict.reset()
    _State.owner = owner
    _State.on_touch = staticmethod(on_touch)


def asked(arguments: Mapping[str, str], *, ranged: bool) -> None:
    """Note the query string of the request that comes next, and whether it wants a part of an object."""
    _State.arguments, _State.ranged = arguments, ranged


def owned_by(owner: object) -> bool:
    """Whether moto's state is still this endpoint's: another one in the same process takes it over."""
    return _State.owner is owner


def _new_model(cls: type, *_args: Any, **_kwargs: Any) -> Any:
    return object.__new__(cls)


def _value(value_of: Callable[[Any], bytes], key: Any) -> bytes | Part:
    return Part(key._value_buffer, key.size) if _State.ranged else value_of(key)  # noqa: SLF001


def _key_headers(headers_of: Callable[[Any], dict[str, Any]], key: Any) -> dict[str, Any]:
    if key.checksum_algorithm and not key.checksum_type:
        key.checksum_type = "FULL_OBJECT"
    return {"x-amz-server-side-encryption": "AES256", **headers_of(key)}


def _key_state(key: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(key).items() if name != "lock"}


def _set_key_state(key: Any, state: dict[str, Any]) -> None:
    vars(key).update(state, lock=threading.Lock())
