"""The built-in writer: an answer to a `Brief`, made from the prompt's own words. Titles have a file of their own.

Same prompt, same voice, same answer. It knows nothing of the world: without a text to write about, it says what a
reader would expect to be told of the topic.
"""

import json
import re

from asl.json_types import JSON
from localaws.models.language import best_sentences, closed, key_phrases, listed, telling, title_case
from localaws.models.reading import Brief, Task
from localaws.models.titles import title_answer
from localaws.models.voices import VOICES, Voice


def write(brief: Brief, *, voice: str, max_tokens: int | None = None) -> str:
    """The answer in the voice of that name (`localaws.models.voices`)."""
    style = VOICES[voice]
    match brief.task:
        case Task.TITLE:
            return title_answer(brief, style, max_tokens)
        case Task.EXAMPLE:
            return _filled(brief)
        case Task.CHOICE:
            return _chosen(brief)
        case Task.SUMMARY:
            return _summary(brief)
        case Task.LIST:
            return _list(brief)
        case Task.PROSE:
            return _prose(brief, style)


_TOPIC = re.compile(
    r"\b(?:about|on the topic of|on the subject of|for the book|the book|of the book|regarding|for|of)\s+"
    r"[\"“]?(?P<topic>[^.?!\n\"”]{3,80})",
    re.IGNORECASE,
)


def _topic(asked: str) -> str:
    found = _TOPIC.search(re.sub(r"\bfor an? (?:article|post|essay|blog|talk|video)\b", "", asked, flags=re.IGNORECASE))
    if found:
        return found["topic"].strip()
    phrases = key_phrases(asked)
    return phrases[0].text if phrases else "this"


def _summary(brief: Brief) -> str:
    if not brief.source:
        topic = _topic(brief.asked)
        return f"{topic[:1].upper() + topic[1:]}, in short: what it is about, why it matters, and whom it speaks to."
    count = brief.number or (1 if brief.wishes.shorter else 2)
    return " ".join(closed(each) for each in best_sentences(brief.source, min(count, 8), avoid=brief.wishes.avoid))


_POSITIVE = frozenset(
    """
    amazing awesome best clear comfortable delicious easy excellent fantastic fast friendly good great happy
    helpful love loved nice perfect pleased quick recommend reliable satisfied smooth superb thank thanks well
    wonderful works
    """.split()  # noqa: SIM905 - words read better as words
)
_NEGATIVE = frozenset(
    """
    angry awful bad broke broken complaint damaged defective disappointed disappointing fail failed faulty hate
    horrible late misleading never no not poor refund return slow sorry terrible unhappy useless waste worse
    worst wrong
    """.split()  # noqa: SIM905 - words read better as words
)
_LEANING = {"positive": 1, "real": 1, "yes": 1, "true": 1, "negative": -1, "fake": -1, "no": -1, "false": -1}


def _chosen(brief: Brief) -> str:
    """The choice that the text leans to: by its own words, else by its tone, else the first."""
    words = set(re.findall(r"[a-z']+", (brief.source or brief.asked).lower()))
    named = [each for each in brief.choices if brief.source and each.lower() in words]
    if named:
        return named[0]
    tone = len(words & _POSITIVE) - len(words & _NEGATIVE)
    leaning = [each for each in brief.choices if _LEANING.get(each.lower(), 0) * (tone or 1) > 0]
    return leaning[0] if leaning else brief.choices[0]


def _filled(brief: Brief) -> str:
    """The prompt's own JSON example, its texts replaced."""
    example = brief.example
    topics = [each.text for each in key_phrases(brief.source or brief.asked)] or ["this"]
    if isinstance(example, list):
        count = brief.number or len(example)
        value: JSON = [_fill(example[0], brief, topics[place % len(topics)]) for place in range(count)]
    else:
        value = _fill(example, brief, topics[0])
    return json.dumps(value, ensure_ascii=False)


def _fill(shape: JSON, brief: Brief, topic: str, key: str = "") -> JSON:
    if isinstance(shape, dict):
        return {name: _fill(inner, brief, topic, name) for name, inner in shape.items()}
    if isinstance(shape, list):
        return [_fill(shape[0], brief, topic, key)] if shape else []
    if not isinstance(shape, str) or shape.strip().lower() in {"yes", "no", "true", "false"}:
        return shape
    name = key.lower()
    if any(part in name for part in ("reason", "description", "summary", "text", "explanation", "content")):
        return " ".join(closed(each) for each in best_sentences(brief.source or brief.asked, 1)) or title_case(topic)
    return title_case(topic)


# A point of an outline, and what a draft says of it.
_POINTS = (
    (
        "What {topic} is for",
        "{Topic} starts from a plain need, and it helps to say that need before anything is built.",
    ),
    (
        "How {topic} works, step by step",
        "It works in small steps, each with an input and an output that can be looked at.",
    ),
    ("What to watch out for", "What goes wrong is rarely the large thing: it's the case that nobody asked about."),
    (
        "What it costs, and when it pays",
        "It costs time at the beginning and saves more of it later, once others depend on it.",
    ),
    (
        "How to begin tomorrow",
        "Begin with one real example, show it to the people concerned, and change what they trip over.",
    ),
    ("Who decides, and when", "Somebody has to decide in the end, so the moment and the person belong in the plan."),
    ("How to tell that it works", "Agree beforehand on what counts as done, and look at it again after a month."),
    ("What comes next", "What comes next is for those who use it every day to say."),
)


def _list(brief: Brief) -> str:
    number = brief.number or 3
    if brief.source:
        about = best_sentences(brief.source, number, avoid=brief.wishes.avoid)
        return "\n".join(f"{place + 1}. {closed(each)}" for place, each in enumerate(about))
    topic = _topic(brief.asked)
    heads = [_POINTS[place % len(_POINTS)][0].format(topic=topic) for place in range(number)]
    return "\n".join(f"{place + 1}. {head}" for place, head in enumerate(heads))


def _prose(brief: Brief, style: Voice) -> str:
    if brief.earlier:
        return _draft(brief.earlier[-1], _topic(brief.source or brief.asked))
    if brief.source:
        found = _answering(brief.asked, brief.source)
        return " ".join(closed(each) for each in (found or best_sentences(brief.source, style.sentences + 1)))
    topic = _topic(brief.asked)
    body = [said.format(topic=topic, Topic=topic[:1].upper() + topic[1:]) for _, said in _POINTS[:3]]
    named = [each.text for each in key_phrases(brief.asked)][:3]
    return " ".join(body) + (f" Keep {listed(named)} together." if len(named) > 1 else "")


_ITEM = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s*(?P<head>.+?)\s*$", re.MULTILINE)


def _draft(outline: str, topic: str) -> str:
    """Prose along an outline: a sentence to each of its points; a text that is no outline, shorter."""
    heads = [found["head"].rstrip(".") for found in _ITEM.finditer(outline)]
    if not heads:
        return " ".join(closed(each) for each in best_sentences(outline, 3))
    return " ".join(_said_of(head, topic) for head in heads)


def _said_of(head: str, topic: str) -> str:
    for form, said in _POINTS:
        pattern = re.escape(form).replace(re.escape("{topic}"), "(?P<topic>.+)")
        found = re.fullmatch(pattern, head)
        if found:
            named = found.groupdict().get("topic") or topic
            return said.format(topic=named, Topic=named[:1].upper() + named[1:])
    return closed(head)


def _answering(question: str, source: str) -> list[str]:
    """The sentences of the source that share most words with the question."""
    asked = set(re.findall(r"[a-z]{4,}", question.lower()))
    scored = [(len(asked & set(re.findall(r"[a-z]{4,}", each.lower()))), each) for each in telling(source)]
    best = max((score for score, _ in scored), default=0)
    return [each for score, each in scored if score == best and best > 1][:2]
