"""What a sound or a film says, line by line: WebVTT (and SubRip), Amazon Transcribe's JSON, or text without times.

A candidate's ``transcript`` is the text itself, or an object in S3 (s3://bucket/key or {bucket, key}) in one of the
buckets that the environment shows. Nothing is fetched from other addresses.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from executions.object_previews import NotShown, download
from review.media import s3_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from designer.models import Environment

JSON = Any
MOST_LINES = 5_000
LONGEST_LINE = 300  # characters, after which words of Transcribe's begin a new line
PAUSE_SECONDS = 1.5  # between words, after which they do
_MOMENT = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_MOMENT}\s*-->\s*{_MOMENT}")
_VOICE = re.compile(r"^<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")  # none within another: a text of a million "<" is read once


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``start`` and ``end`` in seconds; None where the transcript has no times."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""


class NoTranscript(Exception):  # noqa: N818 - it says what happened
    """The message is for people."""


def transcript_of(environment: Environment, given: JSON) -> list[Line]:
    """The lines of a candidate's ``transcript``. Raises `NoTranscript`."""
    place = s3_place(given)
    if place is None:
        return read(given if isinstance(given, str) else "")
    try:
        body = download(environment, *place)
    except NotShown as error:
        raise NoTranscript(str(error)) from error
    except ClientError as error:
        raise NoTranscript(f"S3 refused: {error.response['Error']['Code']}.") from error
    except BotoCoreError as error:
        raise NoTranscript("S3 can't be reached.") from error
    return read(body.decode(errors="replace"))


def read(text: str) -> list[Line]:
    """By what it looks like: JSON with ``results`` is Transcribe's, a text with timings is WebVTT or SubRip."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = _of_transcribe(text) if text.lstrip().startswith("{") else None
    if found is None:
        found = _of_captions(text)
    if not found and not text.startswith("WEBVTT"):
        found = [Line(text=line.strip()) for line in text.split("\n") if line.strip()]
    return found[:MOST_LINES]


def is_timed(lines: Iterable[Line]) -> bool:
    return any(line.start is not None for line in lines)


def as_webvtt(lines: Iterable[Line]) -> str:
    """Captions for a player: only the lines with times, their text without markup of its own."""
    cues = [
        f"{_shown(line.start)} --> {_shown(line.end)}\n{html.escape(line.text, quote=False)}"
        for line in lines
        if line.start is not None and line.end is not None
    ]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def _of_captions(text: str) -> list[Line]:
    lines: list[Line] = []
    for block in re.split(r"\n[ \t]*\n", text):
        rows = block.split("\n")
        for place, row in enumerate(rows):
            found = _TIMING.match(row)
            if found is None:
                continue
            said = " ".join(rows[place + 1 :])
            voice = _VOICE.match(said)
            words = " ".join(html.unescape(_TAG.sub("", said)).split())
            if words:
                start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
                lines.append(Line(text=words, start=start, end=end, speaker=voice[1].strip() if voice else ""))
            break
    return lines


def _of_transcribe(text: str) -> list[Line] | None:
    """https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html: its segments, in older ones its words."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, dict):
        return None
    segments = [line for each in _objects(results.get("audio_segments")) if (line := _segment(each)) is not None]
    if segments:
        return segments
    words = _of_words(_objects(results.get("items")))
    whole = " ".join(str(each.get("transcript", "")) for each in _objects(results.get("transcripts")))
    return words or ([Line(text=whole)] if whole else [])


def _segment(segment: Mapping[str, JSON]) -> Line | None:
    said, start, end = segment.get("transcript"), _number(segment.get("start_time")), _number(segment.get("end_time"))
    if not isinstance(said, str) or not said.strip():
        return None
    return Line(text=said.strip(), start=start, end=end, speaker=_speaker(segment))


def _of_words(items: list[Mapping[str, JSON]]) -> list[Line]:
    """Words make a line until a sentence ends, somebody else speaks, or nobody does for a while."""
    lines: list[Line] = []
    for item in items:
        said = next((str(each.get("content", "")) for each in _objects(item.get("alternatives"))), "")
        last = lines[-1] if lines else None
        if item.get("type") == "punctuation":
            if last is not None:
                lines[-1] = replace(last, text=last.text + said)
            continue
        start, end, speaker = _number(item.get("start_time")), _number(item.get("end_time")), _speaker(item)
        if last is None or _begins_anew(last, start, speaker):
            lines.append(Line(text=said, start=start, end=end, speaker=speaker))
        else:
            lines[-1] = replace(last, text=f"{last.text} {said}", end=end)
    return lines


def _begins_anew(last: Line, start: float | None, speaker: str) -> bool:
    is_pause = start is not None and last.end is not None and start - last.end > PAUSE_SECONDS
    return is_pause or speaker != last.speaker or len(last.text) > LONGEST_LINE or last.text.endswith((".", "!", "?"))


def _speaker(said: Mapping[str, JSON]) -> str:
    """`spk_0` as people count."""
    label = said.get("speaker_label")
    if not isinstance(label, str):
        return ""
    return f"Speaker {int(label[4:]) + 1}" if label.startswith("spk_") and label[4:].isdecimal() else label


def _objects(value: JSON) -> list[Mapping[str, JSON]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _number(value: JSON) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction}")


def _shown(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
