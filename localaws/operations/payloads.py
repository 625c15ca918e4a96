"""The two texts that clients send as JSON: an execution's input and a task's output. Kept to the byte once accepted."""

import re

from asl import json_text
from asl.json_types import JSON
from localaws import json_errors
from localaws.wire import ServiceError

PAYLOAD_LIMIT = 262_144  # bytes of UTF-8
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def fault(text: str, what: str) -> str | None:
    """What is wrong with ``text`` as a JSON value of allowed size, in AWS's words; ``what`` is "input" or "output"."""
    if not text.strip():
        return f"Invalid {'execution input' if what == 'input' else what}."
    try:
        value = json_text.loads(text)
        if _SURROGATE.search(text):
            json_text.dumps(value).encode()  # half a character can neither be stored nor sent
    except (ValueError, RecursionError):
        return json_errors.complaint(text)
    if json_text.text_exceeds_limit(text):
        return f"{what.capitalize()} exceeds the maximum size of {PAYLOAD_LIMIT} bytes."
    return None


def input_text(given: dict[str, JSON]) -> str:
    """The input that a request gives, "{}" where it gives none. Raises InvalidExecutionInput."""
    text: str | None = given.get("input")
    if text is None:
        return "{}"
    reason = fault(text, "input")
    if reason is not None:
        raise ServiceError("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{reason}'")
    return text
