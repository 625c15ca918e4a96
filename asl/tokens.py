"""Task tokens: they name an execution and a task of it, and can't be guessed.

A token holds the execution's ARN and the task's number, so that the holder of a token finds the execution without an
index, and a tag made with HMAC-SHA256 from the execution's own secret seed, which only the execution itself can check.
"""

import base64
import binascii
import hashlib
import hmac
import json

TAG_BYTES = 24


class InvalidToken(ValueError):  # noqa: N818 - AWS's own name
    """The text is no task token."""


def make_token(seed: bytes, execution_arn: str, task_id: int) -> str:
    tag = hmac.digest(seed, f"{execution_arn}#{task_id}".encode(), hashlib.sha256)[:TAG_BYTES]
    payload = json.dumps([execution_arn, task_id], separators=(",", ":")).encode()
    return base64.b64encode(tag + payload).decode("ascii")


def token_matches(token: str, seed: bytes, execution_arn: str, task_id: int) -> bool:
    """Is the token the one that was made for this task? Compared in constant time."""
    return hmac.compare_digest(token, make_token(seed, execution_arn, task_id))


def parse_token(token: str) -> tuple[str, int]:
    """``(execution_arn, task_id)`` as the token claims, or InvalidToken. Only the execution knows if it is genuine."""
    try:
        payload = base64.b64decode(token, validate=True)[TAG_BYTES:]
        execution_arn, task_id = json.loads(payload)
    except (binascii.Error, ValueError, TypeError) as reason:
        raise InvalidToken("Invalid token") from reason
    if not isinstance(execution_arn, str) or isinstance(task_id, bool) or not isinstance(task_id, int):
        raise InvalidToken("Invalid token")
    return execution_arn, task_id
