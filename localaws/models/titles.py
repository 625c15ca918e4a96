"""A title and a description for a text, as a model's voice would say them, and as a reviewer's remarks ask.

Remarks always change the title (or the description, where they speak of that alone).
"""

import hashlib
import json
import re
from collections.abc import Iterator

from localaws.models.language import (
    Phrase,
    best_sentences,
    closed,
    first_tokens,
    key_phrases,
    listed,
    services,
    short_name,
    telling,
    title_case,
    with_article,
)
from localaws.models.reading import Brief
from localaws.models.remarks import Wishes
from localaws.models.voices import Voice


def title_answer(brief: Brief, voice: Voice, max_tokens: int | None) -> str:
    """Both, as JSON where the prompt asks for JSON."""
    title, description = title_and_description(brief, voice)
    if not brief.as_json:
        return f"Title: {title}\nDescription: {description}"
    answer = json.dumps({"title": title, "description": description}, ensure_ascii=False)
    if max_tokens is not None and first_tokens(answer, max_tokens)[1]:
        # JSON that breaks off is of no use to anybody; a shorter description is.
        cut, _ = first_tokens(description, max(max_tokens - 40, 12))
        answer = json.dumps({"title": title, "description": cut}, ensure_ascii=False)
    return answer


def title_and_description(brief: Brief, voice: Voice) -> tuple[str, str]:
    """The two texts."""
    wishes = brief.wishes
    title = next(_titles(brief, voice, Wishes()))
    if wishes and wishes.title:
        title = next((each for each in _titles(brief, voice, wishes) if each != title), f"{title}, Once More")
    return title, _description(brief, voice, wishes if wishes.description else Wishes())


def _titles(brief: Brief, voice: Voice, wishes: Wishes) -> Iterator[str]:
    """Titles that would do, the preferred one first."""
    text = brief.source or brief.asked
    phrases = [each for each in key_phrases(text) if not _avoided(each.text, wishes)]
    topics = [each for each in phrases if not each.name] or phrases or [Phrase("this video", name=False)]
    topic = _focus(wishes) or _best_topic(topics)
    other = next((each for each in topics if each.text != topic.text), topic)
    tools = [each for each in services(text) if not _avoided(each, wishes)]
    tool = listed([short_name(each) for each in tools[:3]]) if wishes.name_services else (tools[0] if tools else "")
    for form in _forms(voice, wishes, tool):
        title = form.format(topic=with_article(topic), Topic=topic.text, tool=tool, Other=other.text)
        yield _within(_dressed(title, wishes, other.text), wishes, brief.max_characters)


def _focus(wishes: Wishes) -> Phrase | None:
    return Phrase(wishes.focus[0], name=wishes.focus[0][:1].isupper()) if wishes.focus else None


def _best_topic(topics: list[Phrase]) -> Phrase:
    """A topic of two or three words says more than one of one."""
    return next((each for each in topics[:4] if len(each.text.split()) > 1), topics[0])


def _forms(voice: Voice, wishes: Wishes, tool: str) -> list[str]:
    own = list(voice.with_tool if tool else voice.without)
    if wishes:
        start = int.from_bytes(hashlib.sha256(wishes.text.encode()).digest()[:4]) % len(own)
        own = own[start:] + own[:start]
    with_tool, without = voice.short
    short = [with_tool, without] if tool else [without]
    if wishes.question:
        return [voice.question[0 if tool else 1], *own]
    if wishes.shorter:
        return [voice.named, *short] if wishes.name_services and " and " in tool else [*reversed(short), "{Topic}"]
    if wishes.max_words is not None or wishes.focus:
        return [*short, *own]
    if wishes.name_services and tool:
        return [*[form for form in own if "{tool}" in form], with_tool]
    return [*short, *own] if wishes.plain else own


def _avoided(text: str, wishes: Wishes) -> bool:
    return any(each.lower() in text.lower() or text.lower() in each.lower() for each in wishes.avoid)


def _dressed(title: str, wishes: Wishes, other: str) -> str:
    missing = [each for each in (*wishes.include, *wishes.words) if each.lower() not in title.lower()]
    end = "?" if title.endswith("?") else ""
    if missing:
        title = f"{title.removesuffix('?')}{', ' if ':' in title else ': '}{listed(missing)}{end}"
    if wishes.longer and other.lower() not in title.lower():
        title = f"{title.removesuffix('?')}, from Start to {other}{end}"
    title = title_case(title)
    for word in wishes.avoid:
        title = re.sub(rf"\b{re.escape(word)}\b\s*", "", title, flags=re.IGNORECASE).strip(" ,:")
    if wishes.playful and not end:
        title = f"{title}, No Sweat!"
    return title


_TRAILING = re.compile(r"(?:[\s,:;–-]+|\b(?:a|an|and|at|by|for|from|in|of|on|or|the|to|with)\b)+\Z", re.IGNORECASE)


def _within(title: str, wishes: Wishes, characters: int | None) -> str:
    """No longer than was asked for, the words that were asked for still in it, and no loose end."""
    words = title.split()
    if wishes.max_words is not None and len(words) > wishes.max_words:
        words = _keeping(words, [title_case(each).split() for each in wishes.include], wishes.max_words)
    while characters is not None and len(words) > 1 and len(" ".join(words)) > characters:
        words.pop()
    text = " ".join(words)
    return text if text == title else _TRAILING.sub("", text) or text


def _keeping(words: list[str], asked: list[list[str]], limit: int) -> list[str]:
    kept = words[:limit]
    for each in asked:
        if " ".join(each).lower() not in " ".join(kept).lower() and len(each) <= limit:
            kept = [*kept[: limit - len(each)], *each]
    return kept


def _description(brief: Brief, voice: Voice, wishes: Wishes) -> str:
    text = brief.source or brief.asked
    count = 1 if wishes.shorter else voice.sentences + (2 if wishes.longer else 0)
    body = [closed(each) for each in best_sentences(text, count, avoid=wishes.avoid)]
    for phrase in (*wishes.focus, *wishes.include):
        about = next((each for each in telling(text) if phrase.lower() in each.lower()), None)
        if about and not any(phrase.lower() in each.lower() for each in body):
            body.append(closed(about))
    topics = [each.text for each in key_phrases(text) if not _avoided(each.text, wishes)][:3]
    if voice.lead and topics and not wishes.shorter:
        body.insert(0, voice.lead.format(phrases=listed(topics)))
    joined = " ".join(body)
    unnamed = [each for each in services(text) if each not in joined and not _avoided(each, wishes)]
    if wishes.name_services and unnamed:
        joined += f" With {listed(unnamed)}."
    return joined
