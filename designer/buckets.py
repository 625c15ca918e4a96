"""Which objects in S3 people may be shown: an environment's list of buckets and prefixes. Pure.

A message or an output may name any address; a link that Callboard signs for it opens with Callboard's own rights. So
only what the environment lists is signed: for AWS nothing until somebody lists it, for the embedded endpoint whatever
lies there, which is all its own.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from designer.models import Environment

# S3's rules for general purpose buckets, less the rare forbidden prefixes: those name no bucket that could exist.
_BUCKET = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
_MOST = 50


def normal_places(text: str) -> str:
    """``text`` (a line each: bucket, bucket/prefix, or as an s3:// address) in its one form. Raises ValidationError."""
    places = dict.fromkeys(_normal_place(line.strip()) for line in text.splitlines() if line.strip())
    if len(places) > _MOST:
        raise ValidationError(f"At most {_MOST} buckets, please.")
    return "\n".join(places)


def _normal_place(line: str) -> str:
    bucket, _, prefix = line.removeprefix("s3://").partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise ValidationError(
            f"{bucket[:80] or line[:80]} is no bucket's name: 3 to 63 lower-case letters, digits, hyphens and dots."
        )
    prefix = prefix.strip("/").removesuffix("*").rstrip("/")
    if "*" in prefix or _has_dots(prefix):
        raise ValidationError(f"{line[:80]}: a prefix is written as it stands in the keys, without * or ..")
    return f"{bucket}/{prefix}" if prefix else bucket


def refusal(environment: Environment, bucket: str, key: str) -> str:
    """Why an object isn't shown; empty where it may be."""
    if not _BUCKET.fullmatch(bucket) or not key or _has_dots(key):
        return "it is no address of an object in S3"
    if environment.kind == Environment.Kind.EMBEDDED:
        return ""
    for place in environment.media_buckets.splitlines():
        name, _, prefix = place.partition("/")
        if name == bucket and (not prefix or key.startswith(prefix + "/")):
            return ""
    return f"{bucket} isn't among the buckets that {environment} shows. Staff can add it under Environments"


def _has_dots(key: str) -> bool:
    """A browser would walk up: the address that it asks for isn't the one that was checked."""
    return any(part in {".", ".."} for part in key.split("/"))
