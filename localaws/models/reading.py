"""What a prompt asks for: a title, a summary, a choice, a filled-in JSON example, or an answer in a conversation.

A prompt is a list of turns, whatever shape it came in. The source (a transcript, a text) is told from the instructions
around it by its label; remarks by a reviewer by theirs.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from asl.json_types import JSON
from localaws.models.remarks import Wishes, read_wishes


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said: "system", "user" or "assistant"."""

    role: str
    text: str


class Task(Enum):
    """What kind of answer is asked for."""

    TITLE = "title"
    SUMMARY = "summary"
    CHOICE = "choice"
    EXAMPLE = "example"
    LIST = "list"
    PROSE = "prose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A prompt, understood. ``source`` is what to write about, ``asked`` the instructions without it."""

    task: Task
    asked: str
    source: str
    as_json: bool
    wishes: Wishes
    number: int | None = None
    choices: tuple[str, ...] = ()
    example: JSON = None
    max_characters: int | None = None  # of a title
    earlier: tuple[str, ...] = ()  # what the model said before, the last at the end


_ROLE_LINE = re.compile(r"^\s*(human|user|assistant|chatbot|system|ai|bot)\s*:", re.IGNORECASE | re.MULTILINE)
_ROLES = {"human": "user", "assistant": "assistant", "chatbot": "assistant", "ai": "assistant", "bot": "assistant"}
_REMARKS = re.compile(
    r"^[ \t]*(?:the\s+)?(?:(?:editor|reviewer|person|human|user)(?:['’]s|s['’])?\s+)?(?:remarks?|feedback|comments?|"
    r"notes?|wish(?:es)?)(?:\s+(?:of|by|from)\s+[^:\n]{1,40})?\s*:[ \t]*(?P<text>.*?)"
    r"(?=\n\s*\n|\n[ \t]*[A-Z][\w' ’]{2,30}:|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_REMARKS_INLINE = re.compile(
    r"\b(?:editor|reviewer)['’]s\s+(?:remarks?|feedback|comments?)\s*:\s*(?P<text>[^\n]*)", re.IGNORECASE
)
_SOURCE = re.compile(
    r"(?:^|(?<=[\s.]))(?:the\s+)?(?:following\s+)?(?:transcript|transcription|text|article|document|content|passage|story|"
    r"email|review)(?:\s+(?:is|below|(?:of|for|from)\s+[^:\n.]{1,25}))?\s*:\s*(?P<text>\S.*?)"
    r"(?=\n\s*\n\s*(?:your|the)\s+(?:response|answer|output|reply)\b|\n\s*\n\s*(?:respond|answer|return|write|format|"
    r"reply|do not|use|keep|give)\b|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_TAGGED = re.compile(
    r"<(?P<tag>text|transcript|article|document|review|content|story)>\s*(?P<text>.*?)\s*</(?P=tag)>", re.DOTALL
)
_EXAMPLE_TAG = re.compile(r"<example>\s*(.*?)\s*</example>", re.DOTALL)
_JSON = re.compile(r"\bjson", re.IGNORECASE)
_TITLE = re.compile(r"\btitles?\b", re.IGNORECASE)
_DESCRIPTION = re.compile(r"\bdescriptions?\b", re.IGNORECASE)
_SUMMARY = re.compile(
    r"\b(summar(?:y|ies|i[sz]e)|sum (?:it |this |up)|tl;?dr|key points|in short|shorter version|short paragraph|"
    r"say it again|condense|abstract)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\b(list|outline|bullet|points|steps|ideas|names?|examples|questions|tips|reasons|attractions)\b", re.IGNORECASE
)
_NUMBERS = {
    name: n
    for n, name in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
}
_NUMBER = re.compile(r"\b(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\b(?=\s+[a-z-]+)", re.IGNORECASE)
_ONE_WORD = re.compile(
    r"\b(?:one|single)[- ]word\b|\bexactly one (?:class|category|label|word)\b|\bonly one of\b", re.IGNORECASE
)
_EITHER = re.compile(
    r"(?:[-–:]|answer|either|is)\s*[\"']?([A-Za-z]{2,20})[\"']?\s+or\s+[\"']?([A-Za-z]{2,20})[\"']?", re.IGNORECASE
)


def turns_of(prompt: str) -> list[Turn]:
    """The turns of a prompt that writes its conversation out (Human:, Assistant:, User:, Chatbot:, [INST])."""
    text = re.sub(r"</?s>|<\|[a-z_]+\|>", "", prompt)
    system = re.search(r"<<SYS>>\s*(.*?)\s*<</SYS>>", text, re.DOTALL)
    text = (
        re.sub(r"<<SYS>>.*?<</SYS>>", "", text, flags=re.DOTALL)
        .replace("[INST]", "\nUser:")
        .replace("[/INST]", "\nAssistant:")
    )
    # "Assistant:" may stand at the end of the line that asks.
    text = re.sub(r"\s+(Assistant:)\s*\Z", r"\n\1", text)
    found = list(_ROLE_LINE.finditer(text))
    turns = [Turn("system", system.group(1))] if system else []
    head = text[: found[0].start()] if found else text
    if head.strip():
        turns.append(Turn("user", head.strip()))
    for place, match in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        said = text[match.end() : end].strip()
        if said:
            turns.append(Turn(_ROLES.get(match.group(1).lower(), match.group(1).lower()), said))
    return turns or [Turn("user", prompt.strip())]


def read(turns: Sequence[Turn]) -> Brief:
    """Understand a conversation whose next turn is the model's."""
    users = [turn.text for turn in turns if turn.role == "user"]
    system = "\n".join(turn.text for turn in turns if turn.role == "system")
    earlier = tuple(turn.text for turn in turns if turn.role == "assistant")
    last = users[-1] if users else system
    text, remarks = _without_remarks(f"{system}\n\n{last}" if system and users else last)
    asked, source = _split(text, system, last, len(users) > 1 or bool(earlier))
    topic = source or "\n".join(users[:-1])
    example = _example(asked)
    as_json = bool(_JSON.search(asked)) or example is not None
    task = _task(asked, as_json=as_json, example=example)
    return Brief(
        task=task,
        asked=asked,
        source=topic if task is not Task.SUMMARY or source else (earlier[-1] if earlier else topic),
        as_json=as_json,
        wishes=read_wishes(remarks),
        number=_number(asked),
        choices=_choices(asked),
        example=example,
        max_characters=_characters(asked),
        earlier=earlier,
    )


def _without_remarks(text: str) -> tuple[str, str]:
    found = _REMARKS.search(text) or _REMARKS_INLINE.search(text)
    if found is None:
        return text, ""
    return text[: found.start()] + text[found.end() :], found["text"].strip()


def _split(text: str, system: str, last: str, talked: bool) -> tuple[str, str]:
    """(instructions, source)."""
    tagged = _TAGGED.search(text)
    if tagged:
        return text.replace(tagged.group(), " "), tagged["text"]
    example = _EXAMPLE_TAG.search(text)
    labelled = _SOURCE.search(text if example is None else text[: example.start()])
    if labelled and len(labelled["text"].split()) > 8:
        return text[: labelled.start("text")] + text[labelled.end("text") :], labelled["text"].strip()
    if system and not talked and len(last.split()) > 12:
        return system, last
    paragraphs = [each.strip() for each in re.split(r"\n\s*\n", text) if each.strip()]
    if len(paragraphs) > 1:
        longest = max(paragraphs, key=len)
        if len(longest.split()) > 25:
            return "\n\n".join(each for each in paragraphs if each is not longest), longest
    return text, ""


def _task(asked: str, *, as_json: bool, example: JSON) -> Task:
    if _TITLE.search(asked) and (_DESCRIPTION.search(asked) or not as_json) and not isinstance(example, list):
        return Task.TITLE
    if as_json and example is not None:
        return Task.EXAMPLE
    if _ONE_WORD.search(asked) and _choices(asked):
        return Task.CHOICE
    if _SUMMARY.search(asked):
        return Task.SUMMARY
    return Task.LIST if _LIST.search(asked) and _number(asked) else Task.PROSE


def _number(asked: str) -> int | None:
    found = _NUMBER.search(asked)
    if found is None:
        return None
    text = found.group(1).lower()
    number = int(text) if text.isdigit() else _NUMBERS[text]
    return number if 0 < number <= 20 else None


def _characters(asked: str) -> int | None:
    found = re.search(r"\b(\d{2,3})\s+characters\b", asked)
    return int(found.group(1)) if found else None


def _choices(asked: str) -> tuple[str, ...]:
    for literal in re.findall(r"\[[^\[\]]*\]", asked):
        try:
            offered = json.loads(literal)
        except ValueError:
            continue
        if len(offered) > 1 and all(isinstance(each, str) for each in offered):
            return tuple(offered)
    either = _EITHER.search(asked)
    return (either.group(1), either.group(2)) if either else ()


def _example(asked: str) -> JSON:
    """The JSON that the prompt shows as the shape of its answer."""
    tagged = [found.strip() for found in _EXAMPLE_TAG.findall(asked)]
    for candidate in [*tagged, *_literals(asked)]:
        try:
            value = json.loads(candidate)
        except ValueError:
            continue
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            return value
    return None


def _literals(text: str) -> list[str]:
    decoder = json.JSONDecoder()
    found: list[str] = []
    place = 0
    while (place := text.find("{", place)) >= 0:
        try:
            _, end = decoder.raw_decode(text, place)
        except ValueError:
            place += 1
            continue
        found.append(text[place:end])
        place = end
    return found
