"""Task tokens are taken out of everything that Step Functions says, before it is stored.

A task token stands in clear in ``taskScheduledEventDetails.parameters`` and wherever a state passed it on. It is what
answers a callback, so a copy of a history must not hold it. What is looked for: the value of any key that is named as a
token, and any text that has a token's form: AWS's start with ``AAAA`` and are some 700 characters of Base64; the
embedded endpoint's name an execution.
"""

from __future__ import annotations

import re
from typing import Any

from asl.tokens import InvalidToken, parse_token

REDACTED = "[task token]"
_MAX_TOKEN = 2048  # characters; the API's own limit
_NAMED = re.compile(r'("[^"\\]*task_?token[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{80,}={0,2}")


def redact_text(text: str) -> str:
    """``text`` (JSON or not) without task tokens."""
    text = _NAMED.sub(rf'\1"{REDACTED}"', text)
    return _BASE64_RUN.sub(lambda run: REDACTED if looks_like_token(run.group()) else run.group(), text)


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


def looks_like_token(text: str) -> bool:
    if len(text) > _MAX_TOKEN:
        return False
    if text.startswith("AAAA") and len(text) >= 200:
        return True
    try:
        parse_token(text)
    except InvalidToken:
        return False
    return True


def _is_token_name(key: object) -> bool:
    return isinstance(key, str) and "tasktoken" in key.lower().replace("_", "")
