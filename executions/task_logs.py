"""What a Lambda function wrote to its log during one attempt of a Task, without what looks like a secret.

The function is the one that the recorded event names, never one that somebody types. Its log group is what Lambda says
it is. Lines of other invocations at the same time are left out where the request's id is known.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.utils import timezone

from callboard.aws import client
from executions.express_logs import Bounded
from executions.redaction import redact_text

if TYPE_CHECKING:
    from designer.models import Environment
    from executions.models import HistoryEvent

CALLS = 5
MOST = 1000  # lines
_BEFORE, _AFTER = timedelta(seconds=2), timedelta(seconds=10)
_ENDS = re.compile(r"(?:Task|LambdaFunction)(?:Succeeded|Failed|TimedOut)")
_FUNCTION = re.compile(
    r"(?:arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:|\d{12}:(?:function:)?)?([\w-]{1,64})(?::[\w$-]+)?"
)
_REQUEST = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SECRETS = (
    re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"),  # a JSON Web Token
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"\b(?:gh[pousr]_|github_pat_|hf_|sk-|xox[abprs]-|glpat-)[\w-]{16,}"),
    re.compile(r"(?i)(?<=bearer )[\w.~+/=-]{8,}|(?<=basic )[\w+/]{8,}={0,2}"),
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s:@]+(?=@)"),  # a user and a password in an address
    re.compile(r"(?i)(?<=x-amz-signature=)[0-9a-f]+|(?<=x-amz-security-token=)[\w%+/=-]+"),
)
_NAMED = re.compile(
    r"""(?ix)(["']?[\w.-]*(?:secret|passw(?:or)?d|passphrase|api_?-?key|access_?-?key|private_?-?key|auth[\w-]*token
    |session_?-?token|access_?-?token|refresh_?-?token|credential)[\w-]*["']?\s*[:=]\s*)(["']?)([^\s"',;}\]]+)"""
)
REDACTED = "[redacted]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLog:
    """``lines``: ``{at: ISO time, text}``, the oldest first; ``whole`` is False where there is more."""

    group: str
    lines: list[dict[str, Any]]
    whole: bool
    by_request: bool  # False: those of other invocations at the time are among them


class NoFunction(Exception):  # noqa: N818 - it says what happened
    """The event scheduled no Lambda function."""


def function_of(event: HistoryEvent) -> str:
    """The name of the function that ``event`` scheduled. Raises `NoFunction`."""
    details: dict[str, Any] = next(iter(event.details.values()), {})
    named: Any = None
    if event.type == "LambdaFunctionScheduled":
        named = details.get("resource")
    elif event.type == "TaskScheduled" and details.get("resourceType") in ("lambda", "aws-sdk:lambda"):
        named = _loaded(details.get("parameters")).get("FunctionName")
    found = _FUNCTION.fullmatch(named) if isinstance(named, str) else None
    if found is None:
        raise NoFunction
    return found[1]


def read(environment: Environment, event: HistoryEvent) -> TaskLog:
    """Raises `NoFunction`, ClientError, BotoCoreError."""
    group = _group(environment, function_of(event))
    end = _end(event)
    looks = Bounded(environment, group, most=CALLS)
    until = (end.timestamp if end else timezone.now()) + _AFTER
    found = list(looks.events(event.timestamp - _BEFORE, until))
    request = _request_of(end)
    mine = _of_request(found, request) if request else []
    shown = mine or found
    lines = [{"at": _iso(row["timestamp"]), "text": without_secrets(row["message"].rstrip())} for row in shown[:MOST]]
    return TaskLog(group=group, lines=lines, whole=looks.whole and len(shown) <= MOST, by_request=bool(mine))


def without_secrets(text: str) -> str:
    """``text`` of a log without task tokens and without what is named or formed as a secret."""
    text = redact_text(text)
    for pattern in _SECRETS:
        text = pattern.sub(REDACTED, text)
    return _NAMED.sub(lambda one: f"{one[1]}{one[2]}{REDACTED}", text)


def _group(environment: Environment, function: str) -> str:
    """Where the function logs; what Lambda does by default where its configuration may not be read."""
    try:
        said = client(environment, "lambda").get_function_configuration(FunctionName=function)
    except (ClientError, BotoCoreError):
        said = {}
    return str((said.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{function}")


def _end(event: HistoryEvent) -> HistoryEvent | None:
    """The event with which the attempt ended: the first that follows ``event`` by the chain of previous ids."""
    mine = {event.event_id}
    later = type(event).objects.filter(execution=event.execution_id, event_id__gt=event.event_id)
    for row in later.order_by("event_id").iterator(200):
        if row.previous_event_id in mine:
            if _ENDS.fullmatch(row.type):
                return row
            mine.add(row.event_id)
    return None


def _request_of(end: HistoryEvent | None) -> str:
    """lambda:invoke's result says which request it was, and so does a runtime's error; a function called by its ARN
    answers with its payload alone.
    """
    details: dict[str, Any] = next(iter(end.details.values()), {}) if end is not None else {}
    metadata = _loaded(details.get("output")).get("SdkResponseMetadata")
    said = metadata.get("RequestId") if isinstance(metadata, dict) else _loaded(details.get("cause")).get("requestId")
    return said if isinstance(said, str) and _REQUEST.fullmatch(said) else ""


def _of_request(events: list[dict[str, Any]], request: str) -> list[dict[str, Any]]:
    """A stream's invocations follow each other: between START and END (or REPORT) all lines are one's."""
    found, inside = [], set()
    for row in events:
        stream, text = row.get("logStreamName", ""), row["message"]
        if text.startswith("START RequestId:"):
            inside.discard(stream)
            if request in text:
                inside.add(stream)
        if stream in inside or request in text:
            found.append(row)
    return found


def _loaded(text: Any) -> dict[str, Any]:
    try:
        said = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
