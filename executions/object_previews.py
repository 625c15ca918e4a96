"""An object in S3 that an execution's data names, as a browser may be shown it: what it is, and some of its bytes.

What it is, is told by its first bytes, not by what its owner says: only kinds that run nothing are shown, each under a
type chosen here. Text of any sort (HTML and SVG, too) is shown as text. Read with the environment's own credentials,
from the buckets that it lists (`designer.buckets`), never more than a bounded part at a time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from callboard.aws import client
from designer.buckets import refusal

if TYPE_CHECKING:
    from designer.models import Environment

TEXT = 256 * 1024  # bytes of a text that are shown
WHOLE = 16 * 1024**2  # a picture's most, and a download's
PART = 4 * 1024**2  # of a film or a sound at a time
_HEAD = 512
_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)


class NotShown(Exception):  # noqa: N818 - it says what happened
    """The message is for people."""


class NoSuchRange(Exception):  # noqa: N818 - it says what happened
    """``size`` bytes are all there are."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """``kind``: text, json, image, audio, video or other; ``text`` of the first two, whole or its beginning."""

    kind: str
    type: str
    size: int
    modified: Any
    text: str | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    body: bytes
    start: int
    size: int  # of the whole object
    type: str


def preview(environment: Environment, bucket: str, key: str) -> Preview:
    """Raises `NotShown`, ClientError."""
    answer = _get(environment, bucket, key, 0, TEXT - 1)
    body: bytes = answer["Body"].read(TEXT)
    size = _size_of(answer, len(body))
    kind, media = kind_of(body[:_HEAD])
    text = body.decode(errors="replace") if kind == "text" else None
    if text is not None and size <= TEXT and _is_json(text):
        kind = "json"
    return Preview(
        kind=kind, type=media, size=size, modified=answer.get("LastModified"), text=text, whole=size <= len(body)
    )


def part(environment: Environment, bucket: str, key: str, start: int | None, end: int | None) -> Part:
    """Bytes ``start`` to ``end``, both included, at most `PART` of them; all of it without ``start``.

    Only of pictures, sounds and films. Raises `NotShown`, `NoSuchRange`, ClientError.
    """
    answer = _get(environment, bucket, key, 0, _HEAD - 1)
    head: bytes = answer["Body"].read(_HEAD)
    size = _size_of(answer, len(head))
    kind, media = kind_of(head)
    if kind not in ("image", "audio", "video"):
        raise NotShown("Only pictures, sounds and films are shown as such.")
    most = WHOLE if start is None else PART
    if start is None and size > WHOLE:
        raise NotShown(f"It is larger than {WHOLE // 1024**2} MiB.")
    begin = start or 0
    last = min(size - 1, begin + most - 1, size - 1 if end is None else end)
    if begin > last:
        raise NoSuchRange(size)
    body: bytes = _get(environment, bucket, key, begin, last)["Body"].read(last - begin + 1)
    return Part(body=body, start=begin, size=size, type=media)


def download(environment: Environment, bucket: str, key: str) -> bytes:
    """Raises `NotShown` where it is larger than `WHOLE`, ClientError."""
    answer = _get(environment, bucket, key, 0, WHOLE - 1)
    body: bytes = answer["Body"].read(WHOLE)
    if _size_of(answer, len(body)) > WHOLE:
        raise NotShown(f"It is larger than {WHOLE // 1024**2} MiB: fetch it with aws s3 cp.")
    return body


def kind_of(head: bytes) -> tuple[str, str]:
    """``(kind, media type)`` by the first bytes."""
    for place, mark, media in _MARKS:
        if head[place : place + len(mark)] == mark and (mark not in (b"WEBP", b"WAVE") or head[:4] == b"RIFF"):
            return media.partition("/")[0], media
    if b"\x00" in head:
        return "other", "application/octet-stream"
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # not just cut in the middle of a character
            return "other", "application/octet-stream"
    return "text", "text/plain; charset=utf-8"


def _get(environment: Environment, bucket: str, key: str, first: int, last: int) -> dict[str, Any]:
    why = refusal(environment, bucket, key)
    if why:
        raise NotShown(f"It isn't shown: {why}.")
    s3 = client(environment, "s3")
    try:
        answer: dict[str, Any] = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={first}-{last}")
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "InvalidRange":  # of an empty object no range can be asked for
            raise
        answer = s3.get_object(Bucket=bucket, Key=key)
    return answer


def _size_of(answer: dict[str, Any], got: int) -> int:
    """``Content-Range: bytes 0-511/12345``; an answer without one is the whole object."""
    total = str(answer.get("ContentRange", "")).rpartition("/")[2]
    return int(total) if total.isdigit() else max(got, int(answer.get("ContentLength", got)))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False
