"""Task tokens are taken out of everything that Step Functions says, before it is stored.

A task token stands in clear in ``taskScheduledEventDetails.parameters`` and wherever a state passed it on. It is what
answers a callback, so a copy of a history must not hold it. What is looked for: the value of any key that is named as a
token, and any text that has a token's form, also inside an address or another text: AWS's are some 700 characters of
Base64 that begin with the same few; the embedded endpoint's name an execution.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from asl.tokens import InvalidToken, parse_token

REDACTED = "[task token]"
_MAX_TOKEN = 2048  # characters; the API's own limit
_NAMED = re.compile(r'("[^"\\]*task_?token[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
# Base64's characters, and the same in an address (%2B, %2F, %3D) or with the slashes escaped, as some JSON has them.
_CHARACTER = r"(?:[A-Za-z0-9+/_-]|\\/|%2[BbFf]|%3[Dd])"
_AWS_TOKEN = re.compile(rf"(?:AQC[A-Za-z])?AAAA[A-Za-z][A-Za-z0-9]AAAA{_CHARACTER}{{60,2040}}={{0,2}}")
_RUN = re.compile(rf"{_CHARACTER}{{80,}}={{0,2}}")


def redact_text(text: str) -> str:
    """``text`` (JSON or not) without task tokens."""
    if len(text) < 12:  # nothing this short holds one, nor the name of one with its value
        return text
    text = _NAMED.sub(rf'\1"{REDACTED}"', text)
    text = _AWS_TOKEN.sub(REDACTED, text)
    return _RUN.sub(lambda run: _without_embedded_token(run.group()), text)


def redact(value: Any) -> Any:
    """The same for any JSON value; strings inside are redacted one by one."""
    match value:
        case str():
            return redact_text(value)
        case dict():
            return {
                key: REDACTED if _is_token_name(key) and isinstance(item, str) else redact(item)
                for key, item in value.items()
            }
        case list():
            return [redact(item) for item in value]
        case _:
            return value


def _without_embedded_token(run: str) -> str:
    """A token of the embedded endpoint is Base64 of a tag and ``[arn, number]``; in an address it follows a slash."""
    if len(run) > 4 * _MAX_TOKEN:  # a picture or a document: no token is that long
        return run
    for start in _starts(run):
        if is_embedded_token(unquote(run[start:]).replace("\\/", "/")):
            return run[:start] + REDACTED
    return run


def _starts(run: str) -> list[int]:
    return [0, *(place.end() for place in re.finditer(r"/|%2[Ff]|%3[Dd]|[_-]", run))][:64]


def is_embedded_token(text: str) -> bool:
    if not 80 <= len(text) <= _MAX_TOKEN:
        return False
    try:
        parse_token(text)
    except InvalidToken:
        return False
    return True


def _is_token_name(key: object) -> bool:
    return isinstance(key, str) and "tasktoken" in key.lower().replace("_", "")
