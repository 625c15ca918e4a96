"""The embedded endpoint's settings: the only file of `localaws` that reads environment variables.

Every name begins with ``LOCALAWS_``. A value that can't be understood is an error at the start, with the name in it.
"""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit


class SettingError(ValueError):
    """An environment variable holds something that can't be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Durations are seconds. Hosts are lower-case names or addresses without a port, unless one is said."""

    host: str = "127.0.0.1"
    port: int = 4566
    home: Path = Path(".callboard/localaws")
    region: str = "us-east-1"
    account: str = "000000000000"
    # What callers reach this endpoint at: in queue URLs and in links to the stand-ins.
    public_url: str = ""
    # Host headers accepted besides loopback's own names.
    allowed_hosts: frozenset[str] = frozenset()
    # Browser origins (scheme://host:port) that may read answers, for presigned S3 links on pages.
    allowed_origins: frozenset[str] = frozenset()
    # Private hosts that an HTTP Task may call: "host" (any port) or "host:port".
    http_allowed_hosts: frozenset[str] = frozenset()
    # How long an HTTP Task waits for its whole answer, whatever its state's TimeoutSeconds; AWS's limit is 60.
    http_timeout: float = 60.0
    # Services, by botocore's names, that Tasks call at AWS itself.
    aws_services: frozenset[str] = frozenset()
    # Any OpenAI-compatible server (Ollama, llama.cpp, vLLM): its base URL, up to and including "/v1".
    model_base_url: str = ""
    model_name: str = ""
    model_api_key: str = field(default="", repr=False)
    model_timeout: float = 55.0
    transcribe_delay: float = 4.0
    # STANDARD executions that may be open at the same time, in a Region.
    open_executions: int = 1_000_000
    # How long ended executions can be looked at; AWS's STANDARD ones 90 days.
    retention_days: float = 90.0
    # SQLite's synchronous mode: NORMAL survives kill -9, FULL a power cut too.
    synchronous: str = "NORMAL"
    # Milliseconds that the next request is looked for before the process sleeps; see `localaws.busy_poll`.
    busy_poll: float = 2.0

    @property
    def endpoint_url(self) -> str:
        """Where this endpoint is reached, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def own_origins(self) -> frozenset[tuple[str, int]]:
        """The (host, port) pairs that are this endpoint itself: its stand-ins may be called over plain HTTP."""
        own = {(self.host, self.port), ("127.0.0.1", self.port), ("localhost", self.port), ("::1", self.port)}
        parts = urlsplit(self.endpoint_url)
        if parts.hostname:
            own.add((parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)))
        return frozenset(own)


def _refuse_unknown(env: Mapping[str, str]) -> None:
    """A misspelt name would quietly leave its default standing."""
    known = {f"LOCALAWS_{setting.name.upper()}" for setting in fields(Settings)}
    for name in sorted(env):
        if name.startswith("LOCALAWS_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise SettingError(f"{name} isn't a setting of localaws" + (f"; did you mean {near[0]}?" if near else ""))


def _names(text: str) -> frozenset[str]:
    return frozenset(part.strip().rstrip("/").lower() for part in text.split(",") if part.strip())


def _number(name: str, text: str, *, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        raise SettingError(f"{name} must be a number, not {text!r}") from None
    if not least <= value <= most:
        raise SettingError(f"{name} must lie between {least:g} and {most:g}, not {text}")
    return value


def _url(name: str, text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise SettingError(f"{name} must be a URL that begins with http:// or https://, not {text!r}")
    return text.rstrip("/")


def read_settings(
    environment: Mapping[str, str] | None = None,
    *,
    host: str | None = None,
    port: int | None = None,
    home: Path | None = None,
) -> Settings:
    """Settings from ``environment`` (the process's own by default); the arguments are a command's options and win."""
    env = os.environ if environment is None else environment
    _refuse_unknown(env)
    default = Settings()
    synchronous = env.get("LOCALAWS_SYNCHRONOUS", default.synchronous).upper()
    if synchronous not in {"NORMAL", "FULL"}:
        raise SettingError(f"LOCALAWS_SYNCHRONOUS must be NORMAL or FULL, not {synchronous}")
    port_text = env.get("LOCALAWS_PORT", str(default.port))
    return Settings(
        host=host or env.get("LOCALAWS_HOST", default.host),
        port=port if port is not None else int(_number("LOCALAWS_PORT", port_text, least=0, most=65535)),
        home=home or Path(env.get("LOCALAWS_HOME", str(default.home))),
        region=env.get("LOCALAWS_REGION", default.region),
        account=env.get("LOCALAWS_ACCOUNT", default.account),
        public_url=_url("LOCALAWS_PUBLIC_URL", env.get("LOCALAWS_PUBLIC_URL", "")),
        allowed_hosts=_names(env.get("LOCALAWS_ALLOWED_HOSTS", "")),
        allowed_origins=_names(env.get("LOCALAWS_ALLOWED_ORIGINS", "")),
        http_allowed_hosts=_names(env.get("LOCALAWS_HTTP_ALLOWED_HOSTS", "")),
        http_timeout=_number(
            "LOCALAWS_HTTP_TIMEOUT", env.get("LOCALAWS_HTTP_TIMEOUT", str(default.http_timeout)), least=0.1, most=60
        ),
        aws_services=_names(env.get("LOCALAWS_AWS_SERVICES", "")),
        model_base_url=_url("LOCALAWS_MODEL_BASE_URL", env.get("LOCALAWS_MODEL_BASE_URL", "")),
        model_name=env.get("LOCALAWS_MODEL_NAME", ""),
        model_api_key=env.get("LOCALAWS_MODEL_API_KEY", ""),
        model_timeout=_number(
            "LOCALAWS_MODEL_TIMEOUT", env.get("LOCALAWS_MODEL_TIMEOUT", str(default.model_timeout)), least=1, most=900
        ),
        transcribe_delay=_number(
            "LOCALAWS_TRANSCRIBE_DELAY",
            env.get("LOCALAWS_TRANSCRIBE_DELAY", str(default.transcribe_delay)),
            least=0,
            most=3600,
        ),
        open_executions=int(
            _number(
                "LOCALAWS_OPEN_EXECUTIONS",
                env.get("LOCALAWS_OPEN_EXECUTIONS", str(default.open_executions)),
                least=1,
                most=100_000_000,
            )
        ),
        retention_days=_number(
            "LOCALAWS_RETENTION_DAYS",
            env.get("LOCALAWS_RETENTION_DAYS", str(default.retention_days)),
            least=0.00001,
            most=36_500,
        ),
        synchronous=synchronous,
        busy_poll=_number(
            "LOCALAWS_BUSY_POLL", env.get("LOCALAWS_BUSY_POLL", str(default.busy_poll)), least=0, most=1000
        ),
    )
