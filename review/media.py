"""Media that a message or an output names: a link for a browser, or the address as text and why it has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from callboard import aws
from designer.buckets import refusal

if TYPE_CHECKING:
    from designer.models import Environment

JSON = Any
LINK_SECONDS = 3600
_S3 = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """``url`` opens in a browser; where it is empty and ``why`` isn't, something was named that isn't shown."""

    url: str = ""
    why: str = ""


def media_of(environment: Environment, media: JSON, *, seconds: int = LINK_SECONDS, download: bool = False) -> Media:
    """``media`` is an address (s3://, https://) or ``{"bucket", "key"}``. S3's are signed for ``seconds`` where the
    environment lists the bucket, https goes as it is; nothing else is shown.
    """
    if isinstance(media, Mapping):
        media = f"s3://{media.get('bucket', '')}/{media.get('key', '')}"
    if not isinstance(media, str) or not media:
        return Media()
    if media.startswith("https://"):
        return Media(url=quote(media, safe=":/?#[]@!$&'()*+,;=%~"))
    named = _S3.fullmatch(media)
    if named is None:
        return Media()
    why = refusal(environment, named[1], named[2])
    if why:
        return Media(why=f"{media[:300]} isn't shown: {why}.")
    return Media(url=signed(environment, named[1], named[2], seconds=seconds, download=download))


def signed(environment: Environment, bucket: str, key: str, *, seconds: int, download: bool = False) -> str:
    """A link to an object that the caller knows may be shown, signed for the address that a browser uses."""
    parameters = {"Bucket": bucket, "Key": key}
    if download:
        name = quote(key.rsplit("/", 1)[-1])
        parameters["ResponseContentDisposition"] = f"attachment; filename*=UTF-8''{name}"
    client = aws.client(environment, "s3", public=True)
    return str(client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))
