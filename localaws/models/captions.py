"""Captions (WebVTT, SubRip) read into cues, and cues written as a transcript in Amazon Transcribe's format."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asl.json_types import JSON


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said between two moments, in seconds."""

    start: float
    end: float
    text: str


_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_TAG = re.compile(r"<[^>]*>|\{\\[^}]*\}")
_WORDS = re.compile(r"[^\s\w]*\w+(?:[’'.-]\w+)*|[.,!?;:]", re.UNICODE)


def read_captions(text: str) -> list[Cue]:
    """The cues in order; blocks without a timing (headers, notes, styles) say nothing."""
    cues: list[Cue] = []
    for block in re.split(r"\n\s*\n", text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        for place, line in enumerate(lines):
            found = _TIMING.match(line)
            if found:
                said = " ".join(_plain(each) for each in lines[place + 1 :])
                if said.strip():
                    cues.append(Cue(_seconds(found.groups()[:4]), _seconds(found.groups()[4:]), " ".join(said.split())))
                break
    return cues


def _plain(line: str) -> str:
    return html.unescape(_TAG.sub("", line))


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction}")


def transcript(cues: Sequence[Cue], *, job_name: str, account: str) -> dict[str, JSON]:
    """The document that Transcribe writes to S3. Words share their cue's time by their length."""
    items: list[dict[str, JSON]] = []
    segments: list[dict[str, JSON]] = []
    for number, cue in enumerate(cues):
        first = len(items)
        items.extend(_items(cue, first))
        segments.append(
            {
                "id": number,
                "transcript": cue.text,
                "start_time": _shown(cue.start),
                "end_time": _shown(cue.end),
                "items": list(range(first, len(items))),
            }
        )
    return {
        "jobName": job_name,
        "accountId": account,
        "status": "COMPLETED",
        "results": {
            "transcripts": [{"transcript": " ".join(cue.text for cue in cues)}],
            "items": items,
            "audio_segments": segments,
        },
        "stand_in": True,
    }


def _shown(seconds: float) -> str:
    return str(round(seconds, 3))


def _items(cue: Cue, first: int) -> Iterator[dict[str, JSON]]:
    words = _WORDS.findall(cue.text)
    letters = sum(len(word) for word in words if word not in ".,!?;:") or 1
    moment, number = cue.start, first
    for word in words:
        if word in ".,!?;:":
            yield {"id": number, "type": "punctuation", "alternatives": [{"confidence": "0.0", "content": word}]}
        else:
            end = moment + (cue.end - cue.start) * len(word) / letters
            yield {
                "id": number,
                "type": "pronunciation",
                "alternatives": [{"confidence": "0.999", "content": word}],
                "start_time": _shown(moment),
                "end_time": _shown(end),
            }
            moment = end
        number += 1
