"""A video from a browser into the bucket: what is taken, how large, under which name.

The stream is never held in memory as a whole: Django spools it to disk, boto3 sends it in parts.
"""

from __future__ import annotations

import re
import secrets
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from callboard import aws
from launch.services import MEDIA_TYPES, upload_id
from review.embedded import MEDIA_BUCKET, VIDEOS

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from designer.models import Environment

    File = UploadedFile[Any]

MAX_MEDIA_BYTES = 500 * 1024 * 1024
MAX_CAPTION_BYTES = 2 * 1024 * 1024
# The request of `launch.views.upload_video`, which the server refuses beyond this size before it keeps any of it.
MAX_UPLOAD_BYTES = MAX_MEDIA_BYTES + MAX_CAPTION_BYTES + 1024 * 1024
UPLOAD_PATH = re.compile(r"/launch/[\w-]+/upload/")
CAPTION_TYPES = (".vtt", ".srt")
CONTENT_TYPES = {
    ".mp4": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg", ".wav": "audio/wav",
    ".vtt": "text/vtt", ".srt": "application/x-subrip",
}  # fmt: skip


class NotTaken(Exception):  # noqa: N818
    """The file isn't what it should be; ``str(error)`` is for the person."""


def upload(environment: Environment, media: File, captions: File | None) -> tuple[str, str]:
    """Store captions and media (in this order: the media's arrival starts a run). The key and deduplication id."""
    check_media(media)
    check_captions(captions, needed=environment.kind == "embedded")
    stem = VIDEOS + stem_of(str(media.name)) + "-" + secrets.token_hex(3)
    key = stem + suffix_of(media)
    s3 = aws.client(environment, "s3")
    try:
        if captions is not None:
            _put(s3, stem + suffix_of(captions), captions)
        _put(s3, key, media)
        etag = s3.head_object(Bucket=MEDIA_BUCKET, Key=key)["ETag"]
    except (ClientError, BotoCoreError, OSError) as error:
        raise NotTaken(
            f"The video was not stored: S3 in {environment} can't be reached ({type(error).__name__}). Try again."
        ) from error
    return key, upload_id(MEDIA_BUCKET, key, etag)


def check_media(media: File) -> None:
    if suffix_of(media) not in MEDIA_TYPES:
        raise NotTaken(
            f"{media.name} is no video that can be read here. Choose a file that ends in {', '.join(MEDIA_TYPES)}."
        )
    if (media.size or 0) > MAX_MEDIA_BYTES:
        raise NotTaken(
            f"{media.name} is larger than {MAX_MEDIA_BYTES // 1024**2} MiB. Choose a shorter or smaller one."
        )
    head = media.read(12)
    media.seek(0)
    if not _looks_like_media(head):
        raise NotTaken(f"{media.name} doesn't hold what its name says. Choose an MP4, WebM, MP3 or WAV file.")


def check_captions(captions: File | None, *, needed: bool) -> None:
    if captions is None:
        if needed:
            raise NotTaken("Add the captions (.vtt or .srt): on this machine they stand in for speech recognition.")
        return
    if suffix_of(captions) not in CAPTION_TYPES:
        raise NotTaken(f"{captions.name} holds no captions. Choose a file that ends in {' or '.join(CAPTION_TYPES)}.")
    if (captions.size or 0) > MAX_CAPTION_BYTES:
        raise NotTaken(f"{captions.name} is larger than {MAX_CAPTION_BYTES // 1024**2} MiB: too much for captions.")
    try:
        text = captions.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotTaken(f"{captions.name} is not text in UTF-8. Save it so and choose it again.") from error
    captions.seek(0)
    if "-->" not in text:
        raise NotTaken(f"{captions.name} holds no cue (a line with a time --> a time).")


def videos(environment: Environment) -> list[dict[str, Any]]:
    """What lies in the bucket, the newest first. Raises botocore's errors."""
    s3 = aws.client(environment, "s3")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=MEDIA_BUCKET, Prefix=VIDEOS, PaginationConfig={"MaxItems": 1000}
    )
    objects = [entry for page in pages for entry in page.get("Contents", [])]
    keys = {entry["Key"] for entry in objects}
    found = []
    for entry in sorted(objects, key=lambda entry: (entry["LastModified"], entry["Key"]), reverse=True):
        key = entry["Key"]
        if key.lower().endswith(MEDIA_TYPES):
            stem = key.rsplit(".", 1)[0]
            captions = next((stem + suffix for suffix in CAPTION_TYPES if stem + suffix in keys), "")
            found.append({"key": key, "name": key.rsplit("/", 1)[-1], "size": entry["Size"], "captions": captions})
    return found


def stem_of(name: str) -> str:
    """A name for S3: letters, digits and hyphens of the file's own name."""
    return re.sub(r"[^a-z0-9]+", "-", PurePath(name.replace("\\", "/")).stem.lower()).strip("-")[:60] or "video"


def suffix_of(file: File) -> str:
    return PurePath(str(file.name)).suffix.lower()


def _put(s3: Any, key: str, file: File) -> None:
    s3.upload_fileobj(file, MEDIA_BUCKET, key, ExtraArgs={"ContentType": CONTENT_TYPES[suffix_of(file)]})


def _looks_like_media(head: bytes) -> bool:
    """MP4's ftyp box, Matroska's EBML header, ID3 or an MPEG audio frame, RIFF with WAVE."""
    mpeg_frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    return (
        head[4:8] == b"ftyp"
        or head[:4] == b"\x1a\x45\xdf\xa3"
        or head[:3] == b"ID3"
        or mpeg_frame
        or (head[:4] == b"RIFF" and head[8:12] == b"WAVE")
    )
