"""Media that a message or an output names: a link for a browser, or the address as text and why it has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from callboard import aws
from designer.buckets import refusal

if TYPE_CHECKING:
    from designer.models import Environment

JSON = Any
LINK_SECONDS = 3600
KINDS = ("image", "audio", "video")
_KINDS = {
    **dict.fromkeys(("aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav"), "audio"),
    **dict.fromkeys(("m4v", "mov", "mp4", "ogv", "webm"), "video"),
}
_S3 = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """``url`` opens in a browser; where it is empty and ``why`` isn't, something was named that isn't shown.

    ``elsewhere`` is the host of an address that isn't S3's: a link leads there, and the page itself asks it for nothing
    (the Content-Security-Policy lets it ask S3 alone), so that no stranger learns who looks and when.
    """

    url: str = ""
    why: str = ""
    elsewhere: str = ""


def media_of(environment: Environment, media: JSON, *, seconds: int = LINK_SECONDS, download: bool = False) -> Media:
    """``media`` is an address (s3://, https://) or ``{"bucket", "key"}``. S3's are signed for ``seconds`` where the
    environment lists the bucket, https goes as it is; nothing else is shown.
    """
    if isinstance(media, str) and media.startswith("https://"):
        try:
            host = urlsplit(media).hostname or ""
        except ValueError:
            return Media(why=f"{media[:300]} is no address.")
        is_ours = media.startswith(settings.CALLBOARD_EMBEDDED_PUBLIC_ENDPOINT.rstrip("/") + "/")
        elsewhere = "" if host.endswith(".amazonaws.com") or is_ours else host
        return Media(url=quote(media, safe=":/?#[]@!$&'()*+,;=%~"), elsewhere=elsewhere)
    place = s3_place(media)
    if place is None:
        return Media()
    why = refusal(environment, *place)
    if why:
        return Media(why=f"{f's3://{place[0]}/{place[1]}'[:300]} isn't shown: {why}.")
    return Media(url=signed(environment, *place, seconds=seconds, download=download))


def s3_place(named: JSON) -> tuple[str, str] | None:
    """Bucket and key of ``s3://bucket/key`` or ``{"bucket", "key"}``; None for anything else."""
    if isinstance(named, Mapping):
        named = f"s3://{named.get('bucket', '')}/{named.get('key', '')}"
    found = _S3.fullmatch(named) if isinstance(named, str) else None
    return (found[1], found[2]) if found else None


def kind_of(media: JSON) -> str:
    """``audio``, ``video`` or ``image``, by the end of its name; ``image`` where that says nothing."""
    place = s3_place(media)
    name = place[1] if place else re.split(r"[?#]", media)[0] if isinstance(media, str) else ""
    return _KINDS.get(name.rpartition(".")[2].lower(), "image")


def signed(environment: Environment, bucket: str, key: str, *, seconds: int, download: bool = False) -> str:
    """A link to an object that the caller knows may be shown, signed for the address that a browser uses."""
    parameters = {"Bucket": bucket, "Key": key}
    if download:
        name = quote(key.rsplit("/", 1)[-1])
        parameters["ResponseContentDisposition"] = f"attachment; filename*=UTF-8''{name}"
    client = aws.client(environment, "s3", public=True)
    return str(client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))
